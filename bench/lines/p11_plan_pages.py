"""P11: plan list, month calendar and site page with 20,000 planned visits."""

from datetime import date, timedelta

import plans
from base import figure, median, ratios, spread
from lxml import etree
from meter import Meter

TITLE = "plan list, calendar and site page with many planned visits"
DATABASES = {"plans": "product"}
SIZES = {"small": (200, 2000), "full": (2000, 20000)}
WEEKS = 10
PAGE = 80
LIMIT = 8
HEAD = "bench_head"
FIRST = date.today()
MONTH = FIRST + timedelta(days=30)
LIST_SQL = """
    SELECT plan.id, plan.name, plan.next_date, plan.kind, plan.interval,
           plan.interval_unit, plan.active, site.name, partner.complete_name
      FROM aftersales_plan plan
      JOIN aftersales_site site ON site.id = plan.site_id
      LEFT JOIN res_partner partner ON partner.id = plan.partner_id
     WHERE plan.active
     ORDER BY plan.next_date, site.name, site.id, plan.id LIMIT 80
"""
CALENDAR_SQL = """
    SELECT one.id, one.due_on, one.state, one.service_type,
           site.name || ' – ' || plan.name
      FROM aftersales_plan_occurrence one
      JOIN aftersales_site site ON site.id = one.site_id
      JOIN aftersales_plan plan ON plan.id = one.plan_id
     WHERE one.due_on >= %s AND one.due_on < %s
     ORDER BY one.due_on, one.id
"""


def make_visits(env, visits):
    """Make weekly plans and their visits of ten weeks."""
    plans.make_plans(env, visits // WEEKS)
    head = env.ref("aftersales_service.group_head")
    env["res.users"].create(
        {"name": HEAD, "login": HEAD, "group_ids": [(6, 0, head.ids)]}
    )
    every = env["aftersales.plan"].search([])
    every.write({"interval_unit": "week", "next_date": FIRST})
    made = every.generate(FIRST + timedelta(days=7 * WEEKS - 1))
    env.flush_all()
    assert len(made) >= visits * 0.9, len(made)


def as_head(env):
    user = env["res.users"].search([("login", "=", HEAD)])
    return env(user=user.id)


def get_specification(env, model, kind):
    """Return what the web client asks of a view's fields."""
    arch = env[model].get_view(view_type=kind)["arch"]
    names = {
        node.get("name")
        for node in etree.fromstring(arch).iter("field")
        if not any(parent.tag == "field" for parent in node.iterancestors())
    }
    fields = env[model]._fields
    return {
        name: {"fields": {"display_name": {}}}
        if fields[name].type == "many2one"
        else {}
        for name in names
        if name in fields
    }


def measure(bench, database, act):
    """Return the cost of one page as the head opens it, after a first opening."""
    with bench.env(database) as env:
        own = as_head(env)
        act(own)
        env.invalidate_all()
        with Meter(env.cr) as meter:
            for _each in range(5):
                env.invalidate_all()
                act(own)
        return meter.cost


def open_list(env):
    specification = get_specification(env, "aftersales.plan", "list")
    rows = env["aftersales.plan"].web_search_read([], specification, limit=PAGE)
    assert len(rows["records"]) == PAGE


def open_calendar(env):
    # What the client asks: the title, the day, and the fields of the view.
    specification = get_specification(env, "aftersales.plan.occurrence", "calendar")
    names = ["display_name", "due_on", *specification]
    domain = [("due_on", ">=", FIRST), ("due_on", "<", MONTH)]
    rows = env["aftersales.plan.occurrence"].search_read(domain, names)
    assert rows


def open_site(env):
    site = env["aftersales.site"].search([], order="id", limit=1)
    specification = get_specification(env, "aftersales.site", "form")
    assert site.web_read(specification)


def bare(query, params=()):
    def act(env):
        env.cr.execute(query, params)
        assert env.cr.fetchall()

    return act


def run(bench, databases):
    _few, many = SIZES[bench.size]
    database = databases["plans"]
    with bench.env(database, commit=True) as env:
        make_visits(env, many)
    with bench.env(database, commit=True) as env:
        env.cr.execute("ANALYZE")
    acts = {
        "list": open_list,
        "list_sql": bare(LIST_SQL),
        "calendar": open_calendar,
        "calendar_sql": bare(CALENDAR_SQL, [FIRST, MONTH]),
        "site": open_site,
    }
    costs = bench.compare(
        {
            name: lambda act=act: measure(bench, database, act)
            for name, act in acts.items()
        }
    )
    yield from compare(costs, many)


def compare(costs, many):
    share = ratios(costs["calendar"], costs["calendar_sql"])
    yield figure(
        f"calendar of a month, {many} visits / the bare SQL",
        spread(share), f"≤ {LIMIT}", share[0] <= LIMIT,
        f"{median(costs['calendar']) / 5 * 1000:.0f} ms, "
        f"{median(costs['calendar'], 'queries') // 5} queries",
    )  # fmt: skip
    for name, what in (("list", "plan list, first page"), ("site", "site page")):
        queries = median(costs[name], "queries") // 5
        yield figure(
            f"{what}, {many} visits", f"{queries} queries", "≤ 60", queries <= 60,
            f"{median(costs[name]) / 5 * 1000:.0f} ms; the rows of the list by bare "
            f"SQL {median(costs['list_sql']) / 5 * 1000:.1f} ms",
        )  # fmt: skip
