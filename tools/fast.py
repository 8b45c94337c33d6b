"""Our tests through pytest on a kept database with the complete registry.

usage: fast.py [pytest arguments]

The database aftersales_fast is made once; later runs only update the addons whose
sources changed. pytest commits nothing, so it stays clean. Odoo's own runner
(`make test`) remains the reference for pass and fail.
"""

import json
import os
import subprocess
import sys
import tempfile

import db
from odoodb import ROOT, STATE, ToolError, databases, run_odoo

DATABASE = "aftersales_fast"
MEMORY = STATE / "fast.json"


def hashes():
    return {addon: db.source_hash(addon) for addon in db.our_addons()}


def prepare():
    """Make the database, or update the addons that changed since the last run."""
    now = {"base": db.base_key(), **hashes()}
    old = json.loads(MEMORY.read_text()) if MEMORY.exists() else {}
    same_shape = old.keys() == now.keys() and old["base"] == now["base"]
    if DATABASE not in databases() or not same_shape:
        db.fresh(DATABASE, demo=False)
    elif changed := [addon for addon in hashes() if old[addon] != now[addon]]:
        print(f"updating {', '.join(changed)} ...", flush=True)
        MEMORY.unlink()
        run_odoo("test-fast-update", "-d", DATABASE, "-u", ",".join(changed))
    MEMORY.write_text(json.dumps(now))


def pytest_command(database, paths, *args):
    """Return the command that runs test folders through pytest-odoo."""
    return [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "pytest_odoo_rules",
        "--quiet",
        f"--odoo-config={os.environ['ODOO_RC']}",
        f"--odoo-database={database}",
        "--odoo-http",
        "--odoo-log-level=error",
        *args,
        *map(str, paths),
    ]


def run_pytest(database, paths, *args, output=None, **variables):
    """Run pytest in an empty folder; return its exit code."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "tools"), **variables}
    with tempfile.TemporaryDirectory() as empty:
        return subprocess.run(
            pytest_command(database, paths, *args),
            cwd=empty,
            env=env,
            stdout=output,
            stderr=output and subprocess.STDOUT,
            check=False,
        ).returncode


def main(*args):
    paths = [path.parent for path in sorted(ROOT.glob("*/tests/__init__.py"))]
    prepare()
    return run_pytest(DATABASE, paths, *args)


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except ToolError as error:
        sys.exit(str(error))
