from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .. import guard
from ..exceptions import FrozenFactError, GuardedFieldError, NotEntitledError
from .aftersales_claim import MOVING_STATES

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
            return super(StockMove, self).create(derived)
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

    # -- reserving and moving

    def _action_assign(self, force_qty=False):
        claimed = self.filtered("claim_line_id")
        if claimed:
            self.env["aftersales.alloc"]._pass(
                (move.product_id.id, move.location_id.id)
                for move in claimed
                if move._aftersales_kind() == "issued"
            )
        return super()._action_assign(force_qty=force_qty)

    def _action_done(self, cancel_backorder=False):
        if not self._aftersales_is_concerned():
            return super()._action_done(cancel_backorder=cancel_backorder)
        self._aftersales_check_done()
        places = self._aftersales_places()
        done = super(StockMove, self._aftersales_open())._action_done(
            cancel_backorder=cancel_backorder
        )
        done = done.exists().with_env(self.env)
        done.filtered(lambda move: move.state == "done")._aftersales_after_done(places)
        return done

    def _aftersales_is_concerned(self):
        """Tell whether a claim or a technician's stock is touched."""
        return bool(
            self.claim_line_id
            or self.picking_id.claim_id
            or "technician" in self.location_id.mapped("aftersales_use")
            or "technician" in self.move_line_ids.location_id.mapped("aftersales_use")
        )

    def _aftersales_places(self):
        """Return the places parts are about to leave, as (product, location) ids."""
        return {
            (piece.product_id.id, piece.location_id.id) for piece in self.move_line_ids
        }

    def _aftersales_check_done(self):
        """Refuse what no approval covers, before anything moves."""
        moves = self.filtered(lambda move: move.state not in ("done", "cancel"))
        # sudo: whoever validates need not read or write claims
        lines = moves.sudo().claim_line_id
        lines._lock()
        wanted = {}
        for move in moves:
            line = move.sudo().claim_line_id  # sudo: as above
            if line:
                move._aftersales_check_move(line)
                key = (
                    line,
                    *move.location_id._aftersales_direction(move.location_dest_id),
                )
                wanted[key] = wanted.get(key, 0.0) + move._aftersales_quantity()
            elif move.picking_id.claim_id:
                raise GuardedFieldError(
                    self.env._(
                        "%(part)s is not on the claim of %(transfer)s.",
                        part=move.product_id.display_name,
                        transfer=move.picking_id.display_name,
                    )
                )
        for (line, kind, sign), quantity in wanted.items():
            line._check_room(kind, sign, quantity)

    def _aftersales_quantity(self):
        """Return what this move is about to move, in the unit of the product."""
        self.ensure_one()
        if not self.picked:
            return 0.0
        return sum(
            piece.quantity_product_uom for piece in self.move_line_ids if piece.picked
        )

    def _aftersales_check_move(self, line):
        """Refuse a move that is not what its claim line stands for."""
        self.ensure_one()
        claim = line.claim_id
        kind, sign = self.location_id._aftersales_direction(self.location_dest_id)
        technician = {self.location_id, self.location_dest_id} & set(claim.location_id)
        if (
            self.product_id != line.product_id
            or not kind
            or (kind != "old" and not technician)
            or self.picking_id.claim_id not in (claim, claim.browse())
        ):
            raise GuardedFieldError(
                self.env._(
                    "This move of %(part)s is not what %(claim)s approved.",
                    part=self.product_id.display_name,
                    claim=claim.display_name,
                )
            )
        if claim.state not in MOVING_STATES:
            raise NotEntitledError(
                self.env._(
                    "%(claim)s is %(state)s: its parts may not move.",
                    claim=claim.display_name,
                    state=dict(claim._fields["state"]._description_selection(self.env))[
                        claim.state
                    ].lower(),
                )
            )
        if kind == "issued" and sign > 0 and not line._is_payable():
            claim._check_missing("issue")

    def _aftersales_after_done(self, places):
        """Carry what moved over to the claims, and check that it adds up."""
        # sudo: whoever validates need not write claims
        issued = self.sudo().filtered(
            lambda move: move.claim_line_id and move._aftersales_kind() == "issued"
        )
        if issued:
            issued._aftersales_note_issued()
        self._aftersales_check_shelf(places)
        self._aftersales_check_custody(places)

    def _aftersales_note_issued(self):
        """Freeze the cost of the parts and the date of the first issue."""
        for move in self:
            line = move.claim_line_id
            at = move._aftersales_issued_on(line.claim_id)
            if not line.unit_cost:
                line._unguarded().write({"unit_cost": move._aftersales_unit_cost()})
            if not line.claim_id.issued_on:
                line.claim_id._unguarded().write({"issued_on": at})
            line.claim_id._set_state("issued", happened_on=at)

    def _aftersales_issued_on(self, claim):
        """Return when the parts were handed out, as the transfer says."""
        self.ensure_one()
        picking = self.picking_id
        if not picking.aftersales_handed_on:
            return fields.Datetime.now()
        at = claim.sudo(False)._check_fact_time(picking.aftersales_handed_on)
        claim._check_after(at, "approved_on")
        return at

    def _aftersales_unit_cost(self):
        """Return the cost of one piece of a done move.

        The value that stock accounting gave the move, else the product's cost.
        """
        self.ensure_one()
        value = self["value"] if "value" in self._fields else 0.0
        if value and self.quantity:
            return abs(value) / self._aftersales_quantity()
        return self.claim_line_id._get_standard_cost()

    def _aftersales_check_shelf(self, places):
        """Refuse to hand out what is not there: no stock below zero."""
        claimed = self.filtered("claim_line_id")
        if not claimed:
            return
        domain = Domain.OR(
            Domain("product_id", "=", product) & Domain("location_id", "=", location)
            for product, location in places
        )
        # sudo: technicians read no stock
        short = (
            self.env["stock.quant"]
            .sudo()
            .search(
                domain
                & Domain("quantity", "<", 0)
                & Domain("location_id.usage", "=", "internal"),
                limit=1,
            )
        )
        if short:
            raise UserError(
                self.env._(
                    "%(part)s is short by %(quantity)s in %(place)s. Hand out what is "
                    "there and leave the rest for later.",
                    part=short.product_id.display_name,
                    quantity=f"{-short.quantity:g}",
                    place=short.location_id.display_name,
                )
            )

    def _aftersales_check_custody(self, places):
        """Refuse to take from a technician what claims have out with him."""
        # sudo: the check looks at all claims
        locations = (
            self.env["stock.location"]
            .sudo()
            .browse({location for _product, location in places})
        )
        held_places = locations.filtered(
            lambda location: location.aftersales_use == "technician"
        )
        if not held_places:
            return
        products = {product for product, _location in places}
        missing = (
            self.env["aftersales.claim.line"]
            .sudo()
            ._find_uncovered(  # sudo: as above
                products, held_places.ids
            )
        )
        if missing:
            raise NotEntitledError(
                self.env._(
                    "%(part)s was handed out on %(claim)s. Use, return or scrap it "
                    "there.",
                    part=missing.product_id.display_name,
                    claim=missing.claim_id.display_name,
                )
            )
