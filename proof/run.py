"""make proof: the reliability battery, one line after the other.

usage: run.py    LONG=1 runs the long forms, ONLY="b12 b13" picks lines
"""

import importlib
import json
import os
import sys
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "lines"), str(HERE.parent / "tools")]

from odoodb import STATE, ToolError  # noqa: E402

import odoo.modules.module  # noqa: E402
from odoo.tools import config  # noqa: E402


def wanted_lines():
    names = sorted(path.stem for path in (HERE / "lines").glob("b*.py"))
    wanted = os.environ.get("ONLY", "").split()
    unknown = [word for word in wanted if not any(n.startswith(word) for n in names)]
    if unknown:
        raise ToolError(f"There is no line {' '.join(unknown)}: {' '.join(names)}")
    return [n for n in names if not wanted or any(n.startswith(w) for w in wanted)]


def run_line(name, form):
    line = importlib.import_module(name)
    size = getattr(line, form)
    print(f"{name}: {line.TITLE}", flush=True)
    start = time.monotonic()
    result = line.run(size)
    seconds = round(time.monotonic() - start)
    print(f"  {'held  ' if result['ok'] else 'BROKEN'} {line.GOAL}  {seconds} s")
    for key, value in result.items():
        if key not in ("ok", "violations"):
            print(f"    {key}: {value}")
    for text in result["violations"][:8]:
        print(f"    violated: {text}")
    sys.stdout.flush()
    return {"line": name, "goal": line.GOAL, "size": size, "seconds": seconds, **result}


def main():
    config.parse_config(["-c", os.environ["ODOO_RC"], "--log-level=error"])
    odoo.modules.module.initialize_sys_path()
    form = "LONG" if os.environ.get("LONG") not in (None, "", "0") else "GATE"
    results = [run_line(name, form) for name in wanted_lines()]
    folder = STATE / "proof"
    folder.mkdir(exist_ok=True)
    report = {"date": date.today().isoformat(), "form": form.lower(), "lines": results}
    target = folder / f"proof-{form.lower()}.json"
    target.write_text(json.dumps(report, indent=1, default=str) + "\n")
    broken = [result["line"] for result in results if not result["ok"]]
    held = len(results) - len(broken)
    print(f"{held} lines held, {len(broken)} broken; {target.name} written")
    return 1 if broken else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ToolError as error:
        sys.exit(str(error))
