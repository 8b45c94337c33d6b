"""Acts on what belongs to a document pass its turnstile; two at once wait.

An act that only makes or changes what belongs to a document leaves the document's own
row alone. Who waited for that row would then go on with what he saw before. So each
such act writes the row it locked, which these tests see by its place in the table.
"""

from psycopg2.errors import SerializationFailure

from odoo import api
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .case_common import CaseCommon
from .common_claim import ClaimCommon
from .common_trip import TripCommon
from .field_common import FieldCommon, picture


@tagged("post_install", "-at_install")
class TestTurnstile(FieldCommon):
    """The turnstile itself, between two transactions."""

    def _take(self, cr, method):
        env = api.Environment(cr, self.env.uid, {})
        return getattr(env.ref("aftersales_service.policy_eng"), method)()

    @mute_logger("odoo.sql_db")
    def test_who_comes_second_starts_again(self):
        """PART-11: who saw things as they were before another's act starts again."""
        with self.registry.cursor() as late, self.registry.cursor() as early:
            late.execute("SELECT 1")  # its snapshot begins here
            self._take(early, "_take_turn")
            early.commit()
            with self.assertRaises(SerializationFailure):
                self._take(late, "_lock")
            late.rollback()
            self.assertTrue(self._take(late, "_take_turn"))
            late.rollback()

    def test_a_lock_alone_lets_the_second_go_on(self):
        """PART-11: after a lock alone the second would go on with what he saw."""
        with self.registry.cursor() as late, self.registry.cursor() as early:
            late.execute("SELECT 1")
            self._take(early, "_lock")
            early.commit()
            self.assertTrue(self._take(late, "_lock"))
            late.rollback()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestTurnsOfOrders(FieldCommon):
    """Orders and their tickets."""

    def _signing(self, **values):
        order = self._walk("on_site", **values)
        return self._findings(order)

    def test_parts_asked_for(self):
        """PART-14, DISP-43: an order is not cancelled while parts are asked for."""
        order = self._walk("scheduled").with_user(self.technician_user)
        unit, part = order.unit_ids.id, {"product_id": self.filter_part.id}
        self._assert_takes_turn(
            order,
            lambda: order.action_request_parts(unit, [part], "Clogged", [picture()]),
        )

    def test_findings_taken_back(self):
        """DISP-25, DISP-30: what a customer signs does not change meanwhile."""
        order = self._signing()
        unit = order.unit_ids
        self._assert_takes_turn(order, lambda: unit.write({"symptom_id": False}))
        self._assert_takes_turn(order, lambda: unit.write({"cause_id": False}))

    def test_kit_items(self):
        """DISP-17: nobody departs while somebody takes a thing off the list."""
        self.policy.kit_checklist_id = self.kit
        order = self._walk("dispatched").with_user(self.technician_user)
        self._assert_takes_turn(order, order.check_ids[0].action_untick)

    def test_the_last_two_orders_of_a_ticket(self):
        """DISP-06, HOT-13: who ends an order passes the ticket, which may end too."""
        ticket = self._ticket()
        orders = [self._signing(ticket_id=ticket.id) for _each in range(2)]
        for order in orders:
            order.action_sign("Li Hua", picture(), self._at("11:00"))
            order.action_call_headquarters(self._at("11:05"))
            order.action_leave(self._at("11:10"))
        self._assert_takes_turn(ticket, lambda: orders[0].action_done())
        self.assertFalse(ticket.closed, "the other order is under way")
        orders[1].action_done()
        self.assertTrue(ticket.closed)

    def test_orders_of_a_ticket(self):
        """HOT-13, DISP-43: a ticket is not closed while an order is opened for it."""
        ticket = self._ticket(resolution_path="onsite").with_user(self.dispatcher_user)
        self._assert_takes_turn(ticket, ticket.action_create_order)


@tagged("post_install", "-at_install")
class TestTurnsOfClaims(ClaimCommon):
    """Claims."""

    def test_first_step_of_an_approval(self):
        """PART-03: a quantity does not change while the first of two approves it."""
        claim = self._verified(self.filter_part, emergency=False)
        decider = claim.with_user(self.sales_vp_user)
        self._assert_takes_turn(claim, decider.action_approve)
        self.assertEqual(claim.state, "verified")

    def test_lines(self):
        """PART-03: who changes a line passes its claim, whatever he changes."""
        claim = self._verified(self.filter_part)
        line = claim.line_ids.with_user(self.dispatcher_user)
        self._assert_takes_turn(claim, lambda: line.write({"payer": "customer"}))

    def test_parts_handed_in(self):
        """PART-17: what was handed in is withdrawn, or received, not both."""
        self._stock(self.filter_part, 5)
        line = self._issued(self.filter_part).line_ids.with_user(self.technician_user)
        self._assert_takes_turn(line.claim_id, lambda: line.action_return_unused(1.0))
        self._assert_takes_turn(line.claim_id, line.action_withdraw_hand_in)

    def test_trail_of_a_document(self):
        """PEN-20: entries of a document follow each other, also in one go."""
        trail = self.env["aftersales.audit"]
        rows = trail._log(self.order, "one") | trail._log(self.order, "two")
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows[1].sequence, rows[0].sequence + 1)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 04:00:00")
class TestTurnsOfCases(CaseCommon):
    """Cases."""

    def test_shares(self):
        """ACC-02, ACC-03: shares do not change while the case is determined."""
        case = self._report()
        shares = self.env["aftersales.case.share"].with_user(self.quality_vp_user)
        vals = {"case_id": case.id, "party": "supplier", "percent": 30.0}
        self._assert_takes_turn(case, lambda: shares.create(vals))
        added = case.share_ids.filtered(lambda share: share.party == "supplier")
        self._assert_takes_turn(case, lambda: added.write({"percent": 20.0}))
        self._assert_takes_turn(case, added.unlink)


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 04:00:00")
class TestTurnsOfTrips(TripCommon):
    """Trips."""

    def test_lines(self):
        """PAY-04: no line joins a trip while it is handed in."""
        trip = self._trip()
        self._assert_takes_turn(trip, lambda: self._cost(trip, 80.0, receipt=False))
        line = trip.line_ids.filtered(lambda line: line.kind == "cost")
        self._assert_takes_turn(trip, lambda: line.write({"amount_asked": 90.0}))
