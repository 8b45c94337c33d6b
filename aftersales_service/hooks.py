"""Work done once, when the addon is installed or removed."""

from odoo.tools import SQL

# What ``init`` made in the database besides tables.
FUNCTIONS = ("aftersales_refuse_change", "aftersales_settlement_refuse_update")


def post_init_hook(env):
    """Give the companies and warehouses that already exist what new ones get.

    :param env: environment of the superuser on the database just installed
    """
    env["stock.warehouse"].with_context(active_test=False).search(
        []
    )._aftersales_ensure_setup()
    env["res.company"].search([("aftersales_policy_id", "=", False)]).write(
        {"aftersales_policy_id": env.ref("aftersales_service.policy_comp").id}
    )


def uninstall_hook(env):
    """Take the triggers of append-only tables away, with their functions.

    :param env: environment of the superuser, before the tables are dropped
    """
    for name in FUNCTIONS:
        env.cr.execute(
            SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(name))
        )
