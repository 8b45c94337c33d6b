"""Every test class of our addons runs after installation, and every file is imported.

`make test` runs the tests tagged ``post_install`` on an installed database. A class
without that tag would never run there, so it is an error to have one.
"""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEEDED = {"post_install", "-at_install"}


def tags_of(node):
    """Return the words given to @tagged on a class."""
    tags = set()
    for decorator in node.decorator_list:
        name = getattr(getattr(decorator, "func", None), "id", "")
        if name == "tagged":
            tags.update(arg.value for arg in decorator.args)
    return tags


def has_tests(node):
    return any(
        isinstance(item, ast.FunctionDef) and item.name.startswith("test_")
        for item in node.body
    )


def problems(path):
    name = path.relative_to(ROOT)
    package = (path.parent / "__init__.py").read_text()
    if path.stem not in package:
        yield f"{name}: not imported by tests/__init__.py, it would never run"
    for node in ast.parse(path.read_text(), str(path)).body:
        if not isinstance(node, ast.ClassDef) or not has_tests(node):
            continue
        if not tags_of(node) >= NEEDED:
            yield (
                f"{name}:{node.lineno}: {node.name} needs"
                ' @tagged("post_install", "-at_install")'
            )


def main():
    found = []
    for manifest in sorted(ROOT.glob("*/__manifest__.py")):
        for path in sorted(manifest.parent.glob("tests/test_*.py")):
            found.extend(problems(path))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
