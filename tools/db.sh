#!/usr/bin/env bash
# Databases from cached templates, see tools/db.py.
# usage: db.sh fresh NAME [DEMO] | drop NAME | template [DEMO]
set -euo pipefail
. "$(dirname "$0")/env.sh"
mkdir -p "$LOGS"
with_lock db "$PYTHON_BIN" "$ROOT/tools/db.py" "$@"
