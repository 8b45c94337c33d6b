"""Plans of the bench: ours, one a site, and those of OCA's maintenance_plan."""

from datetime import date, timedelta

import peer
from meter import Meter
from world import make_policy

CHUNK = 2000
PACKAGES = (
    "odoo-addon-maintenance-plan==19.0.1.0.1.5",
    "odoo-addon-base-maintenance==19.0.1.0.0.4",
)
QUESTIONS = 8
# What one due plan becomes, one row in each; the note stands in the order's log.
TABLES = (
    "aftersales_order",
    "aftersales_plan_occurrence",
    "aftersales_order_worker",
    "aftersales_commitment",
    "mail_message",
)
DUE = date.today() + timedelta(days=10)
LATER = date.today() + timedelta(days=400)


def make_plans(env, count):
    """Make sites in service with one plan each that is due in ten days."""
    common = {
        "policy_id": make_policy(env).id,
        "partner_id": env["res.partner"].create({"name": "Bench Customer"}).id,
        "technician_id": env["hr.employee"].create({"name": "Bench Technician"}).id,
        "tz": "Asia/Shanghai",
    }
    sheet = env["aftersales.checklist"].create(
        {
            "name": "Bench Sheet",
            "code": "BENCH",
            "purpose": "inspection",
            "item_ids": [
                (0, 0, {"name": f"Question {number}"}) for number in range(QUESTIONS)
            ],
        }
    )
    for start in range(0, count, CHUNK):
        make_some(env, range(start, min(start + CHUNK, count)), common, sheet)
        env.flush_all()
        env.invalidate_all()


def make_some(env, numbers, common, sheet):
    """Make one site in service for each number, with its plan."""
    sites = env["aftersales.site"].create(
        [{**common, "name": f"Bench {number}"} for number in numbers]
    )
    sites._set_state("active")
    env["aftersales.plan"].create(
        [
            {
                "site_id": site.id,
                "date_start": date.today().replace(day=1),
                "next_date": DUE,
                "checklist_ids": [(6, 0, sheet.ids)],
            }
            for site in sites
        ]
    )


def set_due(env, day):
    """Move all plans to one day, in the transaction of a trial."""
    env.cr.execute(
        "UPDATE aftersales_plan SET next_date = %s, generate_on = %s", [day, day]
    )
    env.invalidate_all()


def get_plans(env, count):
    """Return so many plans, the first ones."""
    return env["aftersales.plan"].search([], order="id", limit=count)


def keep_rows(env):
    """Keep the rows of one run of all plans in tables of the bench, and undo it."""
    marks = {}
    for table in TABLES:
        env.cr.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
        marks[table] = env.cr.fetchone()[0]
    env["aftersales.plan"].generate(DUE)
    env.flush_all()
    for table, mark in marks.items():
        env.cr.execute(
            f"CREATE TABLE bench_{table} AS SELECT * FROM {table} WHERE id > %s", [mark]
        )
    for table, mark in reversed(marks.items()):
        env.cr.execute(f"DELETE FROM {table} WHERE id > %s", [mark])
    set_due(env, DUE)


def insert_rows(env, count):
    """Insert the kept rows again, by nothing but INSERT … SELECT."""
    env.cr.execute(
        "CREATE TEMP TABLE chosen ON COMMIT DROP AS SELECT order_id"
        " FROM bench_aftersales_plan_occurrence ORDER BY plan_id LIMIT %s",
        [count],
    )
    env.cr.execute("ANALYZE chosen")
    keys = {"aftersales_order": "id", "mail_message": "res_id"}
    with Meter(env.cr) as meter:
        for table in TABLES:
            env.cr.execute(
                f"INSERT INTO {table} SELECT * FROM bench_{table} WHERE"
                f" {keys.get(table, 'order_id')} IN (SELECT order_id FROM chosen)"
            )
    return meter.cost


def make_peer(bench, database, count):
    """Install OCA's maintenance_plan and make as many plans, one a machine."""
    peer.install(database, "maintenance_plan", peer.fetch(*PACKAGES))
    with bench.env(database, commit=True) as env:
        kind = env["maintenance.kind"].create({"name": "Bench"})
        team = env["maintenance.team"].create({"name": "Bench"})
        for start in range(0, count, CHUNK):
            machines = env["maintenance.equipment"].create(
                [
                    {"name": f"Bench {number}", "maintenance_team_id": team.id}
                    for number in range(start, min(start + CHUNK, count))
                ]
            )
            env["maintenance.plan"].create(
                [
                    {
                        "equipment_id": machine.id,
                        "maintenance_kind_id": kind.id,
                        "maintenance_team_id": team.id,
                        "interval": 1,
                        "interval_step": "month",
                        "start_maintenance_date": DUE,
                        "maintenance_plan_horizon": 15,
                        "planning_step": "day",
                    }
                    for machine in machines
                ]
            )
            env.flush_all()
            env.invalidate_all()
