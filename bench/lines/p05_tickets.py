"""P5: service tickets in one create() against tickets of plain helpdesk_mgmt."""

from base import figure, median, peaks, ratios, spread
from meter import Meter
from world import bare_vals, make_bare, make_world, service_vals

TITLE = "tickets with site, unit and promises against tickets of plain helpdesk_mgmt"
DATABASES = {"with": "product", "without": "base"}
SIZES = {"small": (100, 1000), "full": (1000, 10000)}
PROMISES = 3


def trial(bench, database, count, service):
    """Return the cost of making so many tickets in one call."""
    with bench.env(database) as env:
        if service:
            vals_list = service_vals(env, count)
        else:
            vals_list = [bare_vals(env) for _number in range(count)]
        env.flush_all()
        env.invalidate_all()
        with Meter(env.cr) as meter:
            tickets = env["helpdesk.ticket"].create(vals_list)
            env.cr.flush()
        assert len(tickets) == count
        if service:
            assert len(tickets.commitment_ids) == PROMISES * count
            assert all(tickets.mapped("policy_id"))
        return meter.cost


def run(bench, databases):
    few, many = SIZES[bench.size]
    with bench.env(databases["with"], commit=True) as env:
        make_world(env)
    with bench.env(databases["without"], commit=True) as env:
        make_bare(env)
    costs = bench.compare(
        {
            (name, count): lambda name=name, count=count: trial(
                bench, databases[name], count, name == "with"
            )
            for count in (few, many)
            for name in DATABASES
        }
    )
    overhead = ratios(costs["with", many], costs["without", many])
    growth = ratios(costs["with", many], costs["with", few])
    yield figure(
        f"create {many} tickets, with / without",
        spread(overhead), "≤ 1.35", overhead[0] <= 1.35,
        f"{median(costs['with', many]):.2f} s / "
        f"{median(costs['without', many]):.2f} s, "
        f"{median(costs['with', many], 'queries') / many:.1f} / "
        f"{median(costs['without', many], 'queries') / many:.1f} queries a ticket, "
        f"{peaks(costs['with', many], costs['without', many])}",
    )  # fmt: skip
    limit = 1.2 * many / few
    yield figure(
        f"create tickets, {many} / {few}",
        spread(growth), f"≤ {limit:.1f}", growth[0] <= limit,
        f"{median(costs['with', many]) / many * 1000:.2f} ms a ticket",
    )  # fmt: skip
