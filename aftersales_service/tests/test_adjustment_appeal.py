from datetime import date, datetime

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import ArgumentError, TransitionError
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
class TestAdjustmentAppeal(PayCommon):
    """The employee appeals; who never verified it decides."""

    def test_only_the_employee_appeals_and_only_penalties(self):
        """PEN-19: only the employee appeals and only penalties."""
        penalty = self._verified("LATE")
        self.assertTrue(penalty.with_user(self.technician_user).can_appeal)
        for user in (self.technician2_user, self.head_user, self.hr_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                penalty.with_user(user).action_appeal("for a friend")
        with self.assertRaises(ArgumentError):
            penalty.with_user(self.technician_user).action_appeal("")
        penalty.with_user(self.technician_user).action_appeal("Road closed")
        self.assertEqual(penalty.appeal_state, "open")
        with self.assertRaises(TransitionError):
            penalty.with_user(self.technician_user).action_appeal("again")
        meal = self._verified("MEAL")
        with self.assertRaises(TransitionError):
            meal.with_user(self.technician_user).action_appeal("more")

    def test_an_open_appeal_keeps_it_off_the_payslip(self):
        """PEN-19: an open appeal keeps it off the payslip."""
        penalty = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        penalty.with_user(self.technician_user).action_appeal("Road closed")
        self.assertEqual(slip.state, "draft")
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {})
        penalty.with_user(self.quality_vp_user).action_decide_appeal(
            False, "It was not"
        )
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 50.0})

    def test_an_appealed_one_is_not_confirmed(self):
        """PEN-19: an appealed one is not confirmed."""
        penalty = self._verified("LATE")
        penalty.with_user(self.technician_user).action_appeal("Road closed")
        with self.assertRaises(TransitionError):
            penalty.with_user(self.hr_user).action_confirm()

    def test_only_the_quality_vp_decides_and_not_who_verified(self):
        """PEN-19: only the quality vp decides and not who verified."""
        penalty = self._propose("LATE")
        both = self._create_user(
            "as_both",
            "aftersales_service.group_head,aftersales_service.group_quality_vp",
        )
        penalty.with_user(both).action_verify()
        with self.assertRaises(TransitionError):
            penalty.with_user(self.quality_vp_user).action_decide_appeal(True, "x")
        penalty.with_user(self.technician_user).action_appeal("Road closed")
        for user in (both, self.head_user, self.hr_user, self.gm_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                penalty.with_user(user).action_decide_appeal(True, "x")
        for values in [("yes", "x"), (1, "x"), (True, "")]:
            with self.subTest(values), self.assertRaises(ArgumentError):
                penalty.with_user(self.quality_vp_user).action_decide_appeal(*values)
        penalty.with_user(self.quality_vp_user).action_decide_appeal(True, "It was")
        self.assertEqual((penalty.state, penalty.appeal_state), ("cancel", "granted"))

    def test_settled_penalties_are_not_appealed(self):
        """PEN-19: settled penalties are not appealed."""
        penalty = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        with self.assertRaises(TransitionError):
            penalty.with_user(self.technician_user).action_appeal("late")

    def test_a_granted_appeal_gives_back_what_was_partly_paid(self):
        """PEN-19: a granted appeal gives back what was partly paid."""
        self.company.aftersales_deduction_cap = 1.0
        penalty = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        self.assertEqual(penalty.settled_amount, 42.0)
        penalty._unguarded().write({"appeal_state": "open"})
        penalty.with_user(self.quality_vp_user).action_decide_appeal(True, "It was")
        self.assertEqual(penalty.reversal_ids.state, "confirmed")
        self.assertEqual(penalty.reversal_ids.amount, 50.0)
        april = self._slip(month="2026-04", days=30)
        april.compute_sheet()
        self.assertEqual(self._inputs(april), {"AS_PENALTY": -42.0})

    def test_appeals_end_with_their_window(self):
        """PEN-19: appeals end with their window."""
        self.company.aftersales_appeal_days = 3
        with freeze_time("2026-03-12 02:00:00"):
            penalty = self._confirmed("LATE")
            meal = self._confirmed("MEAL")
        self.assertEqual(penalty.appeal_until, datetime(2026, 3, 15, 2))
        self.assertFalse(meal.appeal_until)
        with freeze_time("2026-03-15 02:00:01"), self.assertRaises(TransitionError):
            penalty.with_user(self.technician_user).action_appeal("late")

    # -- closed without a decision

    def _appealed(self, *args, **kwargs):
        penalty = self._verified(*args, **kwargs)
        penalty.with_user(self.technician_user).action_appeal("Road closed")
        return penalty

    def test_cancelling_closes_an_open_appeal(self):
        """PEN-19: a penalty that was cancelled meanwhile waits for no decision."""
        penalty, other = self._appealed("LATE"), self._appealed("REPORT")
        penalty.with_user(self.head_user).action_cancel("Traffic after all")
        self.assertEqual((penalty.state, penalty.appeal_state), ("cancel", "lapsed"))
        self.assertEqual((other.state, other.appeal_state), ("verified", "open"))
        judge = (penalty | other).with_user(self.quality_vp_user)
        open_ones = [("id", "in", judge.ids), ("appeal_state", "=", "open")]
        self.assertEqual(judge.search(open_ones), other)
        for granted in (True, False):
            with (
                self.subTest(granted),
                self.assertRaisesRegex(TransitionError, "has no open appeal"),
            ):
                judge[0].action_decide_appeal(granted, "Looked at")
        self.assertFalse(penalty.appeal_decided_by_id or penalty.reversal_ids)
        self.assertFalse(penalty.with_user(self.technician_user).can_appeal)
        trail = self.env["aftersales.audit"].search(
            [("model", "=", penalty._name), ("res_id", "=", penalty.id)]
        )
        last = trail.sorted("id")[-2:]
        self.assertEqual(last.mapped("event"), ["cancel", "appeal_lapsed"])
        self.assertEqual(set(last.mapped("reason")), {"Traffic after all"})

    def test_facts_taken_back_close_their_appeals(self):
        """PEN-19, HOT-05: the fact falls away, and the appeal with it."""
        fact = self._fact()
        penalty = self._appealed("LATE", event=fact)
        self.env["aftersales.adjustment"]._withdraw_facts(fact, "Another order")
        self.assertEqual((penalty.state, penalty.appeal_state), ("cancel", "lapsed"))

    def test_a_decision_stays_when_the_penalty_is_cancelled_later(self):
        """PEN-19: what was decided stays on record, whoever cancels afterwards."""
        penalty = self._appealed("LATE")
        penalty.with_user(self.quality_vp_user).action_decide_appeal(False, "No jam")
        penalty.with_user(self.head_user).action_cancel("Seen on the map after all")
        self.assertEqual((penalty.state, penalty.appeal_state), ("cancel", "upheld"))

    # -- what goes on record

    def test_an_appeal_says_what_when_and_who_decided(self):
        """PEN-19: text and time of the appeal, grounds and judge of the decision."""
        with freeze_time("2026-03-12 02:00:00"):
            penalty = self._appealed("LATE")
        self.assertEqual(penalty.appeal_text, "Road closed")
        self.assertEqual(penalty.appeal_on, datetime(2026, 3, 12, 2))
        self.assertFalse(penalty.appeal_note or penalty.appeal_decided_by_id)
        self.assertIn("Under appeal", penalty.blocked_reason)
        decided = penalty.with_user(self.quality_vp_user).action_decide_appeal(
            False, "It was not"
        )
        self.assertEqual(decided, penalty)
        self.assertEqual(penalty.appeal_state, "upheld")
        self.assertEqual(penalty.appeal_note, "It was not")
        self.assertEqual(penalty.appeal_decided_by_id, self.quality_vp_user)
        with self.assertRaisesRegex(TransitionError, "has no open appeal"):
            penalty.with_user(self.quality_vp_user).action_decide_appeal(True, "x")

    def test_nobody_appeals_along_for_a_colleague(self):
        """PEN-19: one's own and another's together: refused, and neither appealed."""
        own = self._propose("LATE", employee=self._create_employee("H", self.head_user))
        own.with_user(self.head2_user).action_verify()
        both = (own | self._verified("LATE")).with_user(self.head_user)
        with self.assertRaisesRegex(AccessError, "Only the employee himself"):
            both.action_appeal("For both of us")
        self.assertEqual(both.mapped("appeal_state"), [False, False])

    def test_what_was_paid_in_part_comes_back_beside_what_was_not(self):
        """PEN-19: two granted at once: one gives 42.00 back, one is cancelled."""
        self.company.aftersales_deduction_cap = 1.0
        paid = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        paid._unguarded().write({"appeal_state": "open"})
        unpaid = self._appealed("REPORT", on="2026-04-02")
        (paid | unpaid).with_user(self.quality_vp_user).action_decide_appeal(True, "So")
        self.assertEqual((unpaid.state, unpaid.reversal_ids.ids), ("cancel", []))
        self.assertEqual((paid.state, paid.reversal_ids.state), ("confirmed",) * 2)
        april = self._slip(month="2026-04", days=30)
        april.compute_sheet()
        self.assertEqual(self._inputs(april), {"AS_PENALTY": -42.0})

    def test_only_what_takes_money_is_appealed_and_told(self):
        """PEN-19: a meal or a reversal has no window, no notice and no appeal."""
        self.company.aftersales_appeal_days = 3
        stranger = self._create_employee("Without a Login")
        with freeze_time("2026-03-12 02:00:00"):
            penalty, meal = self._confirmed("LATE"), self._confirmed("MEAL")
            unread = self._verified("LATE", employee=stranger)
        self.assertEqual(penalty.activity_ids.date_deadline, date(2026, 3, 15))
        self.assertEqual(penalty.activity_ids.user_id, self.technician_user)
        self.assertFalse(meal.activity_ids or unread.activity_ids)
        self.assertFalse(meal.appeal_until)
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        back = penalty.with_user(self.hr_user).action_reverse("Wrong person")
        self.assertFalse(back.appeal_until or back.activity_ids)
        mine = back.with_user(self.technician_user)
        self.assertFalse(mine.can_appeal)
        with self.assertRaisesRegex(TransitionError, "Only a penalty can be appealed"):
            mine.action_appeal("More")

    def test_without_a_window_the_notice_is_due_at_once(self):
        """PEN-19: the notice of a penalty stands on the day it was verified."""
        with freeze_time("2026-03-12 02:00:00"):
            penalty = self._verified("LATE")
        self.assertFalse(penalty.appeal_until)
        self.assertEqual(penalty.activity_ids.date_deadline, date(2026, 3, 12))

    def test_the_last_second_of_the_window_and_the_payslip(self):
        """PEN-20: until the window ends it is blocked; then the payslip takes it."""
        self.company.aftersales_appeal_days = 5
        with freeze_time("2026-03-12 02:00:00"):
            penalty = self._confirmed("LATE")
            slip = self._slip()
        hers = penalty.with_user(self.hr_user)
        for moment, reason, inputs in (
            ("2026-03-17 01:59:59", "May be appealed until 2026-03-17 10:00", {}),
            ("2026-03-17 02:00:00", "", {"AS_PENALTY": 50.0}),
        ):
            with self.subTest(moment), freeze_time(moment):
                hers.invalidate_recordset(["blocked_reason"])
                self.assertEqual(hers.blocked_reason or "", reason)
                slip.compute_sheet()
                self.assertEqual(self._inputs(slip), inputs)

    def test_from_which_states_one_appeals(self):
        """PEN-19: before and after it is verified, not once it is cancelled or paid."""
        early = self._propose("LATE").with_user(self.technician_user)
        self.assertTrue(early.can_appeal)
        self.assertEqual(early.action_appeal("I was not there"), early)
        self.assertEqual(early.sudo().work_step, "appeal")
        gone = self._propose("LATE")
        gone.with_user(self.head_user).action_cancel("Traffic")
        self.company.aftersales_deduction_cap = 1.0
        partly = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        self.assertEqual((partly.state, partly.settled_amount), ("confirmed", 42.0))
        for penalty in (gone, partly):
            mine = penalty.with_user(self.technician_user)
            self.assertFalse(mine.can_appeal)
            with (
                self.subTest(penalty.state),
                self.assertRaisesRegex(TransitionError, "settled or cancelled"),
            ):
                mine.action_appeal("Road closed")

    def test_the_notice_is_put_on_the_list_and_mailed_to_nobody(self):
        """PEN-19: one entry on his list, made by the system, without a mail."""
        penalty = self._verified("LATE")
        self.assertTrue(penalty.activity_ids.automated)
        told = penalty.message_ids.filtered(
            lambda message: message.message_type == "user_notification"
        )
        self.assertFalse(told)

    def test_penalties_go_on_where_the_notice_was_deleted(self):
        """PEN-19: a company that deleted the kind of activity still verifies."""
        self.env.ref("aftersales_service.mail_activity_type_penalty").unlink()
        penalty = self._verified("LATE")
        self.assertEqual(penalty.state, "verified")
        self.assertFalse(penalty.activity_ids)
        penalty.with_user(self.head_user).action_cancel("Traffic after all")
        self.assertEqual(penalty.state, "cancel")
