"""A pytest plugin: collect what Odoo's own test loader would run, no more.

pytest also collects test classes that a file merely imports, and inherited test
methods. With AT_INSTALL_ONLY=1 only tests tagged at_install stay, the ones that
Odoo's runner never runs with a later addon loaded.
"""

import os


def belongs(item):
    """Tell whether Odoo's loader would run this test from this file."""
    case = getattr(item, "cls", None)
    if case is None or not hasattr(case, "test_tags"):
        return True
    if case.__module__ != item.module.__name__:
        return False
    inherited_too = getattr(case, "allow_inherited_tests_method", False)
    return inherited_too or item.originalname in vars(case)


def wanted(item):
    tags = getattr(getattr(item, "cls", None), "test_tags", None)
    only = os.environ.get("AT_INSTALL_ONLY")
    return belongs(item) and not (
        only and tags is not None and "at_install" not in tags
    )


def pytest_collection_modifyitems(config, items):
    kept = [item for item in items if wanted(item)]
    dropped = [item for item in items if not wanted(item)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept
