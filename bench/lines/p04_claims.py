"""P4: an approved claim to its validated transfer against a plain transfer."""

from base import figure, median, peaks, ratios, spread
from meter import Meter
from world import make_bare, make_world

TITLE = "claim approved → transfer validated against a plain transfer of the same lines"
DATABASES = {"with": "product", "without": "base"}
SIZES = {"small": (5, 50), "full": (5, 50)}
SERIALS = 2  # lines whose part is tracked by serial
EXTRA_QUERIES = 15


def make_parts(env, count):
    """Make parts, the first ones by serial, and put them on the shelf."""
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    ) or env["stock.warehouse"].create({"company_id": env.company.id})
    for number in range(count):
        tracking = "serial" if number < SERIALS else "none"
        part = env["product.product"].create(
            {
                "name": f"Bench Part {number:02}",
                "is_storable": True,
                "tracking": tracking,
                "standard_price": 10.0,
            }
        )
        lots = env["stock.lot"]
        if tracking == "serial":
            lots = lots.create(
                [{"name": f"B{number}-{n}", "product_id": part.id} for n in range(5)]
            )
        for lot in lots or [lots]:
            env["stock.quant"]._update_available_quantity(
                part, warehouse.lot_stock_id, 1.0 if lots else 100.0, lot_id=lot or None
            )


def get_parts(env, count):
    return env["product.product"].search(
        [("name", "=like", "Bench Part %")], order="name", limit=count
    )


def make_claim(env, count):
    """Make an approved claim over so many parts."""
    unit = env["aftersales.equipment"].search([("name", "=", "BENCH-0000")], limit=1)
    employee = env["hr.employee"].search([("name", "=", "Bench Technician")], limit=1)
    order = env["aftersales.order"].create(
        {
            "partner_id": unit.partner_id.id,
            "site_id": unit.site_id.id,
            "company_id": env.company.id,
            "unit_ids": [(0, 0, {"equipment_id": unit.id})],
            "worker_ids": [(0, 0, {"employee_id": employee.id})],
        }
    )
    claim = env["aftersales.claim"].create(
        {
            "order_id": order.id,
            "equipment_id": unit.id,
            "company_id": env.company.id,
            "line_ids": [
                (0, 0, {"product_id": part.id, "quantity": 1.0})
                for part in get_parts(env, count)
            ],
        }
    )
    employee._aftersales_get_location()
    for state in ("submitted", "verified", "approved"):
        claim._set_state(state)
    return claim


def hand_out(claim):
    picking = claim.action_issue()
    picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
    return picking


def transfer(env, parts):
    """Do the same with a transfer that nobody approved."""
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    target = env["stock.location"].search([("name", "=", "Bench Van")], limit=1)
    common = {
        "location_id": warehouse.lot_stock_id.id,
        "location_dest_id": target.id,
        "company_id": env.company.id,
    }
    picking = env["stock.picking"].create(
        {
            **common,
            "picking_type_id": warehouse.int_type_id.id,
            "move_ids": [
                (0, 0, {**common, "product_id": part.id, "product_uom_qty": 1.0})
                for part in parts
            ],
        }
    )
    picking.action_confirm()
    picking.action_assign()
    picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
    return picking


def trial(bench, database, count, claimed):
    """Return the cost of handing out so many parts."""
    with bench.env(database) as env:
        subject = make_claim(env, count) if claimed else get_parts(env, count)
        env.cr.flush()  # with what the claim's own steps left to write
        env.invalidate_all()
        with Meter(env.cr) as meter:
            picking = hand_out(subject) if claimed else transfer(env, subject)
            env.cr.flush()
        assert picking.state == "done"
        assert len(picking.move_ids) == count
        if claimed:
            assert subject.state == "issued"
            assert all(line.issued_qty == 1.0 for line in subject.line_ids)
        return meter.cost


def prepare(bench, databases, count):
    """Make people, parts and stock in both databases."""
    with bench.env(databases["with"], commit=True) as env:
        make_world(env)
        make_parts(env, count)
    with bench.env(databases["without"], commit=True) as env:
        make_bare(env)
        make_parts(env, count)
        warehouse = env["stock.warehouse"].search([], limit=1)
        env["stock.location"].create(
            {"name": "Bench Van", "location_id": warehouse.view_location_id.id}
        )


def measure(bench, databases, counts):
    """Return the costs of both kinds of transfer at each number of lines."""
    return bench.compare(
        {
            (name, count): lambda name=name, count=count: trial(
                bench, databases[name], count, name == "with"
            )
            for count in counts
            for name in DATABASES
        }
    )


def run(bench, databases):
    few, many = SIZES[bench.size]
    prepare(bench, databases, many)
    costs = measure(bench, databases, (few, many))
    overhead = ratios(costs["with", few], costs["without", few])
    extra = {
        count: median(costs["with", count], "queries")
        - median(costs["without", count], "queries")
        for count in (few, many)
    }
    per_line = (extra[many] - extra[few]) / (many - few)
    yield figure(
        f"hand out {few} lines, {SERIALS} by serial, claim / plain transfer",
        spread(overhead), "≤ 1.25", overhead[0] <= 1.25,
        f"{median(costs['with', few]) * 1000:.0f} ms / "
        f"{median(costs['without', few]) * 1000:.0f} ms, "
        f"{peaks(costs['with', few], costs['without', few])}",
    )  # fmt: skip
    yield figure(
        f"queries besides those of a plain transfer, {few} lines",
        f"{extra[few]:.0f}", f"≤ {EXTRA_QUERIES}", extra[few] <= EXTRA_QUERIES,
        f"{median(costs['with', few], 'queries'):.0f} / "
        f"{median(costs['without', few], 'queries'):.0f} queries",
    )  # fmt: skip
    yield figure(
        f"the same for each further line, {few} to {many}",
        f"{per_line:.1f}", "≤ 0", per_line <= 0,
    )  # fmt: skip
    growth, limit = ratios(costs["with", many], costs["with", few]), 1.2 * many / few
    yield figure(
        f"hand out a claim, {many} lines / {few} lines",
        spread(growth), f"≤ {limit:.0f}", growth[0] <= limit,
        f"{median(costs['with', many]) * 1000:.0f} ms, "
        f"{peaks(costs['with', many], costs['without', many])}",
    )  # fmt: skip
