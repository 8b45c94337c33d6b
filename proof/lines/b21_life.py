"""B21-B23: installed, updated twice, dumped and restored, grown, taken away again."""

import subprocess
import time

import db
from kit import databases, snapshot
from kit.world import make_claim_world
from odoodb import LOGS, ToolError, drop, odoo_command, run_odoo

TITLE = "life of the addon: install, -u twice, restore, language, company, uninstall"
GOAL = "updates change nothing, restored equals dumped, nothing of ours is left"
GATE = {"claims": 2}
LONG = {"claims": 40}
NAME = "life"
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


def live_a_little(database, size):
    """Make a company that works: orders, claims issued, so that there is history."""
    with databases.environment(database, commit=True) as env:
        world = make_claim_world(env)
        world._stock(world.filter_part, 100)
        for _each in range(size["claims"]):
            claim = world._approved(world.filter_part)
            world._validate(claim.with_user(world.warehouse_user).action_issue())


def update_twice(database):
    run_odoo("proof-life-update", "-d", database, "-u", "aftersales_service")
    first = [check(database) for check in (snapshot.schema, snapshot.xmlids)]
    rows = snapshot.counts(database)
    run_odoo("proof-life-update", "-d", database, "-u", "aftersales_service")
    second = [check(database) for check in (snapshot.schema, snapshot.xmlids)]
    return [
        *different(first[0], second[0], "-u changes the schema"),
        *different(first[1], second[1], "-u changes the xmlids"),
        *different(rows, snapshot.counts(database), "-u changes numbers of rows"),
    ]


def dump_and_restore(database):
    copy = f"{database}_copy"
    snapshot.restore(database, copy)
    try:
        found = different(
            snapshot.sums(database), snapshot.sums(copy), "restored is not dumped"
        )
        found += [f"lost file {name}" for name in snapshot.lost_files(copy)]
        found += [f"restored: {law}" for law in databases.broken_laws(copy)]
        with databases.environment(copy) as env:
            old = env["aftersales.order"].search([], order="id desc", limit=1)
            new = old.copy()
            if new.name <= old.name:
                found.append(f"numbers start again: {old.name}, {new.name}")
    finally:
        databases.discard(copy)
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


def uninstall(database, before):
    """Take the addon away; return what is left of it."""
    shell(
        database,
        "env['ir.module.module'].search([('name', '=', 'aftersales_service')])"
        ".button_immediate_uninstall()\n",
    )
    left = {line for line in snapshot.schema(database) - before["schema"]}
    gone = before["schema"] - snapshot.schema(database)
    found = [f"left in the schema: {line}" for line in sorted(left)]
    found += [f"taken away from others: {line}" for line in sorted(gone)]
    for table, condition in RESIDUE.items():
        query = f"SELECT COUNT(*) FROM {table} WHERE {condition}".replace("%", "%%")
        [(number,)] = databases.rows(database, query)
        [(old,)] = databases.rows(before["copy"], query)
        if number > old:
            found.append(f"{number - old} rows left in {table}")
    return found


def run(size):
    database, base = databases.PREFIX + NAME, databases.PREFIX + NAME + "_base"
    times, start = {}, time.monotonic()

    def clock(step):
        nonlocal start
        times[step], start = round(time.monotonic() - start, 1), time.monotonic()

    for name in (database, base):
        db.fresh_base(name)
    before = {"schema": snapshot.schema(base), "copy": base}
    clock("base")
    run_odoo("proof-life-install", "-d", database, "-i", "aftersales_service")
    clock("install")
    live_a_little(database, size)
    clock("work")
    violations = update_twice(database)
    clock("update twice")
    violations += dump_and_restore(database)
    clock("dump and restore")
    violations += grow(database)
    violations += [f"grown: {law}" for law in databases.broken_laws(database)]
    clock("language and company")
    databases.forget(database)
    violations += uninstall(database, before)
    clock("uninstall")
    for name in (database, base):
        drop(name)
    return {"seconds of each": times, "violations": violations, "ok": not violations}
