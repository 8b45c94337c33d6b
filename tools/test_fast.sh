#!/usr/bin/env bash
# Our tests through pytest on a kept database, see tools/fast.py.
# ARGS holds pytest arguments, quoted as in a shell.
set -euo pipefail
export SETUP_LEVEL=dev
. "$(dirname "$0")/env.sh"

args=()
if [ -n "${ARGS:-}" ]; then
    mapfile -t args < <(printf '%s' "$ARGS" | xargs -n 1 printf '%s\n')
fi
exec 8>"$STATE/test_fast.lock"
flock 8
exec "$PYTHON_BIN" "$ROOT/tools/fast.py" "${args[@]}"
