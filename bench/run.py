"""make bench: what our work costs beside what it is compared with, in one run.

usage: run.py    SIZE=small|full (small), ONLY="p03 p04" (all), REPEAT=5
"""

import importlib
import json
import os
import platform
import sys
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tools")]

import db  # noqa: E402
from base import Bench  # noqa: E402
from odoodb import STATE, ToolError  # noqa: E402

RESULTS = STATE / "bench"


def wanted_lines():
    names = sorted(path.stem for path in (HERE / "lines").glob("p*.py"))
    wanted = os.environ.get("ONLY", "").split()
    unknown = [word for word in wanted if not any(n.startswith(word) for n in names)]
    if unknown:
        raise ToolError(f"There is no line {' '.join(unknown)}: {' '.join(names)}")
    return [n for n in names if not wanted or any(n.startswith(w) for w in wanted)]


def open_databases(line):
    """Make the databases of a line from the cached templates."""
    names = {}
    for role, kind in line.DATABASES.items():
        names[role] = f"aftersales_bench_{role}"
        if kind == "product":
            db.fresh(names[role], False)
        else:
            db.fresh_base(names[role])
    return names


def run_line(bench, name):
    line = importlib.import_module(f"lines.{name}")
    print(f"{name}: {line.TITLE}", flush=True)
    databases = open_databases(line)
    start, rows = time.monotonic(), []
    for row in line.run(bench, databases):
        rows.append({"line": name.split("_")[0].upper(), **row})
        mark = "ok   " if row["ok"] else "SHORT"
        print(f"  {mark} {row['what']}: {row['value']}  goal {row['goal']}", flush=True)
        if row["note"]:
            print(f"        {row['note']}", flush=True)
    print(f"  {time.monotonic() - start:.0f} s", flush=True)
    return rows


def write_report(size, rows):
    """Write the figures as JSON and as a table; return the file of the table."""
    RESULTS.mkdir(exist_ok=True)
    today = date.today().isoformat()
    machine = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    report = {"date": today, "size": size, "machine": machine, "rows": rows}
    text = json.dumps(report, indent=1, ensure_ascii=False)
    (RESULTS / f"bench-{size}.json").write_text(text + "\n")
    lines = [
        f"| {row['line']} | {row['what']} | {row['value']} | {row['goal']} |"
        f" {'reached' if row['ok'] else 'short'} | {row['note']} |"
        for row in rows
    ]
    table = RESULTS / f"bench-{size}.md"
    table.write_text(
        f"{today}, {machine}, size {size}\n\n"
        "| line | what | figure | goal | | note |\n"
        "| --- | --- | --- | --- | --- | --- |\n" + "\n".join(lines) + "\n"
    )
    return table


def main():
    size = os.environ.get("SIZE") or "small"
    if size not in ("small", "full"):
        raise ToolError("SIZE is small or full.")
    bench = Bench(size, int(os.environ.get("REPEAT") or 5))
    rows = [row for name in wanted_lines() for row in run_line(bench, name)]
    target = write_report(size, rows)
    short = sum(not row["ok"] for row in rows)
    print(f"{len(rows)} figures, {short} short of the goal; {target.name} written")


if __name__ == "__main__":
    try:
        main()
    except ToolError as error:
        sys.exit(str(error))
