#!/usr/bin/env bash
# Generated files: pot, readme, contract or requirements.
set -euo pipefail
export SETUP_LEVEL=dev
. "$(dirname "$0")/env.sh"
cd "$ROOT"

case "${1:-}" in
    pot)
        "$PYTHON_BIN" tools/db.py fresh aftersales_pot
        "$PYTHON_BIN" tools/pot.py aftersales_pot write
        "$PYTHON_BIN" tools/db.py drop aftersales_pot
        ;;
    readme)
        "$PYTHON_BIN" tools/gen_readme.py
        ;;
    requirements)
        "$PYTHON_BIN" tools/gen_requirements.py
        ;;
    contract)
        [ -f tools/gen_contract.py ] || die "tools/gen_contract.py does not exist yet."
        "$PYTHON_BIN" tools/db.py fresh aftersales_contract
        CONTRACT_DB=aftersales_contract "$PYTHON_BIN" tools/gen_contract.py
        "$PYTHON_BIN" tools/db.py drop aftersales_contract
        ;;
    *)
        die "usage: generate.sh pot|readme|contract|requirements"
        ;;
esac
