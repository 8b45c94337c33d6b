from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FactTimeError,
    FrozenFactError,
    GuardedFieldError,
    MissingError,
)
from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestTicket(AftersalesCommon):
    def setUp(self):
        super().setUp()
        self.desk_env = self.env(user=self.dispatcher_user)

    def _desk_ticket(self, **values):
        return self._create_ticket(**values).with_user(self.dispatcher_user)

    def _promise(self, ticket, milestone):
        return ticket.sudo().commitment_ids.filtered(
            lambda promise: promise.milestone == milestone
        )

    # -- an ordinary ticket

    def test_plain_ticket_stays_an_ordinary_ticket(self):
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "Out of paper"}
        )
        self.assertFalse(ticket.call_type)
        self.assertFalse(ticket.policy_id)
        self.assertFalse(ticket.commitment_ids)
        self.assertFalse(ticket.activity_ids)
        self.assertEqual(ticket.missing("close"), [])
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        ticket.stage_id = done
        self.assertTrue(ticket.closed)
        self.assertFalse(ticket.first_reply_on)

    # -- beginning

    def test_site_03_owner_is_told_in_the_same_transaction(self):
        ticket = self._desk_ticket()
        activity = ticket.sudo().activity_ids
        self.assertEqual(activity.user_id, self.technician_user)
        self.assertEqual(
            activity.activity_type_id,
            self.env.ref("aftersales_service.mail_activity_fault"),
        )
        self.assertTrue(ticket.owner_notified_on)
        self.assertTrue(ticket.with_user(self.technician_user).name)
        with self.assertRaises(AccessError):
            ticket.with_user(self.technician2_user).read(["name"])

    def test_esc_01_head_is_told_where_no_owner_is(self):
        self.site.technician_id = False
        ticket = self._create_ticket()
        self.assertEqual(ticket.activity_ids.user_id, self.head_user)

    def test_policy_is_frozen_with_its_version(self):
        ticket = self._desk_ticket()
        self.assertEqual(ticket.policy_id, self.policy)
        self.assertEqual(ticket.policy_version, self.policy.version)
        other = self.policy.copy({"code": "OTHER"})
        with self.assertRaises(FrozenFactError):
            ticket.policy_id = other
        with self.assertRaises(FrozenFactError):
            ticket.received_on = fields.Datetime.now() - timedelta(days=1)
        self.site.policy_id = other
        self.assertEqual(ticket.policy_id, self.policy)

    def test_case_without_site_enters_service_when_it_gets_one(self):
        ticket = self._create_ticket(
            site_id=False, equipment_id=False, symptom_id=False, call_type=False
        )
        self.assertFalse(ticket.commitment_ids)
        ticket.site_id = self.site
        self.assertEqual(ticket.policy_id, self.policy)
        self.assertEqual(
            set(ticket.commitment_ids.mapped("milestone")),
            {"reply", "arrive", "resolve"},
        )
        self.assertEqual(ticket.activity_ids.user_id, self.technician_user)

    def test_unit_fills_site_customer_and_team(self):
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "No pressure", "equipment_id": self.equipment.id}
        )
        self.assertEqual(ticket.site_id, self.site)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.call_type, "repair")
        self.assertIn("No pressure", ticket.description)

    def test_guarded_fields_are_refused(self):
        ticket = self._desk_ticket()
        for name, value in {
            "urge_count": 7,
            "first_reply_on": fields.Datetime.now(),
            "last_closed_on": fields.Datetime.now(),
            "policy_version": 9,
        }.items():
            with self.assertRaises(GuardedFieldError):
                ticket.write({name: value})
            with self.assertRaises(GuardedFieldError):
                self._create_ticket(**{name: value})
        with self.assertRaises(FactTimeError):
            self._create_ticket(received_on=fields.Datetime.now() + timedelta(days=1))

    def test_service_case_is_not_deleted(self):
        ticket = self._create_ticket().with_user(self.head_user)
        with self.assertRaises(FrozenFactError):
            ticket.unlink()
        plain = self.env["helpdesk.ticket"].create({"name": "x", "description": "y"})
        plain.with_user(self.head_user).unlink()
        self.assertFalse(plain.exists())

    def test_repeat_of_same_unit_and_symptom_is_proposed(self):
        now = fields.Datetime.now()
        first = self._create_ticket(received_on=now - timedelta(days=80))
        second = self._create_ticket(received_on=now - timedelta(days=10))
        self.assertFalse(first.repeat_of_id)
        self.assertEqual(second.repeat_of_id, first)
        other = self.symptom.copy({"code": "T-NOISE"})
        self.assertFalse(self._create_ticket(symptom_id=other.id).repeat_of_id)
        self.company.aftersales_repeat_days = 5
        self.assertFalse(self._create_ticket().repeat_of_id)

    def test_repeat_window_is_each_tickets_own_in_a_batch(self):
        now = fields.Datetime.now()
        head = self.env(user=self.head_user)  # may record what is that old
        self._create_ticket(received_on=now - timedelta(days=100))
        other = self.symptom.copy({"code": "T-NOISE"})
        vals = {"name": "x", "equipment_id": self.equipment.id}
        tickets = head["helpdesk.ticket"].create(
            [
                {
                    **vals,
                    "symptom_id": other.id,
                    "received_on": now - timedelta(days=60),
                },
                {**vals, "symptom_id": self.symptom.id, "received_on": now},
            ]
        )
        self.assertFalse(tickets.repeat_of_id)

    def test_hundred_tickets_cost_as_many_queries_as_one(self):
        def vals(count):
            return [
                {
                    "name": f"Case {number}",
                    "description": "x",
                    "company_id": self.company.id,
                    "team_id": self.team.id,
                    "site_id": self.site.id,
                    "equipment_id": self.equipment.id,
                    "symptom_id": self.symptom.id,
                }
                for number in range(count)
            ]

        def queries(count, service):
            values = vals(count)
            if not service:
                for one in values:
                    for name in ("site_id", "equipment_id", "symptom_id"):
                        one.pop(name)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["helpdesk.ticket"].create(values)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(1, True)  # warm up
        queries(1, False)
        ours_one = queries(1, True) - queries(1, False)
        ours_many = queries(100, True) - queries(100, False)
        self.assertLessEqual(ours_many, ours_one + 10)

    # -- triage

    def test_hot_24_dispatch_needs_symptom_and_analysis(self):
        ticket = self._desk_ticket(symptom_id=False)
        missing = ticket.missing("dispatch")
        self.assertEqual(
            {entry["field"] for entry in missing}, {"symptom_id", "triage_note"}
        )
        self.assertTrue(all(entry["label"] and entry["reason"] for entry in missing))
        ticket.write({"symptom_id": self.symptom.id, "triage_note": "Valve?"})
        self.assertEqual(ticket.missing("dispatch"), [])
        with self.assertRaises(MissingError):
            ticket.missing("fly")

    def test_order_carries_unit_warranty_and_owner(self):
        ticket = self._desk_ticket()
        order = ticket.action_create_order()
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.ticket_id, ticket)
        self.assertEqual(order.policy_id, self.policy)
        self.assertEqual(order.unit_ids.equipment_id, self.equipment)
        self.assertEqual(order.unit_ids.symptom_id, self.symptom)
        self.assertEqual(order.worker_ids.sudo().employee_id, self.technician)
        self.assertEqual(order.worker_ids.role, "lead")
        self.assertEqual(ticket.resolution_path, "onsite")
        self.assertEqual(ticket.action_create_order(), order)
        self.assertEqual(ticket.order_count, 1)

    def test_order_only_by_the_desk_and_for_open_tickets(self):
        ticket = self._create_ticket()
        with self.assertRaises(AccessError):
            ticket.with_user(self.technician_user).action_create_order()
        ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
        with self.assertRaises(MissingError):
            ticket.with_user(self.dispatcher_user).action_create_order()

    def test_urging_counts_and_raises_priority(self):
        ticket = self._desk_ticket()
        ticket.action_urge(request_key="k1")
        ticket.action_urge(request_key="k1")
        self.assertEqual((ticket.urge_count, ticket.priority), (1, "2"))
        ticket.action_urge()
        ticket.action_urge()
        self.assertEqual((ticket.urge_count, ticket.priority), (3, "3"))
        with self.assertRaises(AccessError):
            ticket.with_user(self.technician_user).action_urge()

    # -- closing

    def test_hot_11_solved_by_phone_owes_one_call_and_no_order(self):
        self.env["aftersales.policy.callback"].create(
            {
                "policy_id": self.policy.id,
                "name": "Two hours after a consultation",
                "trigger": "consultation",
                "delay_hours": 2.0,
                "window_hours": 1.0,
            }
        )
        at = self._local("2026-03-02 10:00:00")
        with freeze_time("2026-03-02 03:00:00"):
            ticket = self._desk_ticket(received_on=self._local("2026-03-02 09:30:00"))
            ticket.action_resolve_remotely("Reset it", at=at, request_key="r")
            ticket.action_resolve_remotely("Reset it", at=at, request_key="r")
        self.assertTrue(ticket.closed)
        self.assertEqual(ticket.resolution_path, "remote")
        self.assertEqual(ticket.first_closed_on, at)
        self.assertFalse(ticket.order_ids)
        self.assertEqual(len(ticket.callback_ids), 1)
        self.assertEqual(
            ticket.callback_ids.opens_on, self._local("2026-03-02 12:00:00")
        )
        self.assertEqual(self._promise(ticket, "resolve").state, "met")
        self.assertEqual(self._promise(ticket, "resolve").fulfilled_on, at)
        self.assertEqual(self._promise(ticket, "reply").state, "met")
        self.assertEqual(self._promise(ticket, "arrive").state, "cancel")

    def test_resolve_remotely_refuses_bad_calls(self):
        ticket = self._desk_ticket()
        with self.assertRaises(ArgumentError):
            ticket.action_resolve_remotely("  ")
        with self.assertRaises(ArgumentError):
            ticket.action_resolve_remotely(["x"])
        with self.assertRaises(FactTimeError):
            ticket.action_resolve_remotely("x", at="tomorrow")
        with self.assertRaises(FactTimeError):
            ticket.action_resolve_remotely(
                "x", at=ticket.received_on - timedelta(minutes=1)
            )
        with self.assertRaises(AccessError):
            ticket.with_user(self.technician_user).action_resolve_remotely("x")
        ticket.action_create_order()
        with self.assertRaises(MissingError):
            ticket.action_resolve_remotely("x")

    def test_closing_needs_path_and_no_running_order(self):
        ticket = self._desk_ticket()
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cancelled = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
        with self.assertRaises(MissingError):
            ticket.stage_id = done
        order = ticket.action_create_order()
        for stage in done, cancelled:
            with self.assertRaises(MissingError):
                ticket.stage_id = stage
        order.sudo()._set_state("cancel")
        ticket.stage_id = done
        self.assertTrue(ticket.closed)

    def test_closing_clocks_are_true_under_reopening(self):
        new = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        with freeze_time("2026-03-02 02:00:00"):
            ticket = self._desk_ticket(resolution_path="remote")
        with freeze_time("2026-03-02 03:00:00"):
            ticket.stage_id = done
        with freeze_time("2026-03-02 04:00:00"):
            ticket.stage_id = new
        self.assertEqual(self._promise(ticket, "resolve").state, "open")
        with freeze_time("2026-03-02 05:00:00"):
            ticket.stage_id = done
        self.assertEqual(str(ticket.first_closed_on), "2026-03-02 03:00:00")
        self.assertEqual(str(ticket.last_closed_on), "2026-03-02 05:00:00")
        self.assertEqual(
            str(self._promise(ticket, "resolve").fulfilled_on), "2026-03-02 05:00:00"
        )

    def test_dropped_ticket_drops_its_promises(self):
        ticket = self._desk_ticket()
        ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_rejected")
        self.assertEqual(set(ticket.sudo().commitment_ids.mapped("state")), {"cancel"})
        self.assertFalse(ticket.next_deadline)

    # -- reply

    def test_first_answer_to_the_customer_is_the_reply(self):
        ticket = self._desk_ticket()
        ticket.message_post(body="note", subtype_xmlid="mail.mt_note")
        self.assertFalse(ticket.first_reply_on)
        ticket.message_post(
            body="We come", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(ticket.first_reply_on)
        self.assertEqual(self._promise(ticket, "reply").state, "met")

    def test_hot_15_reply_after_the_deadline_is_missed_by_its_minute(self):
        with freeze_time("2026-03-02 02:00:00"):
            ticket = self._desk_ticket()
        with freeze_time("2026-03-02 02:31:00"):
            ticket.action_reply()
        promise = self._promise(ticket, "reply")
        self.assertEqual(promise.state, "missed")
        self.assertEqual(promise.fulfilled_on - promise.deadline, timedelta(minutes=1))
        self.assertEqual(promise.clock, "late by 1 min")
        with self.assertRaises(AccessError):
            ticket.with_user(self.technician_user).action_reply()
