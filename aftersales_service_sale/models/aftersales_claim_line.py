from odoo import fields, models


class AftersalesClaimLine(models.Model):
    """A chargeable part and the order line it is sold by."""

    _inherit = "aftersales.claim.line"

    sale_line_ids = fields.One2many("sale.order.line", "aftersales_claim_line_id")

    def _prepare_quotation_line_vals(self):
        """Return the values of the quotation line of one part."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": self.quantity,
            "aftersales_claim_line_id": self.id,
        }

    def _prepare_move_vals(self, use, quantity):
        """Let what is used at the customer's count as delivered on the order."""
        values = super()._prepare_move_vals(use, quantity)
        if use == "use":
            sold = self.sale_line_ids.filtered(lambda line: line.state == "sale")
            values["sale_line_id"] = sold[:1].id
        return values
