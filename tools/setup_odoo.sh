# Odoo 19.0 Community: from ODOO_HOME, else from Debian's unstable suite, unpacked
# into .state/odoo. The machine's own apt sources say where Debian is; a private
# copy of that entry with another suite is used. Sourced by setup.sh.

ODOO_TREE="$STATE/odoo"
DEB_LOCK="$ROOT/tools/odoo-debs.lock"
# Raise it when this file starts to build the tree differently.
ODOO_RECIPE=1
SID_PACKAGES="odoo-19 libjs-jquery libjs-jquery-form libjs-underscore fonts-montserrat
    fonts-roboto-unhinted fonts-ocr-b"
# Odoo wants Font Awesome 4.7, which the unstable suite no longer has.
STABLE_SUITE=trixie
STABLE_PACKAGES="fonts-font-awesome fonts-inconsolata"
SELFIE=odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js

# The folder below $1 that holds the package odoo: a checkout or an installed tree.
odoo_lib() {
    local dir
    for dir in "$1" "$1"/usr/lib/python3/dist-packages "$1"/lib/python3*/site-packages; do
        [ -f "$dir/odoo/release.py" ] && printf '%s\n' "$dir" && return
    done
    return 1
}

odoo_series() {
    sed -n 's/^version_info = (\([0-9]*\), \([0-9]*\),.*/\1.\2/p' "$1/odoo/release.py"
}

use_odoo_home() {
    local lib series
    lib=$(odoo_lib "$ODOO_HOME") ||
        die "ODOO_HOME=$ODOO_HOME holds no Odoo: no odoo/release.py was found there."
    series=$(odoo_series "$lib")
    [ "$series" = "$ODOO_SERIES" ] ||
        die "ODOO_HOME=$ODOO_HOME is Odoo ${series:-of an unknown series}, \
but $ODOO_SERIES is needed."
    printf '%s\n' "$ODOO_HOME" >"$STATE/odoo.home"
    record_odoo "$(readlink -f "$lib")" "$lib $(git -C "$lib" rev-parse HEAD 2>/dev/null ||
        stat -c %Y "$lib/odoo/release.py")"
}

# Where Odoo is, and a hash that names its version: part of every template's name.
record_odoo() {
    printf '%s\n' "$1" >"$STATE/odoo.path"
    hash_of "$2" >"$STATE/odoo.version"
}

# MACHINE_APT: options that let apt work without root on the machine's own sources.
private_apt_lists() {
    local dir="$STATE/apt/machine"
    mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
    MACHINE_APT=(-o "Dir::State::Lists=$dir/lists" -o "Dir::Cache=$dir/cache"
        -o Debug::NoLocking=1 -o APT::Sandbox::User=)
    [ -n "$(ls "$dir/lists"/*Packages* 2>/dev/null)" ] ||
        logged apt-machine apt-get "${MACHINE_APT[@]}" update ||
        die "apt-get update failed, see above: check the network and the apt sources."
}

debian_mirror() {
    apt-get "${MACHINE_APT[@]}" indextargets \
        --format '$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)' "Created-By: Packages" |
        awk -F'|' '$1 == "Debian" && $2 == "Debian" && $3 == "main" { print $4; exit }'
}

# SID_APT: options of a private apt that knows only the two suites we need.
private_apt_sid() {
    local dir="$STATE/apt/sid" mirror keyring options=""
    have apt-get || die "This machine has no apt: set ODOO_HOME to an Odoo $ODOO_SERIES."
    private_apt_lists
    mirror=$(debian_mirror)
    [ -n "$mirror" ] || die "The apt sources of this machine name no Debian archive: \
set ODOO_HOME to an Odoo $ODOO_SERIES."
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ ! -f "$keyring" ] || options="[signed-by=$keyring] "
    mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
    printf 'deb %s%s %s main\n' "$options" "$mirror" sid "$options" "$mirror" \
        "$STABLE_SUITE" >"$dir/sources.list"
    SID_APT=(-o "Dir::Etc::SourceList=$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o "Dir::State::Lists=$dir/lists" -o "Dir::Cache=$dir/cache"
        -o Debug::NoLocking=1 -o APT::Sandbox::User=)
    logged apt-sid apt-get "${SID_APT[@]}" update ||
        die "apt-get update of Debian's unstable suite failed, see above."
}

