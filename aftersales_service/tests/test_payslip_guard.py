from datetime import datetime

from odoo.tests import freeze_time, tagged

from .common_pay import PayCommon


@tagged("post_install", "-at_install")
class TestPayslipGuard(PayCommon):
    """How much a company deducts, when, and what is carried over (AMB-15)."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._check_laws)

    def _check_laws(self):
        """Whatever a test did, no money was lost or paid twice."""
        found = self.env["aftersales.integrity"].run(["L1", "L2", "L3", "L5"])
        self.assertFalse([law for law in found if not law["ok"]])

    def test_record_only_never_deducts(self):
        """PEN-20: record only never deducts."""
        self.company.aftersales_deduction_mode = "record_only"
        penalty, meal = self._confirmed("LATE"), self._confirmed("MEAL")
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_ALLOWANCE": 15.0})
        self.assertIn("only records", penalty.blocked_reason)
        slip.action_payslip_done()
        self.assertEqual((penalty.state, meal.state), ("confirmed", "settled"))

    def test_amb_15_cap_carries_the_rest_over(self):
        """AMB-15: cap carries the rest over."""
        self.company.aftersales_deduction_cap = 20.0
        loss = self._confirmed("LOSS", amount=7300.0)
        march = self._slip()
        march.compute_sheet()
        self.assertEqual(self._inputs(march), {"AS_PENALTY": 840.0})
        self.assertEqual(march.aftersales_line_ids.rest_amount, -630.0)
        self.assertEqual(self._totals(march)["NET"], 3360.0)
        march.action_payslip_done()
        self.assertEqual(
            (loss.state, loss.settled_amount, loss.residual_amount),
            ("confirmed", 840.0, 630.0),
        )
        april = self._slip(month="2026-04", days=30)
        april.compute_sheet()
        self.assertEqual(self._inputs(april), {"AS_PENALTY": 630.0})
        april.action_payslip_done()
        self.assertEqual((loss.state, loss.residual_amount), ("settled", 0.0))

    def test_cap_counts_allowances_as_gross_and_takes_the_oldest_first(self):
        """PEN-20: cap counts allowances as gross and takes the oldest first."""
        self.company.aftersales_deduction_cap = 1.0
        self._confirmed("LODGING")
        newer = self._confirmed("LATE", on="2026-03-11")
        older = self._confirmed("REPORT", on="2026-03-01")
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(
            self._inputs(slip), {"AS_PENALTY": 43.0, "AS_ALLOWANCE": 100.0}
        )
        self.assertEqual((older.reserved_amount, newer.reserved_amount), (20.0, 23.0))
        slip.action_payslip_done()
        self.assertEqual((older.state, newer.state), ("settled", "confirmed"))

    def test_floor_leaves_what_the_company_says(self):
        """PEN-20: floor leaves what the company says."""
        self.company.aftersales_deduction_floor = 4180.0
        self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(self._totals(slip)["NET"], 4180.0)
        self.company.aftersales_deduction_floor = 4200.0
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {})
        slip.action_payslip_done()

    def test_warning_above_the_share_of_gross(self):
        """PEN-20: warning above the share of gross."""
        self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        self.assertFalse(slip.aftersales_warning)
        self._confirmed("LOSS", amount=7300.0)
        slip.compute_sheet()
        self.assertIn("20 %", slip.aftersales_warning)

    def test_reversals_net_within_their_code(self):
        """PEN-20: reversals net within their code."""
        penalty = self._confirmed("LATE")
        march = self._slip()
        march.compute_sheet()
        march.action_payslip_done()
        reversal = penalty.with_user(self.hr_user).action_reverse("Wrong person")
        self.assertEqual((reversal.state, reversal.signed_amount), ("confirmed", 50.0))
        self._confirmed("DISOBEY", on="2026-04-02")
        april = self._slip(month="2026-04", days=30)
        april.compute_sheet()
        self.assertEqual(self._inputs(april), {"AS_PENALTY": 50.0})
        april.action_payslip_done()
        self.assertEqual(reversal.state, "settled")

    def test_a_lone_reversal_pays_the_money_back(self):
        """PEN-20: a lone reversal pays the money back."""
        self.company.aftersales_deduction_cap = 20.0
        penalty = self._confirmed("LATE")
        march = self._slip()
        march.compute_sheet()
        march.action_payslip_done()
        penalty.with_user(self.hr_user).action_reverse("Wrong person")
        april = self._slip(month="2026-04", days=30)
        april.compute_sheet()
        self.assertEqual(self._totals(april)["NET"], 4250.0)
        april.action_payslip_done()

    def test_appeal_window_keeps_a_penalty_off(self):
        """PEN-20: appeal window keeps a penalty off."""
        self.company.aftersales_appeal_days = 5
        with freeze_time("2026-03-12 02:00:00"):
            penalty, meal = self._confirmed("LATE"), self._confirmed("MEAL")
            self.assertEqual(penalty.appeal_until, datetime(2026, 3, 17, 2))
            slip = self._slip()
            slip.compute_sheet()
            self.assertEqual(self._inputs(slip), {"AS_ALLOWANCE": 15.0})
            self.assertIn("2026-03-17", penalty.blocked_reason)
            meal.invalidate_recordset()
            self.assertIn(slip.number or slip.name, meal.blocked_reason)
        with freeze_time("2026-03-17 02:00:01"):
            slip.compute_sheet()
            self.assertEqual(self._inputs(slip)["AS_PENALTY"], 50.0)

    def test_a_leaver_is_paid_with_his_last_payslip(self):
        """PEN-20: who left in the middle of the month is paid what is confirmed."""
        self.contract.contract_date_end = "2026-03-15"
        self._confirmed("LATE")
        self._confirmed("MEAL", quantity=2)
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_ALLOWANCE": 30.0, "AS_PENALTY": 50.0})
        slip.action_payslip_done()
        april = self._slip(month="2026-04", days=30)
        april.compute_sheet()
        self.assertFalse(self._inputs(april))

    def test_a_leavers_late_fact_comes_with_his_last_payslip_made_again(self):
        """PEN-20, AMB-07: confirmed after he left: the last one is made anew."""
        self.contract.contract_date_end = "2026-03-15"
        self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        late = self._confirmed("REPORT", on="2026-03-14")
        april = self._slip(month="2026-04", days=30)
        april.compute_sheet()
        self.assertEqual(late.residual_amount, 20.0)
        slip.refund_sheet()
        again = self._slip()
        again.compute_sheet()
        self.assertEqual(self._inputs(again), {"AS_PENALTY": 70.0})
        again.action_payslip_done()
        self.assertEqual(late.state, "settled")

    def test_back_to_draft_of_a_paid_slip_owes_again(self):
        """PEN-20: reset a confirmed payslip, compute it and confirm it: paid once."""
        self.env["ir.config_parameter"].set_param(
            "payroll.allow_cancel_payslips", "True"
        )
        penalty = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        slip.action_payslip_cancel()
        self.assertEqual((penalty.state, penalty.settled_amount), ("confirmed", 0.0))
        slip.action_payslip_draft()
        slip.compute_sheet()
        slip.action_payslip_done()
        self.assertEqual((penalty.state, penalty.settled_amount), ("settled", 50.0))

    def test_carried_over_month_after_month_until_it_is_paid(self):
        """PEN-20, AMB-15: a cap of 20 % takes 840, then 630 of 1,470, then nothing."""
        self.company.aftersales_deduction_cap = 20.0
        loss = self._confirmed("LOSS", amount=7300.0)
        taken = []
        for month, days in (("2026-03", 31), ("2026-04", 30), ("2026-05", 31)):
            slip = self._slip(month=month, days=days)
            slip.compute_sheet()
            taken.append(self._inputs(slip).get("AS_PENALTY", 0.0))
            slip.action_payslip_done()
        self.assertEqual(taken, [840.0, 630.0, 0.0])
        self.assertEqual((loss.state, loss.residual_amount), ("settled", 0.0))
