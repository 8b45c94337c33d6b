from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..exceptions import ArgumentError, GuardedFieldError, MissingError
from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestCall(AftersalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calls = cls.env["aftersales.call"].with_user(cls.dispatcher_user)

    def _call(self, **values):
        return self.calls.create(
            {
                "phone": "13900000001",
                "caller_name": "Ms Li",
                "place": "Hall 2",
                "subject": "No pressure",
                **values,
            }
        )

    # -- journal

    def test_hot_01_fault_call_needs_who_where_what_and_number(self):
        for name in ("phone", "caller_name", "place", "subject"):
            with self.subTest(name), self.assertRaises(ValidationError):
                self._call(**{name: " "})
        self.assertTrue(self._call().name)

    def test_hot_01_known_facts_are_filled_in(self):
        call = self.calls.create(
            {"equipment_id": self.equipment.id, "symptom_id": self.symptom.id}
        )
        self.assertEqual(call.partner_id, self.customer)
        self.assertEqual(call.site_id, self.site)
        self.assertEqual(call.phone, self.customer.phone)
        self.assertEqual(call.place, self.site.name)
        self.assertEqual(call.subject, self.symptom.name)

    def test_hot_16_missed_call_needs_a_return_and_gets_one(self):
        call = self.calls.create({"phone": "13900000001", "result": "missed"})
        self.assertTrue(call.needs_callback)
        back = call.action_return_call()
        self.assertEqual((back.direction, back.return_of_id), ("out", call))
        self.assertFalse(call.needs_callback)
        self.assertEqual(call.action_return_call(), back)

    def test_consultation_may_be_short(self):
        call = self.calls.create({"phone": "1", "kind": "consultation"})
        call.action_answered()
        self.assertEqual(call.result, "answered")

    # -- look-up

    def test_number_is_compared_by_its_digits(self):
        for number in (
            "+86 871 5550 1001",
            "0871-55501001",
            "0086 (871) 5550.1001",
            "55501001",
        ):
            with self.subTest(number):
                (match,) = self.calls.lookup(number)
                self.assertEqual(match["partner_id"], self.customer.id)
                self.assertEqual(match["site_id"], self.site.id)
        self.assertEqual(self.calls.lookup("99999999"), [])

    def test_longest_agreement_of_two_numbers_wins(self):
        other = self.env["res.partner"].create(
            {"name": "Same tail", "phone": "+86 21 5550 1001"}
        )
        (match,) = self.calls.lookup("021 5550 1001")
        self.assertEqual(match["partner_id"], other.id)
        self.assertEqual(len(self.calls.lookup("5550 1001")), 2)

    def test_serial_name_site_and_customer_are_found(self):
        for text in ("SN-CP-0007", "sn-cp-0007", "CP-0007", "cp-00"):
            with self.subTest(text):
                (match,) = self.calls.lookup(text)
                self.assertEqual(match["equipment_id"], self.equipment.id)
                self.assertIn(self.site.name, match["label"])
        (match,) = self.calls.lookup("Kunming Cold")
        self.assertEqual(match["site_id"], self.site.id)
        (match,) = self.calls.lookup("Hebei Foods")
        self.assertEqual(match["partner_id"], self.customer2.id)
        self.assertFalse(match["site_id"])

    def test_lookup_is_guarded(self):
        for text in (None, "", 5, ["x"]):
            with self.subTest(text), self.assertRaises(ArgumentError):
                self.calls.lookup(text)
        for user in self.technician_user, self.employee_user, self.portal_user:
            with self.assertRaises(AccessError):
                self.calls.with_user(user).lookup("CP-0007")
        self.assertEqual(self.calls.lookup("%_\\';--"), [])

    def test_ringing_phone_to_ticket_in_one_screen(self):
        earlier = self._create_ticket()
        with Form(self.calls) as form:
            form.phone = "0871 5550 1001"
            self.assertEqual(form.partner_id, self.customer)
            self.assertEqual(form.site_id, self.site)
            self.assertEqual(form.equipment_id, self.equipment)
            self.assertEqual(form.caller_name, self.customer.name)
            self.assertEqual(form.place, self.site.name)
            self.assertIn(earlier.id, form.known_ticket_ids.ids)
            self.assertTrue(form.warranty_state)
            form.symptom_id = self.symptom
            form.subject = "No pressure again"
        ticket = form.record.action_create_ticket()
        self.assertEqual(ticket.repeat_of_id, earlier)

    def test_finding_by_serial_fills_the_form(self):
        with Form(self.calls) as form:
            callers = self.env["aftersales.caller"].with_user(self.dispatcher_user)
            (found,) = callers.name_search("SN-CP-0007")
            self.assertIn("CP-0007", found[1])
            form.caller_id = callers.browse(found[0])
            self.assertEqual(form.equipment_id, self.equipment)
            self.assertEqual(form.site_id, self.site)
            self.assertEqual(form.partner_id, self.customer)
            self.assertEqual(form.phone, self.customer.phone)
            form.subject = "x"

    def test_beginning_of_what_is_typed_finds_too(self):
        """HOT-01: number, name, serial and site are found as one types."""
        callers = self.env["aftersales.caller"].with_user(self.dispatcher_user)
        for text in ("SN-CP-0007", "Kunming Cold", "Yunnan Cold", "0871 5550 1001"):
            for end in range(1, len(text) + 1):
                found = callers.name_search(text[:end])
                if text[:end].strip(" 0"):
                    with self.subTest(text[:end]):
                        self.assertTrue(found)
            match = callers.browse(found[0][0])
            self.assertEqual(match.partner_id, self.customer)
            self.assertEqual(match.site_id, self.site)
        self.assertFalse(callers.name_search(""))
        with self.assertRaises(AccessError):
            callers.with_user(self.technician_user).name_search("CP")

    # -- one screen

    def test_technician_is_sent_from_the_call(self):
        """HOT-01, HOT-24: ticket and dispatched order from one screen, once."""
        call = self._call(
            equipment_id=self.equipment.id,
            symptom_id=self.symptom.id,
            triage_note="Valve stuck",
            is_promised=True,
        )
        self.assertEqual(call.technician_id, self.technician)
        order = call.action_dispatch()
        self.assertEqual(order.state, "dispatched")
        self.assertEqual(order.lead_id, self.technician)
        self.assertEqual(order.promised_start, call.planned_start)
        self.assertEqual(call.ticket_id.triage_note, "Valve stuck")
        self.assertEqual(call.order_id, order)
        self.assertEqual(call.action_dispatch(), order)
        self.assertEqual(len(call.ticket_id.order_ids), 1)

    def test_nobody_leaves_without_analysis(self):
        """HOT-24: dispatch without the analysis is refused, and leaves no ticket."""
        call = self._call(equipment_id=self.equipment.id, symptom_id=self.symptom.id)
        with self.assertRaises(MissingError):
            call.action_dispatch()
        self.assertFalse(call.ticket_id)
        with self.assertRaises(AccessError):
            call.with_user(self.technician_user).action_dispatch()
        stranger = self._call(triage_note="x")
        with self.assertRaises(MissingError):
            stranger.action_dispatch()

    # -- ticket

    def test_ticket_carries_what_the_call_knows(self):
        called_on = fields.Datetime.now() - timedelta(minutes=20)
        call = self._call(
            equipment_id=self.equipment.id,
            symptom_id=self.symptom.id,
            called_on=called_on,
        )
        ticket = call.action_create_ticket()
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.site_id, self.site)
        self.assertEqual(ticket.equipment_id, self.equipment)
        self.assertEqual(ticket.symptom_id, self.symptom)
        self.assertEqual(ticket.received_on, called_on)
        self.assertEqual(ticket.policy_id, self.policy)
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.call_type, "repair")
        self.assertEqual(ticket.partner_name, "Ms Li")
        self.assertIn("Hall 2", ticket.description)
        self.assertEqual(call.result, "ticket")
        self.assertEqual(ticket.sudo().activity_ids.user_id, self.technician_user)

    def test_ticket_is_made_once(self):
        calls = self._call() | self._call(subject="Noise")
        tickets = calls.action_create_ticket()
        self.assertEqual(len(tickets), 2)
        self.assertEqual(calls.action_create_ticket(), tickets)
        self.assertEqual(tickets.mapped("name"), ["No pressure", "Noise"])
        with self.assertRaises(GuardedFieldError):
            calls[0].ticket_id = tickets[1]

    def test_unknown_caller_gets_a_ticket_too(self):
        ticket = self._call().action_create_ticket()
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.partner_name, "Ms Li")
        self.assertEqual(ticket.sudo().activity_ids.user_id, self.head_user)

    def test_hot_11_resolved_from_the_call(self):
        call = self._call(site_id=self.site.id)
        wizard = self.env["helpdesk.ticket.resolve"].with_user(self.dispatcher_user)
        wizard.create({"call_id": call.id, "note": "Reset it"}).action_confirm()
        self.assertTrue(call.ticket_id.closed)
        self.assertEqual(call.ticket_id.resolution_path, "remote")
        self.assertFalse(call.ticket_id.order_ids)

    def test_outgoing_call_is_a_first_reply(self):
        call = self._call(equipment_id=self.equipment.id, needs_callback=True)
        ticket = call.action_create_ticket()
        self.assertFalse(ticket.first_reply_on)
        call.action_return_call()
        self.assertTrue(ticket.first_reply_on)

    def test_calls_are_the_desks(self):
        call = self._call()
        for user in (self.technician_user, self.hr_user, self.employee_user):
            with self.assertRaises(AccessError):
                call.with_user(user).read(["phone"])
            with self.assertRaises(AccessError):
                call.with_user(user).action_create_ticket()
        self.assertTrue(call.with_user(self.quality_vp_user).read(["phone"]))
        with self.assertRaises(AccessError):
            call.with_user(self.quality_vp_user).write({"place": "x"})
