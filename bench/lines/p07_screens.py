"""P7, P8: what the screens of orders ask for, against bare SQL for the same rows."""

from datetime import datetime, time, timedelta

from base import figure, median, ratios, spread
from meter import Meter
from orders import make_orders, specification
from world import make_world

from odoo import fields

TITLE = "list, kanban, calendar, day board, pivot and graph of many orders"
DATABASES = {"with": "product"}
SIZES = {"small": 20000, "full": 500000}
MODEL = "aftersales.order"
BARE = {
    "list": [
        "SELECT o.*, s.name, p.name FROM aftersales_order o"
        " LEFT JOIN aftersales_site s ON s.id = o.site_id"
        " LEFT JOIN res_partner p ON p.id = o.partner_id"
        " WHERE o.company_id = {company} ORDER BY o.planned_start DESC, o.id DESC"
        " LIMIT 80",
        "SELECT COUNT(*) FROM (SELECT 1 FROM aftersales_order"
        " WHERE company_id = {company} LIMIT 10001) x",
    ],
    "kanban": [
        "SELECT state, COUNT(*) FROM aftersales_order WHERE company_id = {company}"
        " GROUP BY state",
        "SELECT * FROM (SELECT o.*, ROW_NUMBER() OVER (PARTITION BY state"
        " ORDER BY planned_start DESC, id DESC) n FROM aftersales_order o"
        " WHERE company_id = {company}) x WHERE n <= 40",
    ],
    "calendar": [
        "SELECT o.*, s.name FROM aftersales_order o"
        " LEFT JOIN aftersales_site s ON s.id = o.site_id"
        " WHERE o.company_id = {company}"
        " AND planned_start < '{end}' AND planned_end > '{start}'"
        " ORDER BY planned_start DESC, o.id DESC",
    ],
    "day board": [
        "SELECT o.*, w.employee_id, e.name, s.name FROM aftersales_order o"
        " JOIN aftersales_order_worker w ON w.order_id = o.id"
        " JOIN hr_employee e ON e.id = w.employee_id"
        " LEFT JOIN aftersales_site s ON s.id = o.site_id"
        " WHERE o.company_id = {company}"
        " AND planned_start < '{next}' AND planned_end > '{start}'",
    ],
    "pivot": [
        "SELECT category, date_trunc('month', done_on), COUNT(*)"
        " FROM aftersales_order WHERE company_id = {company} GROUP BY 1, 2",
    ],
    "graph": [
        "SELECT date_trunc('month', done_on), category, COUNT(*)"
        " FROM aftersales_order WHERE company_id = {company} GROUP BY 1, 2",
    ],
}
LIMITS = {name: 2.0 if name in ("pivot", "graph") else 8.0 for name in BARE}


def days(company):
    """Return the company, and midnights: a bare day would mean its last second."""
    today = datetime.combine(fields.Date.today(), time.min)
    return {
        "company": company,
        "start": fields.Datetime.to_string(today),
        "next": fields.Datetime.to_string(today + timedelta(days=1)),
        "end": fields.Datetime.to_string(today + timedelta(days=31)),
    }


def ask(env, name, specs):
    """Do what the screen does; return how many rows it gets."""
    orders, day = env[MODEL], days(env.company.id)
    if name == "list":
        found = orders.web_search_read([], specs["list"], limit=80, count_limit=10001)
        return len(found["records"])
    if name == "kanban":
        groups = orders.web_read_group(
            [],
            ["state"],
            ["__count"],
            auto_unfold=True,
            unfold_read_specification=specs["kanban"],
            unfold_read_default_limit=40,
        )
        return sum(len(group.get("__records", ())) for group in groups["groups"])
    if name in ("calendar", "day board"):
        until = day["end" if name == "calendar" else "next"]
        domain = [("planned_start", "<", until), ("planned_end", ">", day["start"])]
        spec = specs["calendar"]
        if name == "day board":
            spec = {**spec, "lead_id": {"fields": {"display_name": {}}}}
        return len(orders.web_search_read(domain, spec)["records"])
    groupby = ["done_on:month", "category"]
    if name == "pivot":
        groupby.reverse()
    return len(orders.formatted_read_group([], groupby, ["__count"]))


def screen(bench, database, name, specs):
    with bench.env(database) as env:
        env.invalidate_all()
        with Meter(env.cr) as meter:
            rows = ask(env, name, specs)
        assert rows, name
        return meter.cost


def bare(bench, database, name):
    with bench.env(database) as env:
        parameters = days(env.company.id)
        with Meter(env.cr) as meter:
            for query in BARE[name]:
                env.cr.execute(query.format(**parameters))
                rows = env.cr.fetchall()
        assert rows, name
        return meter.cost


def run(bench, databases):
    count, database = SIZES[bench.size], databases["with"]
    with bench.env(database, commit=True) as env:
        make_world(env)
        make_orders(env, count)
        specs = {
            kind: specification(env, MODEL, kind)
            for kind in ("list", "kanban", "calendar")
        }
    for name, limit in LIMITS.items():
        costs = bench.compare(
            {
                "ours": lambda name=name: screen(bench, database, name, specs),
                "bare": lambda name=name: bare(bench, database, name),
            }
        )
        ratio = ratios(costs["ours"], costs["bare"])
        yield figure(
            f"{name} of {count} orders / bare SQL",
            spread(ratio), f"≤ {limit:.0f}", ratio[0] <= limit,
            f"{1000 * median(costs['ours']):.0f} ms / "
            f"{1000 * median(costs['bare']):.0f} ms, "
            f"{median(costs['ours'], 'queries'):.0f} queries",
        )  # fmt: skip
