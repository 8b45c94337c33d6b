"""make proof: the reliability battery, one line after the other.

usage: run.py    LONG=1 runs the long forms, ONLY="b12 b13" picks lines

Nothing is printed but what was measured in this run.  The results are written to
``.state/proof`` as JSON and as a table.
"""

import importlib
import json
import os
import platform
import sys
import time
import traceback
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "lines"), str(HERE.parent / "tools")]

from odoodb import LOGS, STATE, ToolError  # noqa: E402

import odoo.modules.module  # noqa: E402
from odoo.tools import config  # noqa: E402

SHOWN = 8


def wanted_lines():
    names = sorted(path.stem for path in (HERE / "lines").glob("b*.py"))
    wanted = os.environ.get("ONLY", "").split()
    unknown = [word for word in wanted if not any(n.startswith(word) for n in names)]
    if unknown:
        raise ToolError(f"There is no line {' '.join(unknown)}: {' '.join(names)}")
    return [n for n in names if not wanted or any(n.startswith(w) for w in wanted)]


def measure(line, size):
    """Run a line; an error of its own is a broken line, and the others still run."""
    try:
        return line.run(size)
    except Exception as error:
        (LOGS / f"proof-{line.__name__}.log").write_text(traceback.format_exc())
        text = f"the line broke off: {type(error).__name__}: {error}"[:300]
        return {"ok": False, "violations": [f"{text}, see proof-{line.__name__}.log"]}


def run_line(name, form):
    line = importlib.import_module(name)
    size = getattr(line, form, line.GATE)
    print(f"{name}: {line.TITLE}", flush=True)
    start = time.monotonic()
    result = measure(line, size)
    seconds = round(time.monotonic() - start)
    print(f"  {'held  ' if result['ok'] else 'BROKEN'} {line.GOAL}  {seconds} s")
    for key, value in result.items():
        if key not in ("ok", "violations"):
            print(f"    {key}: {value}")
    for text in result["violations"][:SHOWN]:
        print(f"    violated: {text}")
    if len(result["violations"]) > SHOWN:
        print(f"    and {len(result['violations']) - SHOWN} more")
    sys.stdout.flush()
    return {
        "line": name,
        "title": line.TITLE,
        "goal": line.GOAL,
        "size": size,
        "seconds": seconds,
        **result,
    }


def write_report(form, results):
    """Write the results as JSON and as a table; return the name of the table."""
    folder = STATE / "proof"
    folder.mkdir(exist_ok=True)
    machine = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    today = date.today().isoformat()
    report = {"date": today, "form": form, "machine": machine, "lines": results}
    text = json.dumps(report, indent=1, default=str)
    (folder / f"proof-{form}.json").write_text(text + "\n")
    rows = [
        f"| {r['line']} | {r['title']} | {r['goal']} | "
        f"{'held' if r['ok'] else 'BROKEN'} | {r['seconds']} |"
        for r in results
    ]
    table = folder / f"proof-{form}.md"
    table.write_text(
        f"{today}, {machine}, {form} form, {sum(r['seconds'] for r in results)} s\n\n"
        "| line | what | goal | result | s |\n| --- | --- | --- | --- | --- |\n"
        + "\n".join(rows)
        + "\n"
    )
    return table


def main():
    config.parse_config(["-c", os.environ["ODOO_RC"], "--log-level=error"])
    odoo.modules.module.initialize_sys_path()
    form = "LONG" if os.environ.get("LONG") not in (None, "", "0") else "GATE"
    start = time.monotonic()
    results = [run_line(name, form) for name in wanted_lines()]
    table = write_report(form.lower(), results)
    broken = [result["line"] for result in results if not result["ok"]]
    held = len(results) - len(broken)
    print(
        f"{held} lines held, {len(broken)} broken in "
        f"{time.monotonic() - start:.0f} s; {table.name} written"
    )
    if broken:
        print(f"broken: {' '.join(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ToolError as error:
        sys.exit(str(error))
