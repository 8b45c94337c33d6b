"""P9: closing orders with all that follows, against the ORM writing the same rows."""

from datetime import timedelta

from base import figure, median, ratios, spread
from meter import Meter
from world import make_world, service_vals

from odoo import fields
from odoo.models import BaseModel

TITLE = "orders done and closed with all consequences against the ORM's same rows"
DATABASES = {"with": "product"}
SIZES = {"small": (100, 1000), "full": (1000, 10000)}
BATCH = 1000
CALLBACKS = 2
# Documents that exist before and change.
CHANGED = ("aftersales.order", "helpdesk.ticket", "aftersales.commitment")


def order_vals(ticket, cause, technician):
    """Return the values of an order whose work is done, but for the solution."""
    unit = {
        "equipment_id": ticket.equipment_id.id,
        "symptom_id": ticket.symptom_id.id,
        "cause_id": cause.id,
        "result": "fixed",
    }
    return {
        "partner_id": ticket.partner_id.id,
        "company_id": ticket.company_id.id,
        "site_id": ticket.site_id.id,
        "policy_id": ticket.policy_id.id,
        "ticket_id": ticket.id,
        "customer_opinion": "Quick.",
        "test_run": "passed",
        "fix_confidence": "unsure",
        "customer_verdict": "satisfied",
        "unit_ids": [(0, 0, unit)],
        "worker_ids": [(0, 0, {"employee_id": technician.id})],
    }


def make_signed(env, count):
    """Make orders on site, signed, their reports without a solution.

    They are made once, a batch at a time, and kept: every trial finishes the same
    orders and is rolled back.
    """
    for start in range(0, count, BATCH):
        make_some(env, min(BATCH, count - start))
        settle(env)
    env.cr.execute("ANALYZE")


def make_some(env, count):
    """Make one batch of them."""
    tickets = env["helpdesk.ticket"].create(service_vals(env, count))
    cause = env["aftersales.code"].search([("code", "=", "B-VALVE")], limit=1)
    technician = env["hr.employee"].search([("name", "=", "Bench Technician")], limit=1)
    orders = env["aftersales.order"].create(
        [order_vals(ticket, cause, technician) for ticket in tickets]
    )
    arrived = fields.Datetime.now() - timedelta(hours=2)
    orders.worker_ids._unguarded().write(
        {"departed_on": arrived - timedelta(hours=1), "arrived_on": arrived}
    )
    for state in ("scheduled", "dispatched", "on_site"):
        orders._set_state(state)
    orders._unguarded().write(
        {"signed_by": "Li Hua", "signed_on": arrived + timedelta(hours=1)}
    )


def get_signed(env, count):
    """Return so many of the signed orders, the first ones, not read yet."""
    orders = env["aftersales.order"].search(
        [("state", "=", "on_site")], order="id", limit=count
    )
    assert len(orders) == count
    settle(env)
    return orders


def settle(env):
    """Write all that waits, the log of changes too, and forget what was read."""
    env.cr.flush()
    env.invalidate_all()


def finish(env, orders):
    """Finish and close orders, and write all of it."""
    orders.action_done()
    orders.action_close()
    env.cr.flush()


def check(env, orders):
    """Every consequence is there, once for each order."""
    fines = env["aftersales.adjustment"].search_count(
        [("event_model", "=", orders._name), ("event_id", "in", orders.ids)]
    )
    promises = orders.ticket_id.commitment_ids.filtered(
        lambda promise: promise.milestone == "resolve" and promise.fulfilled_on
    )
    assert set(orders.mapped("state")) == {"closed"}
    assert len(orders.callback_ids) == CALLBACKS * len(orders)
    assert fines == len(promises) == len(orders)


# -- the same rows, by the ORM alone


def get_last_ids(env):
    """Return the last id of every table that documents are kept in."""
    return {
        name: last_id(env, model)
        for name, model in env.items()
        if model._auto and not model._abstract and not model._transient
    }


def last_id(env, model):
    env.cr.execute(f'SELECT COALESCE(MAX(id), 0) FROM "{model._table}"')
    return env.cr.fetchone()[0]


def get_columns(model):
    """Return the names of the fields of a model that the ORM writes to columns."""
    log = {"id", "create_uid", "create_date", "write_uid", "write_date"}
    return [
        name
        for name, field in model._fields.items()
        if field.store
        and field.column_type
        and name not in log
        and not field.company_dependent
        and not field.inherited
    ]


def read_rows(records):
    """Return ``{id: {column: value}}``."""
    rows = records.sudo().read(get_columns(records), load=None)
    return {row.pop("id"): row for row in rows}


