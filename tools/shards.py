"""Divide the test classes of our addons between two runs side by side.

The first run gets a list of classes, the second one everything else, so that no
test can fall between them whatever this file overlooks.
"""

import ast

from odoodb import ROOT

BROWSER_WORDS = ("start_tour", "browser_js")
BROWSER_WEIGHT = 10  # a browser test takes about as long as ten others


def classes(addon):
    """Yield (class name, weight, whether it drives a browser) of an addon's tests."""
    for path in sorted((ROOT / addon / "tests").glob("test_*.py")):
        source = path.read_text()
        browser = any(word in source for word in BROWSER_WORDS)
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef):
                names = [item.name for item in node.body if hasattr(item, "name")]
                tests = sum(name.startswith("test_") for name in names)
                if tests:
                    yield node.name, tests * (BROWSER_WEIGHT if browser else 1), browser


def divide(addons):
    """Return the test tags of two runs of about the same length.

    Browser tests stay in one of them: two browsers at once would slow each other
    down until a tour runs into its time limit.
    """
    rows = [
        (f"/{addon}:{row[0]}", *row[1:]) for addon in addons for row in classes(addon)
    ]
    first, loads = [], [0, 0]
    for tag, weight, browser in sorted(
        rows, key=lambda row: (not row[2], -row[1], row[0])
    ):
        lighter = 0 if browser else loads.index(min(loads))
        loads[lighter] += weight
        if lighter == 0:
            first.append(tag)
    everything = [f"/{addon}" for addon in addons]
    rest = everything + [f"-{tag}" for tag in first]
    return [",".join(first), ",".join(rest)] if first else [",".join(everything)]
