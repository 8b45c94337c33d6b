from odoo import fields, models


class AftersalesAlloc(models.Model):
    """The turnstile in front of the shelf (rule D3).

    Two claims that reserve the same product at the same time would both read the
    same free quantity.  Each passes this row first; the second one then starts
    again on a fresh view of the stock.
    """

    _name = "aftersales.alloc"
    _inherit = ["aftersales.turn.mixin"]
    _description = "Stock Turnstile"
    _order = "product_id, location_id"
    _rec_name = "product_id"
    _log_access = False
    _pair_fields = ("product_id", "location_id")

    product_id = fields.Many2one(
        "product.product", required=True, ondelete="cascade", readonly=True
    )
    location_id = fields.Many2one(
        "stock.location", required=True, ondelete="cascade", readonly=True
    )

    _pair_unique = models.UniqueIndex("(product_id, location_id)")