def get_documents(env, orders):
    tickets = orders.ticket_id
    return dict(zip(CHANGED, (orders, tickets, tickets.commitment_ids), strict=True))


def read_effects(env, orders, work):
    """Do some work and return what it created and changed.

    :return: ``({model: {id: values}}, {model: [(ids, values)]})``
    """
    documents = get_documents(env, orders)
    before = {name: read_rows(records) for name, records in documents.items()}
    last = get_last_ids(env)
    work()
    env.invalidate_all()
    created = {}
    for name, number in last.items():
        model = env[name].sudo().with_context(active_test=False)
        records = model.search([("id", ">", number)], order="id")
        if records:
            created[name] = read_rows(records)
    changed = {}
    for name, records in documents.items():
        groups = {}
        for record_id, row in read_rows(records).items():
            old = before[name][record_id]
            vals = {key: value for key, value in row.items() if value != old[key]}
            if vals:
                groups.setdefault(repr(vals), ([], vals))[0].append(record_id)
        changed[name] = list(groups.values())
    return created, changed


def sort_models(env, created):
    """Return the models in an order in which rows find the rows they point to."""
    waiting, ordered = list(created), []
    while waiting:
        for name in waiting:
            links = {
                field.comodel_name
                for field in env[name]._fields.values()
                if field.type == "many2one" and field.store
            }
            if not (links & set(waiting)) - {name}:
                break
        else:
            name = waiting[0]
        waiting.remove(name)
        ordered.append(name)
    return ordered


def replay(env, created, changed, order):
    """Let the ORM create and write the same rows, without any of our methods."""
    new_ids = {}
    for name in order:
        model = env[name].sudo()
        links = {
            key: new_ids[field.comodel_name]
            for key, field in model._fields.items()
            if field.type == "many2one" and field.comodel_name in new_ids
        }
        vals_list = [
            {
                key: links[key].get(value, value) if key in links else value
                for key, value in row.items()
            }
            for row in created[name].values()
        ]
        made = BaseModel.create(model, vals_list)
        new_ids[name] = dict(zip(created[name], made.ids, strict=True))
    for name, groups in changed.items():
        for ids, vals in groups:
            BaseModel.write(env[name].sudo().browse(ids), vals)
    env.flush_all()


def read_once(bench, database, count):
    """Return what finishing so many orders creates and changes, and in which order.

    The orders are the same in every trial, so it is read once.
    """
    with bench.env(database) as env:
        orders = get_signed(env, count)
        created, changed = read_effects(env, orders, lambda: finish(env, orders))
        return created, changed, sort_models(env, created)


def trial(bench, database, count):
    """Return the cost of finishing so many orders."""
    with bench.env(database) as env:
        orders = get_signed(env, count)
        with Meter(env.cr) as meter:
            finish(env, orders)
        check(env, orders)
        return meter.cost


def trial_by_orm(bench, database, count, effects):
    """Return the cost of the rows of the same work, written by the ORM alone."""
    with bench.env(database) as env:
        orders = get_signed(env, count)
        with Meter(env.cr) as meter:
            replay(env, *effects)
        assert set(orders.mapped("state")) == {"closed"}
        return meter.cost


def run(bench, databases):
    few, many = SIZES[bench.size]
    database = databases["with"]
    with bench.env(database, commit=True) as env:
        make_world(env)
        make_signed(env, many)
    effects = read_once(bench, database, many)
    costs = bench.compare(
        {
            "ours": lambda: trial(bench, database, many),
            "orm": lambda: trial_by_orm(bench, database, many, effects),
            "few": lambda: trial(bench, database, few),
        }
    )
    overhead = ratios(costs["ours"], costs["orm"])
    growth = ratios(costs["ours"], costs["few"])
    yield figure(
        f"finish and close {many} orders / the ORM's same rows",
        spread(overhead), "≤ 1.5", overhead[0] <= 1.5,
        f"{median(costs['ours']):.2f} s / {median(costs['orm']):.2f} s, "
        f"{median(costs['ours'], 'queries')} / {median(costs['orm'], 'queries')} "
        "queries",
    )  # fmt: skip
    limit = 1.2 * many / few
    yield figure(
        f"finish and close, {many} orders / {few} orders",
        spread(growth), f"≤ {limit:.1f}", growth[0] <= limit,
        f"{median(costs['ours']) / many * 1000:.2f} ms an order, "
        f"{median(costs['few'], 'queries')} / {median(costs['ours'], 'queries')} "
        "queries",
    )  # fmt: skip
