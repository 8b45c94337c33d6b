from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    TransitionError,
)
from .dispatch_common import DispatchCommon
from .field_common import STATES

REASON = "Truck broke down"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestDispatchMove(DispatchCommon):
    """Appointments that move, and jobs that go to somebody else."""

    def _promised(self, clock="10:00"):
        order = self._order()
        start = self._tomorrow(clock)
        return order.action_schedule(start, promised_start=start)

    def _reschedule(self, order, clock="15:00", **values):
        return order.action_reschedule(
            self._tomorrow(clock),
            **{"reason": REASON, "consent_by": "Li Hua", "apologised": True, **values},
        )

    # -- reschedule

    def test_a_new_time_keeps_the_first_promise(self):
        """DISP-12: reason, consent and apology stand; the first promise stays."""
        order = self._promised()
        self._reschedule(order)
        self.assertEqual(order.promised_start, self._tomorrow("15:00"))
        self.assertEqual(order.planned_start, self._tomorrow("15:00"))
        self.assertEqual(order.first_promised_start, self._tomorrow("10:00"))
        promise = order.commitment_ids.filtered(lambda one: one.milestone == "arrive")
        self.assertEqual(promise.deadline, self._tomorrow("15:00"))
        self.assertTrue(promise.original_deadline)
        change = order.replan_ids
        self.assertEqual(change.consent_by, "Li Hua")
        self.assertTrue(change.apologised)
        self.assertEqual(change.promised_before, self._tomorrow("10:00"))
        self.assertEqual(order.rescheduled_by_us, 1)
        self.assertEqual(order.rescheduled_by_customer, 0)

    def test_the_customer_may_ask_for_another_time(self):
        """DISP-12: then it is not our doing, and nobody apologises."""
        order = self._promised()
        self._reschedule(order, asked_by="customer", apologised=False)
        self.assertEqual(order.rescheduled_by_us, 0)
        self.assertEqual(order.rescheduled_by_customer, 1)

    def test_twice_the_same_new_time_is_one_change(self):
        """DISP-12: pressing twice changes nothing more."""
        order = self._promised()
        self._reschedule(order)
        self._reschedule(order)
        self.assertEqual(len(order.replan_ids), 1)

    def test_reschedule_refuses_what_is_incomplete(self):
        """DISP-12: no reason, no consent or no apology: refused."""
        order = self._promised()
        for values, error in (
            ({"reason": " "}, ArgumentError),
            ({"consent_by": ""}, ArgumentError),
            ({"asked_by": "nobody"}, ArgumentError),
            ({"apologised": False}, MissingError),
            ({"apologised": "yes"}, MissingError),
        ):
            with self.subTest(values), self.assertRaises(error):
                self._reschedule(order, **values)
        with self.assertRaises(AccessError):
            self._reschedule(order.with_user(self.technician_user))
        self.assertFalse(order.replan_ids)

    def test_a_promise_is_not_moved_silently(self):
        """DISP-12: schedule may bring forward, never past what was agreed."""
        order = self._promised()
        with self.assertRaisesRegex(TransitionError, "Reschedule"):
            order.action_schedule(self._tomorrow("11:00"))
        order.action_schedule(self._tomorrow("09:30"))
        self.assertEqual(order.promised_start, self._tomorrow("10:00"))

    def test_changes_are_never_edited(self):
        """DISP-12: who moved what stays as it is."""
        order = self._promised()
        self._reschedule(order)
        change = order.replan_ids.sudo()
        with self.assertRaises(GuardedFieldError):
            change.write({"asked_by": "customer"})
        with self.assertRaises(FrozenFactError):
            change.unlink()
        with self.assertRaises(GuardedFieldError):
            order.write({"first_promised_start": False})
        with self.assertRaises(GuardedFieldError):
            self.env["aftersales.order.replan"].with_user(self.dispatcher_user).create(
                {"order_id": order.id, "kind": "reschedule"}
            )

    def test_each_move_from_each_wrong_state_is_refused(self):
        """DISP-12, DISP-21, ROLE-04: only what has not begun moves."""
        urgent = self._order()
        moves = {
            "action_reschedule": (
                ("scheduled", "dispatched"),
                (self._tomorrow("15:00"), REASON, "Li", "customer"),
            ),
            "action_reassign": (
                ("draft", "scheduled", "dispatched"),
                (self.technician2.id, REASON),
            ),
            "action_interrupt": (
                ("scheduled", "dispatched", "on_site"),
                (urgent.id, "urgent", REASON, None, True),
            ),
            "action_triage": (
                ("draft", "scheduled"),
                ("Valve", "yes", "yes", "onsite"),
            ),
            "action_confirm_customer": (
                ("draft", "scheduled", "dispatched", "on_site"),
                ("Li Hua", self._tomorrow("10:00"), "Street 1"),
            ),
        }
        orders = {state: self._walk(state) for state in STATES}
        for name, (allowed, arguments) in moves.items():
            for state, order in orders.items():
                if state in allowed:
                    continue
                with self.subTest(move=name, state=state):
                    changes = len(order.replan_ids)
                    with self.assertRaises(TransitionError):
                        getattr(order, name)(*arguments)
                    self.assertEqual(order.state, state)
                    self.assertEqual(len(order.replan_ids), changes)

    # -- reassign

    def test_reassign_tells_both_and_checks_the_kit_anew(self):
        """ROLE-04: one step, the same time, both informed."""
        self.policy.kit_checklist_id = self.kit
        order = self._planned()
        order.action_dispatch()
        order.check_ids.sudo().action_answer(True)
        order.action_reassign(self.technician2.id, REASON)
        self.assertEqual(order.lead_id, self.technician2)
        self.assertEqual(order.state, "dispatched")
        self.assertEqual(order.planned_start, self._tomorrow("10:00"))
        self.assertEqual(set(order.check_ids.mapped("state")), {"open"})
        self.assertEqual(order.replan_ids.lead_before_id, self.technician)
        notes = self.env["mail.message"].search(
            [("message_type", "=", "user_notification")], order="id desc", limit=2
        )
        self.assertEqual(
            notes.partner_ids,
            (self.technician_user | self.technician2_user).partner_id,
        )
        self.assertIn(REASON, notes[0].body)
        order.action_reassign(self.technician2.id, REASON)
        self.assertEqual(len(order.replan_ids), 1)
        self.assertEqual(order.rescheduled_by_us, 0)

    def test_reassign_refuses_nobody_and_a_journey_begun(self):
        """ROLE-04: who is under way finishes, or the job is interrupted."""
        order = self._planned()
        with self.assertRaises(MissingError):
            order.action_reassign(None, REASON)
        with self.assertRaises(ArgumentError):
            order.action_reassign(self.technician2.id, "")
        order.action_dispatch()
        order.with_user(self.technician_user).action_depart()
        with self.assertRaises(TransitionError):
            order.action_reassign(self.technician2.id, REASON)

    def test_a_sick_technicians_day_goes_to_others_in_one_step(self):
        """ROLE-04: who is free takes over; the rest returns to the queue."""
        first = self._planned("09:00", until="10:00")
        second = self._planned("09:30", until="10:30")
        third = self._planned("09:45", until="11:00")
        later = self._local("2026-03-04 09:00")
        stays = self._order().action_schedule(later)
        orders = self.env["aftersales.order"].with_user(self.dispatcher_user)
        moved = orders.action_reassign_absence(
            self.technician.id, "2026-03-03", reason="Fever"
        )
        self.assertEqual(moved, first | second | third)
        self.assertEqual(
            first.lead_id | second.lead_id, self.technician2 | self.technician3
        )
        self.assertEqual(third.state, "draft")
        self.assertFalse(third.lead_id)
        self.assertEqual(third.planned_start, self._tomorrow("09:45"))
        self.assertEqual(stays.lead_id, self.technician)
        again = orders.action_reassign_absence(
            self.technician.id, "2026-03-03", reason="Fever"
        )
        self.assertFalse(again)

    def test_the_dispatcher_chooses_who_takes_a_sick_colleagues_jobs(self):
        """ROLE-04: by hand, in the window, with what stands against it."""
        order = self._planned("09:00", until="10:00")
        second = self._planned("13:00", until="14:00")
        wizard = self.env["aftersales.order.absence"].with_user(self.dispatcher_user)
        with Form(wizard) as form:
            form.employee_id = self.technician
            form.date_from = "2026-03-03"
            form.date_to = "2026-03-03"
            form.reason = "Fever"
            with form.line_ids.edit(0) as line:
                line.employee_id = self.technician3
            with form.line_ids.edit(1) as line:
                line.employee_id = self.env["hr.employee"]
        form.save().action_confirm()
        self.assertEqual(order.lead_id, self.technician3)
        self.assertEqual(second.state, "draft")

    def test_reassign_absence_refuses_nonsense(self):
        """ROLE-04: bad input is answered, not crashed on."""
        orders = self.env["aftersales.order"].with_user(self.dispatcher_user)
        for arguments in (
            (None, "2026-03-03"),
            (self.technician.id, None),
            (self.technician.id, "soon"),
            (self.technician.id, "2026-03-03", "2026-03-01"),
            (self.technician.id, "2026-03-03", None, REASON, "all"),
            (self.technician.id, "2026-03-03", None, REASON, {"x": 1}),
        ):
            with self.subTest(arguments), self.assertRaises(ArgumentError):
                orders.action_reassign_absence(
                    *arguments[:3], *(arguments[3:] or (REASON,))
                )
        with self.assertRaises(AccessError):
            orders.with_user(self.technician_user).action_reassign_absence(
                self.technician.id, "2026-03-03", reason=REASON
            )

    # -- another customer's urgent job

    def test_an_urgent_job_goes_first_and_the_present_one_back_to_the_queue(self):
        """DISP-21: the desk decides, the severity is stored on both."""
        present = self._walk("on_site")
        urgent = self._order(partner_id=self.customer2.id, site_id=self.site2.id)
        result = present.action_interrupt(
            urgent.id, "critical", "Ammonia leak", apologised=True
        )
        self.assertEqual(result, urgent)
        self.assertEqual(urgent.severity, "critical")
        self.assertEqual(urgent.lead_id, self.technician)
        self.assertEqual(urgent.state, "scheduled")
        self.assertEqual(present.state, "draft")
        self.assertFalse(present.arrived_on or present.planned_start)
        self.assertEqual(present.replan_ids.severity, "critical")
        self.assertEqual(present.replan_ids.urgent_order_id, urgent)
        self.assertEqual(present.rescheduled_by_us, 1)
        present.action_interrupt(urgent.id, "critical", "Leak", apologised=True)
        self.assertEqual(len(present.replan_ids), 1)

    def test_the_present_job_may_go_to_a_colleague(self):
        """DISP-21: reassigned at once instead of rebooked."""
        present = self._walk("dispatched")
        urgent = self._order()
        present.action_interrupt(
            urgent.id, "urgent", "Leak", self.technician2.id, apologised=True
        )
        self.assertEqual(present.lead_id, self.technician2)
        self.assertEqual(present.state, "scheduled")
        self.assertEqual(urgent.lead_id, self.technician)

    def test_interrupt_refuses_who_may_not_and_what_is_incomplete(self):
        """DISP-21: never by the technician, never without telling the customer."""
        present = self._walk("on_site")
        urgent = self._order()
        with self.assertRaises(AccessError):
            present.with_user(self.technician_user).action_interrupt(
                urgent.id, "urgent", "Leak", apologised=True
            )
        for arguments, error in (
            ((urgent.id, "urgent", "Leak"), MissingError),
            ((urgent.id, "normal", "Leak", None, True), ArgumentError),
            ((urgent.id, "urgent", "", None, True), ArgumentError),
            ((present.id, "urgent", "Leak", None, True), ArgumentError),
            ((None, "urgent", "Leak", None, True), ArgumentError),
            (
                (urgent.id, "urgent", "Leak", self.technician.id, True),
                ArgumentError,
            ),
        ):
            with self.subTest(arguments), self.assertRaises(error):
                present.action_interrupt(*arguments)
        self.assertEqual(present.state, "on_site")

    def test_a_technician_does_not_switch_by_himself(self):
        """DISP-21: on site here, he cannot depart to another customer."""
        self._walk("on_site")
        other = self._planned(partner_id=self.customer2.id, site_id=self.site2.id)
        other.action_dispatch()
        with self.assertRaisesRegex(MissingError, "still on site"):
            other.with_user(self.technician_user).action_depart()

    def test_windows_ask_for_what_a_move_needs(self):
        """DISP-12, DISP-21: one window for reschedule, reassign and urgent."""
        order = self._promised()
        move = self.env["aftersales.order.move"].with_user(self.dispatcher_user)
        action = order.action_open_reschedule()
        with Form(move.with_context(**action["context"])) as form:
            form.planned_start = self._tomorrow("16:00")
            form.consent_by = "Li Hua"
            form.apologised = True
            form.reason = REASON
        form.save().action_confirm()
        self.assertEqual(order.promised_start, self._tomorrow("16:00"))
        action = order.action_open_reassign()
        with Form(move.with_context(**action["context"])) as form:
            form.employee_id = self.technician2
            form.reason = REASON
        form.save().action_confirm()
        self.assertEqual(order.lead_id, self.technician2)
        urgent = self._order()
        action = order.action_open_interrupt()
        with Form(move.with_context(**action["context"])) as form:
            form.urgent_order_id = urgent
            form.apologised = True
            form.reason = REASON
        form.save().action_confirm()
        self.assertEqual(urgent.lead_id, self.technician2)
