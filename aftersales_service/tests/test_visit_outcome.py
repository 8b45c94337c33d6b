from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    TransitionError,
)
from .field_common import FieldCommon, picture


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestVisitOutcome(FieldCommon):
    """How a visit ended, and whether once was enough."""

    def test_disp_19_results_of_the_units_give_the_outcome(self):
        """DISP-19: depot, missing and wrong part, no fault are codes of their own."""
        cases = {
            "fixed": ("solved", 100.0),
            "needs_depot": ("needs_depot", 0.0),
            "part_missing": ("part_missing", 0.0),
            "wrong_part": ("wrong_part", 0.0),
            "no_fault": ("no_fault", 100.0),
        }
        for result, (outcome, share) in cases.items():
            with self.subTest(result):
                order = self._walk("done", {"result": result})
                self.assertEqual(order.outcome, outcome)
                self.assertEqual(order.first_time_fix, share)

    def test_disp_19_a_failed_test_run_solves_nothing(self):
        """DISP-19, DISP-23: fixed on paper, failed in the test: not solved."""
        order = self._walk("done", {"test_run": "failed"})
        self.assertEqual(order.outcome, "unsolved")
        self.assertFalse(order.first_time_fix)

    def test_disp_19_the_gravest_unit_speaks_for_the_visit(self):
        """DISP-19: one unit for the depot makes it a visit for the depot."""
        other = self.equipment.copy({"serial": "SN-2", "name": "CP-0008"})
        order = self._order(
            unit_ids=[
                (0, 0, {"equipment_id": unit.id, "symptom_id": self.symptom.id})
                for unit in (self.equipment, other)
            ]
        )
        order.action_schedule(self._at("10:00"))
        order.action_dispatch()
        field = order.with_user(self.technician_user)
        self._go(field)
        for unit, result in zip(field.unit_ids, ("fixed", "needs_depot"), strict=True):
            unit.write({"cause_id": self.cause.id, "result": result})
        self._findings_without_units(field)
        field.action_sign("Li Hua", picture(), self._at("11:00"))
        field.action_done(self._at("11:15"))
        self.assertEqual(order.outcome, "needs_depot")

    def _findings_without_units(self, order):
        order.write(
            {
                "solution": "Looked at both.",
                "customer_opinion": "Fine.",
                "test_run": "passed",
                "fix_confidence": "sure",
            }
        )

    def test_disp_19_a_rework_takes_the_first_time_fix_away(self):
        """DISP-19, DISP-06: who comes again did not fix it the first time."""
        order = self._walk("done")
        self.assertEqual(order.first_time_fix, 100.0)
        again = order.action_rework()
        self.assertFalse(order.first_time_fix)
        again.action_cancel("Opened by mistake")
        self.assertEqual(order.first_time_fix, 100.0)

    def test_disp_19_the_second_visit_of_a_case_is_no_first_time_fix(self):
        """DISP-19: the visit with the part fixes it, but not the first time."""
        ticket = self._ticket()
        first = self._walk("done", {"result": "part_missing"}, ticket_id=ticket.id)
        second = self._walk("done", ticket_id=ticket.id)
        self.assertEqual(second.outcome, "solved")
        self.assertFalse(first.first_time_fix or second.first_time_fix)

    def test_disp_15_a_refusal_ends_the_visit_without_signature(self):
        """DISP-15: refused repair with its reason; nobody is forced to sign."""
        order = self._walk("on_site")
        field = order.with_user(self.technician_user)
        field.action_refuse_service(
            "refused_repair", "Wants an offer first", at=self._at("10:30")
        )
        self.assertEqual(order.outcome_reason, "Wants an offer first")
        field.action_done(self._at("10:40"))
        self.assertEqual(order.outcome, "refused_repair")
        self.assertTrue(order.report_complete)
        self.assertFalse(order.first_time_fix)

    def test_disp_15_a_refused_visit_counts_as_being_there(self):
        """DISP-15: at the door is on site, and the promise of arrival is kept."""
        order = self._walk("dispatched")
        field = order.with_user(self.technician_user)
        field.check_ids.action_answer(True)
        field.action_depart(self._at("09:00"))
        field.action_refuse_service(
            "refused_visit", "Did not order it", at=self._at("09:40")
        )
        self.assertEqual(order.state, "on_site")
        self.assertEqual(order.arrived_on, self._at("09:40"))

    def test_disp_15_a_wanted_return_reaches_the_head(self):
        """DISP-15: wants-return opens a return request."""
        order = self._walk("on_site")
        order.with_user(self.technician_user).action_refuse_service(
            "wants_return", "Third fault this month", at=self._at("10:30")
        )
        kind = self.env.ref("aftersales_service.activity_return_request")
        asked = order.activity_ids.filtered(lambda one: one.activity_type_id == kind)
        self.assertEqual(asked.user_id, order.company_id._aftersales_get_head())

    def test_disp_15_a_refusal_needs_reason_and_a_known_code(self):
        """DISP-15: without a reason, or with another code, nothing is recorded."""
        order = self._walk("on_site").with_user(self.technician_user)
        with self.assertRaises(ArgumentError):
            order.action_refuse_service("refused_repair", "  ")
        with self.assertRaises(ArgumentError):
            order.action_refuse_service("solved", "Because")
        self.assertFalse(order.outcome)

    def test_disp_15_a_refusal_is_recorded_once_and_only_on_the_way(self):
        """DISP-15: twice in a row, too early, or by a stranger is refused."""
        order = self._walk("on_site").with_user(self.technician_user)
        order.action_refuse_service("refused_repair", "No", at=self._at("10:30"))
        with self.assertRaises(FrozenFactError):
            order.action_refuse_service("wants_return", "No", at=self._at("10:31"))
        with self.assertRaises(FrozenFactError):
            order.write({"solution": "Repaired after all"})
        with self.assertRaises(FrozenFactError):
            order.action_sign("Li Hua", picture(), self._at("10:40"))
        for state in ("draft", "scheduled", "done", "closed", "cancel"):
            with self.subTest(state), self.assertRaises(TransitionError):
                self._walk(state).action_refuse_service("refused_visit", "No")
        stranger = self._walk("dispatched").with_user(self.technician2_user)
        with self.assertRaises(AccessError):
            stranger.action_refuse_service("refused_visit", "No")

    def test_outcome_cannot_be_written(self):
        """DISP-19: the outcome follows from facts; nobody picks a better one."""
        order = self._walk("on_site")
        with self.assertRaises(GuardedFieldError):
            order.write({"outcome": "solved"})

    def test_disp_16_the_vain_journey_is_kept(self):
        """DISP-16: note, photo and card left stay with the order, which goes back."""
        order = self._walk("dispatched")
        field = order.with_user(self.technician_user)
        field.check_ids.action_answer(True)
        field.action_depart(self._at("09:00"))
        field.action_no_access("Gate locked", True, picture(), at=self._at("09:50"))
        self.assertEqual(order.state, "draft")
        attempt = order.attempt_ids
        self.assertEqual(
            (attempt.reason, attempt.card_left, attempt.happened_on),
            ("Gate locked", True, self._at("09:50")),
        )
        self.assertEqual(attempt.employee_id, self.technician)
        self.assertTrue(attempt.photo)
        with self.assertRaises(FrozenFactError):
            attempt.sudo().write({"card_left": False})

    def test_disp_16_wrong_arguments_are_refused(self):
        """DISP-16: a card is left or not; a picture is a picture."""
        order = self._walk("on_site").with_user(self.technician_user)
        with self.assertRaises(ArgumentError):
            order.action_no_access("Gate locked", "maybe")
        with self.assertRaises(ArgumentError):
            order.action_no_access("Gate locked", True, "no picture")

    def test_disp_44_the_analysis_is_compared_with_the_finding(self):
        """DISP-44: expected and found cause; three right of four are 75 %."""
        units = self.env["aftersales.order.unit"]
        for expected in (self.cause, self.cause, self.cause, self.cause_misuse):
            order = self._order()
            order.unit_ids.expected_cause_id = expected
            self._findings(order)
            units |= order.unit_ids
        [(share,)] = units._read_group(
            [("id", "in", units.ids)], [], ["triage_accuracy:avg"]
        )
        self.assertEqual(share, 75.0)

    def test_disp_43_each_closed_order_has_one_category(self):
        """DISP-43: the sums of the six categories are the number of orders closed."""
        orders = self._walk("closed")
        orders |= self._walk("closed", {"cause_id": self.cause_misuse.id})
        orders |= self._walk("closed", service_type="inspection")
        rows = orders._read_group([("id", "in", orders.ids)], ["category"], ["__count"])
        self.assertTrue(all(category for category, _count in rows))
        self.assertEqual(sum(count for _category, count in rows), 3)

    def test_disp_34_remote_work_waits_for_its_result(self):
        """DISP-34: the order without a visit stays open until the result is known."""
        order = self._order(mode="remote")
        field = order.with_user(self.technician_user)
        self._findings(field, result=False)
        with self.assertRaises(MissingError):
            field.action_done(self._at("11:00"))
        field.result = "fixed"
        field.action_done(self._at("11:00"))
        self.assertEqual(order.outcome, "solved")

    def test_disp_14_after_guidance_no_order_is_linked(self):
        """DISP-14: user guidance: no order, so no trip; exactly one call-back."""
        self.env["aftersales.policy.callback"].create(
            {
                "policy_id": self.policy.id,
                "name": "After each consultation",
                "trigger": "consultation",
            }
        )
        ticket = self._ticket().with_user(self.dispatcher_user)
        ticket.action_resolve_remotely("Open the inlet valve", at=self._at("09:00"))
        ticket.action_resolve_remotely("Open the inlet valve", at=self._at("09:00"))
        self.assertEqual(len(ticket.callback_ids), 1)
        self.assertFalse(ticket.order_ids)
        with self.assertRaises(ValidationError):
            self._order(ticket_id=ticket.id)
        order = self._order()
        with self.assertRaises(ValidationError):
            order.ticket_id = ticket
