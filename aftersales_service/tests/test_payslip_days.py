from datetime import date, datetime
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from ..exceptions import FrozenFactError, TransitionError
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 04:00:00")
class TestPayslipDays(PayCommon):
    """Wages by attendance, people lent, and payday (PAY-07 to PAY-10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.by_days = cls.env.ref("aftersales_service.payroll_structure_days").copy(
            {"company_id": cls.company.id}
        )

    def _pay(self, **values):
        slip = self._slip(struct_id=self.by_days.id, **values)
        slip.compute_sheet()
        return slip

    def _days(self, slip):
        lines = slip.sudo().worked_days_line_ids.filtered(
            lambda line: line.code.startswith("AS_")
        )
        days = {line.code: line.number_of_days for line in lines}
        self.assertEqual(len(lines), len(days))
        return days

    def _absent(self, day):
        """Take one unpaid day off."""
        kind = self.env["hr.leave.type"].create(
            {
                "name": "Unpaid",
                "unpaid": True,
                "requires_allocation": False,
                "leave_validation_type": "no_validation",
                "company_id": self.company.id,
            }
        )
        leave = self.env["hr.leave"].create(
            {
                "name": "Off",
                "employee_id": self.technician.id,
                "holiday_status_id": kind.id,
                "request_date_from": day,
                "request_date_to": day,
            }
        )
        if leave.state != "validate":
            leave.sudo().action_approve()
        return leave

    def _field_days(self, *days):
        """Make signed orders of some days, as the read model sees them."""
        for day in days:
            order = self._create_order()
            worker = order.worker_ids
            order._unguarded().write(
                {"state": "done", "signed_on": datetime(2026, 3, day, 9)}
            )
            worker._unguarded().write({"arrived_on": datetime(2026, 3, day, 2)})
        self.env.flush_all()

    def test_pay_07_wage_by_attendance(self):
        """PAY-07, AMB-42: 20 of 21 days of 4,200.00 are 4,000.00."""
        with self._working_days(21):
            self._absent("2026-03-12")
            slip = self._pay()
        self.assertEqual(self._days(slip), {"AS_DAYS": 20.0, "AS_NORM": 21.0})
        self.assertEqual(self._totals(slip)["BASIC"], 4000.0)

    def _working_days(self, count):
        """Let the month have so many working days (March 2026 has 22)."""
        payslips = type(self.env["hr.payslip"])
        own = payslips._aftersales_get_days

        def get_days(slip, leaves):
            days = own(slip, leaves)
            return {day for day in days if day != date(2026, 3, 31)}

        self.assertEqual(count, 21)
        return patch.object(payslips, "_aftersales_get_days", get_days)

    def test_amb_42_the_divisor_is_a_setting(self):
        """PAY-07, AMB-42: with 21.75 days 20 days are 3,862.07."""
        self.company.aftersales_day_divisor = 21.75
        with self._working_days(21):
            self._absent("2026-03-12")
            slip = self._pay()
        self.assertEqual(self._totals(slip)["BASIC"], 3862.07)

    def test_pay_10_signed_days_count_once(self):
        """PAY-10, DISP-39: clock days and signed days, each date once."""
        self._absent("2026-03-12")
        # The 10th is a day in the company as well, the 12th was an unpaid leave,
        # the 14th is a Saturday.
        self._field_days(10, 10, 12, 14)
        slip = self._pay()
        self.assertEqual(self._days(slip)["AS_DAYS"], 23.0)
        self.assertEqual(self._totals(slip)["BASIC"], 4200.0)
        slip.compute_sheet()
        self.assertEqual(self._days(slip)["AS_DAYS"], 23.0)

    def test_pay_01_other_structures_keep_the_whole_wage(self):
        """PAY-01: without that structure no days are counted."""
        self._absent("2026-03-12")
        slip = self._slip()
        slip.compute_sheet()
        self.assertFalse(self._days(slip))
        self.assertEqual(self._totals(slip)["BASIC"], 4200.0)

    # -- people lent

    def _lend(self, people=None, **values):
        people = people or self.technician | self.technician2
        group = self.env["hr.department"].create(
            {"name": "Assembly", "company_id": self.company.id}
        )
        return (
            self.env["aftersales.secondment"]
            .with_user(self.head_user)
            .create(
                {
                    "department_id": group.id,
                    "employee_ids": [(6, 0, people.ids)],
                    "date_from": "2026-03-10",
                    "date_to": "2026-03-11",
                    **values,
                }
            )
        )

    def _charged(self, secondment):
        return self.env["aftersales.adjustment"].search(
            [
                ("source_model", "=", secondment._name),
                ("source_id", "=", secondment.id),
            ]
        )

    def test_pay_08_three_people_for_two_days(self):
        """PAY-08, AMB-41: 600.00 for the borrowing group, nothing from anybody."""
        third = self._create_employee("Chen Jie")
        lent = self._lend(self.technician | self.technician2 | third)
        self.assertEqual(lent.day_count, 2)
        lent.action_confirm()
        charges = self._charged(lent)
        self.assertEqual(charges.mapped("kind"), ["charge"] * 3)
        self.assertEqual(sum(charges.mapped("amount")), 600.0)
        self.assertEqual(charges.mapped("signed_amount"), [0.0] * 3)
        lent.action_confirm()
        self.assertEqual(self._charged(lent), charges)
        charges.with_user(self.hr_user).action_confirm()
        slip = self._slip()
        slip.compute_sheet()
        self.assertFalse(self._inputs(slip))

    def test_amb_41_credited_where_the_rule_is_active(self):
        """PAY-08, AMB-41: the technician gets it too, once the rule is activated."""
        rule = self.env["aftersales.pay.rule"].with_context(active_test=False)
        rule.search([("code", "=", "SECOND_CREDIT")]).active = True
        lent = self._lend(self.technician)
        lent.action_confirm()
        credit = self._charged(lent).filtered(lambda entry: entry.kind == "allowance")
        self.assertEqual(credit.amount, 200.0)

    def test_pay_08_cancelled_takes_its_charges_along(self):
        """PAY-08: a mistake is cancelled with a reason, never edited."""
        lent = self._lend()
        lent.action_confirm()
        with self.assertRaises(FrozenFactError):
            lent.date_to = "2026-03-20"
        lent.action_cancel("They stayed")
        self.assertEqual(set(self._charged(lent).mapped("state")), {"cancel"})
        with self.assertRaises(TransitionError):
            lent.action_cancel("Again")
        with self.assertRaises(TransitionError):
            lent.action_confirm()

    def test_pay_08_who_lends(self):
        """PAY-08: heads lend, not to two groups at once, and not themselves."""
        lent = self._lend()
        for user in (self.hr_user, self.technician_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                lent.with_user(user).action_confirm()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._lend(self.technician)
        boss = self._create_employee("Head", self.head_user)
        own = self._lend(boss)
        with self.assertRaises(AccessError):
            own.action_confirm()
        own.with_user(self.head2_user).action_confirm()

    def test_pay_09_who_is_lent_to_us(self):
        """PAY-09: our allowances, and the day is taken out of his piece rate."""
        lent = self._lend(self.technician, direction="in", date_to="2026-03-10")
        lent.action_confirm()
        self.assertFalse(self._charged(lent))
        self._confirmed("MEAL", quantity=2)
        slip = self._pay()
        self.assertEqual(self._days(slip)["AS_LENT"], 1.0)
        self.assertEqual(self._inputs(slip), {"AS_ALLOWANCE": 30.0})

    # -- payday

    def test_pen_18_what_is_confirmed_on_payday_waits(self):
        """PEN-18: confirmed by 9 April 24:00 for payday on the 10th, else May."""
        self.company.aftersales_payday = 10
        with freeze_time("2026-04-09 15:59:00"):  # 23:59 in Shanghai
            early = self._confirmed("LATE")
        with freeze_time("2026-04-09 16:00:00"):
            late = self._confirmed("REPORT")
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(slip.aftersales_line_ids.adjustment_id, early)
        slip.action_payslip_done()
        april = self._slip(month="2026-04", days=30)
        april.compute_sheet()
        self.assertEqual(april.aftersales_line_ids.adjustment_id, late)

    def test_pen_18_without_a_payday_everything_confirmed_is_paid(self):
        """PEN-18: the setting is off by default."""
        self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 50.0})

    def test_pay_07_by_the_structure_of_the_contract(self):
        """PAY-07: a slip without a structure counts days where its contract does."""
        self.contract.struct_id = self.by_days
        slip = self._slip(struct_id=False)
        slip.compute_sheet()
        self.assertEqual(self._days(slip), {"AS_DAYS": 22.0, "AS_NORM": 22.0})
        self.contract.struct_id = self.structure
        slip.compute_sheet()
        self.assertEqual(self._totals(slip)["BASIC"], 4200.0)

    def test_pay_07_without_a_contract_in_the_month_nothing_is_counted(self):
        """PAY-07: he left in February: no days, no wage, and no error."""
        self.contract.contract_date_end = "2026-02-15"
        slips = self._slip(struct_id=self.by_days.id, contract_id=False)
        slips |= self._slip(self.technician2, struct_id=self.by_days.id)
        slips.compute_sheet()
        self.assertEqual(self._days(slips[0]), {})
        self.assertEqual(self._days(slips[1]), {"AS_DAYS": 22.0, "AS_NORM": 22.0})

    def test_pay_10_each_slip_counts_its_own_period_and_person(self):
        """PAY-10: days outside of one month and one person stay where they are."""
        self._field_days(1, 7, 14, 28)  # a Sunday and three Saturdays
        slips = self._slip(struct_id=self.by_days.id, date_to="2026-03-14")
        slips |= self._slip(self.technician2, struct_id=self.by_days.id)
        slips |= self._slip(struct_id=self.by_days.id, month="2026-04", days=30)
        slips.compute_sheet()
        counts = [self._days(slip)["AS_DAYS"] for slip in slips]
        # 10 working days, the 1st, 7th and 14th; 22 of March, 22 of April.
        self.assertEqual(counts, [13.0, 22.0, 22.0])

    def test_pay_09_lent_days_of_the_period_alone(self):
        """PAY-09: lent from 30 March to 2 April: two days on each payslip."""
        lent = self._lend(self.technician, date_from="2026-03-30", date_to="2026-04-02")
        slip = self._pay()
        self.assertNotIn("AS_LENT", self._days(slip))  # not confirmed yet
        lent.action_confirm()
        slip.compute_sheet()
        april = self._pay(month="2026-04", days=30)
        other = self._slip(self.technician2, struct_id=self.by_days.id)
        other.compute_sheet()
        found = [self._days(one).get("AS_LENT") for one in (slip, april, other)]
        self.assertEqual(found, [2.0, 2.0, None])
        (april | slip | other).compute_sheet()
        again = [self._days(one).get("AS_LENT") for one in (slip, april, other)]
        self.assertEqual(again, found)

    def test_pay_07_no_day_attended_is_a_line_of_its_own(self):
        """PAY-07: a slip of one weekend says 0 days and pays nothing."""
        self.company.aftersales_day_divisor = 21.75
        slip = self._pay(date_from="2026-03-07", date_to="2026-03-08")
        self.assertEqual(self._days(slip), {"AS_DAYS": 0.0, "AS_NORM": 21.75})
        self.assertEqual(self._totals(slip)["BASIC"], 0.0)

    def test_pay_07_two_contracts_count_each_day_once(self):
        """PAY-07: the days of the month, tied to the last contract of it."""
        self.contract.contract_date_end = "2026-03-15"
        later = self.technician.create_version(
            {
                "date_version": "2026-03-16",
                "contract_date_start": "2026-03-16",
                "contract_date_end": False,
                "wage": 5000.0,
                "struct_id": self.by_days.id,
            }
        )
        slip = self._pay(contract_id=False)
        self.assertEqual(self._days(slip), {"AS_DAYS": 22.0, "AS_NORM": 22.0})
        lines = slip.sudo().worked_days_line_ids
        lines = lines.filtered(lambda line: line.code in ("AS_DAYS", "AS_NORM"))
        self.assertEqual(lines.contract_id, later)

    def test_pay_07_by_the_calendar_of_the_contract(self):
        """PAY-07: without Fridays the month has 18 working days, not 22."""
        calendar = self.company.resource_calendar_id.copy()
        calendar.attendance_ids.filtered(lambda one: one.dayofweek == "4").unlink()
        self.contract.resource_calendar_id = calendar
        slip = self._pay()
        self.assertEqual(self._days(slip), {"AS_DAYS": 18.0, "AS_NORM": 18.0})
        self.assertEqual(self._totals(slip)["BASIC"], 4200.0)
