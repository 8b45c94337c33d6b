from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import ArgumentError, GuardedFieldError, TransitionError
from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestDocument(AftersalesCommon):
    """What each technician hands in every month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dues = cls.env["aftersales.document.due"]
        cls.rules = cls.env["aftersales.document.rule"]
        cls.env.cr.execute("UPDATE hr_employee SET create_date = '2025-01-01'")
        cls.rules.search([]).date_from = "2026-03-01"

    def _run(self, when):
        cron = self.env.ref("aftersales_service.ir_cron_watch_documents")
        with freeze_time(self._local(when)), self.enter_registry_test_mode():
            self.assertIs(cron.sudo().method_direct_trigger(), True)
        self.env.invalidate_all()

    def _of(self, employee=None, period="2026-03-01"):
        return self.dues.search(
            [
                ("employee_id", "=", (employee or self.technician).id),
                ("period_start", "=", period),
            ]
        )

    def _due(self, code):
        return self._of().filtered(lambda due: due.rule_id.code == code)

    def test_doc_01_the_deadlines_of_march(self):
        """DOC-01, DOC-02, DOC-03, ESC-10: 31 March, 10 April twice, 20 April."""
        self._run("2026-03-02 09:00:00")
        expected = {
            "SUMMARY": date(2026, 3, 31),
            "MATERIAL": date(2026, 4, 10),
            "ANALYSIS": date(2026, 4, 10),
            "DIARY": date(2026, 4, 20),
        }
        for employee in (self.technician, self.technician2):
            self.assertEqual(
                {due.rule_id.code: due.due_on for due in self._of(employee)}, expected
            )
        before = self.dues.search_count([])
        self._run("2026-03-02 10:00:00")
        self.assertEqual(self.dues.search_count([]), before)

    def test_doc_03_month_ends_clamp(self):
        """DOC-03, AMB-63: the last day of a month, however long it is."""
        rule = self.env.ref("aftersales_service.document_summary")
        for start, due in [
            (date(2026, 2, 1), date(2026, 2, 28)),
            (date(2028, 2, 1), date(2028, 2, 29)),
            (date(2026, 4, 1), date(2026, 4, 30)),
            (date(2026, 12, 1), date(2026, 12, 31)),
        ]:
            self.assertEqual(rule._get_due_on(start), due)
        diary = self.env.ref("aftersales_service.document_diary")
        self.assertEqual(diary._get_due_on(date(2026, 12, 1)), date(2027, 1, 20))

    def test_esc_10_each_missing_item_is_raised_once(self):
        """ESC-10, DOC-01: missing on 11 April, raised once, per technician."""
        self._run("2026-04-10 16:00:00")
        self.assertEqual(self._due("MATERIAL").state, "due")
        self.assertEqual(self._due("SUMMARY").state, "missing")
        with freeze_time(self._local("2026-04-10 16:30:00")):
            self._due("ANALYSIS").with_user(self.dispatcher_user).action_receive()
        for when in (
            "2026-04-13 09:10:00",
            "2026-04-13 10:10:00",
            "2026-04-14 09:00:00",
        ):
            self._run(when)
        material = self._due("MATERIAL")
        self.assertEqual(material.state, "missing")
        self.assertEqual(material.activity_ids.user_id, self.technician_user)
        self.assertEqual(len(material.activity_ids), 1)
        missing = self.dues.search(
            [
                ("state", "=", "missing"),
                ("employee_id", "=", self.technician.id),
                ("period_start", "=", "2026-03-01"),
            ]
        )
        self.assertEqual(set(missing.mapped("rule_id.code")), {"MATERIAL", "SUMMARY"})

    def test_doc_02_received_in_time_and_late(self):
        """DOC-02: the stamp says when, and whether it was late in local time."""
        self._run("2026-03-02 09:00:00")
        diary, summary = self._due("DIARY"), self._due("SUMMARY")
        with freeze_time(self._local("2026-04-21 12:00:00")):
            desk = diary.with_user(self.dispatcher_user)
            desk.action_receive(self._local("2026-04-20 23:50:00"), request_key="d")
            desk.action_receive(self._local("2026-04-20 23:50:00"), request_key="d")
            summary.with_user(self.head_user).action_receive(
                self._local("2026-04-01 00:10:00")
            )
        self.assertFalse(diary.is_late)
        self.assertTrue(summary.is_late)
        self.assertEqual(diary.received_by_id, self.dispatcher_user)
        self.assertFalse(diary.activity_ids)

    def test_doc_01_refusals(self):
        """DOC-01: not by the technician himself, not by hand, not twice around."""
        self._run("2026-03-02 09:00:00")
        due = self._due("DIARY")
        for user in (self.technician_user, self.hr_user, self.gm_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                due.with_user(user).action_receive()
        with self.assertRaises(AccessError):
            due.with_user(self.dispatcher_user).action_waive("Leave")
        with self.assertRaises(ArgumentError):
            due.with_user(self.head_user).action_waive("")
        with self.assertRaises(GuardedFieldError):
            due.received_on = "2026-03-02 09:00:00"
        due.with_user(self.head_user).action_waive("On leave all month")
        with self.assertRaises(TransitionError):
            due.with_user(self.dispatcher_user).action_receive()
        own = self._due("SUMMARY").with_user(self.technician2_user)
        with self.assertRaises(AccessError):
            own.read(["state"])
        self.assertTrue(self._due("SUMMARY").with_user(self.technician_user).due_on)

    @mute_logger("odoo.sql_db")
    def test_a_period_is_asked_for_once_by_the_database(self):
        """DOC-01: whatever runs twice, one item per rule, employee and period."""
        self._run("2026-03-02 09:00:00")
        due = self._due("DIARY")
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.dues._unguarded().create(
                {
                    "rule_id": due.rule_id.id,
                    "employee_id": due.employee_id.id,
                    "company_id": due.company_id.id,
                    "period_start": due.period_start,
                    "due_on": due.due_on,
                }
            )

    def test_daily_reports_are_asked_for_on_working_days_only(self):
        """ESC-10: the daily report, once switched on, not on Saturdays."""
        rule = self.env.ref("aftersales_service.document_daily_report")
        self.assertFalse(rule.active)
        rule.write({"active": True, "date_from": "2026-03-01"})
        self._run("2026-03-06 09:00:00")
        self._run("2026-03-07 09:00:00")
        days = self.dues.search(
            [("rule_id", "=", rule.id), ("employee_id", "=", self.technician.id)]
        ).mapped("period_start")
        self.assertEqual(set(days), {date(2026, 3, 5), date(2026, 3, 6)})

    def test_many_technicians_cost_the_same_queries(self):
        """DOC-01: asking two hundred people costs what asking two does."""

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with freeze_time(self._local("2026-03-02 09:00:00")):
                made = self.rules._generate()
            return len(made), self.env.cr.sql_log_count - before

        queries()
        few_rows, few = queries()
        employees = self.env["hr.employee"].create(
            [{"name": f"T{n}", "company_id": self.company.id} for n in range(100)]
        )
        users = self.env["res.users"].create(
            [
                {
                    "login": f"as_doc_{n}",
                    "name": f"T{n}",
                    "company_id": self.company.id,
                    "company_ids": [(6, 0, self.company.ids)],
                    "group_ids": [
                        (6, 0, self.env.ref("aftersales_service.group_technician").ids)
                    ],
                }
                for n in range(100)
            ]
        )
        for employee, user in zip(employees, users, strict=True):
            employee.user_id = user
        self.env.flush_all()
        self.env.cr.execute("UPDATE hr_employee SET create_date = '2025-01-01'")
        many_rows, many = queries()
        self.assertEqual(few_rows, 0)
        self.assertGreaterEqual(many_rows, 400)
        self.assertLessEqual(many, few + 10)

    def test_one_company_that_fails_stops_no_other(self):
        """DOC-01, DISP-29: what goes wrong in one company is undone and logged."""
        rules, reports = type(self.rules), type(self.env["aftersales.day.report"])
        others = []

        def fail(records, company, *_more):
            if company == self.company:
                raise ValueError("no clock")
            others.append(company)
            return self.dues

        with (
            patch.object(rules, "_ask_company", fail),
            mute_logger(
                "odoo.addons.aftersales_service.models.res_company_working_time"
            ),
            freeze_time(self._local("2026-03-02 09:00:00")),
        ):
            self.rules._generate()
        self.assertIn(self.company2, others)
        others.clear()
        cron = self.env.ref("aftersales_service.ir_cron_remind_day_reports").sudo()
        with (
            patch.object(reports, "_remind", fail),
            mute_logger(
                "odoo.addons.aftersales_service.models.res_company_working_time"
            ),
            freeze_time(self._local("2026-03-02 23:00:00")),
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        self.assertIn(self.company2, others)
