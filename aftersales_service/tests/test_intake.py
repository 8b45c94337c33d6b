from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..exceptions import GuardedFieldError, MissingError
from .common_hotline import HotlineCommon


@tagged("post_install", "-at_install")
class TestIntake(HotlineCommon):
    # -- mail

    def _mail(self, subject, body="<p>Please help</p>", author=None):
        tickets = self.env["helpdesk.ticket"].with_context(fetchmail_cron_running=True)
        return tickets.message_new(
            {
                "subject": subject,
                "body": body,
                "from": "li@example.com",
                "to": "service@example.com",
                "author_id": (author or self.customer).id,
                "message_id": "<1@example.com>",
            },
            {"team_id": self.team.id, "company_id": self.company.id},
        )

    def test_mail_fills_the_fields_of_a_call(self):
        """HOT-10, HOT-01: kind, customer, site and unit from what was written."""
        self.team.aftersales_call_type = "repair"
        ticket = self._mail("CP-0007 stands", "<p>serial sn-cp-0007</p>")
        self.assertEqual(ticket.call_type, "repair")
        self.assertEqual(ticket.equipment_id, self.equipment)
        self.assertEqual(ticket.site_id, self.site)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.policy_id, self.policy)
        self.assertEqual(ticket.contact_phone, self.customer.phone)
        self.assertEqual(
            ticket.channel_id,
            self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email"),
        )
        self.assertEqual(self._told(ticket), self.technician_user)

    def test_one_site_is_the_site(self):
        """HOT-01: a sender with one site means that one."""
        self.team.aftersales_call_type = "repair"
        ticket = self._mail("Nothing works")
        self.assertEqual(ticket.site_id, self.site)
        self.assertFalse(ticket.equipment_id)

    def test_a_strangers_mail_takes_nobody_elses_unit(self):
        """HOT-10: who names another customer's serial gets no more than a ticket."""
        self.team.aftersales_call_type = "repair"
        ticket = self._mail("SN-CP-0007", author=self.customer2)
        self.assertFalse(ticket.equipment_id)
        self.assertEqual(ticket.partner_id, self.customer2)

    def test_mail_to_another_team_stays_ordinary(self):
        """HOT-10: only teams that say so make service cases of mails."""
        ticket = self._mail("SN-CP-0007")
        self.assertFalse(ticket.call_type)
        self.assertFalse(ticket.policy_id)

    # -- category

    def test_objection_runs_on_its_own_policy(self):
        """ESC-11: an objection gets the commitment of its category's policy."""
        category = self.env.ref("aftersales_service.helpdesk_ticket_category_objection")
        store = self.env.ref("aftersales_service.policy_store")
        self.assertEqual(category.aftersales_policy_id, store)
        call = self.calls.create(
            {
                "kind": "consultation",
                "phone": "1",
                "site_id": self.site.id,
                "subject": "Why so loud?",
                "category_id": category.id,
            }
        )
        ticket = call.action_create_ticket()
        self.assertEqual(ticket.policy_id, store)
        promise = ticket.sudo().commitment_ids.filtered(
            lambda one: one.milestone == "commit"
        )
        self.assertEqual(promise.deadline - ticket.received_on, timedelta(hours=24))
        self.assertEqual(self._create_ticket().policy_id, self.policy)

    # -- sales

    def _apply(self, user, **values):
        return (
            self.env["aftersales.application"]
            .with_user(user)
            .create(
                {
                    "partner_id": self.customer.id,
                    "contact_name": "Ms Li",
                    "contact_phone": "139",
                    "subject": "Smells burnt",
                    "complaint_object": "Compressor",
                    "complaint_cause": "Smells burnt since Monday",
                    **values,
                }
            )
        )

    def test_sales_applies_for_a_quality_fault(self):
        """HOT-23: sales' application stands in the queue, routed like a complaint."""
        sales = self._create_user("as_sales", "aftersales_service.group_sales")
        ticket = self._apply(sales).action_submit()
        ticket_sudo = ticket.sudo()
        self.assertEqual(ticket_sudo.call_type, "complaint")
        self.assertEqual(ticket_sudo.complaint_kind, "product")
        self.assertEqual(ticket_sudo.applied_by_id, sales)
        self.assertEqual(ticket_sudo.verified, "pending")
        self.assertFalse(ticket_sudo.user_id)
        self.assertEqual(
            self._told(ticket),
            self.holders["qc_manager"]
            | self.holders["cs_manager"]
            | self.holders["gm_office"],
        )
        self.assertTrue(ticket.with_user(sales).name)
        queue = self.env["aftersales.desk"]._get_domains()["ticket"][1]
        self.assertIn(ticket_sudo, self.env["helpdesk.ticket"].search(queue))

    def test_application_is_for_sales_and_complete(self):
        """HOT-23: others have no such form, and a fault says what is wrong."""
        for user in (self.employee_user, self.technician_user, self.portal_user):
            with self.assertRaises(AccessError):
                self._apply(user)
        sales = self._create_user("as_sales", "aftersales_service.group_sales")
        with self.assertRaises(MissingError):
            self._apply(sales, complaint_cause=" ").action_submit()
        other = self._create_ticket()
        with self.assertRaises(AccessError):
            other.with_user(sales).read(["name"])

    # -- notice

    def test_gap_between_call_and_notice_goes_to_the_head(self):
        """HOT-01: more than the minutes set between call and notice escalates."""
        for minutes, count in ((14, 0), (16, 1)):
            call = self.calls.create(
                {"equipment_id": self.equipment.id, "symptom_id": self.symptom.id}
            )
            call.sudo()._unguarded().recorded_on -= timedelta(minutes=minutes)
            ticket = call.action_create_ticket()
            self.assertTrue(ticket.owner_notified_on)
            lines = ticket.sudo().escalation_ids
            with self.subTest(minutes):
                self.assertEqual(len(lines), count)
        self.assertEqual(lines.event, "notice")
        self.assertIn(self.head_user, lines.user_ids)

    def test_call_without_ticket_is_put_before_the_head(self):
        """HOT-01: a fault written down and left is told to the head, once."""
        call = self.calls.create(
            {"equipment_id": self.equipment.id, "symptom_id": self.symptom.id}
        )
        now = fields.Datetime.now()
        domain = call._get_unheard_domain(self.company, now - timedelta(minutes=15))
        self.assertNotIn(call, call.search(domain))
        call.sudo()._unguarded().recorded_on = now - timedelta(minutes=16)
        for _run in range(2):
            call.sudo().search(domain)._tell_unheard()
        activity = call.sudo().activity_ids
        self.assertEqual(activity.user_id, self.head_user)
        self.assertEqual(len(activity), 1)
        with self.assertRaises(GuardedFieldError):
            call.unheard_on = False
