from odoo import fields, models


class StockMove(models.Model):
    """Moves of parts claims."""

    _inherit = "stock.move"

    claim_line_id = fields.Many2one(
        "aftersales.claim.line",
        string="Parts Claim Line",
        index="btree_not_null",
        ondelete="restrict",
    )
