from odoo import fields, models


class StockPicking(models.Model):
    """Transfers of parts claims."""

    _inherit = "stock.picking"

    claim_id = fields.Many2one(
        "aftersales.claim",
        string="Parts Claim",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
