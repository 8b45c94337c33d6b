# Shared by every script in tools/ and bin/: paths, messages, timed steps, locks.
# Sourced, never run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
STATE="$ROOT/.state"
LOGS="$STATE/log"
VENV="$STATE/venv"
PYTHON_BIN="$VENV/bin/python"
ODOO_SERIES=19.0

# runuser and its like are not on the path of every shell.
PATH="$PATH:/usr/sbin:/sbin"

# Words of every failure a user can meet go through here: one plain sentence.
# Exit code 2 means that it has been said.
die() {
    printf '%s\n' "$*" >&2
    exit 2
}

note() {
    [ -n "${QUIET:-}" ] || printf '%s\n' "$*"
}

is_root() {
    [ "$(id -u)" = 0 ]
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# The hash of the given words and of the content of the given files (@path).
hash_of() {
    local item
    for item in "$@"; do
        case "$item" in
            @*) cat "${item#@}" 2>/dev/null || true ;;
            *) printf '%s\n' "$item" ;;
        esac
    done | sha256sum | cut -c1-16
}

stamp_is() {
    [ "$(cat "$STATE/stamp/$1" 2>/dev/null)" = "$2" ]
}

stamp_set() {
    mkdir -p "$STATE/stamp"
    printf '%s\n' "$2" >"$STATE/stamp/$1.part"
    mv "$STATE/stamp/$1.part" "$STATE/stamp/$1"
}

# Run a command with its output in a log; on failure show the end of the log.
logged() {
    local log="$LOGS/$1.log"
    shift
    mkdir -p "$LOGS"
    if ! "$@" >"$log" 2>&1; then
        printf '%s\n' "--- last lines of ${log#"$ROOT"/}:" >&2
        tail -n 15 "$log" >&2
        return 1
    fi
}

# need_space MEGABYTES: refuse early what would fill the disk later.
need_space() {
    local free
    mkdir -p "$STATE"
    free=$(df -Pm "$STATE" | awk 'NR == 2 { print $4 }')
    if [ "$free" -lt "$1" ]; then
        die "Not enough disk space: $1 MB are needed in ${STATE}, $free MB are free."
    fi
}

# Serialise what two commands started at once must not do twice.
with_lock() {
    local name="$1"
    shift
    mkdir -p "$STATE"
    (
        if ! flock -n 9; then
            note "Waiting for another command that holds the $name lock ..."
            flock 9
        fi
        "$@" 9>&-
    ) 9>"$STATE/$name.lock"
}

# Environment of everything that runs from the state folder.
load_env() {
    if [ -d "$STATE/sys/bin" ]; then
        PATH="$STATE/sys/bin:$PATH"
        [ ! -f "$STATE/sys/fonts.conf" ] || export FONTCONFIG_FILE="$STATE/sys/fonts.conf"
        # The libraries are of this machine's own release, so they suit its programs.
        LD_LIBRARY_PATH=$(cat "$STATE/sys/libpath" 2>/dev/null || true)
        export LD_LIBRARY_PATH
    fi
    [ ! -d "$STATE/node/bin" ] || PATH="$STATE/node/bin:$PATH"
    export PATH ODOO_RC="$STATE/odoo.conf"
}
