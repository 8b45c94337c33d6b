"""Separation of duties and records that stay: doors found open by a review."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..exceptions import FrozenFactError, MissingError, NotEntitledError
from .common_hotline import HotlineCommon


@tagged("post_install", "-at_install")
class TestSeparation(HotlineCommon):
    """Nobody decides about himself, and nobody marks himself."""

    def _about_head(self):
        """Return a complaint about a head, another head, and the first as employee."""
        himself = self._create_employee("Head", self.head_user)
        ticket = self._complaint()
        ticket.sudo().complaint_employee_ids = himself
        return ticket, himself

    def test_verdict_about_oneself_by_naming_somebody_else(self):
        """HOT-18: who is named already does not judge by naming another instead."""
        ticket, himself = self._about_head()
        mine = ticket.with_user(self.head_user)
        for employees in (self.technician.ids, []):
            with self.assertRaises(NotEntitledError):
                mine.action_verify_complaint("valid", "x", employees=employees)
        with self.assertRaises(NotEntitledError):
            mine.write({"complaint_employee_ids": [fields.Command.clear()]})
        self.assertEqual(ticket.sudo().complaint_employee_ids, himself)
        self.assertEqual(ticket.verified, "pending")

    def test_settlement_of_a_complaint_about_oneself(self):
        """HOT-25, ROLE-02: who is complained about does not approve the money."""
        ticket = self._complaint()
        ticket.action_answer_complaint("settlement", "Half", amount=300.0)
        ticket.sudo().complaint_employee_ids = self._create_employee("GM", self.gm_user)
        with self.assertRaises(NotEntitledError):
            ticket.with_user(self.gm_user).action_approve_settlement()
        self.assertFalse(ticket.settlement_approved_on)

    def test_both_steps_of_a_settlement_by_one_person(self):
        """HOT-25, ROLE-02: each step of the ladder is somebody else's."""
        tier = self.env.ref("aftersales_service.tier_settlement_manager")
        tier.copy({"sequence": tier.sequence + 1})
        ticket = self._complaint()
        ticket.action_answer_complaint("settlement", "Half", amount=300.0)
        mine = ticket.with_user(self.gm_user)
        mine.action_approve_settlement()
        with self.assertRaises(NotEntitledError):
            mine.action_approve_settlement()
        self.assertFalse(ticket.settlement_approved_on)

    def test_agent_marks_his_own_call_in_anothers_name(self):
        """HOT-20: a mark is of who gives it, whatever the client says."""
        facts = {"caller_name": "Li", "place": "Hall 2", "subject": "Price"}
        call = self.calls.create({**facts, "phone": "139"})
        samples = self.env["aftersales.call.sample"].with_user(self.callback_user)
        mark = samples.create(
            {"call_id": call.id, "score": "5", "user_id": self.gm_user.id}
        )
        self.assertEqual(mark.user_id, self.callback_user)
        own = self.calls.create({**facts, "phone": "138", "user_id": self.head_user.id})
        with self.assertRaises(FrozenFactError):
            mark.with_user(self.head_user).write({"call_id": own.id})
        with self.assertRaises(FrozenFactError):
            mark.with_user(self.head_user).write({"user_id": self.gm_user.id})

    def test_taken_over_stays_as_it_was(self):
        """HOT-22, F63: what the next shift took over is not written anew."""
        shift = self.env["aftersales.shift"].create(
            {
                "name": "Day",
                "hour_from": 8,
                "hour_to": 17,
                "leader_id": self.head_user.id,
                "company_id": self.company.id,
            }
        )
        handover = (
            self.env["aftersales.handover"]
            .with_user(self.dispatcher_user)
            .create(
                {
                    "shift_id": shift.id,
                    "company_id": self.company.id,
                    "line_ids": [(0, 0, {"note": "Call back"})],
                }
            )
        )
        handover.with_user(self.callback_user).action_acknowledge()
        for vals in (
            {"note": "x"},
            {"user_id": self.head_user.id},
            {"line_ids": [(0, 0, {"note": "Later"})]},
            {"line_ids": [(1, handover.line_ids.id, {"note": "Other"})]},
            {"line_ids": [(2, handover.line_ids.id)]},
        ):
            with self.subTest(vals), self.assertRaises(MissingError):
                handover.write(vals)

    def test_application_for_another_company(self):
        """HOT-23: sales hands in for its own company only."""
        sales = self._create_user("as_sales", "aftersales_service.group_sales")
        vals = {
            "partner_id": self.customer.id,
            "company_id": self.company2.id,
            "contact_name": "Ms Li",
            "contact_phone": "139",
            "subject": "Smells burnt",
            "complaint_object": "Compressor",
            "complaint_cause": "Smells",
        }
        applications = self.env["aftersales.application"].with_user(sales)
        before = self.env["helpdesk.ticket"].search_count([])
        with self.assertRaises(AccessError):
            applications.create(vals).action_submit()
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)

    def test_head_names_no_deputy_of_another_head(self):
        """ROLE-04: a colleague's approvals are not given away by a head."""
        other = self._create_user("as_head2", "aftersales_service.group_head")
        deputies = self.env["aftersales.deputy"]
        vals = {
            "principal_id": other.id,
            "deputy_id": self.dispatcher_user.id,
            "date_from": "2026-03-02",
            "date_to": "2099-03-06",
            "company_id": self.company.id,
        }
        with self.assertRaises(AccessError):
            deputies.with_user(self.head_user).create(vals)
        self.assertTrue(deputies.with_user(self.gm_user).create(vals))
        self.assertTrue(
            deputies.with_user(other).create({**vals, "date_from": "2030-01-01"})
        )


@tagged("post_install", "-at_install")
class TestSeparationCase(HotlineCommon):
    """Who is concerned by a case finds nothing in it."""

    def _case(self, employee):
        case = (
            self.env["aftersales.case"]
            .with_user(self.head_user)
            .create(
                {
                    "subject": "Loss",
                    "happened_on": "2026-03-02",
                    "share_ids": [(0, 0, {"percent": 100, "employee_id": employee.id})],
                }
            )
        )
        return case

    def test_concerned_vice_president_takes_himself_out(self):
        """ACC-02, ROLE-02: who bears a share changes neither it nor the findings."""
        himself = self._create_employee("VP", self.quality_vp_user)
        case = self._case(himself).with_user(self.quality_vp_user)
        share = case.share_ids
        for vals in (
            {"share_ids": [(2, share.id)]},
            {"share_ids": [(1, share.id, {"percent": 0})]},
            {"share_ids": [(1, share.id, {"employee_id": self.technician.id})]},
            {"outcome": "none"},
            {"member_ids": [(6, 0, self.employee_user.ids)]},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                case.write(vals)
        self.assertEqual(share.exists().employee_id, himself)

    def test_share_and_sanction_move_into_a_closed_case(self):
        """ACC-02: what was determined gets no other share by moving one in."""
        closed = self._case(self.technician)
        closed.with_user(self.quality_vp_user).action_dismiss("Nothing in it")
        draft = self._case(self.technician2)
        with self.assertRaises(FrozenFactError):
            draft.share_ids.write({"case_id": closed.id})
        sanction = (
            self.env["aftersales.case.sanction"]
            .with_user(self.quality_vp_user)
            .create(
                {
                    "case_id": draft.id,
                    "employee_id": self.technician2.id,
                    "kind": "demerit",
                    "date_from": "2026-03-02",
                }
            )
        )
        with self.assertRaises(FrozenFactError):
            sanction.write({"case_id": closed.id})
        self.assertEqual((draft.share_ids.percent, sanction.case_id), (100, draft))
