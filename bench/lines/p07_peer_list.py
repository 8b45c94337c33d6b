"""P7: the first page of the order list against the ticket list of helpdesk_mgmt."""

from base import figure, median, ratios, spread
from meter import Meter
from orders import clone_rows, make_orders, specification
from world import bare_vals, make_bare, make_world

TITLE = "first page of the order list against the ticket list of plain helpdesk_mgmt"
DATABASES = {"with": "product", "without": "base"}
SIZES = {"small": 20000, "full": 500000}
MODELS = {"with": "aftersales.order", "without": "helpdesk.ticket"}
PAGE = 80
LIMIT = 1.0


def make_tickets(env, count):
    """Clone a ticket of plain helpdesk_mgmt in the database."""
    make_bare(env)
    ticket = env["helpdesk.ticket"].create(bare_vals(env))
    env.flush_all()
    changes = {
        "number": "'BENCH/' || g",
        "create_date": "now() - (g || ' minutes')::interval",
        "access_token": "NULL",
    }
    clone_rows(env, "helpdesk.ticket", ticket, count, changes)
    env.cr.execute("ANALYZE helpdesk_ticket")
    env.invalidate_all()


def page(bench, database, model, spec):
    """Ask for the first page as the list view does; return its cost."""
    with bench.env(database) as env:
        env.invalidate_all()
        with Meter(env.cr) as meter:
            found = env[model].web_search_read([], spec, limit=PAGE, count_limit=10001)
        assert len(found["records"]) == PAGE, model
        return meter.cost


def run(bench, databases):
    count = SIZES[bench.size]
    with bench.env(databases["with"], commit=True) as env:
        make_world(env)
        make_orders(env, count)
        specs = {"with": specification(env, MODELS["with"], "list")}
    with bench.env(databases["without"], commit=True) as env:
        make_tickets(env, count)
        specs["without"] = specification(env, MODELS["without"], "list")
    costs = bench.compare(
        {
            name: lambda name=name: page(
                bench, databases[name], MODELS[name], specs[name]
            )
            for name in DATABASES
        }
    )
    ratio = ratios(costs["with"], costs["without"])
    yield figure(
        f"list of {count} orders / list of as many tickets of helpdesk_mgmt",
        spread(ratio), f"≤ {LIMIT:.0f}", ratio[0] <= LIMIT,
        f"{1000 * median(costs['with']):.0f} ms / "
        f"{1000 * median(costs['without']):.0f} ms, "
        f"{median(costs['with'], 'queries'):.0f} / "
        f"{median(costs['without'], 'queries'):.0f} queries",
    )  # fmt: skip
