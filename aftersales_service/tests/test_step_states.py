"""Steps found open by the battery: from states in which they have no place."""

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..exceptions import GuardedFieldError, TransitionError
from .common_history import HistoryCommon
from .field_common import FieldCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestStepStates(FieldCommon):
    """What is over keeps its record."""

    def test_a_call_back_that_is_over_is_nobodys_to_take(self):
        """CB-03: done or dropped, it keeps the name that stands on it."""
        order = self._walk("done", findings={"fix_confidence": "unsure"})
        callback = order.sudo().callback_ids[:1]
        mine = callback.with_user(self.callback_user)
        mine.action_take()
        self.assertEqual(callback.user_id, self.callback_user)
        callback._set_state("cancel")
        with self.assertRaises(TransitionError):
            callback.with_user(self.dispatcher_user).action_take()
        self.assertEqual(callback.user_id, self.callback_user)

    def test_a_closed_site_gets_no_log_book(self):
        """SITE-12: nothing is handed over to a file that is closed."""
        site = self.site.with_user(self.dispatcher_user)
        site.action_issue_log_book("Li Hua")
        self.site._set_state("closed")
        with self.assertRaises(TransitionError):
            site.action_issue_log_book("Wang")
        self.assertEqual(self.site.log_book_receiver, "Li Hua")

    def test_who_hands_over_stays_who_hands_over(self):
        """HOT-22, ROLE-02: nobody names another, to take over from himself."""
        shift = self.env["aftersales.shift"].create(
            {
                "name": "Day",
                "hour_from": 8,
                "hour_to": 17,
                "leader_id": self.head_user.id,
                "company_id": self.company.id,
            }
        )
        handovers = self.env["aftersales.handover"].with_user(self.dispatcher_user)
        vals = {"shift_id": shift.id, "company_id": self.company.id}
        with self.assertRaises(GuardedFieldError):
            handovers.create({**vals, "user_id": self.callback_user.id})
        handover = handovers.create(vals)
        self.assertEqual(handover.user_id, self.dispatcher_user)
        with self.assertRaises(GuardedFieldError):
            handover.user_id = self.callback_user

    def test_a_line_takes_its_company_along(self):
        """ROLE-03: a served unit does not move to an order of another company."""
        order = self._create_order()
        other = self.env["aftersales.order"].create(
            {"partner_id": self.customer.id, "company_id": self.company2.id}
        )
        with self.assertRaises(UserError):
            order.unit_ids.order_id = other


@tagged("post_install", "-at_install")
class TestPayOfTwoCompanies(HistoryCommon):
    """Payslips are of their own company."""

    def test_lines_and_numbers_of_a_payslip(self):
        """PAY-15: whichever company the session begins with."""
        self.env["ir.sequence"].create(
            [
                {
                    "name": company.name,
                    "code": "salary.slip",
                    "prefix": f"{company.name}/",
                    "company_id": company.id,
                }
                for company in self.company | self.company2
            ]
        )
        slip = self._slip().sudo()
        both = (self.company2 | self.company).ids
        slip.with_context(allowed_company_ids=both).compute_sheet()
        self.assertTrue(slip.line_ids)
        self.assertEqual(slip.line_ids.company_id, self.company)
        self.assertTrue(slip.number.startswith(self.company.name))
