"""Work done once, when the addon is installed or removed."""

from odoo.tools import SQL

from odoo.addons.aftersales_service.hooks import drop_links


def post_init_hook(env):
    """Give warehouses that already exist the depot's places.

    :param env: environment of the superuser on the database just installed
    """
    env["stock.warehouse"].with_context(active_test=False).search(
        []
    )._aftersales_ensure_setup()


def uninstall_hook(env):
    """Leave the promises as the core knows them: a ticket's or an order's.

    :param env: environment of the superuser, before the tables are dropped
    """
    table = SQL.identifier("aftersales_commitment")
    name = SQL.identifier("aftersales_commitment_one_document")
    env.cr.execute(SQL("DELETE FROM %s WHERE repair_id IS NOT NULL", table))
    env.cr.execute(SQL("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", table, name))
    env.cr.execute(
        SQL(
            "ALTER TABLE %s ADD CONSTRAINT %s "
            "CHECK (num_nonnulls(ticket_id, order_id) = 1)",
            table,
            name,
        )
    )
    drop_links(env, "aftersales_service_repair")
