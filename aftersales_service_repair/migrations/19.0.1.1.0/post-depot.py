"""Depot cases for the repairs that were open, and the depot's places."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Give warehouses the depot's places, and open repairs their depot case.

    :param cr: database cursor
    :param str version: the version installed before
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["stock.warehouse"].with_context(active_test=False).search(
        []
    )._aftersales_ensure_setup()
    repairs = env["repair.order"].search(
        [
            ("aftersales_unit_id", "!=", False),
            ("aftersales_rma_id", "=", False),
            ("state", "in", ("draft", "confirmed")),
        ]
    )
    units = repairs.aftersales_unit_id
    env["aftersales.rma"]._unguarded().create(
        [unit._prepare_rma_vals() for unit in units]
    )
