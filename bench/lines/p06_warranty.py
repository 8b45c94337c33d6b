"""P6: warranty checks of many units in one call, verdict and tests stored."""

from base import figure, median, ratios, spread
from meter import Meter
from world import make_world

TITLE = "warranty checks of many units in one call"
DATABASES = {"with": "product"}
SIZES = {"small": (500, 5000), "full": (1000, 10000)}
BATCH = 1000


def make_many(env, count):
    """Make units of the bench's site until there are so many."""
    unit = env["aftersales.equipment"].search([("name", "=", "BENCH-0001")], limit=1)
    values = unit.copy_data()[0]
    for start in range(0, count, BATCH):
        env["aftersales.equipment"].with_context(tracking_disable=True).create(
            [
                {
                    **values,
                    "name": f"MANY-{number:06}",
                    "serial": f"MANY-{number:06}",
                    "purchase_date": unit.purchase_date,
                    "warranty_months": 6 + number % 30,
                }
                for number in range(start, min(start + BATCH, count))
            ]
        )
        env.flush_all()
        env.invalidate_all()


def trial(bench, database, count):
    """Return the cost of judging so many units in one call."""
    with bench.env(database) as env:
        units = env["aftersales.equipment"].search(
            [("name", "=like", "MANY-%")], limit=count
        )
        env.invalidate_all()
        with Meter(env.cr) as meter:
            checks = units.check_warranty()
            env.flush_all()
        assert len(checks) == count
        assert all(checks.mapped("verdict"))
        assert env["aftersales.warranty.test"].search_count(
            [("check_id", "in", checks.ids)]
        )
        return meter.cost


def run(bench, databases):
    few, many = SIZES[bench.size]
    with bench.env(databases["with"], commit=True) as env:
        make_world(env)
        make_many(env, many)
    costs = bench.compare(
        {
            count: lambda count=count: trial(bench, databases["with"], count)
            for count in (few, many)
        }
    )
    rate = many / median(costs[many])
    yield figure(
        f"checks a CPU second, {many} units",
        f"{rate:.0f}", "≥ 3000", rate >= 3000,
        f"{median(costs[many], 'queries'):.0f} queries, "
        f"{max(cost.memory for cost in costs[many]):.0f} MB above the start",
    )  # fmt: skip
    queries = median(costs[many], "queries") - median(costs[few], "queries")
    allowed = 2 * (many - few) / BATCH + 20  # inserts go out in batches of a thousand
    yield figure(
        f"queries more for {many} than for {few} units",
        f"{queries:.0f}", "only those of the inserts' batches", queries <= allowed,
    )  # fmt: skip
    growth = ratios(costs[many], costs[few])
    limit = 1.2 * many / few
    yield figure(
        f"warranty checks, {many} / {few}",
        spread(growth), f"≤ {limit:.1f}", growth[0] <= limit,
    )  # fmt: skip
