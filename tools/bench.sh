#!/usr/bin/env bash
# The bench, see bench/run.py. SIZE=small|full, ONLY="p03" picks lines.
set -euo pipefail
. "$(dirname "$0")/env.sh"
exec "$PYTHON_BIN" "$ROOT/bench/run.py"
