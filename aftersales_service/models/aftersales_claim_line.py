from odoo import fields, models


class AftersalesClaimLine(models.Model):
    """One part of a claim, accounted for to the last piece."""

    _name = "aftersales.claim.line"
    _inherit = ["aftersales.fact.mixin"]
    _description = "Parts Claim Line"
    _order = "claim_id, sequence, id"
    _check_company_auto = True

    claim_id = fields.Many2one(
        "aftersales.claim", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="claim_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        index=True,
        check_company=True,
        domain=[("type", "=", "consu")],
    )
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    payer = fields.Selection(
        [
            ("company", "Company (Warranty)"),
            ("customer", "Customer"),
            ("supplier", "Supplier"),
            ("technician", "Technician"),
            ("goodwill", "Goodwill"),
        ],
        required=True,
        default="company",
    )
    lot_id = fields.Many2one("stock.lot", string="New Serial", copy=False)
    old_serial = fields.Char(copy=False)
    old_part = fields.Selection(
        [
            ("return", "Comes Back"),
            ("scrap", "Scrapped on Site"),
            ("customer", "Stays with Customer"),
        ],
        required=True,
        default="return",
    )
    old_part_due = fields.Date(copy=False)
    unit_cost = fields.Monetary(readonly=True, copy=False)
    move_ids = fields.One2many("stock.move", "claim_line_id", readonly=True)

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "The quantity of a part must be more than zero."
    )
