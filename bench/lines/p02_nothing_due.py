"""P2: a night on which nothing is due, against OCA's maintenance_plan."""

import plans
from base import figure, median, ratios, spread
from meter import Meter

TITLE = "a night on which nothing is due"
DATABASES = {"plans": "product", "peer": "base"}
SIZES = {"small": (200, 2000, 500), "full": (1000, 10000, 10000)}
QUERIES = 5


def ours(bench, database):
    """Return the cost of a run that finds nothing due."""
    with bench.env(database) as env:
        env.invalidate_all()
        with Meter(env.cr) as meter:
            made = env["aftersales.plan"].generate(plans.DUE)
        assert not made
        return meter.cost


def oca(bench, database):
    """Return the cost of a run of maintenance_plan that finds nothing due."""
    with bench.env(database) as env:
        env.invalidate_all()
        with Meter(env.cr) as meter:
            env["maintenance.equipment"]._cron_generate_requests()
            env.cr.flush()
        assert not env["maintenance.request"].search_count([])
        return meter.cost


def count_queries(bench, database, few):
    """Return the queries of a run with few plans and with all of them."""
    with bench.env(database) as env:
        rest = env["aftersales.plan"].search([], order="id", offset=few)
        rest.active = False
        env.flush_all()
        env.invalidate_all()
        with Meter(env.cr) as meter:
            env["aftersales.plan"].generate(plans.DUE)
    return meter.cost.queries


def run(bench, databases):
    few, many, peers = SIZES[bench.size]
    with bench.env(databases["plans"], commit=True) as env:
        plans.make_plans(env, many)
        plans.set_due(env, plans.LATER)
    plans.make_peer(bench, databases["peer"], peers)
    with bench.env(databases["peer"], commit=True) as env:
        env.cr.execute(
            "UPDATE maintenance_plan SET start_maintenance_date = %s,"
            " next_maintenance_date = %s",
            [plans.LATER, plans.LATER],
        )
    costs = bench.compare(
        {
            "ours": lambda: ours(bench, databases["plans"]),
            "oca": lambda: oca(bench, databases["peer"]),
        }
    )
    fewer = count_queries(bench, databases["plans"], few)
    most = max(cost.queries for cost in costs["ours"])
    yield figure(
        f"queries, {few} and {many} plans, none due", f"{fewer} and {most}",
        f"≤ {QUERIES}", max(fewer, most) <= QUERIES,
        f"maintenance_plan: {median(costs['oca'], 'queries') / peers:.1f} a plan",
    )  # fmt: skip
    # The clock of the database server ticks in hundredths of a second.
    share = [cost for cost in costs["ours"] if cost.cpu > 0]
    if len(share) == len(costs["ours"]):
        faster = ratios(costs["oca"], costs["ours"])
        yield figure(
            f"maintenance_plan with {peers} / ours with {many}, none due",
            spread(faster), "≥ 1", faster[0] >= 1,
            f"{median(costs['oca']):.2f} s / {median(costs['ours']) * 1000:.1f} ms",
        )  # fmt: skip
