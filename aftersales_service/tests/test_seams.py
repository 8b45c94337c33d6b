from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..exceptions import TransitionError
from .common_hotline import HotlineCommon
from .field_common import FieldCommon
from .plan_common import PlanCommon

DAYS = timedelta(days=2)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestSeams(HotlineCommon, FieldCommon):
    """Where one area meets another: one event, one record, one consequence."""

    def _late(self, ticket, confirm="personal"):
        """Return the late visit of a ticket, its reason confirmed by the desk."""
        order = self._order(ticket_id=ticket.id)
        order.action_schedule(self._at("10:00"), promised_start=self._at("10:00"))
        order.action_dispatch()
        field = order.with_user(self.technician_user)
        field.check_ids.action_answer(True)
        field.action_depart(self._at("09:00"))
        field.action_arrive(self._at("10:20"))
        if confirm:
            order.worker_ids.action_confirm_late(confirm)
        return order

    def _judge(self, ticket, verdict="valid", ground="not_in_time"):
        ticket.with_user(self.head_user).action_verify_complaint(
            verdict, "As the log shows", ground=ground, employees=self.technician.ids
        )

    def _codes(self):
        """Return the codes of what the technician owes now."""
        entries = self.env["aftersales.adjustment"].search(
            [
                ("employee_id", "=", self.technician.id),
                ("state", "!=", "cancel"),
                ("kind", "=", "penalty"),
            ]
        )
        return sorted(entries.mapped("rule_id.code"))

    def _complaint_with_order(self):
        ticket = self._complaint(symptom_id=self.symptom.id)
        ticket.sudo()._unguarded().write({"received_on": self._at("08:30")})
        ticket.triage_note = "Somebody comes."
        return ticket

    def test_amb_08_late_then_complaint_is_one_money_clause(self):
        """AMB-08, PEN-02, PEN-06: fined for being late, the complaint adds a demerit.

        With another ground it is another event and costs its own.
        """
        ticket = self._complaint_with_order()
        self._late(ticket)
        self.assertEqual(self._codes(), ["LATE"])
        self._judge(ticket)
        self.assertEqual(self._codes(), ["DEMERIT", "LATE"])
        self._judge(ticket, ground="quarrel")
        self.assertEqual(self._codes(), ["COMPLAINT", "DEMERIT", "LATE"])
        self._judge(ticket)
        self.assertEqual(self._codes(), ["DEMERIT", "LATE"])

    def test_amb_08_complaint_then_late_is_one_money_clause(self):
        """AMB-08: fined for the complaint, being late costs nothing more.

        When the complaint falls, the fine for being late is owed after all.
        """
        ticket = self._complaint_with_order()
        order = self._late(ticket, confirm=False)
        self._judge(ticket)
        self.assertEqual(self._codes(), ["COMPLAINT", "DEMERIT"])
        order.worker_ids.action_confirm_late("personal")
        self.assertEqual(self._codes(), ["COMPLAINT", "DEMERIT"])
        self._judge(ticket, "unsubstantiated")
        self.assertEqual(self._codes(), ["LATE"])

    def test_amb_08_complaint_that_repeats_the_case(self):
        """AMB-08: the complaint may be a ticket of its own, of the same case."""
        first = self._ticket()
        self._late(first)
        ticket = self._complaint()
        ticket.sudo().repeat_of_id = first
        self._judge(ticket)
        self.assertEqual(self._codes(), ["DEMERIT", "LATE"])
        other = self._complaint()
        self._judge(other)
        self.assertIn("COMPLAINT", self._codes())

    def test_disp_01_grace_of_the_promise_is_the_workers_too(self):
        """DISP-01, PEN-02: within the grace of the policy nobody is late."""
        rule = self.policy.milestone_ids.filtered(
            lambda rule: rule.milestone == "arrive"
        )
        rule.grace_minutes = 20
        order = self._late(self._ticket(), confirm=False)
        self.assertFalse(order.is_late)
        rule.grace_minutes = 19
        order = self._late(self._ticket(), confirm=False)
        self.assertEqual(order.worker_ids.late_minutes, 20)

    def test_cb_13_a_complaint_is_answered_by_the_call_after_its_rework(self):
        """CB-13, CB-03: the second call-back stands on the rework, and counts."""
        ticket = self._complaint_with_order()
        self._judge(ticket, ground="other")
        ticket.action_answer_complaint("repair", "Somebody comes again")
        callback = ticket.sudo().callback_ids.with_user(self.callback_user)
        with freeze_time("2026-03-04 06:00:00"):
            callback.action_record("dissatisfied", "Still bad", aspect="quality")
            order = callback.rework_order_id.sudo()
            again = (
                self.env["aftersales.callback"]
                .sudo()
                ._create_for(order, {order.id: set()})
            )
            self.assertEqual((again.order_id, again.round), (order, 2))
            self.assertTrue(ticket._lacks_answer())
        with freeze_time("2026-03-09 06:00:00"):
            again.with_user(self.callback_user).action_record("satisfied")
        self.assertFalse(ticket._lacks_answer())

    def test_esc_07_an_order_with_an_incident_is_not_cancelled(self):
        """ESC-07, DISP-22: promises of the ticket would stand still for ever."""
        order = self._walk("dispatched", ticket_id=self._ticket().id)
        order.action_incident("Gate locked behind us", at=self._at("11:20"))
        with self.assertRaises(TransitionError):
            order.action_cancel("Customer solved it")
        order.action_end_incident("Gate open", at=self._at("11:40"))
        order.action_cancel("Customer solved it")
        self.assertEqual(order.state, "cancel")

    def test_esc_02_difficult_on_the_order_is_on_record_of_the_ticket(self):
        """ESC-02, DISP-03: both doors lead to one list; the plan acknowledges it."""
        ticket = self._ticket()
        order = self._walk("on_site", ticket_id=ticket.id)
        order.with_user(self.technician_user).action_mark_difficult(
            "Board unknown", at=self._at("11:00")
        )
        self.assertTrue(ticket.is_difficult)
        line = ticket.escalation_ids
        self.assertEqual((line.event, len(line)), ("difficult", 1))
        self.assertEqual(line.due_on, self._local("2026-03-03 00:00"))
        with freeze_time(line.due_on + timedelta(minutes=1)):
            line.invalidate_recordset()
            self.assertTrue(line.is_breached)
        order.with_user(self.head_user).action_plan_solution(
            "Change the board", at=self._at("15:00")
        )
        self.assertEqual(line.acknowledged_by_id, self.head_user)
        follow_up = self._order(ticket_id=ticket.id)
        self.assertFalse(follow_up.needs_plan)

    def _stand_in(self, principal, deputy, scope="escalations"):
        today = fields.Date.today()
        self.env["aftersales.deputy"].create(
            {
                "principal_id": principal.id,
                "deputy_id": deputy.id,
                "date_from": today,
                "date_to": today + timedelta(days=2),
                "company_id": self.company.id,
                "scope": scope,
            }
        )

    def test_role_04_routing_asks_for_deputies(self):
        """ROLE-04, ESC-05: a complaint reaches who stands in, not who is away."""
        absent = self.holders["cs_manager"]
        self._stand_in(absent, self.employee_user)
        ticket = self._complaint()
        self.assertEqual(self._told(ticket), self.employee_user)
        self.assertEqual(ticket.escalation_ids.user_ids, self.employee_user)

    def test_role_04_incident_alerts_the_deputy(self):
        """ROLE-04, ESC-07: an alarm does not wait for who is on leave."""
        self._stand_in(self.company._aftersales_get_head(), self.dispatcher_user)
        order = self._walk("on_site")
        order.action_incident("They keep our tools", at=self._at("10:00"))
        kind = self.env.ref("aftersales_service.activity_incident")
        alerts = order.sudo().activity_ids.filtered(
            lambda one: one.activity_type_id == kind
        )
        self.assertEqual(alerts.user_id, self.dispatcher_user)

    def test_role_04_a_change_and_a_vehicle_reach_the_deputy(self):
        """ROLE-04: whatever waits for the head waits for who stands in for him."""
        head = self.company._aftersales_get_head()
        deputy = self._create_user("as_deputy", "aftersales_service.group_head")
        self._stand_in(head, deputy, "all")
        order = self._order()
        order.action_schedule("2026-03-04 02:00:00")
        order.sudo()._customer_ask_move(self._at("10:00") + DAYS, "Li Hua", "Later")
        self.assertEqual(order.sudo().activity_ids.user_id, deputy)
        self.policy.technical_decision = True
        asked = self._order()
        asked.action_ask_technical()
        self.assertIn(deputy, asked.sudo().activity_ids.user_id)
        self.assertNotIn(head, asked.sudo().activity_ids.user_id)
        asked.with_user(deputy).action_decide_technical("answered", "Told by phone")
        self.assertEqual(asked.technical_by_id, deputy)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestPlanSeams(PlanCommon):
    """What the answer to a periodic call becomes."""

    def _callback(self):
        made = self._generate(self._plan(kind="call", signatures="none"), "2026-03-31")
        return made, made.callback_id.with_user(self.callback_user)

    def test_dissatisfied_at_a_periodic_call_is_a_complaint(self):
        """CB-08, HOT-10: dissatisfaction by telephone is a complaint, and counts."""
        for aspect, kind, category in (
            ("attitude", "service", "staff"),
            ("product", "product", False),
        ):
            made, callback = self._callback()
            callback.action_record("dissatisfied", "Nobody listens", aspect=aspect)
            ticket = self.env["helpdesk.ticket"].search([], order="id desc", limit=1)
            self.assertEqual(ticket.site_id, self.site)
            self.assertEqual(ticket.call_type, "complaint")
            self.assertEqual(ticket.verified, "pending")
            self.assertEqual(ticket.complaint_cause, "Nobody listens")
            self.assertEqual(
                (ticket.complaint_kind, ticket.complaint_category), (kind, category)
            )
            self.assertEqual(made.state, "fulfilled")

    def test_a_customer_never_reached_was_not_called(self):
        """CB-08, CB-10: after the last attempt the period is to plan again."""
        self.policy.attempt_max = 2
        made, callback = self._callback()
        callback.action_record("unreachable")
        self.assertTrue(callback.next_attempt_on)
        self.assertEqual((callback.state, made.state), ("planned", "generated"))
        callback.action_record("unreachable")
        self.assertEqual((callback.state, made.state), ("done", "planned"))
        again = made.with_user(self.head_user).action_generate().sudo()
        self.assertEqual(again.state, "generated")
        again.callback_id.with_user(self.callback_user).action_record("satisfied")
        self.assertEqual(made.state, "fulfilled")
