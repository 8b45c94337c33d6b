from odoo import fields
from odoo.tests import freeze_time, tagged

from .common_hotline import HotlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-31 18:30:00")
class TestComplaintPay(HotlineCommon):
    """What a verdict means for pay; 31 March 18:30 UTC is 1 April in Shanghai."""

    def _judge(self, ticket, verdict="valid", ground="other", employees=None):
        employees = self.technician if employees is None else employees
        ticket.with_user(self.head_user).action_verify_complaint(
            verdict, "As the log shows", ground=ground, employees=employees.ids
        )
        return self._entries(ticket)

    def _entries(self, ticket):
        return self.env["aftersales.adjustment"].search(
            [
                ("event_model", "=", "helpdesk.ticket"),
                ("event_id", "=", ticket.id),
                ("state", "!=", "cancel"),
            ]
        )

    def _complaint_of(self, received):
        ticket = self._complaint()
        ticket.sudo()._unguarded().write({"received_on": received})
        return ticket

    def test_valid_complaint_proposes_once_in_the_month_received(self):
        """PEN-06, PEN-10: counted on the company's day, proposed once."""
        ticket = self._complaint_of("2026-03-31 15:00:00")
        entries = self._judge(ticket)
        self.assertEqual(entries.mapped("rule_id.code"), ["COMPLAINT"])
        self.assertEqual(entries.amount, 50.0)
        self.assertEqual(entries.date, fields.Date.to_date("2026-03-31"))
        self.assertIn("As the log shows", entries.facts)
        self.assertEqual(self._judge(ticket), entries)
        late = self._judge(self._complaint_of("2026-03-31 17:00:00"))
        self.assertEqual(late.date, fields.Date.to_date("2026-04-01"))
        self.assertEqual(late.amount, 50.0)

    def test_two_complaints_of_a_month_are_100_each(self):
        """PEN-10, ACC-03: the first is topped up, never edited."""
        first = self._complaint_of("2026-03-03 02:00:00")
        second = self._complaint_of("2026-03-20 02:00:00")
        self._judge(first)
        self.assertEqual(self._judge(second).amount, 100.0)
        entries = self._entries(first)
        self.assertEqual(sorted(entries.mapped("effect")), ["base", "top_up"])
        self.assertEqual(entries.mapped("amount"), [50.0, 50.0])

    def test_grounds_b1_to_b3_are_a_demerit_without_money(self):
        """PEN-06: quarrel, demands, not in time: a demerit on the record, 0.00."""
        entries = self._judge(self._complaint(), ground="demand")
        amounts = {one.rule_id.code: one.amount for one in entries}
        self.assertEqual(amounts, {"COMPLAINT": 50.0, "DEMERIT": 0.0})

    def test_what_is_not_valid_costs_nothing(self):
        """HOT-05, HOT-18, PEN-06: unsubstantiated and communicative are not fined."""
        for verdict in ("unsubstantiated", "communicative"):
            with self.subTest(verdict):
                self.assertFalse(self._judge(self._complaint(), verdict))

    def test_another_verdict_takes_it_back_and_again(self):
        """HOT-05, PEN-19: annulled it is taken back, found valid again it counts."""
        ticket = self._complaint()
        self._judge(ticket)
        self.assertFalse(self._judge(ticket, "unsubstantiated"))
        self.assertEqual(self._judge(ticket).amount, 50.0)

    def test_the_right_employee_is_named_later(self):
        """HOT-08, PEN-19: it follows the employee whom it is about."""
        ticket = self._complaint()
        self._judge(ticket)
        entries = self._judge(ticket, employees=self.technician2)
        self.assertEqual(entries.employee_id, self.technician2)
