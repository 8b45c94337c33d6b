#!/usr/bin/env bash
# A wheel per addon in .state/dist, built with whool from the addon's pyproject.toml.
set -euo pipefail
export SETUP_LEVEL=dev
. "$(dirname "$0")/env.sh"

dist="$STATE/dist"
rm -rf "$dist"
mkdir -p "$dist"
for manifest in "$ROOT"/*/__manifest__.py; do
    addon=$(dirname "$manifest")
    name=$(basename "$addon")
    [ -f "$addon/pyproject.toml" ] || die "$name has no pyproject.toml."
    logged "wheel-$name" "$PYTHON_BIN" -m pip wheel --no-deps --no-build-isolation \
        --quiet --wheel-dir "$dist" "$addon" || die "The wheel of $name failed, see above."
done
ls "$dist"
