"""Places of lost parts and the van refill for warehouses that already exist."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Give every warehouse what it lacks; harmless when repeated.

    :param cr: cursor on the database that is updated
    :param str version: the version installed before
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    warehouses = env["stock.warehouse"].with_context(active_test=False).search([])
    warehouses._aftersales_ensure_setup()
