from datetime import date, timedelta

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import ArgumentError, FactTimeError, FrozenFactError
from .field_common import FieldCommon

TODAY = date(2026, 3, 2)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestVisitRecords(FieldCommon):
    """Day reports, unanswered phones, gifts and attendance."""

    # -- day report

    def _report(self, **values):
        reports = self.env["aftersales.day.report"].with_user(self.technician_user)
        return reports.create({"work": "CP-0007 repaired.", **values})

    def _owed(self, employee=None):
        return self.env["aftersales.day.report"].search(
            [
                ("employee_id", "=", (employee or self.technician).id),
                ("date", "=", TODAY),
            ]
        )

    def _remind(self, clock):
        cron = self.env.ref("aftersales_service.ir_cron_remind_day_reports")
        with freeze_time(self._at(clock)), self.enter_registry_test_mode():
            self.assertIs(cron.method_direct_trigger(), True)

    def test_disp_29_a_technician_reports_his_day(self):
        """DISP-29: work, next tasks, plan; once a day, and then it stays."""
        report = self._report(next_tasks="Two inspections", plan="Kunming")
        self.assertEqual((report.employee_id, report.date), (self.technician, TODAY))
        report.action_submit(self._at("19:00"))
        report.action_submit(self._at("19:30"))
        self.assertEqual(report.submitted_on, self._at("19:00"))
        with self.assertRaises(FactTimeError):
            report.work = "Something else"
        with self.assertRaises(FactTimeError):
            report.unlink()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self._report()

    def test_disp_29_empty_future_and_foreign_reports_are_refused(self):
        """DISP-29: a report says something, of a day that came, by oneself."""
        with self.assertRaises(ArgumentError):
            self._report(work=" ").action_submit()
        with self.assertRaises(FactTimeError):
            self._report(date=TODAY + timedelta(days=1)).action_submit()
        with self.assertRaises(AccessError):
            self._report(employee_id=self.technician2.id)

    def test_disp_29_who_owes_a_report_is_reminded_once_at_22(self):
        """DISP-29: reminder at 22:00, once; the day is listed as missing."""
        self._remind("21:50")
        self.assertFalse(self._owed())
        self._remind("22:00")
        self._remind("22:20")
        owed = self._owed()
        self.assertEqual((owed.state, owed.is_late), ("open", True))
        self.assertEqual(owed.activity_ids.user_id, self.technician_user)
        self.assertEqual(len(owed.activity_ids), 1)
        with freeze_time(self._at("22:30")):
            report = owed.with_user(self.technician_user)
            report.work = "CP-0007 repaired."
            report.action_submit()
        self.assertFalse(owed.activity_ids)
        self.assertTrue(owed.is_late)

    def test_disp_29_who_reported_or_is_away_is_left_in_peace(self):
        """DISP-29: no reminder after a report, on leave, or on a free day."""
        self._report().action_submit()
        leave_type = self.env["hr.leave.type"].create(
            {"name": "Unpaid", "requires_allocation": False}
        )
        leave = self.env["hr.leave"].create(
            {
                "employee_id": self.technician2.id,
                "holiday_status_id": leave_type.id,
                "request_date_from": TODAY,
                "request_date_to": TODAY,
            }
        )
        leave.sudo().write({"state": "validate"})
        self._remind("22:00")
        self.assertFalse(self._owed().reminded_on)
        self.assertFalse(self._owed(self.technician2))
        sunday = TODAY - timedelta(days=1)
        reports = self.env["aftersales.day.report"]
        self.assertFalse(reports._get_active_technicians(self.company, sunday))

    # -- phone

    def _call(self, clock, user=None, **values):
        calls = self.env["aftersales.phone.log"]
        with freeze_time(self._at("23:30")):
            return calls.with_user(user or self.dispatcher_user).create(
                {
                    "employee_id": self.technician.id,
                    "called_on": self._at(clock),
                    **values,
                }
            )

    def _fines(self, call):
        return self.env["aftersales.adjustment"].search(
            [("event_model", "=", call._name), ("event_id", "=", call.id)]
        )

    def test_disp_28_unanswered_in_phone_hours_proposes(self):
        """DISP-28, PEN-04: 21:30 and 22:00 count, 22:01 and 22:30 do not."""
        for clock, is_fined in (
            ("21:30", True),
            ("22:00", True),
            ("22:01", False),
            ("22:30", False),
            ("07:59", False),
            ("08:00", True),
        ):
            with self.subTest(clock):
                call = self._call(clock)
                self.assertEqual(call.in_hours, is_fined)
                self.assertEqual(
                    self._fines(call).mapped("rule_id.code"),
                    ["PHONE_OFF"] if is_fined else [],
                )

    def test_disp_28_the_hours_are_a_setting(self):
        """DISP-28: the hours belong to the company, not to the code."""
        self.company.aftersales_phone_to = 20.0
        self.assertFalse(self._fines(self._call("21:30")))
        with self.assertRaises(ValidationError):
            self.company.aftersales_phone_to = 25.0

    def test_disp_28_calls_are_facts_of_the_office(self):
        """DISP-28: technicians log none, nobody changes one, none lies ahead."""
        with self.assertRaises(AccessError):
            self._call("21:30", user=self.technician_user)
        call = self._call("21:30")
        with self.assertRaises(FrozenFactError):
            call.called_on = self._at("23:00")
        with self.assertRaises(FactTimeError):
            self._call("23:45")

    # -- gifts

    def _gift(self, user=None, **values):
        reports = self.env["aftersales.gift.report"]
        return reports.with_user(user or self.technician_user).create(
            {
                "kind": "meal",
                "description": "Lunch in the canteen",
                "value": 35.0,
                "partner_id": self.customer.id,
                **values,
            }
        )

    def test_cond_02_gifts_and_meals_are_reported(self):
        """COND-02: a report with date and value, which stays as it is."""
        report = self._gift()
        self.assertEqual((report.employee_id, report.value), (self.technician, 35.0))
        self.assertTrue(report.date)
        with self.assertRaises(FrozenFactError):
            report.sudo().value = 3.5

    def test_cond_02_nobody_reports_for_a_colleague(self):
        """COND-02: his own reports; a technician reads no others."""
        with self.assertRaises(AccessError):
            self._gift(employee_id=self.technician2.id)
        report = self._gift()
        others = report.with_user(self.technician2_user).search([])
        self.assertNotIn(report, others)

    # -- attendance

    def _days(self):
        rows = self.env["aftersales.attendance"]._read_group(
            [("employee_id", "=", self.technician.id)],
            ["date:day"],
            ["day_count:sum"],
        )
        return {day: count for day, count in rows}

    def _unsigned(self):
        order = self._walk("on_site")
        field = self._findings(order)
        field.action_refuse_signature("Not now", at=self._at("11:00"))
        field.action_done(self._at("11:15"))
        return order

    def test_disp_39_signed_days_count_and_others_when_the_slip_is_back(self):
        """DISP-39: three signed orders on two dates are two days; slips count later."""
        self._walk("done")
        self._walk("done")
        self.env.flush_all()
        with freeze_time("2026-03-03 12:00:00"):
            self._shift_day(1, lambda: self._walk("done"))
        with freeze_time("2026-03-04 12:00:00"):
            unsigned = self._shift_day(2, self._unsigned)
            self.env.flush_all()
            days = self._days()
            self.assertEqual(sum(days.values()), 2)
            self.assertEqual(len(days), 3)
            unsigned.action_receive_sheet()
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(sum(self._days().values()), 3)

    def _shift_day(self, days, act):
        """Run a walk of the test's day so many days later."""
        own = self._at
        self._at = lambda clock: own(clock) + timedelta(days=days)
        try:
            return act()
        finally:
            del self._at

    def test_disp_39_technicians_see_their_own_days(self):
        """DISP-39: a read model, each for himself; heads and HR for all."""
        self._walk("done")
        self.env.flush_all()
        days = self.env["aftersales.attendance"]
        mine = days.with_user(self.technician_user).search([])
        self.assertEqual(mine.employee_id, self.technician)
        self.assertFalse(days.with_user(self.technician2_user).search([]))
        self.assertTrue(days.with_user(self.head_user).search([]))
        with self.assertRaises(AccessError):
            days.with_user(self.dispatcher_user).with_user(self.warehouse_user).search(
                []
            )
