"""Register: pages and lists with 20,000 visits, against the bare SQL of the answer."""

from datetime import datetime, timedelta

from base import figure, median, ratios, spread
from meter import Meter
from world import make_world

from odoo import fields

from odoo.addons.aftersales_service import bulk

TITLE = "site page, plan list and calendar with many visits against bare SQL"
DATABASES = {"few": "product", "many": "product"}
SIZES = {"small": (2000, 20000), "full": (20000, 200000)}
SITES = 100
TIMES = 10  # each piece of work is short: so many in one measure
PAGE = (
    "name",
    "timeline",
    "last_update",
    "last_services",
    "warranty_text",
    "compliance",
    "equipment_count",
    "ticket_count",
    "order_count",
    "document_count",
    "plan_count",
)
LIST = ("site_id", "service_type", "next_date", "team_id", "occurrence_count")
CALENDAR = ("name", "planned_start", "planned_end", "site_id", "lead_id", "state")


def make_sites(env):
    """Return sites with a plan each, and a unit for each."""
    make_world(env)
    site = env["aftersales.site"].search([], limit=1)
    sites = site | env["aftersales.site"].create(
        [
            {"name": f"Bench site {number}", "partner_id": site.partner_id.id}
            for number in range(1, SITES)
        ]
    )
    env["aftersales.plan"].create(
        [{"site_id": one.id, "service_type": "inspection"} for one in sites]
    )
    units = env["aftersales.equipment"].create(
        [{"name": f"Unit {one.name}", "site_id": one.id} for one in sites]
    )
    return sites, units


def make_visits(env, count):
    """Make as many finished visits as wanted, spread over a year and the sites."""
    sites, units = make_sites(env)
    begin = fields.Datetime.now().replace(microsecond=0) - timedelta(days=360)
    starts = [
        begin + timedelta(minutes=turn * 518400 // count) for turn in range(count)
    ]
    columns = {
        "name": [f"B{number:07}" for number in range(count)],
        "company_id": env.company.id,
        "partner_id": sites[0].partner_id.id,
        "site_id": [sites.ids[turn % SITES] for turn in range(count)],
        "service_type": "inspection",
        "mode": "onsite",
        "state": "closed",
        "planned_start": starts,
        "planned_end": [start + timedelta(hours=2) for start in starts],
        "done_on": [start + timedelta(hours=1) for start in starts],
    }
    orders = bulk.insert(env["aftersales.order"], columns, count)
    bulk.insert(
        env["aftersales.order.unit"],
        {
            "order_id": orders.ids,
            "company_id": env.company.id,
            "equipment_id": [units.ids[turn % SITES] for turn in range(count)],
        },
        count,
    )
    env.flush_all()
    env.cr.execute("ANALYZE")


def get_month():
    """Return begin and end of a month in the middle of the year's visits."""
    middle = fields.Datetime.now() - timedelta(days=180)
    begin = datetime(middle.year, middle.month, 1)
    return begin, begin + timedelta(days=30)


# -- ours: what the web client asks the server for


def read_page(env):
    sites = env["aftersales.site"].search([("name", "=like", "Bench site%")])
    for site_id in sites.ids[:TIMES]:
        env.invalidate_all()
        site = sites.browse(site_id)  # alone: a client asks for one page at a time
        assert site.web_read({name: {} for name in PAGE})[0]["timeline"]


def read_plans(env):
    for _turn in range(TIMES):
        env.invalidate_all()
        page = env["aftersales.plan"].web_search_read(
            [], {name: {} for name in LIST}, limit=80
        )
        assert len(page["records"]) == 80


def read_calendar(env):
    begin, end = get_month()
    domain = [("planned_start", ">=", begin), ("planned_start", "<", end)]
    env.invalidate_all()
    found = env["aftersales.order"].web_search_read(
        domain, {name: {} for name in CALENDAR}
    )
    assert found["records"]


# -- the bare SQL that gives the same answer


def sql_page(env):
    sites = env["aftersales.site"].search([("name", "=like", "Bench site%")])[:TIMES]
    for site_id in sites.ids:
        for statement in (
            "SELECT * FROM aftersales_site WHERE id = %s",
            "SELECT id, name, done_on, service_type FROM aftersales_order "
            "WHERE site_id = %s AND done_on IS NOT NULL ORDER BY done_on DESC LIMIT 15",
            "SELECT id, number, name FROM helpdesk_ticket WHERE site_id = %s "
            "ORDER BY received_on DESC LIMIT 15",
            "SELECT MAX(done_on), COUNT(*) FROM aftersales_order WHERE site_id = %s",
            "SELECT state, COUNT(*), MIN(warranty_end) FROM aftersales_equipment "
            "WHERE site_id = %s GROUP BY state",
            "SELECT COUNT(*) FROM aftersales_plan WHERE site_id = %s",
            "SELECT AVG(is_on_time::int) FROM aftersales_plan_occurrence "
            "WHERE site_id = %s",
        ):
            env.cr.execute(statement, [site_id])
            env.cr.fetchall()


def sql_plans(env):
    for _turn in range(TIMES):
        env.cr.execute(
            "SELECT plan.*, site.name, site.team_id, (SELECT COUNT(*) "
            "FROM aftersales_plan_occurrence one WHERE one.plan_id = plan.id) "
            "FROM aftersales_plan plan JOIN aftersales_site site "
            "ON site.id = plan.site_id ORDER BY plan.next_date LIMIT 80"
        )
        env.cr.fetchall()


def sql_calendar(env):
    env.cr.execute(
        "SELECT id, name, planned_start, planned_end, site_id, lead_id, state "
        "FROM aftersales_order WHERE planned_start >= %s AND planned_start < %s "
        "ORDER BY planned_start DESC",
        get_month(),
    )
    env.cr.fetchall()


WORK = {
    "site page": (read_page, sql_page, 25),
    "plan list": (read_plans, sql_plans, 8),
    "calendar of a month": (read_calendar, sql_calendar, 8),
}


def trial(bench, database, work):
    with bench.env(database) as env:
        work(env)  # what is read once for all
        with Meter(env.cr) as meter:
            work(env)
        return meter.cost


def run(bench, databases):
    few, many = SIZES[bench.size]
    for role, count in (("few", few), ("many", many)):
        with bench.env(databases[role], commit=True) as env:
            make_visits(env, count)
    for name, (ours, bare, goal) in WORK.items():
        costs = bench.compare(
            {
                "ours": lambda work=ours: trial(bench, databases["many"], work),
                "sql": lambda work=bare: trial(bench, databases["many"], work),
                "few": lambda work=ours: trial(bench, databases["few"], work),
            }
        )
        over = ratios(costs["ours"], costs["sql"])
        queries = median(costs["ours"], "queries"), median(costs["few"], "queries")
        yield figure(
            f"{name}, {many} visits / bare SQL",
            spread(over), f"≤ {goal}", over[0] <= goal,
            f"{median(costs['ours']) * 1000:.0f} / {median(costs['sql']) * 1000:.1f} "
            "ms",
        )  # fmt: skip
        yield figure(
            f"{name}: queries with {many} / {few} visits",
            f"{queries[0]:g} / {queries[1]:g}", "equal", queries[0] == queries[1],
        )  # fmt: skip
