# The virtual environment: pinned packages, and the path to Odoo. Sourced by setup.sh.

# The first Python of this machine that Odoo 19 supports and that can make a venv.
python_for_venv() {
    local name
    for name in ${PYTHON:-} python3 python3.12 python3.11 python3.13 python3.10; do
        have "$name" || continue
        if "$name" -c 'import ensurepip, sys, venv
sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
    return 1
}

pip_install() {
    local log="$1"
    shift
    logged "$log" "$PYTHON_BIN" -m pip install --quiet --disable-pip-version-check \
        --no-input --no-deps "$@" ||
        die "pip could not install the packages of ${*: -1}, see above (network, disk?)."
}

setup_python() {
    local python key
    python=$(python_for_venv) || die "Python 3.10 to 3.13 with the venv module is needed."
    key=$(hash_of "$("$python" -VV)" "@$ROOT/requirements.txt")
    if ! stamp_is python "$key" || [ ! -x "$PYTHON_BIN" ]; then
        rm -rf "$VENV" "$STATE/stamp/python" "$STATE/stamp/python_dev"
        logged venv "$python" -m venv "$VENV" ||
            die "$python could not make a virtual environment, see above."
        pip_install pip-base wheel==0.46.1 setuptools==80.9.0
        pip_install pip-run -r "$ROOT/requirements.txt"
        stamp_set python "$key"
    fi
}

setup_python_dev() {
    local key
    key=$(hash_of "$(cat "$STATE/stamp/python")" "@$ROOT/requirements-dev.txt")
    if ! stamp_is python_dev "$key"; then
        pip_install pip-dev -r "$ROOT/requirements-dev.txt"
        stamp_set python_dev "$key"
    fi
}
