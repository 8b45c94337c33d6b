"""Small files and small methods: the budget of this repository.

A Python file has at most 400 lines (a test file 600), a function at most 40 lines
from its signature to its end. Migration scripts are exempt: they are written once.
"""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES = 400
TEST_FILE_LINES = 600
FUNCTION_LINES = 40
SKIPPED = {".state", ".git", "migrations", "node_modules", "build", "dist"}


def python_files():
    for path in sorted(ROOT.rglob("*.py")):
        if SKIPPED.isdisjoint(path.relative_to(ROOT).parts):
            yield path


def is_test(path):
    return "tests" in path.relative_to(ROOT).parts


def too_long_functions(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            if length > FUNCTION_LINES:
                yield node.lineno, node.name, length


def problems(path):
    text = path.read_text()
    name = path.relative_to(ROOT)
    limit = TEST_FILE_LINES if is_test(path) else FILE_LINES
    lines = text.count("\n")
    if lines > limit:
        yield f"{name}: {lines} lines, at most {limit}"
    for line, function, length in too_long_functions(ast.parse(text, str(path))):
        yield f"{name}:{line}: {function} has {length} lines, at most {FUNCTION_LINES}"


def main():
    found = [problem for path in python_files() for problem in problems(path)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
