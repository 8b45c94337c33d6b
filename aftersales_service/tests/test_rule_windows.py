from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestRuleWindows(AftersalesCommon):
    """What record rules of Odoo leave open, and these addons close."""

    def test_a_window_is_seen_by_who_opened_it(self):
        """ROLE-03: a dispatcher neither reads nor finds a colleague's open window."""
        windows = self.env["aftersales.order.announce"]
        window = windows.with_user(self.dispatcher_user).create(
            {"order_ids": self._create_order().ids, "expected": "2030-03-02 08:00:00"}
        )
        self.assertTrue(window.read(["order_ids"]))
        other = window.with_user(self.callback_user)
        self.assertFalse(other.search([("id", "=", window.id)]))
        with self.assertRaises(AccessError):
            other.read(["order_ids"])
        with self.assertRaises(AccessError):
            other.write({"expected": "2030-03-03 08:00:00"})

    def test_nobody_groups_by_what_he_may_not_read(self):
        """ROLE-03: people complained about are no groups for technicians and desk."""
        ticket = self._create_ticket()
        ticket.sudo().complaint_employee_ids = self.technician
        self._create_order(ticket_id=ticket.id)
        groups, counts = ["complaint_employee_ids"], ["__count"]
        for user in (self.technician_user, self.dispatcher_user):
            tickets = ticket.browse().with_user(user)
            with self.subTest(user.login), self.assertRaises(AccessError):
                tickets.formatted_read_group([("id", "=", ticket.id)], groups, counts)
            orders = self.env["aftersales.order"].with_user(user)
            with self.subTest(user.login), self.assertRaises(AccessError):
                orders._read_group([], ["ticket_id.complaint_employee_ids"], counts)
        found = ticket.with_user(self.head_user).formatted_read_group(
            [("id", "=", ticket.id)], groups, counts
        )
        self.assertEqual(found[0]["complaint_employee_ids"][0], self.technician.id)

    def test_the_trail_of_another_company_is_refused_in_words(self):
        """ROLE-03: a head who opens another company's trail gets a plain refusal."""
        order = self.env["aftersales.order"].create(
            {"partner_id": self.customer.id, "company_id": self.company2.id}
        )
        order._set_state("cancel", reason="Test")
        entry = self.env["aftersales.audit"].search(
            [("model", "=", "aftersales.order"), ("res_id", "=", order.id)], limit=1
        )
        self.assertTrue(entry)
        with self.assertRaisesRegex(AccessError, "another company"):
            entry.with_user(self.head_user).read(["event"])
