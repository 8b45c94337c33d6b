#!/usr/bin/env bash
# All linters, fast to slow; every one runs, the failures are listed at the end.
# usage: lint.sh [fast]     fast = without the checks that need a database
set -euo pipefail
export SETUP_LEVEL=dev
. "$(dirname "$0")/env.sh"
cd "$ROOT"

BIN="$VENV/bin"
NODE_BIN="$STATE/npm/node_modules/.bin"
FAILED=()
# shellcheck disable=SC2207
ADDONS=($(find . -mindepth 2 -maxdepth 2 -name __manifest__.py -printf '%h\n' |
    sed 's,^\./,,' | sort))

# check "name" command: a missing program fails like a finding does.
check() {
    local name="$1" start=$SECONDS log="$LOGS/lint.log"
    shift
    if "$@" >"$log" 2>&1; then
        printf '  ok      %-28s %s s\n' "$name" $((SECONDS - start))
    else
        FAILED+=("$name")
        printf '  FAILED  %-28s %s s\n' "$name" $((SECONDS - start))
        head -n 80 "$log" | sed 's/^/    /'
    fi
}

tracked() {
    git ls-files --cached --others --exclude-standard -- "$@" | while read -r path; do
        [ ! -f "$path" ] || printf '%s\n' "$path"
    done
}

prettier_check() {
    tracked '*.xml' '*.js' '*.cjs' '*.json' '*.yml' '*.yaml' '*.scss' '*.css' |
        xargs -d '\n' "$NODE_BIN/prettier" --check --log-level warn \
            --no-error-on-unmatched-pattern
}

eslint_check() {
    "$NODE_BIN/eslint" --config eslint.config.cjs --max-warnings 0 \
        --no-error-on-unmatched-pattern '*/static/**/*.js' '*.cjs'
}

po_check() {
    local files
    files=$(tracked '*/i18n/*.po' '*/i18n/*.pot')
    [ -z "$files" ] || printf '%s\n' "$files" | xargs -d '\n' "$BIN/oca-checks-po"
}

manifestoo_check() {
    local names path what
    names=$(IFS=,; echo "${ADDONS[*]}")
    path=$(sed -n 's/^addons_path = //p' "$ODOO_RC")
    for what in check-licenses "check-dev-status --default-dev-status=Beta"; do
        # shellcheck disable=SC2086
        "$BIN/manifestoo" --odoo-series "$ODOO_SERIES" --addons-path "$path" \
            --no-addons-path-from-import-odoo --select-include "$names" $what ||
            return 1
    done
}

# Odoo's own pylint checkers, which live among the tests of its addon test_lint.
core_pylint_check() {
    local plugins
    plugins="$(cat "$STATE/odoo.path")/odoo/addons/test_lint/tests"
    PYTHONPATH="$plugins" "$BIN/pylint" --rcfile=/dev/null --score=n --jobs=2 \
        --load-plugins=pylint.extensions.bad_builtin,_odoo_checker_sql_injection \
        --load-plugins=_odoo_checker_gettext,_odoo_checker_unlink_override \
        --bad-functions=input --disable=all \
        --enable=used-before-assignment,undefined-variable,eval-used,unreachable \
        --enable=function-redefined,sql-injection,missing-gettext,gettext-variable \
        --enable=gettext-placeholders,gettext-repr,raise-unlink-override \
        "${ADDONS[@]}"
}

conflict_check() {
    ! git grep -nE '^(<<<<<<<|>>>>>>>|\|\|\|\|\|\|\|) ' -- . || return 1
}

shell_check() {
    local file
    for file in $(tracked 'tools/*.sh' 'bin/*' '.ci/run'); do
        bash -n "$file" || return 1
        [ "$(wc -l <"$file")" -le 400 ] || {
            echo "$file has more than 400 lines"
            return 1
        }
    done
}

contract_check() {
    "$PYTHON_BIN" tools/gen_contract.py --check
}

fast_checks() {
    check "ruff format" "$BIN/ruff" format --check --quiet --diff .
    check "ruff" "$BIN/ruff" check --output-format concise .
    check "ruff-odoo" "$BIN/ruff-odoo" check --config ruff-odoo.toml \
        --output-format concise .
    check "oca-checks (module)" "$BIN/oca-checks-odoo-module" "${ADDONS[@]}"
    check "oca-checks (po)" po_check
    check "prettier" prettier_check
    check "eslint" eslint_check
    check "manifestoo" manifestoo_check
    check "sizes" "$PYTHON_BIN" tools/check_sizes.py
    check "security rules" "$PYTHON_BIN" tools/check_security.py
    check "test classes" "$PYTHON_BIN" tools/check_tests.py
    check "shell scripts" shell_check
    check "conflict markers" conflict_check
    check "pylint-odoo" "$BIN/pylint" --rcfile=.pylintrc --jobs=2 \
        "${ADDONS[@]}"
    check "pylint of Odoo" core_pylint_check
    check "names in the manual" "$PYTHON_BIN" tools/check_manual.py
    check "README up to date" "$PYTHON_BIN" tools/gen_readme.py --check
    check "requirements up to date" "$PYTHON_BIN" tools/gen_requirements.py --check
    check "doctests of calc" "$PYTHON_BIN" tools/run_doctests.py
}

database_checks() {
    local db="aftersales_lint"
    # Two runs at once would share the database.
    exec 8>"$STATE/lint_db.lock"
    flock 8
    check "database for the checks" "$PYTHON_BIN" tools/db.py fresh "$db"
    [ "${#FAILED[@]}" = 0 ] || [ "${FAILED[-1]}" != "database for the checks" ] || return 0
    check "translations" "$PYTHON_BIN" tools/pot.py "$db" check
    if [ -f tools/gen_contract.py ]; then
        export CONTRACT_DB="$db"
        check "contract up to date" contract_check
    fi
    check "test_lint of Odoo" "$PYTHON_BIN" tools/test_lint.py "$db"
    "$PYTHON_BIN" tools/db.py drop "$db"
}

main() {
    [ "${#ADDONS[@]}" -gt 0 ] || die "This repository has no addon yet."
    echo "Linters:"
    fast_checks
    [ "${1:-}" = fast ] || database_checks
    [ "${#FAILED[@]}" = 0 ] || die "Linters that found something: ${FAILED[*]}"
    echo "All linters are content."
}

main "$@"
exit
