from odoo.exceptions import UserError
from odoo.tests import tagged

from ..exceptions import GuardedFieldError, TransitionError
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
class TestPayslipOnce(PayCommon):
    """Law L4: one computed payslip per person, period and structure."""

    def _generate(self, run, employees):
        wizard = (
            self.env["hr.payslip.employees"]
            .with_user(self.hr_user)
            .with_context(active_id=run.id)
            .create({"employee_ids": [(6, 0, employees.ids)]})
        )
        return wizard.compute_sheet()

    def _run(self):
        return (
            self.env["hr.payslip.run"]
            .with_user(self.hr_user)
            .create(
                {
                    "name": "March",
                    "date_start": "2026-03-01",
                    "date_end": "2026-03-31",
                    "company_id": self.company.id,
                    "struct_id": self.structure.id,
                }
            )
        )

    def test_a_batch_generated_again_makes_only_what_is_missing(self):
        """PEN-20: pressing again after a lost answer pays nobody twice."""
        self._confirmed("LATE")
        run = self._run()
        self._generate(run, self.technician)
        slip = run.slip_ids
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 50.0})
        self._generate(run, self.technician)
        self.assertEqual(run.slip_ids, slip)
        self._generate(run, self.technician | self.technician2)
        self.assertEqual(len(run.slip_ids), 2)
        self.assertEqual(run.slip_ids.employee_id, self.technician | self.technician2)
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 50.0})

    def test_a_refund_of_a_batch_holds_the_laws(self):
        """PEN-20: the credit note of a slip from a batch counts against that slip."""
        self._confirmed("LATE")
        run = self._run()
        self._generate(run, self.technician)
        run.slip_ids.action_payslip_done()
        run.slip_ids.refund_sheet()
        laws = self.env["aftersales.integrity"].with_user(self.hr_user).run(["L4"])
        self.assertEqual([law["sample"] for law in laws if not law["ok"]], [])

    def test_a_batch_is_generated_again_for_a_cancelled_slip(self):
        run = self._run()
        self._generate(run, self.technician)
        run.slip_ids.action_payslip_cancel()
        self._generate(run, self.technician)
        self.assertEqual(sorted(run.slip_ids.mapped("state")), ["cancel", "verify"])

    def test_the_wizard_without_a_batch_says_so(self):
        wizard = self.env["hr.payslip.employees"].with_user(self.hr_user).create({})
        with self.assertRaisesRegex(UserError, "Open the batch"):
            wizard.compute_sheet()

    def test_a_second_slip_of_the_period_is_refused_by_name(self):
        """PEN-20: a second payslip of one period is neither computed nor confirmed."""
        first = self._slip()
        first.compute_sheet()
        second = self._slip()
        with self.assertRaisesRegex(TransitionError, "Cancel or refund"):
            second.compute_sheet()
        with self.assertRaisesRegex(TransitionError, "more than one payslip"):
            second.with_context(without_compute_sheet=True).action_payslip_done()
        first.action_payslip_cancel()
        second.compute_sheet()
        second.action_payslip_done()
        self.assertEqual(second.state, "done")

    def test_two_slips_of_one_call_are_refused(self):
        both = self._slip() | self._slip()
        with self.assertRaisesRegex(TransitionError, "more than one payslip"):
            both.compute_sheet()

    def test_a_refunded_slip_makes_room_and_its_return_is_checked(self):
        """PEN-20: after a refund the period may be paid anew, once."""
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("payroll.allow_cancel_payslips", "True")
        first = self._slip()
        first.compute_sheet()
        first.action_payslip_done()
        first.refund_sheet()
        second = self._slip()
        second.compute_sheet()
        second.action_payslip_done()
        with self.assertRaisesRegex(TransitionError, "more than one payslip"):
            first.refunded_id.action_payslip_cancel()
        second.refund_sheet()
        first.refunded_id.action_payslip_cancel()
        self.assertTrue(first.aftersales_period_key)

    def test_other_periods_and_structures_are_free(self):
        other = self.structure.copy({"name": "Bonus", "code": "BONUS"})
        slips = self._slip() | self._slip(month="2026-04", days=30)
        slips |= self._slip(struct_id=other.id)
        slips.compute_sheet()
        self.assertEqual(set(slips.mapped("state")), {"verify"})

    def test_the_key_is_written_by_computing_alone(self):
        slip = self._slip()
        with self.assertRaises(GuardedFieldError):
            slip.write({"aftersales_period_key": "mine"})
        with self.assertRaises(GuardedFieldError):
            self._slip(aftersales_period_key="mine")

    def test_a_changed_sum_is_reserved_anew(self):
        """PEN-20: a sheet keeps what is unchanged and takes what came later."""
        late = self._confirmed("LATE")
        slip, other = self._slip(), self._slip(self.technician2)
        (slip | other).compute_sheet()
        later = self._confirmed("REPORT")
        (slip | other).compute_sheet()
        kinds = late.settlement_ids.sorted("id").mapped("kind")
        self.assertEqual(kinds, ["reserve", "release", "reserve"])
        self.assertEqual(later.settlement_ids.mapped("kind"), ["reserve"])
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 70.0})
        self.assertEqual(self._totals(slip)["AS_PENALTY"], -70.0)
