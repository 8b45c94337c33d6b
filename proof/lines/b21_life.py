"""B21-B23: installed, updated twice, dumped and restored, grown, taken away again."""

import subprocess
import time

import db
from freezegun import freeze_time
from kit import databases, snapshot
from kit.world import make_history, recall, remember, work_on
from odoodb import LOGS, ToolError, clone, drop, execute, odoo_command, run_odoo

from odoo.tools import SQL

TITLE = "life: install, -u twice, restore, language, company, numbers, uninstall"
GOAL = "updates change nothing, restored equals dumped, nothing of ours is left"
TAKES = 230
GATE = {"claims": 2, "apart": False}
LONG = {"claims": 40, "apart": True}
NAME = "life"
CORE = "aftersales_service"
ONE_YEAR = ("2026-12-31 15:59:30", "2026-12-31 16:00:30")  # midnight in Shanghai
INT4 = 2**31
# Rows of other tables that would still speak of us: table, condition.
RESIDUE = {
    "ir_model": "model LIKE 'aftersales%'",
    "ir_model_fields": "model LIKE 'aftersales%' OR name LIKE '%aftersales%'",
    "ir_model_data": "module LIKE 'aftersales%'",
    "ir_cron": "cron_name LIKE '%ftersales%' OR cron_name LIKE 'After-Sales%'",
    "ir_config_parameter": "key LIKE '%aftersales%'",
    "ir_attachment": "res_model LIKE 'aftersales%' OR name LIKE '%aftersales%'",
    "mail_message": "model LIKE 'aftersales%'",
    "mail_followers": "res_model LIKE 'aftersales%'",
    "mail_activity": "res_model LIKE 'aftersales%'",
    "mail_alias": "alias_model_id IN (SELECT id FROM ir_model WHERE model LIKE"
    " 'aftersales%')",
    "ir_rule": "name::text LIKE '%ftersales%'",
    "ir_ui_view": "model LIKE 'aftersales%' OR arch_db::text LIKE '%aftersales\\_%'",
    "ir_act_window": "res_model LIKE 'aftersales%'",
    "ir_act_server": "code LIKE '%aftersales%'",
    "ir_filters": "model_id LIKE 'aftersales%'",
    "ir_default": "json_value LIKE '%aftersales%'",
    "ir_sequence": "code LIKE 'aftersales%'",
    "rating_rating": "res_model LIKE 'aftersales%'",
    "mail_template": "model LIKE 'aftersales%'",
}


def shell(database, script):
    """Run lines in Odoo's shell; raise when they fail."""
    log = LOGS / "proof-life-shell.log"
    with log.open("w") as output:
        code = subprocess.run(
            odoo_command("shell", "-d", database, "--no-http", "--log-level=warn"),
            input=script,
            text=True,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    if code or "Traceback" in log.read_text():
        raise ToolError(f"{log.read_text()[-800:]}\nThe shell failed, see {log.name}")


def different(first, second, what):
    """Return a text for what two sets or dicts do not share."""
    if first == second:
        return []
    if isinstance(first, dict):
        first, second = set(first.items()), set(second.items())
    return [f"{what}: {sorted(map(str, first ^ second))[:4]}"]


def update_twice(database):
    run_odoo("proof-life-update", "-d", database, "-u", CORE)
    first = [check(database) for check in (snapshot.schema, snapshot.xmlids)]
    rows = snapshot.counts(database)
    run_odoo("proof-life-update", "-d", database, "-u", CORE)
    second = [check(database) for check in (snapshot.schema, snapshot.xmlids)]
    return [
        *different(first[0], second[0], "-u changes the schema"),
        *different(first[1], second[1], "-u changes the xmlids"),
        *different(rows, snapshot.counts(database), "-u changes numbers of rows"),
    ]


def dump_and_restore(database):
    """Compare a restored copy; a changed cent on it must be seen."""
    copy = f"{database}_copy"
    snapshot.restore(database, copy)
    try:
        sums = snapshot.sums(database)
        found = different(sums, snapshot.sums(copy), "restored is not dumped")
        found += [f"lost file {name}" for name in snapshot.lost_files(copy)]
        found += [f"restored: {law}" for law in databases.broken_laws(copy)]
        with databases.environment(copy) as env:
            old = env["aftersales.order"].search([], order="id desc", limit=1)
            new = old.copy()
            if new.name <= old.name:
                found.append(f"numbers start again: {old.name}, {new.name}")
        databases.forget(copy)
        execute("UPDATE aftersales_adjustment SET amount = amount + 0.01", name=copy)
        if not different(sums, snapshot.sums(copy), "control"):
            found.append("control: a changed cent is not seen")
    finally:
        databases.discard(copy)
    return found


def count_up(database, memory):
    """Draw numbers over the turn of a year and past the width of an integer."""
    found = []
    with databases.environment(database) as env:
        world, names = recall(env, memory), []
        for moment in ONE_YEAR:
            with freeze_time(moment):
                names.append(world._create_order().name)
        years = [
            year in name for year, name in zip(("2026", "2027"), names, strict=True)
        ]
        if not all(years) or names[0] == names[1]:
            found.append(f"numbers over the turn of the year: {names}")
        sequence = env["ir.sequence"]._find_for_company("aftersales.order")
        ranges = sequence.date_range_ids
        pools = [f"ir_sequence_{sequence.id:03}_{part.id:03}" for part in ranges]
        for pool in pools or [f"ir_sequence_{sequence.id:03}"]:
            env.execute_query(SQL("SELECT setval(%s, %s)", pool, INT4 * 2))
        name = world._create_order().name
        if str(INT4 * 2 + 1) not in name:
            found.append(f"numbers past 32 bits: {name}")
        for table in ("aftersales_alloc", "aftersales_pay_turn"):
            name = SQL.identifier(table)
            env.cr.execute(SQL("UPDATE %s SET turn = %s", name, INT4 - 1))
        env.invalidate_all()
        found += [f"past 32 bits: {text}" for text in work_on(world, "2029-01")]
    return found


def grow(database):
    """Load a language and make a company after the fact."""
    run_odoo("proof-life-language", "-d", database, "--load-language=de_DE,zh_CN")
    with databases.environment(database, commit=True) as env:
        company = env["res.company"].create({"name": "Founded Later"})
        env.user.company_ids |= company
        order = (
            env["aftersales.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": env["res.partner"].create({"name": "New"}).id,
                    "company_id": company.id,
                }
            )
        )
        found = [] if order.name else ["a later company numbers no orders"]
        if not company.aftersales_policy_id:
            found.append("a later company has no policy")
        chinese = env["ir.model"].with_context(lang="zh_CN")
        if chinese._get("aftersales.order").name == "Service Order":
            found.append("the second language is not loaded")
    return found


