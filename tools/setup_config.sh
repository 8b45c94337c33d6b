# Odoo's configuration file and its path in the virtual environment. Sourced.

# Community addons from wheels, then Odoo's own. A checkout keeps most of its addons
# beside the package, an installed tree inside it.
addons_path() {
    local lib="$1" purelib
    purelib=$("$PYTHON_BIN" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf '%s,%s' "$ROOT" "$purelib/odoo/addons"
    [ ! -d "$lib/addons/web" ] || printf ',%s' "$lib/addons"
    printf ',%s\n' "$lib/odoo/addons"
}

setup_config() {
    local lib purelib
    lib=$(cat "$STATE/odoo.path")
    purelib=$("$PYTHON_BIN" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf '%s\n' "$lib" >"$purelib/odoo-tree.pth"
    cat >"$STATE/odoo.conf" <<EOF
[options]
addons_path = $(addons_path "$lib")
data_dir = $STATE/data
http_interface = 127.0.0.1
list_db = False
workers = 0
max_cron_threads = 1
limit_time_cpu = 600
limit_time_real = 1200
EOF
    mkdir -p "$STATE/data"
    "$PYTHON_BIN" -c 'import odoo.release; print(odoo.release.version)' >/dev/null ||
        die "Odoo in $lib cannot be imported by $PYTHON_BIN."
}
