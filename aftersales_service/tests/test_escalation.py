from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import ArgumentError, GuardedFieldError, MissingError
from .common_hotline import HotlineCommon


@tagged("post_install", "-at_install")
class TestEscalation(HotlineCommon):
    def test_difficult_fault_tells_head_and_chief_engineer(self):
        """ESC-02: the technician's flag puts it on both lists today."""
        with freeze_time("2026-03-02 07:00:00"):  # 15:00 in Shanghai
            ticket = self._create_ticket()
            mine = ticket.with_user(self.technician_user)
            mine.action_flag_difficult("Control unit unknown")
            mine.action_flag_difficult("Control unit unknown")
        kind = self.env.ref("aftersales_service.mail_activity_difficult")
        activities = ticket.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )
        self.assertEqual(
            activities.user_id, self.head_user | self.holders["chief_engineer"]
        )
        self.assertEqual(len(activities), 2)
        self.assertEqual(
            set(activities.mapped("date_deadline")), {fields.Date.to_date("2026-03-02")}
        )
        self.assertTrue(ticket.is_difficult)
        line = ticket.escalation_ids
        self.assertEqual(line.due_on, self._local("2026-03-03 00:00:00"))
        return line

    def test_not_acknowledged_on_the_day_is_a_breach(self):
        """ESC-02: listed as a breach after midnight, unless acknowledged."""
        line = self.test_difficult_fault_tells_head_and_chief_engineer()
        late = [("is_breached", "=", True), ("id", "=", line.id)]
        with freeze_time("2026-03-02 15:59:00"):
            self.assertFalse(line.search(late))
        with freeze_time("2026-03-02 16:01:00"):
            self.assertEqual(line.search(late), line)
            line.invalidate_recordset()
            self.assertTrue(line.is_breached)
        with freeze_time("2026-03-02 10:00:00"):
            with self.assertRaises(AccessError):
                line.with_user(self.dispatcher_user).action_acknowledge()
            head = line.with_user(self.head_user)
            head.action_acknowledge()
            head.action_acknowledge()
        self.assertEqual(line.acknowledged_by_id, self.head_user)
        with freeze_time("2026-03-03 10:00:00"):
            self.assertFalse(line.search(late))

    def test_difficult_keeps_the_promise_to_report_it(self):
        """ESC-02: reporting it the same day keeps the policy's promise."""
        self.env["aftersales.policy.milestone"].create(
            {
                "policy_id": self.policy.id,
                "milestone": "report_difficult",
                "unit": "end_of_day",
            }
        )
        ticket = self._create_ticket()
        ticket.with_user(self.technician_user).action_flag_difficult("x")
        promise = ticket.commitment_ids.filtered(
            lambda one: one.milestone == "report_difficult"
        )
        self.assertIn(promise.state, ("met", False))

    def test_reported_upwards_level_by_level(self):
        """DISP-07: level, reason and time are stored, each level once more."""
        ticket = self._create_ticket().with_user(self.dispatcher_user)
        ticket.action_escalate("No spare part")
        self.assertIn(self.holders["team_leader"], self._told(ticket))
        ticket.action_escalate("Still none")
        ticket.action_escalate("Straight to the top", level=3)
        lines = ticket.sudo().escalation_ids.sorted("id")
        self.assertEqual(lines.mapped("level"), [1, 2, 3])
        self.assertEqual(lines[0].reason, "No spare part")
        self.assertEqual(lines[0].escalated_by_id, self.dispatcher_user)
        self.assertTrue(all(lines.mapped("escalated_on")))
        self.assertEqual(ticket.escalation_level, 3)
        for level in (4, 0, -1, "1", True):
            with self.subTest(level), self.assertRaises(ArgumentError):
                ticket.action_escalate("x", level=level)
        with self.assertRaises(ArgumentError):
            ticket.action_escalate("")

    def test_who_may_report_upwards(self):
        """DISP-07: the desk and the ticket's technician; not on closed tickets."""
        ticket = self._create_ticket()
        ticket.with_user(self.technician_user).action_escalate("x")
        for user in (self.technician2_user, self.hr_user, self.employee_user):
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_escalate("x")
        with self.assertRaises(GuardedFieldError):
            ticket.with_user(self.head_user).escalation_level = 0
        ticket.with_user(self.head_user).action_resolve_remotely("Done")
        with self.assertRaises(MissingError):
            ticket.with_user(self.dispatcher_user).action_escalate("x")

    def test_not_reported_at_the_deadline_goes_up_by_the_clock(self):
        """DISP-07: neither solved nor reported at the deadline, it goes up once."""
        ticket = self._create_ticket()
        reported = self._create_ticket()
        reported.with_user(self.dispatcher_user).action_escalate("x")
        cron = self.env["helpdesk.ticket"]
        with self.enter_registry_test_mode():
            self.env.ref(
                "aftersales_service.ir_cron_watch_cases"
            ).method_direct_trigger()
        self.assertFalse(ticket.escalation_level)
        (ticket | reported).commitment_ids.filtered(
            lambda one: one.milestone == "resolve"
        )._set_state("missed", {"breached_on": fields.Datetime.now()})
        for _run in range(2):
            cron.search(
                [
                    ("id", "in", (ticket | reported).ids),
                    ("escalation_level", "=", 0),
                    ("commitment_ids", "any", cron._get_broken_domain()),
                ]
            )._escalate_by_clock()
        self.assertEqual(len(ticket.escalation_ids), 1)
        self.assertTrue(ticket.escalation_ids.is_automatic)
        self.assertEqual(len(reported.escalation_ids), 1)
        self.assertFalse(reported.escalation_ids.is_automatic)

    def test_register_is_written_by_the_system(self):
        """DISP-07: nobody edits who was told; technicians see their own."""
        ticket = self._create_ticket()
        ticket.with_user(self.technician_user).action_escalate("x")
        line = ticket.escalation_ids
        self.assertTrue(line.with_user(self.technician_user).reason)
        with self.assertRaises(AccessError):
            line.with_user(self.technician2_user).read(["reason"])
        for user in (self.head_user, self.dispatcher_user):
            with self.assertRaises(GuardedFieldError):
                line.with_user(user).write({"reason": "y"})
            with self.assertRaises(AccessError):
                line.with_user(user).unlink()

    def test_thousand_cost_as_many_queries_as_one(self):
        """ESC-05: telling functions costs no query per ticket."""

        def queries(count):
            tickets = self.env["helpdesk.ticket"].create(
                [
                    {
                        "name": f"Complaint {number}",
                        "description": "x",
                        "company_id": self.company.id,
                        "team_id": self.team.id,
                        "partner_id": self.customer.id,
                        "call_type": "complaint",
                        "received_on": fields.Datetime.now() - timedelta(minutes=1),
                    }
                    for number in range(count)
                ]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            tickets._tell_functions("product")
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(2)
        self.assertLess(queries(60) - queries(3), 12)
