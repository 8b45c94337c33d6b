"""How a complaint is answered and closed."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    MissingError,
    NotEntitledError,
)
from .common_hotline import HotlineCommon


@tagged("post_install", "-at_install")
class TestComplaintEnd(HotlineCommon):
    """Answer, call-back, settlement, and who closes."""

    def _valid(self, **values):
        ticket = self._complaint(**values).with_user(self.head_user)
        ticket.action_verify_complaint("valid", "Confirmed")
        return ticket

    def _call_back(self, ticket, result="satisfied", **values):
        callback = ticket.sudo().callback_ids[-1].with_user(self.callback_user)
        with freeze_time(callback.sudo().opens_on + timedelta(minutes=5)):
            callback.action_record(result, **values)
        return callback

    def test_operator_closes_no_complaint(self):
        """HOT-02: an operator cannot close a complaint, a head can."""
        ticket = self._complaint()
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        ticket.with_user(self.head_user).action_verify_complaint(
            "unsubstantiated", "Wrong house"
        )
        with self.assertRaises(AccessError):
            ticket.stage_id = done
        with self.assertRaises(AccessError):
            ticket.stage_id = self.env.ref(
                "helpdesk_mgmt.helpdesk_ticket_stage_cancelled"
            )
        ticket.with_user(self.head_user).stage_id = done
        self.assertTrue(ticket.closed)

    def test_valid_complaint_waits_for_its_call_back(self):
        """HOT-19, CB-13: not closed before a call-back with a result exists."""
        ticket = self._valid()
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        with self.assertRaisesRegex(MissingError, "call-back"):
            ticket.stage_id = done
        ticket.action_answer_complaint("apology", "We are sorry")
        self.assertEqual(len(ticket.sudo().callback_ids), 1)
        self.assertTrue(ticket.first_reply_on)
        with self.assertRaises(MissingError):
            ticket.stage_id = done
        self._call_back(ticket)
        ticket.stage_id = done
        self.assertTrue(ticket.closed)

    def test_warr_09_a_fault_of_the_product_is_made_good(self):
        """WARR-09, HOT-25: an explanation alone does not answer a confirmed fault."""
        ticket = self._valid(kind="product")
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        ticket.action_answer_complaint("explanation", "It happens")
        self._call_back(ticket)
        names = [item["field"] for item in ticket.missing("close")]
        self.assertIn("resolution_type", names)
        with self.assertRaisesRegex(MissingError, "at fault"):
            ticket.stage_id = done
        ticket._close_as_solved(fields.Datetime.now())
        self.assertFalse(ticket.closed)
        ticket.action_answer_complaint("repair", "Changed for nothing")
        names = [item["field"] for item in ticket.missing("close")]
        self.assertNotIn("resolution_type", names)

    def test_site_06_a_fault_solved_by_phone_marks_the_customer(self):
        """SITE-06, DISP-34: called back with priority; his tier stays as it was."""
        values = {"call_type": "consultation", "resolution_path": False}
        asked = self._create_ticket(**values).with_user(self.dispatcher_user)
        asked.action_resolve_remotely("Page 4 of the manual")
        self.assertFalse(self.customer.is_aftersales_priority)
        tier = self.customer.aftersales_tier
        fault = self._create_ticket().with_user(self.dispatcher_user)
        fault.action_resolve_remotely("Opened the valve by hand")
        self.assertTrue(self.customer.is_aftersales_priority)
        self.assertEqual(self.customer.aftersales_tier, tier)

    def test_unverified_complaint_stays_open(self):
        """HOT-19: nobody closes what nobody judged."""
        ticket = self._complaint().with_user(self.head_user)
        with self.assertRaises(MissingError):
            ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        with self.assertRaises(MissingError):
            ticket.action_resolve_remotely("Calmed down")

    def test_repair_does_not_close_a_valid_complaint(self):
        """HOT-19: a finished order solves the fault, not the complaint."""
        ticket = self._valid()
        ticket._close_as_solved(fields.Datetime.now())
        self.assertFalse(ticket.closed)

    def test_answer_makes_one_call_back(self):
        """CB-13: answered again, the one waiting call-back is kept."""
        ticket = self._valid()
        ticket.action_answer_complaint("apology", "Sorry", request_key="a")
        ticket.action_answer_complaint("apology", "Sorry", request_key="a")
        ticket.action_answer_complaint("replacement", "A new one")
        self.assertEqual(len(ticket.sudo().callback_ids), 1)
        self.assertEqual(ticket.resolution_type, "replacement")
        with self.assertRaises(MissingError):
            self._create_ticket().with_user(
                self.dispatcher_user
            ).action_answer_complaint("apology", "x")

    def test_settlement_is_approved_and_booked(self):
        """HOT-25: money takes its tier, another person and a booking."""
        ticket = self._valid()
        for resolution, amount in (
            ("settlement", 0),
            ("apology", 5),
            ("settlement", -1),
        ):
            with self.assertRaises(ArgumentError):
                ticket.action_answer_complaint(resolution, "x", amount=amount)
        ticket.action_answer_complaint("settlement", "Half the bill", amount=300.0)
        self._call_back(ticket)
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        with self.assertRaises(MissingError):
            ticket.stage_id = done
        for user in (self.dispatcher_user, self.head_user, self.sales_vp_user):
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_approve_settlement()
        with self.assertRaises(MissingError):
            ticket.action_book_settlement("V-1")
        ticket.with_user(self.gm_user).action_approve_settlement()
        with self.assertRaises(UserError):
            ticket.with_user(self.gm_user).action_approve_settlement()
        approval = self.env["aftersales.approval"].search(
            [("model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        self.assertEqual((approval.amount, approval.user_id), (300.0, self.gm_user))
        with self.assertRaises(MissingError):
            ticket.stage_id = done
        ticket.action_book_settlement("V-1")
        ticket.stage_id = done
        self.assertTrue(ticket.closed)

    def test_another_amount_is_approved_anew(self):
        """HOT-25: what was approved covers that amount only."""
        ticket = self._valid()
        ticket.action_answer_complaint("settlement", "Half", amount=300.0)
        ticket.with_user(self.gm_user).action_approve_settlement()
        ticket.action_answer_complaint("settlement", "All", amount=600.0)
        self.assertFalse(ticket.settlement_approved_on)
        ticket.with_user(self.gm_user).action_approve_settlement()
        self.assertTrue(ticket.settlement_approved_on)

    def test_who_offers_does_not_approve(self):
        """HOT-25: requester and approver are two people, and a tier must cover."""
        both = self._create_user(
            "as_both",
            "aftersales_service.group_head,aftersales_service.group_general_manager",
        )
        ticket = self._valid().with_user(both)
        ticket.action_answer_complaint("settlement", "Half", amount=300.0)
        with self.assertRaises(NotEntitledError):
            ticket.action_approve_settlement()
        self.env.ref("aftersales_service.tier_settlement_manager").active = False
        with self.assertRaises(NotEntitledError):
            ticket.with_user(self.gm_user).action_approve_settlement()

    @freeze_time("2026-12-01 04:00:00")
    def test_a_customer_who_is_never_reached(self):
        """CB-10, HOT-19: called in vain, the head writes how he was told instead."""
        self.policy.attempt_max = 2
        ticket = self._valid()
        ticket.action_answer_complaint("apology", "We are sorry")
        callback = ticket.sudo().callback_ids.with_user(self.callback_user)
        callback.action_record("unreachable")
        ticket.unreached_note = "Too early to give up"
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        with self.assertRaises(MissingError):
            ticket.stage_id = done
        ticket.unreached_note = False
        callback.action_record("unreachable")
        self.assertEqual((callback.state, callback.result), ("done", "unreachable"))
        with self.assertRaisesRegex(MissingError, "letter"):
            ticket.stage_id = done
        with self.assertRaises(AccessError):
            ticket.with_user(self.dispatcher_user).unreached_note = "Wrote to him"
        ticket.unreached_note = "Letter of 3 March to the managing director"
        ticket.stage_id = done
        self.assertTrue(ticket.closed)

    def test_whom_a_verdict_is_about_stays(self):
        """HOT-18, ROLE-02: other people only by another verdict, with its reason."""
        ticket = self._valid()
        with self.assertRaises(FrozenFactError):
            ticket.write(
                {"complaint_employee_ids": [Command.set(self.technician2.ids)]}
            )
        ticket.action_verify_complaint(
            "valid", "It was his colleague", employees=self.technician2.ids
        )
        self.assertEqual(ticket.sudo().complaint_employee_ids, self.technician2)

    def test_many_closed_cases_are_one_message_to_their_owner(self):
        """HOT-17: a hundred cases closed at once tell their owner once."""
        tickets = self._create_ticket() | self._create_ticket()
        tickets._unguarded().write({"first_contact_id": self.dispatcher_user.id})
        partner = self.dispatcher_user.partner_id
        before = self.env["mail.message"].search([("partner_ids", "in", partner.ids)])
        tickets.sudo()._close_as_solved(fields.Datetime.now())
        after = self.env["mail.message"].search([("partner_ids", "in", partner.ids)])
        [told] = (after - before).filtered(lambda one: "Closed" in (one.subject or ""))
        for ticket in tickets:
            self.assertIn(ticket.display_name, told.body)