# Compare what came with tools/odoo-debs.lock: same version, other bytes = broken.
check_deb() {
    local file="$1" name version sum locked
    name=$(dpkg-deb -f "$file" Package)
    version=$(dpkg-deb -f "$file" Version)
    sum=$(sha256sum "$file" | cut -d' ' -f1)
    printf '%s %s %s\n' "$name" "$version" "$sum" >>"$STATE/apt/debs.found"
    locked=$(awk -v n="$name" '$1 == n { print $2, $3 }' "$DEB_LOCK" 2>/dev/null)
    if [ "$name" = odoo-19 ] && [ "${version#"$ODOO_SERIES"}" = "$version" ]; then
        die "Debian's package odoo-19 is version $version, but series $ODOO_SERIES is needed."
    elif [ "$locked" = "$version $sum" ]; then
        return 0
    elif [ "${locked%% *}" = "$version" ]; then
        die "The download of $name $version is broken: its checksum is not the recorded one."
    fi
    note "  note: $name is $version, recorded in tools/odoo-debs.lock is ${locked%% *}"
}

fetch_debs() {
    local dir="$STATE/apt/debs" name files
    mkdir -p "$dir"
    rm -f "$dir"/*.deb "$STATE/apt/debs.found"
    files=$(for name in $SID_PACKAGES; do echo "$name/sid"; done
        for name in $STABLE_PACKAGES; do echo "$name/$STABLE_SUITE"; done)
    # shellcheck disable=SC2086
    (cd "$dir" && logged apt-download apt-get "${SID_APT[@]}" download $files) ||
        die "The download of Odoo's Debian packages failed, see above."
    for name in "$dir"/*.deb; do
        check_deb "$name"
    done
}

unpack_debs() {
    local file tree="$STATE/odoo.part" lib
    rm -rf "$tree"
    mkdir -p "$tree"
    for file in "$STATE"/apt/debs/*.deb; do
        dpkg-deb --fsys-tarfile "$file" | tar -x -C "$tree" \
            --exclude './usr/lib/python3/dist-packages/addons' ||
            die "$(basename "$file") could not be unpacked (disk full, broken download?)."
    done
    lib=$(odoo_lib "$tree") || die "Debian's package odoo-19 holds no odoo/release.py."
    mkdir -p "$(dirname "$lib/$SELFIE")"
    cp "$STATE/npm/node_modules/@mediapipe/selfie_segmentation/selfie_segmentation.js" \
        "$lib/$SELFIE"
    file=$(find "$tree/usr" -xtype l | head -n 1)
    [ -z "$file" ] || die "The Odoo tree has a link that leads nowhere: $file"
    cp "$STATE/apt/debs.found" "$tree/.debs"
    printf '%s\n' "$1" >"$tree/.key"
    rm -rf "$ODOO_TREE" "$STATE/apt/debs"
    mv "$tree" "$ODOO_TREE"
}

setup_odoo() {
    local key
    if [ -n "${ODOO_HOME:-}" ]; then
        use_odoo_home
        return
    fi
    key=$(hash_of "$ODOO_RECIPE" "@$DEB_LOCK")
    if [ "$(cat "$ODOO_TREE/.key" 2>/dev/null)" != "$key" ]; then
        private_apt_sid
        fetch_debs
        unpack_debs "$key"
    fi
    record_odoo "$(odoo_lib "$ODOO_TREE")" "$(grep '^odoo-19 ' "$ODOO_TREE/.debs")"
}

# The drawing module of reports has no wheel for Python 3.13; Debian has it built.
setup_renderpm() {
    local purelib dir="$STATE/apt/renderpm"
    "$PYTHON_BIN" -c 'import _rl_renderPM' >/dev/null 2>&1 && return
    purelib=$("$PYTHON_BIN" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    private_apt_sid
    rm -rf "$dir"
    mkdir -p "$dir"
    (cd "$dir" && logged apt-renderpm apt-get "${SID_APT[@]}" download \
        "python3-rl-renderpm/$STABLE_SUITE") ||
        die "The download of python3-rl-renderpm failed, see above."
    dpkg -x "$dir"/*.deb "$dir"
    cp "$dir"/usr/lib/python3/dist-packages/_rl_renderPM*.so "$purelib/"
    rm -rf "$dir"
    "$PYTHON_BIN" -c 'import _rl_renderPM' 2>/dev/null || die "$("$PYTHON_BIN" -V) has no \
drawing module for reports (_rl_renderPM): use another Python with PYTHON=/path/to/python3."
}
