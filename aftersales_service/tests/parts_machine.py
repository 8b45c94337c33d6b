"""Random claims, issues, returns, cancels and swaps: no part is lost (B19).

A machine works in a company of ``ClaimCommon``: technicians ask, the desk verifies,
tiers approve, the warehouse hands out whole or in part, parts are used, handed in,
received, scrapped, lost and found, moves are taken back, old parts come in or stay
out.  An act may be refused, by a sentence; the sums agree after every one.
"""

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from odoo.exceptions import UserError

LAWS = ["L6", "L7", "L8", "L9"]
SHELF = 40.0
picks = st.integers(0, 11)
amounts = st.sampled_from([1.0, 2.0, 3.0])
bools = st.booleans()


class PartsMachine(RuleBasedStateMachine):
    """One example is undone before the next; ``world`` is set by ``tell_stories``."""

    world = None
    counts = Counter()

    def __init__(self):
        super().__init__()
        self.env = self.world.env
        self.env.flush_all()
        self.savepoint = self.env.cr.savepoint()
        self.counts["examples"] += 1
        self.claims = []
        self.keeper = self.world.warehouse_user
        self.desk = self.world.dispatcher_user

    # -- how acts are done

    def act(self, method, *args, **kwargs):
        """Do one act; what people are refused leaves nothing behind."""
        self.counts["acts"] += 1
        try:
            with self.env.cr.savepoint():
                result = method(*args, **kwargs)
                self.env.flush_all()
                return result
        except UserError:
            self.counts["refused"] += 1
            self.env.invalidate_all()
            return None

    def claim(self, pick):
        return self.claims[pick % len(self.claims)]

    def line(self, pick):
        lines = self.env["aftersales.claim.line"].browse(
            [line.id for claim in self.claims for line in claim.line_ids]
        )
        # those that are out come first: there is more to do with them
        lines = lines.sorted(lambda line: (line.claim_state != "issued", line.id))
        return lines[pick % len(lines)].with_user(self.world.technician_user)

    def picking(self, pick, done):
        states = ["done"] if done else ["confirmed", "waiting", "assigned"]
        pickings = self.env["stock.picking"].search(
            [
                ("claim_id", "in", [claim.id for claim in self.claims]),
                ("state", "in", states),
            ],
            order="id",
        )
        if not pickings:
            return None
        return pickings[pick % len(pickings)].with_user(self.keeper)

    def lot(self, line, pick):
        lots = [lot for _line, lot in line._get_held_lots() if lot]
        return lots[pick % len(lots)] if lots else None

    # -- claims

    @initialize(serial=bools)
    def begin(self, serial):
        world = self.world
        self.parts = [world.filter_part, world.valve]
        world._stock(world.filter_part, SHELF)
        world._stock(world.valve, 6, [f"R{number}" for number in range(6)])
        self.dozen = self.env["uom.uom"].search([("name", "=", "Dozens")], limit=1)
        for part, quantity in ((0, 3.0), (int(serial), 2.0)):
            claim = self.act(world._issued, self.parts[part], quantity=quantity)
            self.claims.append(claim)

    @rule(part=st.integers(0, 1), quantity=amounts, approve=bools)
    def ask(self, part, quantity, approve):
        """A claim, verified, and mostly approved."""
        world = self.world
        make = world._approved if approve else world._verified
        claim = self.act(make, self.parts[part], quantity=quantity)
        if claim:
            self.claims.append(claim)

    @rule(pick=picks, quantity=amounts)
    def change_quantity(self, pick, quantity):
        line = self.line(pick).with_user(self.desk)
        self.act(line.write, {"quantity": quantity})

    @rule(pick=picks)
    def approve(self, pick):
        for user in (self.world.head_user, self.world.sales_vp_user):
            self.act(self.claim(pick).with_user(user).action_approve)

    @rule(pick=picks)
    def cancel(self, pick):
        self.act(self.claim(pick).with_user(self.desk).action_cancel, "Not needed")

    @rule(pick=picks)
    def close(self, pick):
        self.act(self.claim(pick).with_user(self.desk).action_close)

    # -- the warehouse

    @rule(pick=picks)
    def issue(self, pick):
        self.act(self.claim(pick).with_user(self.keeper).action_issue)

    @rule(part=st.integers(0, 1), quantity=amounts, taken=st.sampled_from([0.0, 1.0]))
    def hand_out(self, part, quantity, taken):
        """A claim on its whole way to the technician, or a part of it."""
        claim = self.act(self.world._approved, self.parts[part], quantity=quantity)
        if not claim:
            return
        self.claims.append(claim)
        picking = self.act(claim.with_user(self.keeper).action_issue)
        if picking:
            self.act(self._validate, picking, taken)

    @rule(pick=picks, part=st.sampled_from([0.0, 1.0, 2.0, 9.0]))
    def validate(self, pick, part):
        """Validate a transfer: what is reserved, less, or more than approved."""
        picking = self.picking(pick, done=False)
        if picking:
            self.act(self._validate, picking, part)

    def _validate(self, picking, part):
        if part:
            picking.move_ids[:1].quantity = part
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()

    @rule(pick=picks)
    def in_dozens(self, pick):
        """The picker counts in dozens where there are any."""
        picking = self.picking(pick, done=False)
        if picking and self.dozen:
            self.act(self._count_in_dozens, picking)

    def _count_in_dozens(self, picking):
        piece = picking.move_line_ids[:1]
        piece.write({"product_uom_id": self.dozen.id, "quantity": 1.0})
        self._validate(picking, 0.0)

    @rule(pick=picks)
    def swap_serials(self, pick):
        """The picker takes another serial than the one reserved."""
        picking = self.picking(pick, done=False)
        if picking:
            self.act(self._swap, picking)

    def _swap(self, picking):
        free = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.world.valve.id),
                ("location_id", "=", self.world.warehouse.lot_stock_id.id),
                ("quantity", ">", 0),
                ("reserved_quantity", "=", 0),
            ],
            limit=1,
        )
        picking.move_line_ids[:1].lot_id = free.lot_id

    @rule(pick=picks)
    def cancel_transfer(self, pick):
        picking = self.picking(pick, done=False)
        if picking:
            self.act(picking.action_cancel)

    @rule(pick=picks, quantity=amounts)
    def reverse(self, pick, quantity):
        """Return a done transfer, or a return of it."""
        picking = self.picking(pick, done=True)
        if picking:
            self.act(self._reverse, picking, quantity)

    def _reverse(self, picking, quantity):
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.keeper)
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id})
        )
        wizard.product_return_moves.quantity = quantity
        back = wizard._create_return()
        self._validate(back, 0.0)

    @rule(pick=picks, quantity=amounts)
    def scrap(self, pick, quantity):
        picking = self.picking(pick, done=True)
        if picking:
            self.act(self._scrap, picking, quantity)

    def _scrap(self, picking, quantity):
        scrap = (
            self.env["stock.scrap"]
            .with_user(self.keeper)
            .create(
                {
                    "product_id": picking.move_ids[:1].product_id.id,
                    "scrap_qty": quantity,
                    "lot_id": picking.move_line_ids[:1].lot_id.id,
                    "picking_id": picking.id,
                    "location_id": picking.location_dest_id.id,
                    "company_id": picking.company_id.id,
                }
            )
        )
        scrap.action_validate()

    # -- the technician

    @rule(pick=picks, quantity=amounts, which=picks)
    def use(self, pick, quantity, which):
        line = self.line(pick)
        self.act(line.action_consume, quantity, lot_id=self.lot(line, which))

    @rule(pick=picks, quantity=amounts, which=picks, counter=bools)
    def bring_back(self, pick, quantity, which, counter):
        line = self.line(pick)
        lot = self.lot(line, which)
        if counter:
            line = line.with_user(self.keeper)
        self.act(line.action_return_unused, quantity, lot_id=lot)

    @rule(pick=picks, number=st.integers(0, 3), counter=bools)
    def bring_old(self, pick, number, counter):
        line = self.line(pick)
        if counter:
            line = line.with_user(self.keeper)
        self.act(line.action_return_old, 1.0, serial=f"OLD{number}")

    @rule(pick=picks)
    def withdraw(self, pick):
        self.act(self.line(pick).action_withdraw_hand_in)

    @rule(pick=picks, which=picks)
    def lose(self, pick, which):
        line = self.line(pick)
        self.act(line.action_report_lost, 1.0, "Gone", lot_id=self.lot(line, which))

    @rule(pick=picks)
    def lose_old(self, pick):
        self.act(self.line(pick).action_report_old_lost, 1.0, "Gone")

    @rule(pick=picks)
    def find(self, pick):
        losses = self.line(pick).loss_ids.with_user(self.keeper)
        self.act(losses[:1].action_found)

    @rule(pick=picks, choice=st.sampled_from(["return", "scrap", "customer"]))
    def keep_old(self, pick, choice):
        self.act(self.line(pick).action_set_old_part, choice, "Agreed")

    # -- the laws, past the house's own sums

    @invariant()
    def conserved(self):
        self.env.flush_all()
        found = self.env["aftersales.integrity"].run(LAWS)
        broken = {law["law"]: law["sample"] for law in found if not law["ok"]}
        assert not broken, broken
        self._check_approved()
        self._check_shelf()

    def _check_approved(self):
        """Nothing is out on a claim that was never approved."""
        for claim in self.claims:
            out = sum(claim.line_ids.mapped("issued_qty"))
            assert not out or claim.state in ("issued", "closed"), claim.name
            for line in claim.line_ids:
                net = line.issued_qty - line.returned_qty
                assert net <= line.quantity + 1e-6, (claim.name, net)

    def _check_shelf(self):
        """Shelf + held + used + scrapped + lost is what was there at the start."""
        self.env.cr.execute(
            """SELECT quant.product_id, SUM(quant.quantity)
                 FROM stock_quant quant
                 JOIN stock_location place ON place.id = quant.location_id
                WHERE quant.product_id = ANY(%s)
                  AND place.aftersales_use IS DISTINCT FROM 'defective'
                  AND place.usage = 'internal'
                GROUP BY 1""",
            [[part.id for part in self.parts]],
        )
        there = dict(self.env.cr.fetchall())
        lines = self.env["aftersales.claim.line"].browse(
            [line.id for claim in self.claims for line in claim.line_ids]
        )
        for part, start in zip(self.parts, (SHELF, 6.0), strict=True):
            gone = sum(
                line.consumed_qty + line.scrapped_qty + line.lost_qty
                for line in lines
                if line.product_id == part
            )
            left = there.get(part.id, 0.0)
            assert abs(left + gone - start) < 1e-6, (part.name, left, gone)

    def teardown(self):
        self.counts["moves"] += self.env["stock.move"].search_count(
            [
                ("claim_line_id.claim_id", "in", [claim.id for claim in self.claims]),
                ("state", "=", "done"),
            ]
        )
        self.savepoint.close(rollback=True)
        self.env.clear()
