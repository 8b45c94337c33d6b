#!/usr/bin/env bash
# Formats the sources: the order matters, the formatters have the last word.
set -euo pipefail
export SETUP_LEVEL=dev
. "$(dirname "$0")/env.sh"
cd "$ROOT"

addons=$(find . -mindepth 2 -maxdepth 2 -name __manifest__.py -printf '%h ')
# It also fails over what it has just fixed; `make lint` has the last word.
# shellcheck disable=SC2086
[ -z "$addons" ] || "$VENV/bin/oca-checks-odoo-module" --fix --no-exit --no-verbose \
    $addons || true
"$VENV/bin/ruff" check --fix-only --quiet .
"$VENV/bin/ruff" format .
git ls-files --cached --others --exclude-standard -- '*.xml' '*.js' '*.cjs' '*.json' \
    '*.yml' '*.yaml' '*.scss' '*.css' | while read -r path; do
    [ ! -f "$path" ] || printf '%s\n' "$path"
done | xargs -d '\n' "$STATE/npm/node_modules/.bin/prettier" --write --log-level warn \
    --no-error-on-unmatched-pattern
