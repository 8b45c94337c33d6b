"""Parts: places for lost parts and vans; repair warranty of what was built in."""

from odoo import SUPERUSER_ID, api
from odoo.tools import split_every

CHUNK = 1000


def migrate(cr, version):
    """Set up databases of earlier versions; harmless when repeated.

    :param cr: cursor on the database that is updated
    :param str version: the version installed before
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
    warehouses = env["stock.warehouse"].with_context(active_test=False).search([])
    warehouses._aftersales_ensure_setup()
    lines = env["aftersales.claim.line"]
    used = lines.search([("used_on", "!=", False), ("repair_warranty_end", "=", False)])
    for chunk in split_every(CHUNK, used.ids):
        lines.browse(chunk)._set_repair_warranty()
        env.flush_all()
        env.invalidate_all()
