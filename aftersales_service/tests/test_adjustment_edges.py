from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import TransitionError
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
class TestAdjustmentEdges(PayCommon):
    """Adjustments: who decides about himself, and the last moment of a window."""

    def _paid(self, *args, **kwargs):
        adjustment = self._confirmed(*args, **kwargs)
        slip = self._slip(kwargs.get("employee"))
        slip.compute_sheet()
        slip.action_payslip_done()
        return adjustment

    def test_nobody_reverses_what_he_paid_himself(self):
        """PEN-19, ROLE-02: HR reverses everybody's paid adjustments but its own."""
        own = self._create_employee("Liu Fang", self.hr2_user)
        own.version_id.struct_id = self.structure
        penalty = self._paid("LATE", employee=own)
        with self.assertRaisesRegex(AccessError, "concerns yourself"):
            penalty.with_user(self.hr2_user).action_reverse("Mine")
        self.assertFalse(penalty.reversal_ids)
        penalty.with_user(self.hr_user).action_reverse("Wrong person")
        self.assertEqual(penalty.reversal_ids.state, "confirmed")

    def test_nobody_decides_his_own_appeal(self):
        """PEN-19, ROLE-02: the quality vice president does not judge his own."""
        own = self._create_employee("Sun Hao", self.quality_vp_user)
        penalty = self._verified("LATE", employee=own)
        penalty.with_user(self.quality_vp_user).action_appeal("Road closed")
        with self.assertRaisesRegex(AccessError, "concerns yourself"):
            penalty.with_user(self.quality_vp_user).action_decide_appeal(True, "So")
        self.assertEqual((penalty.state, penalty.appeal_state), ("verified", "open"))

    def test_the_last_moment_of_an_appeal_counts(self):
        """PEN-19: at the end of the window to the second one may still appeal."""
        self.company.aftersales_appeal_days = 3
        with freeze_time("2026-03-12 02:00:00"):
            penalty = self._confirmed("LATE")
        with freeze_time("2026-03-15 02:00:00"):
            penalty.with_user(self.technician_user).action_appeal("Road closed")
        self.assertEqual(penalty.appeal_state, "open")

    def test_a_field_computed_anew_says_what_the_ledger_says(self):
        """PEN-20: settled, reserved and owed are the sums of all four kinds."""
        self.company.aftersales_deduction_cap = 1.0
        penalty = self._paid("LATE")
        self.env["hr.payslip"].search(
            [("employee_id", "=", self.technician.id)]
        ).with_user(self.hr_user).refund_sheet()
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_draft()
        slip.compute_sheet()
        slip.action_payslip_done()
        self._slip(month="2026-04", days=30).compute_sheet()
        names = ["settled_amount", "reserved_amount", "residual_amount"]
        figures = [penalty[name] for name in names]
        self.assertEqual(figures, [42.0, 8.0, 8.0])
        self.assertEqual(
            set(penalty.settlement_ids.mapped("kind")),
            {"reserve", "post", "release", "reverse"},
        )
        for name in names:
            self.env.add_to_compute(penalty._fields[name], penalty)
        self.assertEqual([penalty[name] for name in names], figures)

    def test_what_was_paid_in_part_is_not_cancelled(self):
        """PEN-19: 42.00 of 50.00 were deducted: reversed, so that they come back."""
        self.company.aftersales_deduction_cap = 1.0
        penalty = self._paid("LATE")
        self.assertEqual((penalty.state, penalty.settled_amount), ("confirmed", 42.0))
        with self.assertRaisesRegex(TransitionError, "reverse it instead"):
            penalty.with_user(self.hr_user).action_cancel("Traffic after all")
        self.assertEqual(penalty.state, "confirmed")
        self.assertTrue(penalty.with_user(self.hr_user).action_reverse("Traffic"))

    def test_a_cancelled_penalty_leaves_the_list_of_its_employee(self):
        """PEN-19: nobody is reminded of a penalty that does not count any more."""
        penalty = self._verified("LATE")
        notice = self.env.ref("aftersales_service.mail_activity_type_penalty")
        self.assertIn(notice, penalty.activity_ids.activity_type_id)
        penalty.with_user(self.head_user).action_cancel("Traffic after all")
        self.assertNotIn(notice, penalty.activity_ids.activity_type_id)

    def test_who_enters_by_hand_stands_in_the_trail(self):
        """PEN-19: what a head enters is on record from the first moment."""
        rule = self.env.ref("aftersales_service.pay_rule_disobey")
        entry = (
            self.env["aftersales.adjustment"]
            .with_user(self.head_user)
            .create(
                {
                    "employee_id": self.technician.id,
                    "rule_id": rule.id,
                    "date": "2026-03-10",
                    "reason": "Refused the second call",
                }
            )
        )
        trail = self.env["aftersales.audit"].search(
            [("model", "=", entry._name), ("res_id", "=", entry.id)]
        )
        self.assertEqual(trail.mapped("event"), ["proposed"])
        self.assertEqual(trail.user_login, self.head_user.login)

    def test_confirming_what_is_settled_changes_nothing(self):
        """PEN-19: pressed again after payday, the button does nothing."""
        penalty = self._paid("LATE")
        stamp = penalty.confirmed_on
        penalty.with_user(self.hr2_user).action_confirm()
        self.assertEqual((penalty.state, penalty.confirmed_on), ("settled", stamp))
        self.assertEqual(penalty.confirmed_by_id, self.hr_user)

    def test_the_button_of_an_appeal_is_the_employees_and_once(self):
        """PEN-19: others see no button, and he sees none once he has appealed."""
        penalty = self._verified("LATE")
        self.assertFalse(penalty.with_user(self.head_user).can_appeal)
        mine = penalty.with_user(self.technician_user)
        self.assertTrue(mine.can_appeal)
        mine.action_appeal("Road closed")
        mine.invalidate_recordset(["can_appeal"])
        self.assertFalse(mine.can_appeal)
