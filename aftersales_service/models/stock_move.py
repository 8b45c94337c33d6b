from odoo import api, fields, models

from .. import guard
from ..exceptions import FrozenFactError, GuardedFieldError

# What a client may not change on a move of a claim.
GUARDED = frozenset(
    {
        "claim_line_id",
        "company_id",
        "location_dest_id",
        "location_final_id",
        "location_id",
        "origin_returned_move_id",
        "picking_id",
        "picking_type_id",
        "product_id",
        "product_uom",
        "product_uom_qty",
        "restrict_partner_id",
        "scrap_id",
        "state",
    }
)


class StockMove(models.Model):
    """Moves of parts claims: nothing moves but what was approved (PART-11).

    Moves without a claim are left alone after one look.
    """

    _inherit = "stock.move"

    claim_line_id = fields.Many2one(
        "aftersales.claim.line",
        string="Parts Claim Line",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        copy=False,
    )

    def _aftersales_open(self):
        """Return the same moves, open to our own code."""
        return self.with_context(**{guard.CONTEXT_KEY: guard.GUARD})

    def _aftersales_kind(self):
        """Return what this move means for its claim line, or None."""
        self.ensure_one()
        return self.location_id._aftersales_direction(self.location_dest_id)[0]

    # -- who may make and change moves of claims

    @api.model_create_multi
    def create(self, vals_list):
        if guard.is_open(self.env):
            return super().create(vals_list)
        if self.env.context.get("default_claim_line_id"):
            self = self.with_context(default_claim_line_id=False)
        derived = [self._aftersales_claim_vals(vals) for vals in vals_list]
        if not any(vals.get("claim_line_id") for vals in derived):
            return super().create(derived)
        moves = super(StockMove, self._aftersales_open()).create(derived)
        moves = moves.with_env(self.env)
        # core books what is added to a done transfer at once
        moves.filtered(lambda move: move.state == "done")._aftersales_check_booked()
        return moves

    @api.model
    def _aftersales_claim_vals(self, vals):
        """Return the values of a new move, with the claim line it belongs to.

        Returns and scraps of a claim's move inherit its line; nothing else may
        enter a claim's transfer.
        """
        if vals.get("claim_line_id"):
            raise GuardedFieldError(
                self.env._("Moves of a parts claim are made by the claim alone.")
            )
        origin = self.browse(vals.get("origin_returned_move_id") or ())
        if origin.claim_line_id:
            return {**vals, "claim_line_id": origin.claim_line_id.id}
        picking = self.env["stock.picking"].browse(vals.get("picking_id") or ())
        if not picking.claim_id:
            return vals
        line = picking._aftersales_line_to_scrap(vals) if vals.get("scrap_id") else None
        if not line:
            raise GuardedFieldError(
                self.env._(
                    "%(transfer)s belongs to %(claim)s: no other part may be added.",
                    transfer=picking.display_name,
                    # sudo: the warehouse may not read every claim
                    claim=picking.sudo().claim_id.display_name,
                )
            )
        return {**vals, "claim_line_id": line.id}

    def _aftersales_check_booked(self):
        """Refuse moves that were done at birth unless their claim allows them."""
        # sudo: whoever moves parts need not read claims
        lines = self.sudo().claim_line_id
        lines._lock()
        for move in self:
            line = move.sudo().claim_line_id  # sudo: as above
            if line:
                move._aftersales_check_move(line)
            else:
                move.move_line_ids._aftersales_check_done()
        lines._check_balance()
        self._aftersales_after_done(self._aftersales_places())

    def write(self, vals):
        names = GUARDED & vals.keys()
        if names and not guard.is_open(self.env):
            self._aftersales_check_write(vals, names)
        return super().write(vals)

    def _aftersales_check_write(self, vals, names):
        """Refuse changes of what a claim approved; look at nothing else."""
        if vals.get("claim_line_id"):
            raise GuardedFieldError(
                self.env._("Moves of a parts claim are made by the claim alone.")
            )
        if "picking_id" in names:
            self._aftersales_check_picking(vals["picking_id"])
        for move in self.filtered("claim_line_id"):
            if any(move._aftersales_is_change(name, vals[name]) for name in names):
                raise GuardedFieldError(
                    self.env._(
                        "%(part)s in %(transfer)s belongs to a parts claim: part, "
                        "quantity and way stand as approved.",
                        part=move.product_id.display_name,
                        transfer=move.picking_id.display_name or "",
                    )
                )

    def _aftersales_check_picking(self, picking_id):
        """Refuse to bring a move into a claim's transfer, or out of it."""
        picking = self.env["stock.picking"].browse(picking_id or ())
        # sudo: the warehouse may not read every claim
        claim = picking.sudo().claim_id
        for move in self:
            if claim != move.sudo().claim_line_id.claim_id:  # sudo: as above
                raise GuardedFieldError(
                    self.env._("Moves cannot change between claims and transfers.")
                )

    def _aftersales_is_change(self, name, value):
        """Tell whether writing ``value`` would change what a claim approved."""
        self.ensure_one()
        if name == "picking_id":  # checked before, and backorders need it
            return False
        if name == "state":
            return value == "done" or self.state == "done"
        if name == "product_uom_qty":  # backorders take some of it away
            return self.product_uom.compare(value, self.product_uom_qty) > 0
        return self._fields[name].convert_to_write(self[name], self) != value

    @api.ondelete(at_uninstall=False)
    def _unlink_except_claim(self):
        if not guard.is_open(self.env) and self.claim_line_id:
            raise FrozenFactError(
                self.env._("Moves of a parts claim stay on record. Cancel them.")
            )

    # -- keeping moves of claims apart and together

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return [*super()._prepare_merge_moves_distinct_fields(), "claim_line_id"]

    def _prepare_move_split_vals(self, qty):
        vals = super()._prepare_move_split_vals(qty)
        if self.claim_line_id:
            vals["claim_line_id"] = self.claim_line_id.id
        return vals

    def _create_backorder(self):
        if not self.claim_line_id:
            return super()._create_backorder()
        backorders = super(StockMove, self._aftersales_open())._create_backorder()
        return backorders.with_env(self.env)

    def _get_source_document(self):
        # sudo: only the id; what the claim holds is read with the user's own rights
        claim = self.sudo().claim_line_id.claim_id.sudo(self.env.su)
        return claim or super()._get_source_document()
