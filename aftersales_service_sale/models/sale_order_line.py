from odoo import fields, models


class SaleOrderLine(models.Model):
    """A part of a claim is delivered by the claim's own transfers."""

    _inherit = "sale.order.line"

    aftersales_claim_line_id = fields.Many2one(
        "aftersales.claim.line",
        string="Parts Claim Line",
        copy=False,
        index="btree_not_null",
    )

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        lines = self.filtered(lambda line: not line.aftersales_claim_line_id)
        return super(SaleOrderLine, lines)._action_launch_stock_rule(
            previous_product_uom_qty=previous_product_uom_qty
        )
