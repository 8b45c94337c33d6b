# Makes sure that everything is set up and the database server runs, then sets
# PATH, ODOO_RC and the PG variables. Sourced by bin/ and by tools that run Odoo.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
"$ROOT/tools/setup.sh" --quiet "${SETUP_LEVEL:-run}" >&2
. "$ROOT/tools/pg.sh"
. "$ROOT/tools/setup_system.sh"
load_env
pg_env
export PYTHON_BIN ROOT STATE EXTERNAL_PG
