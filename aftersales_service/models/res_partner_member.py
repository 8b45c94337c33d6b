from odoo import fields, models


class ResPartner(models.Model):
    """Customers who are members: every one of them is called back (CB-10)."""

    _inherit = "res.partner"

    is_aftersales_member = fields.Boolean(
        string="Service Member", help="Called back after every service."
    )
