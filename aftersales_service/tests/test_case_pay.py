from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from .common_hotline import HotlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-31 06:00:00")
class TestCasePay(HotlineCommon):
    """A complaint that is a loss as well: one money clause; none is forgotten."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member_user = cls._create_user("as_member", "base.group_user")

    def _valid(self):
        ticket = self._complaint()
        ticket.with_user(self.head_user).action_verify_complaint(
            "valid", "As the log shows", ground="other", employees=self.technician.ids
        )
        return ticket

    def _live(self, ticket, code):
        entries = self.env["aftersales.adjustment"].search(
            [("rule_id.code", "=", code), ("employee_id", "=", self.technician.id)]
        )
        return entries._filter_live()

    def _open(self, ticket):
        return self.env["aftersales.case"]._open_for(
            ticket, "complaint", employees=self.technician
        )

    def _decide(self, case, **values):
        case = case.with_user(self.quality_vp_user)
        case.write(
            {
                "breached_rule_id": self.env.ref("aftersales_service.pay_rule_loss").id,
                "member_ids": [(6, 0, self.member_user.ids)],
                "determination": "The valve was mounted askew.",
                "loss_kind": "economic",
                "loss_amount": 7300.0,
                "outcome": "accident",
                **values,
            }
        )
        case.share_ids.percent = 100.0
        case.action_determine()
        case.with_user(self.gm_user).action_review()
        case.with_user(self.gm_user).action_decide("As found")

    def test_amb_04_the_loss_takes_the_place_of_the_fine(self):
        """AMB-04, AMB-08, PEN-21: a decided loss, not the fixed fine besides."""
        ticket = self._valid()
        self.assertEqual(self._live(ticket, "COMPLAINT").amount, 50.0)
        self._decide(self._open(ticket))
        self.assertFalse(self._live(ticket, "COMPLAINT"))
        self.assertEqual(self._live(ticket, "LOSS").amount, 1470.0)
        ticket.with_user(self.head_user).action_verify_complaint(
            "valid", "Looked at again"
        )
        self.assertFalse(self._live(ticket, "COMPLAINT"))

    def test_amb_04_both_where_the_group_says_so(self):
        """AMB-04: the fixed fine stays beside the share of the loss."""
        ticket = self._valid()
        self._decide(self._open(ticket), keep_fixed_fine=True)
        self.assertEqual(self._live(ticket, "COMPLAINT").amount, 50.0)
        self.assertEqual(self._live(ticket, "LOSS").amount, 1470.0)

    def test_amb_04_who_bears_nothing_of_the_loss_keeps_his_fine(self):
        """AMB-04, ACC-06: two are complained about, and one of them pays the loss."""
        ticket = self._complaint()
        both = self.technician | self.technician2
        ticket.with_user(self.head_user).action_verify_complaint(
            "valid", "As the log shows", ground="other", employees=both.ids
        )
        self._decide(self._open(ticket))
        self.assertFalse(self._live(ticket, "COMPLAINT"))
        fines = self.env["aftersales.adjustment"].search(
            [
                ("rule_id.code", "=", "COMPLAINT"),
                ("employee_id", "=", self.technician2.id),
            ]
        )
        self.assertEqual((fines.amount, fines.state), (50.0, "proposed"))

    def test_amb_04_a_reversed_decision_gives_the_fine_its_place_back(self):
        """AMB-04, ACC-02: only another decision; then the complaint counts again."""
        ticket = self._valid()
        case = self._open(ticket)
        self._decide(case)
        again = case.with_user(self.gm_user).action_reverse("The valve was faulty")
        self._decide(again, outcome="none", loss_amount=0.0, loss_kind="image")
        self.assertFalse(self._live(ticket, "LOSS"))
        self.assertEqual(self._live(ticket, "COMPLAINT").amount, 50.0)

    def test_pen_21_a_complaint_nobody_judged_goes_upwards(self):
        """PEN-21: five working days after the verdict, once, to who must judge."""
        ticket = self._valid()
        cases = self.env["aftersales.case"]
        with freeze_time("2026-04-06 06:00:00"):
            self.assertFalse(cases._open_complaints(self.company))
        with freeze_time("2026-04-08 06:00:00"):
            case = cases._open_complaints(self.company)
            self.assertEqual((case.kind, case.source_id), ("complaint", ticket.id))
            self.assertEqual(case.share_ids.employee_id, self.technician)
            self.assertIn(self.quality_vp_user, case.sudo().activity_ids.user_id)
            self.assertFalse(cases._open_complaints(self.company))

    def test_pen_21_what_is_judged_or_switched_off_stays(self):
        """PEN-21: neither a case under way nor a company that switched it off."""
        self._open(self._valid())
        later = fields.Datetime.now() + timedelta(days=30)
        with freeze_time(later):
            self.assertFalse(self.env["aftersales.case"]._open_complaints(self.company))
            self._valid()
        self.company.aftersales_complaint_case_days = 0
        with freeze_time(later + timedelta(days=30)):
            self.assertFalse(self.env["aftersales.case"]._open_complaints(self.company))

    def test_pen_22_staff_with_complaints_of_a_month(self):
        """PEN-22: who has a valid complaint in the month stands on the list."""
        self._valid()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_adjustment_action_complaints"
        )
        entries = self.env["aftersales.adjustment"].with_user(self.quality_vp_user)
        groups = entries._read_group(
            safe_eval(action["domain"]), ["employee_id"], ["__count"]
        )
        self.assertIn((self.technician, 1), [(who, n) for who, n in groups])
