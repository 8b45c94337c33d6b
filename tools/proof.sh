#!/usr/bin/env bash
# The reliability battery, see proof/run.py. LONG=1, ONLY="b12" picks lines.
set -euo pipefail
export SETUP_LEVEL=dev
. "$(dirname "$0")/env.sh"
exec "$PYTHON_BIN" "$ROOT/proof/run.py"
