"""P1: due plans become work, against the ORM, raw SQL and OCA's maintenance_plan."""

import plans
from base import figure, median, ratios, spread
from lines.p09_closing import get_last_ids, read_rows, replay, sort_models
from meter import Meter

TITLE = "plans generate orders against the ORM, raw SQL and OCA maintenance_plan"
DATABASES = {"plans": "product", "peer": "base"}
SIZES = {"small": (200, 2000, 500), "full": (1000, 10000, 10000)}
MEMORY_MB = 200


def check(env, made, count):
    """Each plan made one occurrence, order, lead, promise and note."""
    orders = made.order_id
    assert len(made) == len(orders) == len(orders.worker_ids) == count
    assert len(orders.commitment_ids) == count
    notes = env["mail.message"].search_count(
        [("model", "=", orders._name), ("res_id", "in", orders.ids)]
    )
    assert notes == count


def generate(bench, database, count):
    """Return the cost of generating so many due plans."""
    with bench.env(database) as env:
        due = plans.get_plans(env, count)
        env.invalidate_all()
        with Meter(env.cr) as meter:
            made = due.generate(plans.DUE)
            env.cr.flush()
        check(env, made, count)
        return meter.cost


def drop_inverse(model, rows):
    """Leave out fields that write other rows when they are given: those are there."""
    names = {name for name, field in model._fields.items() if field.inverse}
    return {
        record_id: {name: value for name, value in row.items() if name not in names}
        for record_id, row in rows.items()
    }


def by_orm(bench, database, count):
    """Return the cost of the same rows by the ORM's own batch create."""
    with bench.env(database) as env:
        due = plans.get_plans(env, count)
        env.flush_all()
        env.cr.execute("SAVEPOINT before_work")
        last, created = get_last_ids(env), {}
        due.generate(plans.DUE)
        env.flush_all()
        env.invalidate_all()
        for name, number in last.items():
            model = env[name].sudo().with_context(active_test=False)
            records = model.search([("id", ">", number)], order="id")
            if records:
                created[name] = drop_inverse(model, read_rows(records))
        env.cr.execute("ROLLBACK TO SAVEPOINT before_work")
        env.invalidate_all()
        order = sort_models(env, created)
        env = env(context={**env.context, "tracking_disable": True})
        with Meter(env.cr) as meter:
            replay(env, created, {}, order)
        assert len(created["aftersales.order"]) == count
        return meter.cost


def raw(bench, database, count):
    """Return the cost of the same rows by INSERT … SELECT alone."""
    with bench.env(database) as env:
        cost = plans.insert_rows(env, count)
        made = env["aftersales.plan.occurrence"].search([])
        check(env, made, count)
        return cost


def oca(bench, database, count):
    """Return the cost of as many requests by the cron of maintenance_plan."""
    with bench.env(database) as env:
        env.invalidate_all()
        with Meter(env.cr) as meter:
            env["maintenance.equipment"]._cron_generate_requests()
            env.cr.flush()
        assert env["maintenance.request"].search_count([]) == count
        return meter.cost


def make_sheets(bench, database, count):
    """Return the cost of the answers that a dispatch makes for so many orders."""
    with bench.env(database) as env:
        orders = plans.get_plans(env, count).generate(plans.DUE).order_id
        env.flush_all()
        env.invalidate_all()
        with Meter(env.cr) as meter:
            orders._make_sheets()
            env.cr.flush()
        assert len(orders.check_ids) == plans.QUESTIONS * count
        return meter.cost


def peak_memory(bench, database, count):
    """Return by how many MB one generation rises above what the process held."""
    return generate(bench, database, count).memory


def prepare(bench, databases, many, peers):
    with bench.env(databases["plans"], commit=True) as env:
        plans.make_plans(env, many)
        plans.keep_rows(env)
    with bench.env(databases["plans"], commit=True) as env:
        env.cr.execute("ANALYZE")
    plans.make_peer(bench, databases["peer"], peers)


def run(bench, databases):
    few, many, peers = SIZES[bench.size]
    database = databases["plans"]
    prepare(bench, databases, many, peers)
    memory = peak_memory(bench, database, many)
    costs = bench.compare(
        {
            "ours": lambda: generate(bench, database, many),
            "orm": lambda: by_orm(bench, database, many),
            "raw": lambda: raw(bench, database, many),
            "oca": lambda: oca(bench, databases["peer"], peers),
            "few": lambda: generate(bench, database, few),
            "sheets": lambda: make_sheets(bench, database, few),
        }
    )
    yield from compare_peer(costs, many, peers)
    yield from compare_rows(costs, many)
    yield from compare_growth(costs, few, many)
    yield figure(
        f"peak memory, {many} plans", f"{memory:.0f} MB above idle",
        f"≤ {MEMORY_MB} MB", memory <= MEMORY_MB,
    )  # fmt: skip
    queries = median(costs["sheets"], "queries")
    yield figure(
        f"answers of {few} sheets, made at dispatch",
        f"{median(costs['sheets']) / few * 1000:.2f} ms a sheet", "apart", True,
        f"{plans.QUESTIONS} questions each, {queries} queries",
    )  # fmt: skip


def compare_peer(costs, many, peers):
    middle, least, most = ratios(costs["oca"], costs["ours"])
    scale = many / peers
    faster = [value * scale for value in (middle, least, most)]
    yield figure(
        f"documents a CPU second, {many} plans / maintenance_plan with {peers}",
        spread(faster), "≥ 20", faster[0] >= 20,
        f"{many / median(costs['ours']):.0f} / {peers / median(costs['oca']):.0f} a "
        f"second, {median(costs['ours'], 'queries') / many:.3f} / "
        f"{median(costs['oca'], 'queries') / peers:.1f} queries a document",
    )  # fmt: skip


def compare_rows(costs, many):
    limit = ratios(costs["ours"], costs["raw"])
    yield figure(
        f"generate {many} plans / the same rows by INSERT … SELECT",
        spread(limit), "≤ 6", limit[0] <= 6,
        f"{median(costs['ours']):.2f} s / {median(costs['raw']):.2f} s",
    )  # fmt: skip
    orm = ratios(costs["orm"], costs["ours"])
    yield figure(
        f"the same rows by the ORM's batch create / generate {many} plans",
        spread(orm), "≥ 1", orm[0] >= 1,
        f"{median(costs['orm']):.2f} s, {median(costs['orm'], 'queries')} queries",
    )  # fmt: skip


def compare_growth(costs, few, many):
    growth = ratios(costs["ours"], costs["few"])
    limit = 1.2 * many / few
    yield figure(
        f"generate, {many} plans / {few} plans",
        spread(growth), f"≤ {limit:.1f}", growth[0] <= limit,
        f"{median(costs['few'], 'queries')} / {median(costs['ours'], 'queries')} "
        "queries, in batches of 1,000 plans",
    )  # fmt: skip
