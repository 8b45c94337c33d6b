#!/usr/bin/env bash
# usage: run.sh [walk]
# The pictures of the manual, taken from the demo company after its story; or a walk
# through every menu as every role.
# URL=http://host:port takes them from a demo that is served already,
# ARGS="name name" only these.
set -euo pipefail
export SETUP_LEVEL=dev
. "$(dirname "$0")/../env.sh"
export PYTHONPATH="$ROOT/tools"
exec "$PYTHON_BIN" "$ROOT/tools/screens/${1:-run}.py" "${URL:-}" ${ARGS:-}
