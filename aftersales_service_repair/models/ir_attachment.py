from odoo import api, models
from odoo.fields import Domain


class IrAttachment(models.Model):
    """Photos of units in the depot go when their case is over."""

    _inherit = "ir.attachment"

    @api.model
    def _aftersales_get_photo_homes(self, company):
        orders, tickets = self._aftersales_get_disputed(company)
        return {
            **super()._aftersales_get_photo_homes(company),
            "aftersales.rma": Domain("company_id", "=", company.id)
            & Domain("state", "in", ("closed", "cancel"))
            & Domain("order_id", "not in", orders.ids)
            & Domain("ticket_id", "not in", tickets.ids),
        }
