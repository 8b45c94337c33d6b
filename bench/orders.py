"""Many orders in a bench database, cloned from one by the database itself."""

import xml.etree.ElementTree as ElementTree
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

TECHNICIANS = 200
STATES = ("draft", "scheduled", "dispatched", "on_site", "done", "closed", "cancel")


def clone_rows(env, model, source, count, changes):
    """Insert copies of a row; ``g`` counts them from 1 in the given expressions.

    :param changes: ``{column: SQL expression}`` instead of the source's value
    """
    table = SQL.identifier(env[model]._table)
    env.cr.execute(
        SQL(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND column_name <> 'id'",
            env[model]._table,
        )
    )
    columns = [name for (name,) in env.cr.fetchall()]
    picked = [
        SQL(changes[name]) if name in changes else SQL.identifier("o", name)
        for name in columns
    ]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s o, generate_series(1, %s) g"
            " WHERE o.id = %s",
            table,
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(picked),
            table,
            count,
            source.id,
        )
    )


def first_order(env, people):
    """Make the order that all others are copies of."""
    site = env["aftersales.site"].search([("name", "=", "Bench Site")], limit=1)
    order = env["aftersales.order"].create(
        {
            "partner_id": site.partner_id.id,
            "company_id": env.company.id,
            "site_id": site.id,
            "worker_ids": [(0, 0, {"employee_id": people[0].id})],
        }
    )
    env.flush_all()
    return order


def order_changes(env, people):
    """Return what differs from order to order, as SQL on its number ``g``."""
    start = fields.Datetime.now() - timedelta(days=1000)
    begin = f"(TIMESTAMP '{start:%Y-%m-%d 00:00:00}'"
    begin += (
        " + (g % 1095 * 7919 % 1095) * INTERVAL '1 day' + (g % 10) * INTERVAL '1 hour')"
    )
    states = ",".join(f"'{state}'" for state in STATES)
    changes = {
        "name": "'BENCH/' || g",
        "planned_start": begin,
        "planned_end": f"{begin} + INTERVAL '2 hours'",
        "state": f"(ARRAY[{states}])[1 + (g * 13 % 7)]",
        "service_type": "(ARRAY['repair','inspection','maintenance'])[1 + g % 3]",
        "category": "(ARRAY['rework','paid','free_repair','service'])[1 + g % 4]",
        "done_on": begin,
        "access_token": "NULL",
    }
    if env["aftersales.order"]._fields["lead_id"].store:
        ids = ",".join(map(str, people.ids))
        changes["lead_id"] = f"(ARRAY[{ids}])[1 + (g * 31 % {TECHNICIANS})]"
    return {name: text.replace("%", "%%") for name, text in changes.items()}


def give_leads(env, people, order):
    """Insert a lead for each order after the first, whose row is the pattern."""
    stored = [
        name
        for name in ("company_id", "order_state")
        if name in order.worker_ids._fields and order.worker_ids._fields[name].store
    ]
    columns = SQL(", ").join(map(SQL.identifier, stored)) if stored else None
    env.cr.execute(
        SQL(
            "INSERT INTO aftersales_order_worker (%sorder_id, employee_id, role,"
            " create_uid, write_uid, create_date, write_date)"
            " SELECT %so.id, (%s::int[])[1 + (o.id * 31 %% %s)], 'lead', 1, 1, now(),"
            " now() FROM aftersales_order o, (SELECT * FROM aftersales_order_worker"
            " WHERE order_id = %s) pattern WHERE o.id > %s",
            SQL("%s, ", columns) if stored else SQL(),
            SQL("%s, ", SQL(", ").join(SQL.identifier("pattern", n) for n in stored))
            if stored
            else SQL(),
            people.ids,
            TECHNICIANS,
            order.id,
            order.id,
        )
    )


def make_orders(env, count):
    """Make technicians and so many orders with a lead, over three years.

    The distribution is fixed: it depends on the number of the order alone.
    """
    people = env["hr.employee"].create(
        [{"name": f"Technician {number:03}"} for number in range(TECHNICIANS)]
    )
    order = first_order(env, people)
    changes = order_changes(env, people)
    clone_rows(env, "aftersales.order", order, count, changes)
    give_leads(env, people, order)
    env.cr.execute("ANALYZE aftersales_order")
    env.cr.execute("ANALYZE aftersales_order_worker")
    env.invalidate_all()


def specification(env, model, view_type):
    """Return what the web client asks for with the model's view of a type."""
    views = env[model].get_views([(False, view_type)])
    names = views["models"][model]["fields"]
    arch = ElementTree.fromstring(views["views"][view_type]["arch"])
    shown = {node.get("name") for node in arch.iter("field")}
    shown |= {
        arch.get(name)
        for name in ("date_start", "date_stop", "color", "default_group_by")
        if arch.get(name)
    }
    result = {}
    for name in sorted(shown & names.keys()):
        kind = env[model]._fields[name].type
        related = {"fields": {"display_name": {}}}
        result[name] = related if kind in ("many2one", "many2many") else {}
    return result
