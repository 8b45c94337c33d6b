from datetime import datetime

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
