# Programs of the operating system: database server, browser, fonts, PDF tools.
# Root gets them from apt. An ordinary user keeps the machine as it is: the
# packages that are missing are unpacked into .state/sys. Sourced by setup.sh.

pg_bindir() {
    local dir
    for dir in "$STATE"/sys/usr/lib/postgresql/*/bin /usr/lib/postgresql/*/bin; do
        [ -x "$dir/initdb" ] && printf '%s\n' "$dir" && return
    done
    if have pg_config && [ -x "$(pg_config --bindir)/initdb" ]; then
        pg_config --bindir
    elif have initdb; then
        dirname "$(readlink -f "$(command -v initdb)")"
    fi
}

has_chromium() {
    have google-chrome || have chromium || have chromium-browser || have google-chrome-stable
}

has_chinese_font() {
    have fc-list && [ -n "$(fc-list :lang=zh-cn family | head -n 1)" ]
}

has_node() {
    have npm && have node &&
        node -e 'const [a,b]=process.versions.node.split(".").map(Number);
            process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

# Prints the Debian packages of what this machine lacks.
missing_packages() {
    if [ -z "$EXTERNAL_PG" ]; then
        [ -n "$(pg_bindir)" ] || echo postgresql
    fi
    has_chromium || echo chromium
    has_chinese_font || echo fontconfig "$FONT_PACKAGE"
    have wkhtmltopdf || echo wkhtmltopdf
    have pdftotext || echo poppler-utils
    have msgfmt || echo gettext
    have xz || echo xz-utils
    have git || echo git
    python_for_venv >/dev/null || echo python3
    # Debian ships ensurepip apart from Python; an ordinary user does without it.
    if is_root && ! has_ensurepip; then
        echo python3-venv
    fi
}

# Sets WANTED to those of the given packages that this release of Debian has.
find_wanted() {
    local package candidate
    WANTED=()
    for package in "$@"; do
        candidate=$(LC_ALL=C apt-cache "${MACHINE_APT[@]}" policy "$package" 2>/dev/null |
            awk '$1 == "Candidate:" && $2 != "(none)" { print $2 }')
        if [ -n "$candidate" ]; then
            WANTED+=("$package")
        else
            note "  this release of Debian has no package $package"
        fi
    done
}

install_as_root() {
    MACHINE_APT=()
    logged apt-update apt-get update ||
        die "apt-get update failed, see above: check the network and the apt sources."
    find_wanted "$@"
    [ "${#WANTED[@]}" -gt 0 ] || return 0
    # The server's package would start a cluster of its own; ours is private.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        mkdir -p /etc/postgresql-common/createcluster.d
        echo "create_main_cluster = false" \
            >/etc/postgresql-common/createcluster.d/aftersales.conf
    fi
    logged apt-install env DEBIAN_FRONTEND=noninteractive apt-get install -y \
        --no-install-recommends "${WANTED[@]}" ||
        die "apt-get install of ${WANTED[*]} failed, see above."
}

# Everything apt would install for the given packages, unpacked privately.
install_as_user() {
    local name list="$STATE/apt/private.list" dir="$STATE/apt/private"
    rm -rf "$dir"
    mkdir -p "$STATE/sys/bin" "$dir"
    private_apt_lists
    find_wanted "$@"
    [ "${#WANTED[@]}" -gt 0 ] || return 0
    logged apt-simulate apt-get "${MACHINE_APT[@]}" -s install --no-install-recommends \
        "${WANTED[@]}" || die "Missing programs: ${WANTED[*]}. apt cannot bring them \
for an ordinary user here: ask an administrator to install them."
    awk '$1 == "Inst" { print $2 }' "$LOGS/apt-simulate.log" >"$list"
    (cd "$dir" && logged apt-private xargs -a "$list" \
        apt-get "${MACHINE_APT[@]}" download) ||
        die "The download of missing programs (${WANTED[*]}) failed, see above."
    for name in "$dir"/*.deb; do
        dpkg -x "$name" "$STATE/sys" || die "$name could not be unpacked (disk full?)."
    done
    rm -rf "$dir"
    wrap_private_programs
}

# Unpacked programs need their own libraries; a small script each sets the path.
wrap_private_programs() {
    local sys="$STATE/sys" dirs program real
    mkdir -p "$sys/usr/lib" "$sys/lib"
    dirs=$(find "$sys/usr/lib" "$sys/lib" -maxdepth 2 -type d \
        \( -name '*-linux-gnu*' -o -name pulseaudio \) -printf '%p:')
    for program in chromium wkhtmltopdf pdftotext pdftoppm pdfinfo msgfmt msgmerge xz \
        git fc-list fc-match; do
        real="$sys/usr/bin/$program"
        [ "$program" != chromium ] || real="$sys/usr/lib/chromium/chromium"
        [ -x "$real" ] || continue
        printf '#!/bin/sh\nLD_LIBRARY_PATH="%s" exec "%s" "$@"\n' "$dirs" "$real" \
            >"$sys/bin/$program"
        chmod +x "$sys/bin/$program"
    done
    printf '%s\n' "$dirs" >"$sys/libpath"
    {
        echo '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        echo "<fontconfig><include ignore_missing=\"yes\">/etc/fonts/fonts.conf</include>"
        echo "<include ignore_missing=\"yes\">$sys/etc/fonts/fonts.conf</include>"
        echo "<dir>$sys/usr/share/fonts</dir><cachedir>$sys/fontcache</cachedir></fontconfig>"
    } >"$sys/fonts.conf"
}

setup_system() {
    local packages
    # shellcheck disable=SC2207
    packages=($(missing_packages))
    if [ "${#packages[@]}" -gt 0 ]; then
        have apt-get || die "This machine has no apt, and these Debian packages are \
missing: ${packages[*]}. Install the same programs by hand and start again."
        note "  bringing ${packages[*]}"
        if is_root; then
            install_as_root "${packages[@]}"
        else
            install_as_user "${packages[@]}"
        fi
        load_env
        hash -r
    fi
    check_programs
}

check_programs() {
    [ -n "$EXTERNAL_PG" ] || [ -n "$(pg_bindir)" ] ||
        die "No PostgreSQL server programs were found: install postgresql, or set PGHOST."
    has_chromium || die "No Chromium was found: install the package chromium."
    python_for_venv >/dev/null ||
        die "No usable Python was found: 3.10 to 3.13 with the venv module is needed."
}
