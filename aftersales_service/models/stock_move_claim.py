from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..exceptions import GuardedFieldError, NotEntitledError
from .aftersales_claim import MOVING_STATES


class StockMove(models.Model):
    """Moves of parts claims when they are reserved and done (PART-11, D3)."""

    _inherit = "stock.move"

    def _action_assign(self, force_qty=False):
        claimed = self.filtered("claim_line_id")
        if not force_qty:  # core looks at no others
            claimed = claimed.filtered(
                lambda move: (
                    move.state in ("confirmed", "waiting", "partially_available")
                    and not move.picked
                )
            )
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
        known = self._aftersales_get_unwatched(self.product_id)
        opened = self.with_context(**known)._aftersales_open()
        done = super(StockMove, opened)._action_done(cancel_backorder=cancel_backorder)
        done = done.exists().with_env(self.env)
        done.filtered(lambda move: move.state == "done")._aftersales_after_done(places)
        return done

    def _aftersales_is_concerned(self):
        """Tell whether a claim or a technician's stock is touched."""
        return bool(
            self.claim_line_id
            or self.picking_id.claim_id
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
        return sum(
            piece.quantity_product_uom for piece in self.move_line_ids if piece.picked
        )

    def _aftersales_check_move(self, line):
        """Refuse a move that is not what its claim line stands for."""
        self.ensure_one()
        claim = line.claim_id
        kind = self._aftersales_kind()
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
        if kind == "issued" and not line._is_payable():
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
        costs, moments = {}, {}
        for move in self:
            line = move.claim_line_id
            if not line.unit_cost and line not in costs:
                costs[line] = move._aftersales_unit_cost()
            moments.setdefault(
                (line.claim_id, move.picking_id),
                move._aftersales_issued_on(line.claim_id),
            )
        for line, cost in costs.items():
            line._unguarded().write({"unit_cost": cost})
        first = {}
        for (claim, _picking), at in moments.items():
            first.setdefault(claim.id, at)
        self.claim_line_id.claim_id.browse(first)._set_state(
            "issued",
            vals=lambda claim: {"issued_on": first[claim.id]},
            happened_on=first,
        )

    def _aftersales_issued_on(self, claim):
        """Return when the parts were handed out, as the transfer says."""
        self.ensure_one()
        handed_on = self.picking_id.aftersales_handed_on
        at = claim.sudo(False)._check_fact_time(handed_on)
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
