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
