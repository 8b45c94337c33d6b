from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

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
