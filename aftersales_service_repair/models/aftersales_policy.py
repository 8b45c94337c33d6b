from odoo import fields, models


class AftersalesPolicy(models.Model):
    """What the house gives with a unit that took the place of another."""

    _inherit = "aftersales.policy"

    exchange_term = fields.Selection(
        [
            ("remaining", "Remaining Term of the Old Unit"),
            ("own", "A Term of Its Own"),
        ],
        string="Warranty of Exchanged Units",
        default="remaining",
    )
