"""The table of requirements, written from the tests: docs/requirements.md.

usage: gen_requirements.py [--check]

A test names the rows that it proves at the beginning of its docstring ("HOT-04, F48:
...") or in its name (test_hot_04_...). tools/requirements/rows.csv holds the rows with
their models and, where a row is proved elsewhere or left out, the reason; areas.csv
says how far an area is built. Every row of an area that is complete needs a test or a
reason.
"""

import ast
import csv
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tools" / "requirements"
TARGET = ROOT / "docs" / "requirements.md"
CONTRACT = ROOT / "docs" / "contract.md"
ROW = re.compile(r"(?:[A-Z]{2,5}-\d{2}|F\d{2})")
NAME = re.compile(r"test_([a-z]{2,5})_(\d\d)(?=_)")
HEAD = re.compile(rf"\s*{ROW.pattern}(?:\s*,\s*{ROW.pattern})*")
INTRO = """# Requirements, models and tests

Written from the tests by `make requirements`; do not edit. A test stands beside a row
when its name or the beginning of its docstring holds the row's number. *core* rows are
always on, *cfg* rows are settings, off by default; *form* rows are the papers.
"""
STATUS = {
    "complete": "",
    "in work": "Built in part; a row without a test is not claimed.",
    "later": "A later addon; nothing of it is built here but what a test names.",
}


def read(name):
    with (DATA / name).open(newline="") as lines:
        return list(csv.DictReader(lines))


def area_of(row):
    return "F" if row.startswith("F") else row.split("-")[0]


def tests():
    """Return {row: ["file: Class.test", ...]} of all addons and the proof."""
    found = defaultdict(list)
    paths = [
        *ROOT.glob("aftersales_service*/tests/test_*.py"),
        *ROOT.glob("proof/**/*.py"),
    ]
    for path in sorted(paths):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                named(path, node, found)
    return found


def named(path, node, found):
    for method in node.body:
        if not isinstance(method, ast.FunctionDef) or not method.name.startswith(
            "test"
        ):
            continue
        head = HEAD.match(ast.get_docstring(method) or "")
        rows = ROW.findall(head.group()) if head else []
        rows += [
            f"{area.upper()}-{number}" for area, number in NAME.findall(method.name)
        ]
        for row in sorted(set(rows)):
            label = f"`{path.stem}` {node.name}.{method.name}"
            found[row].append(
                f"[{label}](../{path.relative_to(ROOT)}#L{method.lineno})"
            )


def table(rows, found):
    yield "| row | | what | models | tests |"
    yield "| --- | --- | --- | --- | --- |"
    for row in rows:
        models = ", ".join(f"`{model}`" for model in row["models"].split())
        shown = "<br>".join(found.get(row["id"], ()))
        shown = "<br>".join(filter(None, [shown, row["note"]]))
        title = row["title"].replace("|", "\\|")
        yield f"| {row['id']} | {row['tag']} | {title} | {models} | {shown} |"


def page(found):
    rows, lines = defaultdict(list), [INTRO]
    for row in read("rows.csv"):
        rows[area_of(row["id"])].append(row)
    for area in read("areas.csv"):
        mine = rows[area["id"]]
        shown = sum(bool(found.get(row["id"])) for row in mine)
        lines.append(f"## {area['id']}: {area['title']}\n")
        line = f"{len(mine)} rows, {shown} shown by tests. {STATUS[area['status']]}"
        lines.append(f"{line.strip()}\n")
        if area["status"] != "later" or shown:
            lines.extend([*table(mine, found), ""])
    return "\n".join(lines).rstrip() + "\n"


def faults(found):
    """Yield what is wrong with the rows: unknown, unproved, or with unknown models."""
    rows = read("rows.csv")
    complete = {a["id"] for a in read("areas.csv") if a["status"] == "complete"}
    known = {row["id"] for row in rows}
    contract = CONTRACT.read_text()
    forms = {row for row in found if row.startswith("F")}
    areas = {area["id"] for area in read("areas.csv")}
    strangers = {row for row in set(found) - known - forms if area_of(row) in areas}
    for row in sorted(strangers):
        yield f"{row} is named by {found[row][0]} but is no row of ours"
    for row in rows:
        if area_of(row["id"]) in complete and not (found.get(row["id"]) or row["note"]):
            yield f"{row['id']} has neither a test nor a reason: {row['title']}"
        for model in row["models"].split():
            if f"`{model}`" not in contract:
                yield f"{row['id']} names {model}, which is not in the contract"


def main():
    found = tests()
    wrong = list(faults(found))
    sys.stderr.writelines(f"{line}\n" for line in wrong)
    if "--check" in sys.argv:
        if TARGET.read_text() != page(found):
            wrong.append("stale")
            sys.stderr.write(
                "docs/requirements.md is not up to date: make requirements\n"
            )
        return bool(wrong)
    TARGET.write_text(page(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
