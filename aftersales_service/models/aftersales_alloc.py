from odoo import api, fields, models
from odoo.tools import SQL


class AftersalesAlloc(models.Model):
    """The turnstile in front of the shelf (rule D3).

    Two claims that reserve the same product at the same time would both read the
    same free quantity.  Each passes this row first; the second one then starts
    again on a fresh view of the stock.
    """

    _name = "aftersales.alloc"
    _description = "Stock Turnstile"
    _order = "product_id, location_id"
    _rec_name = "product_id"
    _log_access = False

    product_id = fields.Many2one(
        "product.product", required=True, ondelete="cascade", readonly=True
    )
    location_id = fields.Many2one(
        "stock.location", required=True, ondelete="cascade", readonly=True
    )
    turn = fields.Integer(required=True, default=0, readonly=True)

    _pair_unique = models.UniqueIndex("(product_id, location_id)")

    @api.model
    def _pass(self, pairs):
        """Take the turn for each product and location, always in one order.

        :param pairs: iterable of (product id, location id)
        """
        pairs = sorted(set(pairs))
        if not pairs:
            return
        products, locations = (list(column) for column in zip(*pairs, strict=True))
        wanted = SQL(
            "SELECT unnest(%s::int[]) AS product_id, unnest(%s::int[]) AS location_id",
            products,
            locations,
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO aftersales_alloc (product_id, location_id, turn) "
                "SELECT product_id, location_id, 0 FROM (%s) AS wanted "
                "ORDER BY 1, 2 ON CONFLICT (product_id, location_id) DO NOTHING",
                wanted,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE aftersales_alloc SET turn = turn + 1 WHERE id IN ("
                "SELECT alloc.id FROM aftersales_alloc alloc JOIN (%s) AS wanted "
                "USING (product_id, location_id) "
                "ORDER BY alloc.product_id, alloc.location_id FOR UPDATE OF alloc)",
                wanted,
            )
        )
