from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import TransitionError
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-02 04:00:00")
class TestPayslipRoles(PayCommon):
    """PAY-12: the head prepares the pay of his department, HR confirms it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        officer = cls.env.ref("payroll.group_payroll_user")
        cls.head2_user.group_ids |= officer
        head = cls._create_employee("Head of Service", user=cls.head2_user)
        departments = cls.env["hr.department"]
        cls.service, cls.office = departments.create(
            [
                {
                    "name": "Service",
                    "company_id": cls.company.id,
                    "manager_id": head.id,
                },
                {"name": "Office", "company_id": cls.company.id},
            ]
        )
        cls.technician.department_id = cls.service
        cls.technician2.department_id = cls.office

    def _generate(self, user, employee, name="March"):
        run = self.env["hr.payslip.run"].with_user(user)
        run = run.with_company(self.company).create(
            {
                "name": name,
                "date_start": "2026-03-01",
                "date_end": "2026-03-31",
                "company_id": self.company.id,
                "struct_id": self.structure.id,
            }
        )
        wizard = self.env["hr.payslip.employees"].with_user(user)
        wizard = wizard.with_context(active_id=run.id)
        wizard.create({"employee_ids": [(6, 0, employee.ids)]}).compute_sheet()
        return run.slip_ids

    def test_the_head_prepares_and_hr_confirms(self):
        """PAY-12: a batch made by the head is confirmed by the payroll's manager."""
        self._confirmed("LATE")
        slip = self._generate(self.head2_user, self.technician)
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 50.0})
        for act in (
            slip.action_payslip_done,
            lambda: slip.write({"state": "done"}),
            lambda: slip.with_context(without_compute_sheet=True).action_payslip_done(),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                act()
        slip.with_user(self.hr_user).action_payslip_done()
        self.assertEqual(slip.state, "done")
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            slip.refund_sheet()

    def test_the_head_sees_his_own_department_only(self):
        """PAY-12: no payslip of others, nor its lines, inputs and days."""
        self._confirmed("LATE", self.technician2)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._generate(self.head2_user, self.technician2)
        slips = self._generate(self.hr_user, self.technician | self.technician2)
        foreign = slips.filtered(lambda slip: slip.employee_id == self.technician2)
        foreign = foreign.sudo()
        foreign.worked_days_line_ids.create(
            {
                "payslip_id": foreign.id,
                "name": "Day",
                "code": "X",
                "contract_id": foreign.contract_id.id,
            }
        )
        for records in (
            foreign,
            foreign.line_ids,
            foreign.input_line_ids,
            foreign.worked_days_line_ids,
            foreign.payslip_run_id,
        ):
            own = records.with_user(self.head2_user)
            self.assertTrue(records)
            self.assertFalse(own.search([("id", "in", records.ids)]))
            with self.subTest(records._name), self.assertRaises(AccessError):
                own.read(["id", "display_name"])
        lines = (slips.sudo() - foreign).line_ids.with_user(self.head2_user)
        self.assertTrue(lines.mapped("total"))

    def test_a_second_batch_of_the_period_is_refused(self):
        """PAY-12, PEN-20: one person and period stand in one batch."""
        self._generate(self.hr_user, self.technician)
        with self.assertRaisesRegex(TransitionError, "more than one payslip"):
            self._generate(self.hr_user, self.technician, "March again")


@tagged("post_install", "-at_install")
class TestPayslipGaps(PayCommon):
    """PEN-20: HR reads why no payslip takes what is confirmed."""

    def test_reasons_of_the_contract(self):
        """PEN-20: no structure, or one without our lines, is said so."""
        entry = self._confirmed("LATE").with_user(self.hr_user)
        self.assertFalse(entry.blocked_reason)
        bare = self.structure.copy({"company_id": self.company.id, "name": "Bare"})
        bare.rule_ids = self.env.ref("aftersales_service.salary_rule_basic")
        self.technician.version_id.struct_id = bare
        entry.invalidate_recordset()
        self.assertIn("Bare has no after-sales rules", entry.blocked_reason)
        self.technician.version_id.struct_id = False
        entry.invalidate_recordset()
        self.assertIn("no payroll structure", entry.blocked_reason)

    def test_a_company_gets_its_own_structure_once(self):
        """PEN-20: another company copies the structure, and copies it once."""
        self.hr_user.company_ids |= self.company2
        structures = self.env["hr.payroll.structure"].with_user(self.hr_user)
        structures = structures.with_company(self.company2)
        made = structures.action_add_aftersales_structure()
        self.assertEqual(made.company_id, self.company2)
        self.assertEqual(len(made._get_aftersales_codes()), 3)
        self.assertEqual(structures.action_add_aftersales_structure(), made)
        with self.assertRaises(AccessError):
            structures.with_user(self.head_user).action_add_aftersales_structure()

    def test_the_payslip_prints_what_stands_behind_it(self):
        """PEN-20: the printed payslip names every adjustment, others nothing new."""
        fine = self._confirmed("LATE")
        slips = self._slip() | self._slip(self.technician2)
        slips.compute_sheet()
        reports = self.env["ir.actions.report"].with_user(self.hr_user)
        pages = [
            reports._render_qweb_html("payroll.report_payslip", slip.ids)[0].decode()
            for slip in slips
        ]
        self.assertIn(fine.name, pages[0])
        self.assertIn("-50.00", pages[0].replace("\ufeff", ""))
        self.assertNotIn("After-Sales Allowances, Rewards and Penalties", pages[1])

    def test_a_form_that_is_only_looked_at_gives_nothing_back(self):
        """PEN-20: what a form computes before it is saved moves no reservation."""
        fine = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.onchange(
            {"date_to": "2026-03-30", "employee_id": self.technician.id},
            ["date_to", "employee_id"],
            {"date_to": {}, "name": {}, "input_line_ids": {"fields": {"code": {}}}},
        )
        self.env.flush_all()
        self.assertEqual(fine.reserved_amount, 50.0)
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 50.0})

    def test_owed_amounts_have_the_sign_of_the_pay(self):
        """PEN-20: what is deducted is below zero in every column."""
        fine, meal = self._confirmed("LATE"), self._confirmed("MEAL", quantity=2)
        self.assertEqual((fine.owed_amount, meal.owed_amount), (-50.0, 30.0))
        slip = self._slip()
        slip.compute_sheet()
        amounts = slip.aftersales_line_ids.mapped("pay_amount")
        self.assertEqual(sorted(amounts), [-50.0, 30.0])
