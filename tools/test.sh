#!/usr/bin/env bash
# Everything that must be green: linters, then all tests on a fresh database.
# usage: test.sh [TAGS]      with TAGS only those tests run, without the linters
set -euo pipefail
export SETUP_LEVEL=dev
"$(dirname "$0")/setup.sh" dev
. "$(dirname "$0")/env.sh"

export LINT_FAILED=""
if [ -z "${1:-}" ]; then
    "$ROOT/tools/lint.sh" || LINT_FAILED=1
fi
# Two runs at once would share the database.
exec 8>"$STATE/test_db.lock"
flock 8
exec "$PYTHON_BIN" "$ROOT/tools/run_tests.py" "${1:-}"
