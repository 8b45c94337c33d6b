from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..exceptions import (
    ArgumentError,
    GuardedFieldError,
    MissingError,
    NotEntitledError,
)
from .common_hotline import HotlineCommon


@tagged("post_install", "-at_install")
class TestComplaint(HotlineCommon):
    # -- facts

    def test_complaint_call_needs_its_facts(self):
        """HOT-04, HOT-06, HOT-08, F48: a complaint without a fact is refused."""
        for kind, names in {
            "service": ("complaint_cause", "complaint_object", "complaint_category"),
            "product": ("batch_number", "manufacture_date", "purchase_place"),
        }.items():
            for name in (*names, "complaint_kind", "place", "phone", "caller_name"):
                with self.subTest(name), self.assertRaises(ValidationError):
                    self._complaint_call(kind, site_id=False, **{name: False})
        self.assertTrue(self._complaint_call("product"))

    def test_facts_of_the_call_stand_on_the_ticket(self):
        """HOT-08, F48: the ticket carries what the caller said."""
        ticket = self._complaint(
            complaint_staff="No. 17",
            complaint_manner="Rude",
            requested_solution="Sorry",
        )
        self.assertEqual(ticket.complaint_category, "staff")
        self.assertEqual(ticket.complaint_staff, "No. 17")
        self.assertEqual(ticket.complaint_manner, "Rude")
        self.assertEqual(ticket.contact_phone, "13900000001")
        self.assertEqual(ticket.requested_solution, "Sorry")
        self.assertEqual(ticket.verified, "pending")

    def test_operator_judges_with_a_reason(self):
        """HOT-05: unsubstantiated needs its reason, and decides nothing by itself."""
        with self.assertRaises(ValidationError):
            self._complaint_call(judgement="unsubstantiated")
        ticket = self._complaint(
            judgement="unsubstantiated", judgement_reason="Other company"
        )
        self.assertEqual(ticket.verified, "pending")

    def test_every_channel_counts(self):
        """HOT-10: letter, visit and web are complaints like a call is."""
        channels = self.env["helpdesk.ticket.channel"]
        for name in (
            "aftersales_service.helpdesk_ticket_channel_letter",
            "aftersales_service.helpdesk_ticket_channel_walk_in",
            "helpdesk_mgmt.helpdesk_ticket_channel_web",
        ):
            channel = self.env.ref(name)
            channels |= channel
            ticket = self._complaint(channel_id=channel.id)
            self.assertEqual(ticket.channel_id, channel)
        counts = self.env["helpdesk.ticket"]._read_group(
            [("call_type", "=", "complaint"), ("company_id", "=", self.company.id)],
            ["channel_id"],
            ["__count"],
        )
        self.assertEqual(dict(counts), dict.fromkeys(channels, 1))

    # -- routing

    def test_three_kinds_tell_three_two_and_one(self):
        """ESC-05, HOT-06, HOT-07, HOT-08: exactly 3, 2 and 1 are told at once."""
        expected = {
            "product": ("qc_manager", "cs_manager", "gm_office"),
            "injury": ("cs_manager", "gm_office"),
            "service": ("cs_manager",),
        }
        for event, codes in expected.items():
            kind = "product" if event == "injury" else event
            ticket = self._complaint(kind, injury=event == "injury")
            activities = ticket.sudo().activity_ids
            with self.subTest(event):
                self.assertEqual(len(activities), len(codes))
                self.assertEqual(
                    self._told(ticket),
                    self.env["res.users"].union(*[self.holders[one] for one in codes]),
                )
                self.assertEqual(len(set(activities.mapped("create_date"))), 1)
                register = ticket.escalation_ids
                self.assertEqual((register.event, register.level), (event, 1))

    def test_marketing_director_hears_of_what_is_passed_on(self):
        """ESC-05, HOT-08: the second level is told when customer service says so."""
        ticket = self._complaint()
        director = self.holders["marketing_director"]
        self.assertNotIn(director, self._told(ticket))
        ticket.action_forward_complaint("Needs a discount")
        self.assertIn(director, self._told(ticket))
        with self.assertRaises(MissingError):
            ticket.action_forward_complaint("And further")
        with self.assertRaises(MissingError):
            self._create_ticket().with_user(
                self.dispatcher_user
            ).action_forward_complaint("No complaint")

    def test_told_once_whatever_is_written(self):
        """ESC-05: saving again tells nobody again."""
        ticket = self._complaint()
        ticket.write({"complaint_kind": "service", "injury": False})
        self.assertEqual(len(ticket.sudo().activity_ids), 1)

    def test_vacant_function_falls_to_the_head(self):
        """ESC-05: where nobody holds the function, the head is told."""
        self.env["aftersales.function.holder"].search([]).unlink()
        self.assertEqual(self._told(self._complaint("product")), self.head_user)

    def test_holder_of_the_team_goes_first(self):
        """ESC-05: a team's own holder replaces the company's."""
        self._hold("cs_manager", self.employee_user, self.team)
        self.assertEqual(self._told(self._complaint()), self.employee_user)
        team2 = self.team.copy({"name": "Other"})
        ticket = self._complaint(site_id=False)
        self.assertFalse(ticket.team_id & team2)
        self.assertEqual(self._told(ticket), self.holders["cs_manager"])

    def test_company_replaces_lines_of_the_matrix(self):
        """ESC-05: the matrix is records, a company may have its own."""
        self.env["aftersales.routing"].with_user(self.head_user).create(
            {
                "event": "service",
                "function_id": self.env.ref("aftersales_service.function_gm_office").id,
                "company_id": self.company.id,
            }
        )
        self.assertEqual(self._told(self._complaint()), self.holders["gm_office"])
        with self.assertRaises(AccessError):
            self.env["aftersales.routing"].with_user(self.dispatcher_user).create({})

    def test_function_gives_no_rights(self):
        """ESC-05: who holds a function reads the case he is told of, no other."""
        ticket = self._complaint()
        other = self._create_ticket()
        holder = self.holders["cs_manager"]
        self.assertTrue(ticket.with_user(holder).name)
        with self.assertRaises(AccessError):
            other.with_user(holder).read(["name"])
        with self.assertRaises(AccessError):
            ticket.with_user(holder).write({"name": "x"})
        with self.assertRaises(AccessError):
            ticket.with_user(holder).action_verify_complaint("valid", "x")

    # -- injury

    def test_injury_is_critical_until_a_visit(self):
        """HOT-07: neither lowered nor closed before somebody was there."""
        ticket = self._complaint("product", injury=True).with_user(self.head_user)
        self.assertEqual((ticket.severity, ticket.priority), ("critical", "3"))
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        void = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
        for vals in (
            {"injury": False},
            {"severity": "normal"},
            {"priority": "0"},
            {"stage_id": done.id},
            {"stage_id": void.id},
        ):
            with self.subTest(vals), self.assertRaises(MissingError):
                ticket.write(vals)
        with self.assertRaises(MissingError):
            ticket.action_resolve_remotely("They feel better")
        order = self._create_order(ticket_id=ticket.id)
        order._set_state("scheduled")
        order._set_state("dispatched")
        order._set_state("on_site")
        with self.assertRaises(MissingError):
            ticket.write({"severity": "normal"})
        order._set_state("done")
        ticket.write({"severity": "serious", "priority": "2"})
        self.assertEqual(ticket.severity, "serious")

    def test_injury_of_any_call_is_grave(self):
        """HOT-07: also a fault report with an injury sends two people at once."""
        ticket = self._create_ticket(injury=True)
        self.assertEqual(ticket.severity, "critical")
        self.assertEqual(
            self._told(ticket), self.holders["cs_manager"] | self.holders["gm_office"]
        )
        self.assertEqual(
            set(ticket.activity_ids.mapped("date_deadline")), {fields.Date.today()}
        )

    # -- verdict

    def test_verdict_is_the_heads(self):
        """HOT-18, HOT-02: heads verify, operators do not."""
        ticket = self._complaint()
        for user in (self.dispatcher_user, self.technician_user, self.hr_user):
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_verify_complaint("valid", "x")
        with self.assertRaises(GuardedFieldError):
            ticket.verified = "valid"
        head = ticket.with_user(self.head_user)
        self.assertEqual(
            head.action_verify_complaint("valid", "Confirmed by log", ground="other"),
            ticket,
        )
        self.assertEqual(ticket.verified, "valid")
        self.assertEqual(ticket.sudo().verified_by_id, self.head_user)
        for bad in ("pending", "true", None, 1):
            with self.assertRaises(ArgumentError):
                head.action_verify_complaint(bad, "x")
        with self.assertRaises(ArgumentError):
            head.action_verify_complaint("valid", " ")
        with self.assertRaises(ArgumentError):
            head.action_verify_complaint("valid", "x", employees="Wang")

    def test_valid_needs_complete_facts(self):
        """HOT-04: a complaint by mail is completed before it is called valid."""
        ticket = self._create_ticket(call_type="complaint").with_user(self.head_user)
        with self.assertRaises(MissingError):
            ticket.action_verify_complaint("valid", "x")
        ticket.write(self._complaint_vals())
        ticket.action_verify_complaint("valid", "x")
        plain = self._create_ticket().with_user(self.head_user)
        with self.assertRaises(MissingError):
            plain.action_verify_complaint("valid", "x")

    def test_employees_are_seen_by_few(self):
        """HOT-08: the people complained about are seen by managers and HR only."""
        ticket = self._complaint()
        ticket.with_user(self.head_user).action_verify_complaint(
            "valid", "Rude", ground="quarrel", employees=self.technician.ids
        )
        name = "complaint_employee_ids"
        for user in (self.head_user, self.quality_vp_user, self.gm_user):
            self.assertEqual(ticket.with_user(user)[name].ids, self.technician.ids)
        for user in (self.dispatcher_user, self.technician_user):
            with self.assertRaises(AccessError):
                ticket.with_user(user).read([name])
        with self.assertRaises(AccessError):
            ticket.with_user(self.technician_user).read(["complaint_staff"])

    def test_nobody_verifies_a_complaint_about_himself(self):
        """HOT-18: the head complained about leaves the verdict to another."""
        himself = self._create_employee("Head", self.head_user)
        ticket = self._complaint().with_user(self.head_user)
        with self.assertRaises(NotEntitledError):
            ticket.action_verify_complaint("communicative", "x", employees=himself.ids)

    def test_communicative_can_turn_valid_with_history(self):
        """HOT-18: reopened twice it is put before the head; every verdict stays."""
        ticket = self._complaint().with_user(self.head_user)
        ticket.action_verify_complaint("communicative", "Asks for help")
        ticket.symptom_id = self.symptom
        self.assertFalse(ticket.missing("close"))
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        busy = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        for count in (1, 2):
            ticket.stage_id = done
            ticket.stage_id = busy
            self.assertEqual(ticket.reopen_count, count)
            asked = self.head_user in self._told(ticket)
            self.assertEqual(asked, count == 2)
        ticket.action_verify_complaint("valid", "Handled badly")
        trail = self.env["aftersales.audit"].search(
            [("model", "=", ticket._name), ("res_id", "=", ticket.id)], order="id"
        )
        verdicts = [row.event for row in trail if row.event != "answered"]
        self.assertEqual(verdicts, ["communicative", "valid"])
        self.assertEqual(trail[-1].state_from, "communicative")
        with self.assertRaises(GuardedFieldError):
            ticket.reopen_count = 0

    # -- dialogs

    def test_dialogs_take_the_steps(self):
        """HOT-18, HOT-25: verdict and answer by their dialogs."""
        ticket = self._complaint()
        dialogs = self.env["helpdesk.ticket.decide"].with_user(self.head_user)
        action = ticket.with_user(self.head_user).action_open_verify()
        self.assertEqual(action["res_model"], dialogs._name)
        dialogs.create(
            {
                "ticket_id": ticket.id,
                "step": "verify",
                "verdict": "valid",
                "ground": "not_in_time",
                "employee_ids": [Command.set(self.technician.ids)],
                "note": "Late",
            }
        ).action_confirm()
        self.assertEqual(ticket.verified, "valid")
        dialogs.create(
            {
                "ticket_id": ticket.id,
                "step": "answer",
                "resolution": "apology",
                "note": "Sorry",
            }
        ).action_confirm()
        self.assertEqual(ticket.resolution_type, "apology")
