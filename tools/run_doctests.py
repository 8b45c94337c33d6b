"""Run the doctests of every addon's calc/ folder: pure Python, no database.

Fails when a calc module has a public function but no doctest at all.
"""

import doctest
import importlib
import os
import sys
from pathlib import Path

from odoo.modules.module import initialize_sys_path
from odoo.tools import config

ROOT = Path(__file__).resolve().parent.parent


def modules():
    for path in sorted(ROOT.glob("*/calc/*.py")):
        addon = path.parents[1]
        if path.name != "__init__.py" and (addon / "__manifest__.py").exists():
            yield addon.name, path.stem


def check(addon, name):
    """Return tests run and problems found in one module."""
    module = importlib.import_module(f"odoo.addons.{addon}.calc.{name}")
    failed, run = doctest.testmod(module)
    if not run:
        print(f"{addon}/calc/{name}.py has no doctest")
        failed = 1
    return run, failed


def main():
    config.parse_config(["-c", os.environ["ODOO_RC"]], setup_logging=False)
    initialize_sys_path()
    results = [check(*module) for module in modules()]
    run = sum(result[0] for result in results)
    failed = sum(result[1] for result in results)
    print(f"{run} doctests in {len(results)} modules, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
