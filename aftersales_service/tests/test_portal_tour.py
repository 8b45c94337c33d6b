"""From the customer's report to his rating, clicked through in the browser."""

from odoo.tests import tagged

from .portal_common import PortalCommon


class PortalTour(PortalCommon):
    """Report, visit, signature, rating; the other customer sees nothing of it."""

    def _play(self):
        self.start_tour(
            "/my/service", "aftersales_portal_report", login=self.portal_user.login
        )
        ticket = self.env["helpdesk.ticket"].search([], order="id desc", limit=1)
        self.assertEqual(ticket.equipment_id, self.equipment)
        ticket.write({"triage_note": "Valve", "symptom_id": self.symptom.id})
        self.desk.action_cancel("Only the new one")
        order = self._on_site(
            self._create_order(
                ticket_id=ticket.id,
                worker_ids=[(0, 0, {"employee_id": self.technician.id})],
            )
        )
        self.env.flush_all()
        self.start_tour(
            "/my/service", "aftersales_portal_sign", login=self.portal_user.login
        )
        self.assertTrue(order.signed_on)
        order.with_user(self.dispatcher_user).action_done()
        self.env.flush_all()
        page = f"/my/service/order/{order.id}"
        self.start_tour(page, "aftersales_portal_rate", login=self.portal_user.login)
        self.assertEqual(order._get_customer_rating().rating, 5)
        self._login(self.portal2_user)
        self.assertEqual(self.url_open(page).status_code, 404)
        self.assertNotIn(order.name, self.url_open("/my/service?filterby=all").text)


@tagged("post_install", "-at_install")
class TestPortalTourDesktop(PortalTour):
    """At the desk of the customer."""

    def test_report_sign_rate(self):
        """HOT-21, DISP-25: report, sign and rate; another customer sees nothing."""
        self._play()


@tagged("post_install", "-at_install")
class TestPortalTourPhone(PortalTour):
    """On the customer's phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_report_sign_rate_on_a_phone(self):
        """HOT-21, DISP-25: the same at 390 pixels."""
        self._play()
