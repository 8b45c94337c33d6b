#!/usr/bin/env bash
# The dependencies' own tests with and without our addons, see tools/deps.py.
set -euo pipefail
export SETUP_LEVEL=dev
"$(dirname "$0")/setup.sh" dev
. "$(dirname "$0")/env.sh"
ADDONS_PATH=$(sed -n 's/^addons_path = //p' "$ODOO_RC")
export ADDONS_PATH
exec 8>"$STATE/test_deps.lock"
flock 8
exec "$PYTHON_BIN" "$ROOT/tools/deps.py"
