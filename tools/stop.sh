#!/usr/bin/env bash
# Stops the private database server; with --remove also deletes the state folder.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/tools/pg.sh"
. "$ROOT/tools/setup_system.sh"

pg_stop
if [ "${1:-}" = --remove ] && [ -d "$STATE" ]; then
    home=$(cat "$STATE/pg.path" 2>/dev/null || true)
    case "$home" in
        /var/tmp/aftersales-pg.*) rm -rf "$home" ;;
    esac
    rm -rf "$STATE"
fi
