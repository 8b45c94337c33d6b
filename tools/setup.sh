#!/usr/bin/env bash
# Brings everything the commands of this repository need into .state/.
# usage: setup.sh [--quiet] run|dev|pg
#   run = what runs Odoo, dev = and the linters and test tools, pg = only start the
#   database server when the rest is there already
set -Eeuo pipefail
trap '[ $? = 2 ] || echo "The setup broke off in ${BASH_SOURCE[0]##*/} line $LINENO." >&2' ERR
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
. "$ROOT/tools/pg.sh"
. "$ROOT/tools/setup_system.sh"
. "$ROOT/tools/setup_python.sh"
. "$ROOT/tools/setup_node.sh"
. "$ROOT/tools/setup_odoo.sh"
. "$ROOT/tools/setup_config.sh"

FONT_PACKAGE=fonts-wqy-microhei
STEP=0

# step "what" command: prints "[step 2/7] what ... 12 s".
step() {
    local start=$SECONDS what="$1"
    shift
    STEP=$((STEP + 1))
    note "[step $STEP/$STEPS] $what ..."
    "$@"
    note "[step $STEP/$STEPS] $what: $((SECONDS - start)) s"
}

# What decides whether anything has to be done at all.
all_pins() {
    hash_of "$1" "${ODOO_HOME:-}" "@$ROOT/requirements.txt" "@$ROOT/package-lock.json" \
        "@$ROOT/requirements-dev.txt" "@$DEB_LOCK" "$ODOO_RECIPE" "$ROOT"
}

is_done() {
    stamp_is "all_$1" "$(all_pins "$1")" && [ -x "$PYTHON_BIN" ] &&
        [ -d "$(cat "$STATE/odoo.path" 2>/dev/null)" ] &&
        [ -d "$(cat "$VENV"/lib/python3*/site-packages/odoo-tree.pth 2>/dev/null)" ]
}

run_steps() {
    local level="$1"
    rm -f "$STATE"/stamp/all_*
    need_space 6000
    STEPS=6
    [ "$level" != dev ] || STEPS=7
    step "programs of the operating system" setup_system
    step "Python packages" setup_python
    step "npm packages" setup_node
    step "Odoo $ODOO_SERIES" setup_odoo
    step "configuration" setup_config
    setup_renderpm
    [ "$level" != dev ] || step "linters and test tools" setup_python_dev
    step "database server" setup_pg
    stamp_set "all_$level" "$(all_pins "$level")"
    [ "$level" != dev ] || stamp_set all_run "$(all_pins run)"
}

main() {
    if [ "${1:-}" = --quiet ]; then
        QUIET=1
        shift
    fi
    mkdir -p "$STATE" "$LOGS"
    load_env
    # The Odoo chosen once stays chosen until `make clean`.
    if [ -z "${ODOO_HOME:-}" ] && [ -s "$STATE/odoo.home" ]; then
        ODOO_HOME=$(cat "$STATE/odoo.home")
    fi
    if is_done "$1"; then
        note "Everything is set up."
        setup_pg
    else
        QUIET=
        with_lock setup run_steps "$1"
    fi
}

main "$@"
