# The virtual environment: pinned packages, and the path to Odoo. Sourced by setup.sh.

# The first Python of this machine that Odoo 19 supports.
python_for_venv() {
    local name
    for name in ${PYTHON:-} python3 python3.12 python3.11 python3.13 python3.10; do
        have "$name" || continue
        if "$name" -c 'import sys, venv
sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
    return 1
}

has_ensurepip() {
    "$(python_for_venv)" -c 'import ensurepip' >/dev/null 2>&1
}

# A virtual environment with pip; where Debian's Python lacks ensurepip, pip comes
# from Debian's package of its wheel, unpacked privately.
make_venv() {
    local python="$1" dir="$STATE/apt/pip" wheel
    if has_ensurepip; then
        logged venv "$python" -m venv "$VENV"
        return
    fi
    private_apt_lists
    rm -rf "$dir"
    mkdir -p "$dir"
    logged venv "$python" -m venv --without-pip "$VENV" || return 1
    (cd "$dir" && logged apt-pip apt-get "${MACHINE_APT[@]}" download python3-pip-whl) ||
        return 1
    dpkg -x "$dir"/*.deb "$dir"
    wheel=$(ls "$dir"/usr/share/python-wheels/pip-*.whl)
    logged pip-bootstrap env PYTHONPATH="$wheel" "$PYTHON_BIN" -m pip install --no-deps \
        "$wheel" || return 1
    rm -rf "$dir"
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
    python=$(python_for_venv) || die "Python 3.10 to 3.13 with its venv module is needed."
    key=$(hash_of "$("$python" -VV)" "@$ROOT/requirements.txt")
    if ! stamp_is python "$key" || [ ! -x "$PYTHON_BIN" ]; then
        rm -rf "$VENV" "$STATE/stamp/python" "$STATE/stamp/python_dev"
        make_venv "$python" ||
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
