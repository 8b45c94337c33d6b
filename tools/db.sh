#!/usr/bin/env bash
# Databases from cached templates, see tools/db.py for the commands.
set -euo pipefail
. "$(dirname "$0")/env.sh"
mkdir -p "$LOGS"
exec "$PYTHON_BIN" "$ROOT/tools/db.py" "$@"
