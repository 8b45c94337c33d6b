"""B30: parts and warranty with the core alone: no sales, no repairs, no glue."""

import os
import re
import socket
import subprocess

from kit import databases
from odoodb import LOGS, ROOT, drop, execute, odoo_command, run_odoo, sql

TITLE = "parts and warranty with nothing installed but the core and what it needs"
GOAL = "no neighbour installed; every test of warranty, claims and stock passes"
CORE = "aftersales_service"
# What may be missing without a step of issue 5 §§ 1-2 getting lost.
ABSENT = ("sale", "sale_stock", "repair", "hr_expense", "account", "stock_account")
FILES = (
    *("test_calc", "test_warranty", "test_warranty_terms", "test_part_fit"),
    *("test_claim", "test_claim_access", "test_claim_approval", "test_claim_custody"),
    *("test_claim_finding", "test_claim_hand_in", "test_claim_stock"),
    *("test_recovery", "test_van", "test_stock_doors", "test_stock_guards"),
    *("test_integrity_parts", "test_parts_stories", "test_equipment_replace"),
)
QUICK = ("test_claim_stock", "test_stock_guards", "test_van", "test_warranty_terms")
TAKES = 107
GATE = {"files": QUICK}
LONG = {"files": FILES}
DONE = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


def make(database):
    """Install the core in an empty database; return what should not be there."""
    drop(database)
    execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    run_odoo(
        "proof-core-alone",
        *("-d", database, "-i", CORE, "--skip-auto-install"),
        "--load-language=en_US,zh_CN",
    )
    rows = execute(
        "SELECT name FROM ir_module_module WHERE state = 'installed'"
        " AND (name = ANY(%s) OR name LIKE 'aftersales_service\\_%%')",
        [list(ABSENT)],
        name=database,
    )
    return sorted(name for (name,) in rows)


def play(database, files):
    """Run the tests of these files; return how many ran, and the failures."""
    classes = []
    for name in files:
        text = (ROOT / CORE / "tests" / f"{name}.py").read_text()
        classes += re.findall(r"^class (Test\w+)", text, re.MULTILINE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = LOGS / "proof-core-alone-tests.log"
    with log.open("w") as output:
        code = subprocess.run(
            odoo_command(
                *("-d", database, f"--http-port={port}", "--max-cron-threads=0"),
                *("--stop-after-init", "--test-tags"),
                ",".join(f"/{CORE}:{name}" for name in classes),
            ),
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TZ": "UTC"},
            check=False,
        ).returncode
    found = DONE.search(log.read_text())
    if not found:
        return 0, [f"the tests did not run, see {log.name}"]
    failed, errors, count = map(int, found.groups())
    if code or failed or errors or not count:
        return count, [f"{failed} failed, {errors} errors, see {log.name}"]
    return count, []


def run(size):
    database = f"{databases.PREFIX}core_alone"
    there = make(database)
    count, violations = play(database, size["files"])
    violations += [f"installed beside the core: {name}" for name in there]
    drop(database)
    return {
        "tests passed": count,
        "installed beside": there or "nothing",
        "violations": violations,
        "ok": not violations,
    }
