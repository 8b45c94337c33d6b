"""B24: the last release, with demo data and the played story, brought up to date."""

import json
import subprocess

from kit import databases, release, snapshot
from kit.world import make_history, work_on
from odoodb import LOGS, ToolError, clone, drop, execute, odoo_command, run_odoo

TITLE = "upgrade of the last release with its demo data and the played story"
GOAL = "laws before = after, sums equal, chain unbroken, 0 errors, the main steps work"
TAKES = 65
GATE = {"again": False}
LONG = {"again": True}
# What no update may change: table, what is summed, by what.  New demo records may come.
SUMS = {
    "ledger": ("aftersales_settlement", "SUM(amount), SUM(signed_amount)", "kind"),
    "adjustments": ("aftersales_adjustment", "SUM(amount)", "state"),
    "payslips": ("hr_payslip", "COUNT(name)", "state"),
    "lines of payslips": ("hr_payslip_line", "SUM(total)::numeric(16, 2)", "code"),
    "parts on hand": ("stock_quant", "SUM(quantity)", "product_id, location_id"),
    "moves": ("stock_move", "SUM(quantity)", "product_id, state"),
    "claims": ("aftersales_claim", "COUNT(name)", "state"),
    "orders": ("aftersales_order", "COUNT(name)", "state"),
    "tickets": ("helpdesk_ticket", "COUNT(number)", "stage_id"),
}
CHAIN = "SELECT id, hash FROM aftersales_audit ORDER BY id"
LAWS = """
companies = env['res.company'].search([]).ids
integrity = env['aftersales.integrity'].with_context(allowed_company_ids=companies)
import json
print('LAWS', json.dumps({r['law']: r['ok'] for r in integrity.run()}))
"""


def marks(database):
    """Return the last id of each table that is summed."""
    return {
        table: databases.rows(database, f"SELECT MAX(id) FROM {table}")[0][0]
        for table, _sums, _by in SUMS.values()
    }


def sums(database, last):
    """Return what the tables sum up to, as far as they went before."""
    return {
        name: databases.rows(
            database,
            f"SELECT {by}, COUNT(*), {total} FROM {table} WHERE id <= %s"
            f" GROUP BY {by} ORDER BY {by}",
            [last[table]],
        )
        for name, (table, total, by) in SUMS.items()
    }


def laws(database, *options):
    """Return ``{law: holds}``, as the sources on the path judge it."""
    done = subprocess.run(
        odoo_command(
            *("shell", "-d", database, "--no-http", "--log-level=error"), *options
        ),
        input=LAWS,
        text=True,
        check=False,
        capture_output=True,
    )
    for line in done.stdout.splitlines():
        if "LAWS " in line:
            return json.loads(line.partition("LAWS ")[2])
    (LOGS / "proof-upgrade-laws.log").write_text(done.stdout + done.stderr)
    raise ToolError("The laws could not be checked, see proof-upgrade-laws.log")


def different(before, after):
    """Return which sums changed."""
    return [
        f"{name}: {sorted(set(before[name]) ^ set(after[name]))[:4]}"
        for name in before
        if before[name] != after[name]
    ]


def update(database):
    """Update every addon of ours; return what the log calls an error."""
    try:
        run_odoo("proof-upgrade", "-d", database, "-u", "aftersales_service")
    except ToolError as error:
        return [f"the update: {str(error)[:600]}"]
    return []


def check_version(database):
    """Every addon must stand at its new version, none half way."""
    rows = databases.rows(
        database,
        "SELECT name, latest_version, state FROM ir_module_module"
        " WHERE name LIKE 'aftersales%%' AND (state <> 'installed'"
        " OR name = 'aftersales_service' AND latest_version = %s)",
        [release.VERSION],
    )
    return [f"{name} is {state} at {version}" for name, version, state in rows]


def check_work(database):
    """Issue a part and pay a slip on the updated database."""
    with databases.environment(database, commit=True) as env:
        world = make_history(env, claims=0, slips=0)
        found = [f"after the update: {text}" for text in work_on(world, "2026-03")]
    found += [f"after the update: {law}" for law in databases.broken_laws(database)]
    databases.forget(database)
    return found


def check_control(database, last):
    """The control: a part and a cent that come from nowhere are seen."""
    copy = f"{database}_copy"
    drop(copy)
    clone(database, copy)
    before = sums(database, last)
    for statement in (
        "UPDATE stock_quant SET quantity = quantity + 1 WHERE id ="
        " (SELECT MIN(id) FROM stock_quant)",
        "UPDATE aftersales_adjustment SET amount = amount + 0.01 WHERE id ="
        " (SELECT MIN(id) FROM aftersales_adjustment)",
    ):
        execute(statement, name=copy)
    found = " ".join(different(before, sums(copy, last)))
    databases.discard(copy)
    wanted = ("parts on hand", "adjustments")
    return [f"control: {name} is not seen" for name in wanted if name not in found]


def run(size):
    database = databases.PREFIX + "upgrade"
    release.make(database)
    last = marks(database)
    before, chain = sums(database, last), databases.rows(database, CHAIN)
    held = laws(database, *release.options(release.tree()))
    violations = [f"before: {law}" for law, holds in held.items() if not holds]
    violations += update(database) + check_version(database)
    changed = different(before, sums(database, last))
    violations += [f"changed by the update: {text}" for text in changed]
    kept = databases.rows(database, CHAIN)[: len(chain)]
    if kept != chain:
        violations.append("the update changed the audit trail")
    after = laws(database)
    violations += [f"after: {law}" for law, holds in after.items() if not holds]
    violations += [f"no longer checked: {law}" for law in held.keys() - after.keys()]
    if size["again"]:
        first = snapshot.counts(database)
        violations += update(database)
        if first != snapshot.counts(database):
            violations.append("a second update changes numbers of rows")
    violations += check_control(database, last)
    violations += check_work(database)
    databases.discard(database)
    return {
        "from": release.VERSION,
        "laws before and after": f"{len(held)}, {len(after)}",
        "links of the trail": len(chain),
        "sums": len(SUMS),
        "violations": violations,
        "ok": not violations,
    }