def take_away(database, *addons):
    """Uninstall addons; return the errors of the log."""
    shell(
        database,
        f"env['ir.module.module'].search([('name', 'in', {list(addons)})])"
        ".button_immediate_uninstall()\n",
    )
    log = (LOGS / "proof-life-shell.log").read_text().splitlines()
    errors = [line for line in log if " ERROR " in line or " CRITICAL " in line]
    return [f"uninstall of {addons}: {line[:200]}" for line in errors]


def glue():
    """Return our addons beside the core."""
    return [addon for addon in db.our_addons() if addon != CORE]


def without(database, memory, *addons):
    """Take glue addons away; what is left must work."""
    found = take_away(database, *addons)
    [(left,)] = databases.rows(
        database,
        "SELECT COUNT(*) FROM ir_model_data WHERE module = ANY(%s)",
        [list(addons)],
    )
    found += [f"{left} records of {addons} are left"] if left else []
    with databases.environment(database, commit=True) as env:
        work = work_on(recall(env, memory), "2030-01")
    found += [f"without {addons}: {text}" for text in work]
    found += [f"without {addons}: {law}" for law in databases.broken_laws(database)]
    databases.forget(database)
    return found


def shrink(database, memory, apart):
    """Take the glue addons away, together; when apart each alone from a copy too."""
    found = []
    for addon in glue() if apart else ():
        copy = f"{database}_copy"
        drop(copy)
        clone(database, copy)
        found += without(copy, memory, addon)
        databases.discard(copy)
    return found + without(database, memory, *glue())


def own_counters(lines, database):
    """Leave out the counters of numbers that somebody's sequence still draws."""
    living = databases.rows(database, "SELECT to_char(id, 'FM000') FROM ir_sequence")
    names = tuple(f"ir_sequence_{number}" for (number,) in living)
    return [line for line in lines if not line.removesuffix(";").endswith(names)]


def residue(database, before):
    """Return what is left of us, against a database that never had us."""
    now = snapshot.schema(database)
    left, gone = now - before["schema"], before["schema"] - now
    found = [f"left in the schema: {x}" for x in sorted(own_counters(left, database))]
    found += [f"taken away from others: {line}" for line in sorted(gone)]
    for table, condition in RESIDUE.items():
        query = f"SELECT COUNT(*) FROM {table} WHERE {condition}".replace("%", "%%")
        [(number,)] = databases.rows(database, query)
        [(old,)] = databases.rows(before["copy"], query)
        if number > old:
            found.append(f"{number - old} rows left in {table}")
    return found


def leave_something(database, before, known):
    """The control: a table, a column and a setting left on purpose are found."""
    for statement in (
        "CREATE TABLE aftersales_left (id integer)",
        "ALTER TABLE res_partner ADD COLUMN aftersales_left integer",
        "INSERT INTO ir_config_parameter (key, value) VALUES ('aftersales.left', '1')",
    ):
        execute(statement, name=database)
    found = " ".join(set(residue(database, before)) - set(known))
    wanted = ("aftersales_left", "aftersales_left integer", "ir_config_parameter")
    return [f"control: {name} is not found" for name in wanted if name not in found]


def run(size):
    database, base = databases.PREFIX + NAME, databases.PREFIX + NAME + "_base"
    times, start = {}, time.monotonic()

    def clock(step):
        nonlocal start
        times[step], start = round(time.monotonic() - start, 1), time.monotonic()

    db.fresh_base(base)
    before = {"schema": snapshot.schema(base), "copy": base}
    # Its template was a copy of that base in which our addons were installed.
    db.fresh(database, False)
    clock("base and install")
    with databases.environment(database, commit=True) as env:
        memory = remember(make_history(env, claims=size["claims"], slips=1))
    clock("work")
    violations = update_twice(database)
    clock("update twice")
    violations += dump_and_restore(database)
    clock("dump and restore")
    violations += grow(database)
    violations += count_up(database, memory)
    violations += [f"grown: {law}" for law in databases.broken_laws(database)]
    databases.forget(database)
    clock("language, company, numbers")
    violations += shrink(database, memory, size["apart"])
    clock("glue addons away")
    violations += take_away(database, CORE)
    clock("uninstall")
    left = residue(database, before)
    violations += left + leave_something(database, before, left)
    clock("residue")
    for name in (database, base):
        databases.discard(name)
    return {"seconds of each": times, "violations": violations, "ok": not violations}
