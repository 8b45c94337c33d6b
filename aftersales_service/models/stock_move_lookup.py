from odoo import api, models

UNWATCHED = "aftersales_unwatched"


class StockMove(models.Model):
    """What core asks once per move, asked once for all moves of a claim.

    Two questions are put by core for every move and every level of its places:
    which reordering rules follow the part, and which rule pushes it on from where
    it goes.  At a technician's stock the answer is nearly always "none"; that is
    found out with one query for all, and core's way is taken for the rest.
    """

    _inherit = "stock.move"

    @api.model
    def _aftersales_get_unwatched(self, products):
        """Return the context that says which of these parts nobody reorders.

        A ``frozenset`` carries it: no client can send one.
        """
        # sudo: only whether there is one; core looks at them in the same way
        rules = self.env["stock.warehouse.orderpoint"].sudo()
        found = rules._read_group([("product_id", "in", products.ids)], ["product_id"])
        watched = {product.id for (product,) in found}
        return {UNWATCHED: frozenset(products.ids) - watched}

    def _aftersales_watched(self):
        """Return the moves whose part may have a reordering rule."""
        unwatched = self.env.context.get(UNWATCHED)
        if not isinstance(unwatched, frozenset):
            return self
        return self.filtered(lambda move: move.product_id.id not in unwatched)

    def _update_orderpoints(self):
        return super(StockMove, self._aftersales_watched())._update_orderpoints()

    def _trigger_scheduler(self):
        return super(StockMove, self._aftersales_watched())._trigger_scheduler()

    def _push_apply(self):
        if not all(move.claim_line_id for move in self) or self.move_dest_ids:
            return super()._push_apply()
        levels = {
            int(level)
            for place in self.location_dest_id
            for level in place.parent_path.split("/")[:-1]
        }
        # sudo: only whether there is one; which of them holds is for core to say
        rules = self.env["stock.rule"].sudo()
        if rules.search_count(
            [
                ("location_src_id", "in", list(levels)),
                ("action", "in", ("push", "pull_push")),
            ],
            limit=1,
        ):
            return super()._push_apply()
        return self.browse()
