from odoo import api, models

from .. import guard
from ..exceptions import GuardedFieldError

# What decides which piece goes where; looked at for claims alone.
GUARDED = frozenset(
    {
        "company_id",
        "location_dest_id",
        "location_id",
        "lot_id",
        "lot_name",
        "move_id",
        "owner_id",
        "picking_id",
        "product_id",
        "product_uom_id",
        "quantity",
        "quantity_product_uom",
        "quant_id",
        "state",
    }
)


class StockMoveLine(models.Model):
    """Pieces of parts claims: on record once done, on their way until then."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not guard.is_open(self.env):
            lines._aftersales_check_done()
            lines._aftersales_check_way()
        return lines

    def write(self, vals):
        names = GUARDED & vals.keys()
        if not names or guard.is_open(self.env):
            return super().write(vals)
        self._aftersales_check_write(vals, names)
        result = super().write(vals)
        self._aftersales_check_way()
        return result

    def _aftersales_check_write(self, vals, names):
        """Refuse edits of done pieces, and other moves or states for open ones."""
        changed = self.filtered(
            lambda line: any(
                self._fields[name].convert_to_write(line[name], line) != vals[name]
                for name in names
            )
        )
        changed._aftersales_check_done()
        pinned = names & {"move_id", "state", "quantity_product_uom"}
        for line in changed.filtered("move_id.claim_line_id") if pinned else ():
            if any(
                self._fields[name].convert_to_write(line[name], line) != vals[name]
                for name in pinned
            ):
                raise GuardedFieldError(
                    self.env._("Pieces of a parts claim stay with their move.")
                )

    def _aftersales_check_done(self):
        """Refuse to touch what claims or technicians' stock have done."""
        done = self.filtered(
            lambda line: (
                line.state == "done"
                and (
                    line.move_id.claim_line_id
                    or "technician"
                    in (line.location_id | line.location_dest_id).mapped(
                        "aftersales_use"
                    )
                )
            )
        )
        if done:
            raise GuardedFieldError(
                self.env._(
                    "%s: what went to or from a technician is on record. Make a return "
                    "or a further transfer instead.",
                    ", ".join(done.product_id.mapped("display_name")),
                )
            )

    def _aftersales_check_way(self):
        """Refuse pieces of another part, or on another way, in a claim's move."""
        for line in self.filtered("move_id.claim_line_id"):
            move = line.move_id
            if (
                line.product_id != move.product_id
                or (line.picking_id and line.picking_id != move.picking_id)
                or not line.location_id._child_of(move.location_id)
                or not line.location_dest_id._child_of(move.location_dest_id)
            ):
                raise GuardedFieldError(
                    self.env._(
                        "This piece of %(part)s is not what the parts claim approved.",
                        part=line.product_id.display_name,
                    )
                )
