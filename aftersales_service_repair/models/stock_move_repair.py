from odoo import api, models

from odoo.addons.aftersales_service import guard
from odoo.addons.aftersales_service.exceptions import GuardedFieldError

# What a work order's move may not change after the customer's consent.
GUARDED = frozenset(
    {"aftersales_rma_line_id", "product_id", "product_uom", "repair_id"}
)


class StockMove(models.Model):
    """No part is added to a work order beside the customer's consent."""

    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        if not guard.is_open(self.env):
            self._aftersales_check_added(vals_list)
        return super().create(vals_list)

    @api.model
    def _aftersales_check_added(self, vals_list):
        """Refuse parts nobody authorised, by whatever door (DEPOT-08)."""
        if any(vals.get("aftersales_rma_line_id") for vals in vals_list):
            self._aftersales_refuse_part()
        wanted = [
            vals["repair_id"]
            for vals in vals_list
            if vals.get("repair_id") and vals.get("repair_line_type") == "add"
        ]
        repairs = self.env["repair.order"].browse(wanted)
        if repairs.filtered("aftersales_rma_id"):
            self._aftersales_refuse_part()

    def _aftersales_refuse_part(self):
        raise GuardedFieldError(
            self.env._(
                "Parts of a depot case are added to its estimate: they are reserved "
                "once the customer agreed. Open the case and add a line there."
            )
        )

    def write(self, vals):
        if not guard.is_open(self.env):
            own = self.filtered("aftersales_rma_line_id")
            if own and self._aftersales_changes_part(own, vals):
                self._aftersales_refuse_part()
            if vals.get("repair_id") and vals.get("repair_line_type") != "remove":
                repair = self.env["repair.order"].browse(vals["repair_id"])
                if repair.aftersales_rma_id and self - own:
                    self._aftersales_refuse_part()
        return super().write(vals)

    @api.model
    def _aftersales_changes_part(self, moves, vals):
        """Tell whether ``vals`` would take another part or more than agreed."""
        if any(
            move._fields[name].convert_to_write(move[name], move) != vals[name]
            for move in moves
            for name in GUARDED & vals.keys()
        ):
            return True
        more = vals.get("product_uom_qty")
        return more is not None and any(
            move.product_uom.compare(more, move.aftersales_rma_line_id.quantity) > 0
            for move in moves
        )

    def _action_done(self, cancel_backorder=False):
        for move in self.filtered("aftersales_rma_line_id"):
            agreed = move.aftersales_rma_line_id.quantity
            if move.product_uom.compare(move.quantity, agreed) > 0:
                self._aftersales_refuse_part()
        return super()._action_done(cancel_backorder=cancel_backorder)
