"""make proof: the reliability battery, two lines at a time on two cores.

usage: run.py              LONG=1 runs the long forms, ONLY="b12 b13" picks lines,
                           JOBS=1 how many at once (half of the cores, at least two)
       run.py NAME RESULT  one line in a process of its own, used by the above

Each line has a process and databases of its own, so that none hands the next one its
memory or its rows.  A line that judges times says ``ALONE = True`` and runs when no
other does.  A line that takes long says how many seconds as ``TAKES = 200``, taken from
a gate on two cores: the longest start first, so that none is left over at the end.
A line that says ``NIGHTLY = True`` runs when it is named, and in the long form.
Nothing is printed but what was measured in this run.  The results are written to
``.state/proof`` as JSON and as a table.
"""

import importlib
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "lines"), str(HERE.parent / "tools")]

import db  # noqa: E402
from kit import databases  # noqa: E402
from kit.release import HistoryMissing  # noqa: E402
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
    if wanted:
        return [n for n in names if any(n.startswith(word) for word in wanted)]
    return [n for n in names if form() == "LONG" or not is_nightly(n)]


def form():
    long = os.environ.get("LONG") not in (None, "", "0")
    return "LONG" if long else "GATE"


def jobs():
    """Return how many lines run at once."""
    text = os.environ.get("JOBS") or str(max(2, (os.cpu_count() or 2) // 2))
    if not text.isdigit() or not int(text):
        raise ToolError(f"JOBS is a number of lines at once, not {text!r}")
    return int(text)


def judges_times(name):
    """Tell whether a line says that no other may run beside it."""
    return declared(name, "ALONE") == "True"


def is_nightly(name):
    """Tell whether a line says that the gate goes without it, unless it is named."""
    return declared(name, "NIGHTLY") == "True"


def get_seconds(name):
    """Return how long a line takes, as it says itself; 0 when it is short."""
    return int(declared(name, "TAKES") or 0)


def declared(name, constant):
    """Return what a line says of itself, as text, without loading it."""
    text = (HERE / "lines" / f"{name}.py").read_text()
    found = re.search(rf"^{constant} = (\w+)$", text, re.MULTILINE)
    return found and found.group(1)


def measure(line, size):
    """Run a line; an error of its own is a broken line, and the others still run."""
    try:
        return line.run(size)
    except HistoryMissing as error:
        return {"ok": None, "violations": [], "not run": str(error)}
    except Exception as error:
        (LOGS / f"proof-{line.__name__}.log").write_text(traceback.format_exc())
        text = f"the line broke off: {type(error).__name__}: {error}"[:300]
        return {"ok": False, "violations": [f"{text}, see proof-{line.__name__}.log"]}


def run_one(name, target):
    """Run a line in this process and leave its result in a file."""
    config.parse_config(["-c", os.environ["ODOO_RC"], "--log-level=error"])
    odoo.modules.module.initialize_sys_path()
    databases.LINE = name
    line = importlib.import_module(name)
    size = getattr(line, form(), line.GATE)
    start = time.monotonic()
    try:
        result = measure(line, size)
    finally:
        databases.discard_shared()
    result = {
        "line": name,
        "title": line.TITLE,
        "goal": line.GOAL,
        "size": size,
        "seconds": round(time.monotonic() - start),
        **result,
    }
    Path(target).write_text(json.dumps(result, indent=1, default=str))


def run_apart(name, folder):
    """Run a line in a process of its own and show what it found."""
    target, log = Path(folder) / f"{name}.json", LOGS / f"proof-{name}.out"
    with log.open("wb") as output:
        code = subprocess.run(
            [sys.executable, __file__, name, str(target)],
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    if target.exists():
        result = json.loads(target.read_text())
    else:
        result = {
            "line": name,
            "title": "",
            "goal": "",
            "size": {},
            "seconds": 0,
            "ok": False,
            "violations": [f"its process ended with {code}, see {log.name}"],
        }
    show(result)
    return result


def verdict(result):
    return {True: "held", False: "BROKEN", None: "NOT RUN"}[result["ok"]]


def show(result):
    lines = [
        f"{result['line']}: {result['title']}",
        f"  {verdict(result):<7} {result['goal']}  {result['seconds']} s",
    ]
    known = {"line", "title", "goal", "size", "seconds", "ok", "violations"}
    lines += [f"    {key}: {result[key]}" for key in result if key not in known]
    found = result["violations"]
    lines += [f"    violated: {text}" for text in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"    and {len(found) - SHOWN} more, see the JSON")
    print("\n".join(lines), flush=True)


def run_all(names):
    """Run the lines, the longest first; those that judge times after all others.

    :return: the results, in the order of the names
    """
    # The template is made before, once, for all of them.
    name = databases.PREFIX + "template"
    db.fresh(name, False)
    databases.discard(name)
    alone = [name for name in names if judges_times(name)]
    beside = [name for name in names if name not in alone]
    beside.sort(key=get_seconds, reverse=True)
    with tempfile.TemporaryDirectory() as folder:
        with ThreadPoolExecutor(jobs()) as pool:
            results = list(pool.map(lambda name: run_apart(name, folder), beside))
        results += [run_apart(name, folder) for name in alone]
    return sorted(results, key=lambda result: result["line"])


def write_report(results, seconds):
    """Write the results as JSON and as a table; return the name of the table."""
    folder = STATE / "proof"
    folder.mkdir(exist_ok=True)
    machine = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    today, kind = date.today().isoformat(), form().lower()
    report = {"date": today, "form": kind, "machine": machine, "lines": results}
    text = json.dumps(report | {"seconds": seconds}, indent=1, default=str)
    (folder / f"proof-{kind}.json").write_text(text + "\n")
    rows = [
        f"| {r['line']} | {r['title']} | {r['goal']} | {verdict(r)} | {r['seconds']} |"
        for r in results
    ]
    table = folder / f"proof-{kind}.md"
    table.write_text(
        f"{today}, {machine}, {kind} form, {jobs()} lines at once, {seconds} s\n\n"
        "| line | what | goal | result | s |\n| --- | --- | --- | --- | --- |\n"
        + "\n".join(rows)
        + "\n"
    )
    return table


def main():
    start = time.monotonic()
    results = run_all(wanted_lines())
    seconds = round(time.monotonic() - start)
    table = write_report(results, seconds)
    broken = [result["line"] for result in results if result["ok"] is False]
    held = [result for result in results if result["ok"]]
    print(
        f"{len(held)} lines held, {len(broken)} broken, "
        f"{len(results) - len(held) - len(broken)} not run in {seconds} s; "
        f"{table.name} written"
    )
    if broken:
        print(f"broken: {' '.join(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    try:
        sys.exit(run_one(*sys.argv[1:3]) if sys.argv[1:] else main())
    except ToolError as error:
        sys.exit(str(error))
