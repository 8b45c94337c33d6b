"""Register: the shipped software question writes the version into the unit's file."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Set up databases of earlier versions.

    :param cr: database cursor
    :param str version: version installed before
    """
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
    item = env.ref(
        "aftersales_service.checklist_half_yearly_after", raise_if_not_found=False
    )
    if item:
        # Later versions of the checklist continue this question.
        later = env["aftersales.checklist.item"].search([("origin_id", "=", item.id)])
        (item | later).is_software = True
