from odoo import fields, models


class ResCompany(models.Model):
    """How a company shares a loss among several responsible people."""

    _inherit = "res.company"

    aftersales_loss_split = fields.Selection(
        [
            ("total", "Share of the Penalty on the Whole Loss"),
            ("person", "Penalty on Each One's Part of the Loss"),
        ],
        string="Several Responsible People",
        default="total",
    )
