from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import ArgumentError, MissingError, NotEntitledError
from .common_hotline import HotlineCommon


@tagged("post_install", "-at_install")
class TestHotlineOptions(HotlineCommon):
    def setUp(self):
        super().setUp()
        # People record what happened in their own time: these days are frozen.
        self.company.aftersales_backdate_days = 3650

    def _order_call(self, **values):
        return self.calls.create(
            {
                "kind": "order",
                "phone": "139",
                "caller_name": "Ms Li",
                "place": "Kunming",
                "order_spec": "Oil 5 l",
                "order_quantity": 3,
                "order_price": 80.0,
                **values,
            }
        )

    def _enquiry(self, **values):
        return self.calls.create(
            {
                "kind": "consultation",
                "phone": "139",
                "caller_name": "Ms Li",
                "place": "Kunming",
                "subject": "Which oil?",
                **values,
            }
        )

    # -- order calls

    def test_switched_off_nothing_is_asked(self):
        """HOT-03, HOT-09: switched off, order calls and enquiries stay short."""
        call = self.calls.create({"kind": "order", "phone": "1"})
        self.assertFalse(call.forward_by)
        with self.assertRaises(MissingError):
            call.action_forward()
        menus = self.env["ir.ui.menu"].with_user(self.dispatcher_user)
        menu = self.env.ref("aftersales_service.aftersales_call_menu_forward")
        self.assertIn(menu.id, menus._load_menus_blacklist())
        self.company.aftersales_order_calls = True
        self.assertNotIn(menu.id, menus._load_menus_blacklist())

    def test_order_call_needs_its_facts(self):
        """HOT-03, F47: name, address, phone, specification, quantity and price."""
        self.company.aftersales_order_calls = True
        for name in (
            "phone",
            "caller_name",
            "place",
            "order_spec",
            "order_quantity",
            "order_price",
        ):
            with self.subTest(name), self.assertRaises(ValidationError):
                self._order_call(**{name: False})
        self.assertTrue(self._order_call())
        for name in ("phone", "caller_name", "place"):
            with self.subTest(name), self.assertRaises(ValidationError):
                self._enquiry(**{name: False})

    def test_order_calls_are_passed_on_by_ten(self):
        """HOT-03: a call of 16:00 is due at 10:00 of the next day, 10:05 is late."""
        self.company.aftersales_order_calls = True
        self._hold("retail_office", self.employee_user)
        for minute, is_late in ((0, False), (5, True)):
            with freeze_time(self._local("2026-03-02 16:00:00")):
                call = self._order_call()
            self.assertEqual(call.forward_by, self._local("2026-03-03 10:00:00"))
            with freeze_time(self._local(f"2026-03-03 10:0{minute}:00")):
                call.action_forward()
                call.action_forward()
            self.assertEqual(call.is_forward_late, is_late)
            self.assertEqual(call.forwarded_by_id, self.dispatcher_user)
            self.assertEqual(call.sudo().activity_ids.user_id, self.employee_user)

    def test_region_nobody_serves(self):
        """HOT-03: outside the sales area the back office tells the customer."""
        self.company.aftersales_order_calls = True
        self.assertFalse(self._order_call().is_outside_area)
        self.territory.is_catch_all = False
        call = self._order_call()
        self.assertTrue(call.is_outside_area)
        self.assertEqual(call.sudo().activity_ids.user_id, self.head_user)

    def test_promising_enquiry_becomes_an_order_call(self):
        """HOT-09, F49: one linked order call, however often it is pressed."""
        self.company.aftersales_order_calls = True
        enquiry = self._enquiry(
            is_potential=True, order_spec="Oil", order_quantity=1, order_price=9.0
        )
        order = enquiry.action_create_order_call()
        self.assertEqual((order.kind, order.source_call_id), ("order", enquiry))
        self.assertEqual(enquiry.action_create_order_call(), order)
        self.assertFalse(self._enquiry().action_create_order_call())

    def test_shift_leader_sees_his_own_shift(self):
        """HOT-02, HOT-22: the list to pass on is of one's own shift."""
        self.company.aftersales_order_calls = True
        shifts = self.env["aftersales.shift"].create(
            [
                {
                    "name": "Day",
                    "hour_from": 8,
                    "hour_to": 17,
                    "leader_id": self.dispatcher_user.id,
                    "company_id": self.company.id,
                },
                {
                    "name": "Night",
                    "hour_from": 17,
                    "hour_to": 1,
                    "leader_id": self.callback_user.id,
                    "company_id": self.company.id,
                },
            ]
        )
        found = {}
        for hour in ("10", "23"):
            with freeze_time(self._local(f"2026-03-02 {hour}:00:00")):
                found[hour] = self._order_call()
        self.assertEqual(found["10"].shift_id, shifts[0])
        self.assertEqual(found["23"].shift_id, shifts[1])
        for user, seen in (
            (self.dispatcher_user, found["10"]),
            (self.callback_user, found["23"]),
            (self.head_user, found["10"] | found["23"]),
        ):
            calls = self.env["aftersales.call"].with_user(user)
            action = calls.action_open_forward()
            self.assertEqual(calls.search(action["domain"]), seen)
        with self.assertRaises(AccessError):
            self.calls.with_user(self.technician_user).action_open_forward()

    # -- follow-up

    def test_prospect_is_called_again_on_the_next_day(self):
        """ESC-14, F61: an enquiry of March 2 is followed up on March 3."""
        with freeze_time(self._local("2026-03-02 11:00:00")):
            self.assertFalse(self._enquiry(is_potential=True).followup_ids)
            self.company.aftersales_followups = True
            call = self._enquiry(is_potential=True)
            call.write({"is_potential": True})
            self.assertFalse(self._enquiry().followup_ids)
        followup = call.followup_ids
        self.assertEqual(followup.due_date, fields.Date.to_date("2026-03-03"))
        activity = followup.sudo().activity_ids
        self.assertEqual(activity.date_deadline, followup.due_date)
        self.assertEqual(activity.user_id, self.dispatcher_user)
        for result, outcome in (("maybe", "x"), ("lost", " ")):
            with self.assertRaises(ArgumentError):
                followup.action_record(result, outcome)
        followup.action_record("lost", "Bought elsewhere")
        self.assertEqual(followup.result, "lost")
        self.assertFalse(followup.sudo().activity_ids)
        with self.assertRaises(AccessError):
            followup.with_user(self.technician_user).action_record("lost", "x")

    # -- missed calls

    def test_missed_call_is_due_when_the_desk_opens(self):
        """HOT-16: missed at 23:10, due within the first hour of the next day."""
        self.assertFalse(
            self.calls.create({"phone": "1", "result": "missed"}).return_by
        )
        self.company.aftersales_return_minutes = 60
        with freeze_time(self._local("2026-03-02 23:10:00")):
            call = self.calls.create({"phone": "139", "result": "missed"})
        self.assertEqual(call.return_by, self._local("2026-03-03 09:00:00"))
        with freeze_time(self._local("2026-03-03 09:01:00")):
            call.invalidate_recordset()
            self.assertTrue(call.is_return_late)
            call.action_return_call()
            self.assertFalse(call.is_return_late)

    # -- first contact

    def test_who_takes_a_case_owns_it_to_the_end(self):
        """HOT-17: the first taker stays, and hears when the case is closed."""
        self.assertFalse(
            self._create_ticket().with_user(self.dispatcher_user).first_contact_id
        )
        self.company.aftersales_first_contact = True
        call = self.calls.create(
            {"equipment_id": self.equipment.id, "symptom_id": self.symptom.id}
        )
        ticket = call.action_create_ticket()
        self.assertEqual(ticket.first_contact_id, self.dispatcher_user)
        ticket.with_user(self.head_user).write({"user_id": self.callback_user.id})
        self.assertEqual(ticket.first_contact_id, self.dispatcher_user)
        ticket.with_user(self.callback_user).action_resolve_remotely("Reset")
        told = self.env["mail.message"].search(
            [
                ("model", "=", ticket._name),
                ("res_id", "=", ticket.id),
                ("partner_ids", "in", self.dispatcher_user.partner_id.ids),
            ]
        )
        self.assertTrue(told)

    # -- quality

    def test_calls_are_marked_by_somebody_else(self):
        """HOT-20, HOT-27: not by the agent; a low mark opens a review."""
        call = self._enquiry(recording_url="https://example.com/1", queue="2")
        samples = self.env["aftersales.call.sample"]
        vals = {"call_id": call.id, "score": "4"}
        with self.assertRaises(ValidationError):
            samples.with_user(self.dispatcher_user).create(vals)
        good = samples.with_user(self.quality_vp_user).create(vals)
        self.assertFalse(good.is_review)
        self.assertFalse(call.sudo().activity_ids)
        low = samples.with_user(self.callback_user).create({**vals, "score": "2"})
        self.assertTrue(low.is_review)
        self.assertEqual(call.sudo().activity_ids.user_id, self.head_user)
        with self.assertRaises(AccessError):
            low.with_user(self.callback_user).score = "5"
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            samples.with_user(self.callback_user).create(vals)

    # -- hand-over

    def test_what_is_left_open_is_handed_over(self):
        """HOT-22, F63: each open ticket stands on the list, the next shift takes it."""
        shift = self.env["aftersales.shift"].create(
            {
                "name": "Day",
                "hour_from": 8,
                "hour_to": 17,
                "leader_id": self.head_user.id,
                "company_id": self.company.id,
            }
        )
        call = self.calls.create(
            {"equipment_id": self.equipment.id, "symptom_id": self.symptom.id}
        )
        ticket = call.action_create_ticket()
        ticket.action_urge()
        missed = self.calls.create({"phone": "139", "result": "missed"})
        handover = (
            self.env["aftersales.handover"]
            .with_user(self.dispatcher_user)
            .create({"shift_id": shift.id, "company_id": self.company.id})
        )
        with self.assertRaises(NotEntitledError):
            handover.action_acknowledge()
        following = handover.with_user(self.callback_user)
        with self.assertRaises(MissingError):
            following.action_acknowledge()
        handover.action_collect()
        handover.action_collect()
        self.assertEqual(handover.line_ids.ticket_id, ticket)
        self.assertEqual(handover.line_ids.call_id, missed)
        urgent = handover.line_ids.filtered("ticket_id")
        self.assertEqual(urgent.priority, "1")
        following.action_acknowledge()
        self.assertEqual(handover.acknowledged_by_id, self.callback_user)
        with self.assertRaises(MissingError):
            handover.action_collect()

    # -- problem log and service count

    def test_conversion_of_a_week(self):
        """HOT-28, F63: 4 enquiries and 1 order are a conversion of 25 %."""
        for day in range(4):
            self._enquiry(called_on=self._local(f"2026-03-0{2 + day} 10:00:00"))
        self._order_call(called_on=self._local("2026-03-08 23:30:00"))
        self.env.flush_all()
        row = self.env["aftersales.desk.week"].search(
            [("user_id", "=", self.dispatcher_user.id)]
        )
        self.assertEqual(row.week, fields.Date.to_date("2026-03-02"))
        self.assertEqual((row.enquiry_count, row.ordered_count), (4, 1))
        self.assertEqual(row.conversion, 25.0)

    def test_problems_are_the_agents_and_the_leaders(self):
        """HOT-28: an agent sees his own problems, the head all of the week."""
        problems = self.env["aftersales.problem"]
        own = problems.with_user(self.dispatcher_user).create({"name": "No manual"})
        with self.assertRaises(AccessError):
            own.with_user(self.callback_user).read(["name"])
        self.assertIn(own, problems.with_user(self.head_user).search([]))
        with self.assertRaises(AccessError):
            problems.with_user(self.technician_user).create({"name": "x"})

    # -- duty log

    def test_outcome_stands_in_the_duty_log(self):
        """HOT-26, F62: with the log, an empty outcome keeps the complaint open."""
        ticket = self._complaint().with_user(self.head_user)
        ticket.action_verify_complaint("communicative", "Asks for help")
        self.assertFalse(ticket.missing("close"))
        self.company.aftersales_duty_log = True
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        with self.assertRaises(MissingError):
            ticket.stage_id = done
        ticket.duty_outcome = "Explained by the duty officer"
        ticket.stage_id = done
        self.assertTrue(ticket.closed)

    # -- prices

    def test_agents_quote_within_the_discount(self):
        """HOT-29: list price less discount is quoted, below it sales is asked."""
        self.filter_part.lst_price = 100.0
        call = self._enquiry(price_product_id=self.filter_part.id)
        with self.assertRaises(MissingError):
            call.action_quote(95.0)
        self.company.aftersales_price_enquiry = True
        self.company.aftersales_price_discount = 10.0
        self._hold("sales_desk", self.employee_user)
        self.assertEqual((call.list_price, call.lowest_price), (100.0, 90.0))
        call.action_quote(90.0)
        self.assertEqual(call.quoted_price, 90.0)
        self.assertFalse(call.is_price_asked)
        call.action_quote(89.99)
        self.assertEqual(call.quoted_price, 90.0)
        self.assertTrue(call.is_price_asked)
        self.assertEqual(call.sudo().activity_ids.user_id, self.employee_user)
        with self.assertRaises(ArgumentError):
            call.action_quote("cheap")

    def test_telephone_record_keeps_the_answer(self):
        """F23: caller, time, question, answer and to whom it was passed on."""
        call = self._enquiry(answer="ISO VG 46", forwarded_to="Workshop")
        call.action_answered()
        self.assertEqual(
            (call.caller_name, call.subject, call.answer, call.forwarded_to),
            ("Ms Li", "Which oil?", "ISO VG 46", "Workshop"),
        )
        self.assertTrue(call.called_on <= fields.Datetime.now() + timedelta(seconds=1))
