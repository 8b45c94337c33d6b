#!/usr/bin/env bash
# Databases from cached templates, see tools/db.py for the commands.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
[ "${1:-} ${2:-}" != "fresh " ] || die "Say which database: make db DB=name"
. "$ROOT/tools/env.sh"
mkdir -p "$LOGS"
exec "$PYTHON_BIN" "$ROOT/tools/db.py" "$@"
