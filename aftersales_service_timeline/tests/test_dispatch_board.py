from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.aftersales_service.tests.common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestDispatchBoard(HttpCase, AftersalesCommon):
    """The day board: jobs by technician, moved by the order's own action."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)

    def test_board_shows_the_jobs_of_the_day(self):
        order = self._create_order()
        order.with_user(self.dispatcher_user).action_schedule(
            self.start, self.start + timedelta(hours=2)
        )
        self.start_tour(
            "/odoo/dispatch-board",
            "aftersales_dispatch_board",
            login=self.dispatcher_user.login,
        )
        self.assertEqual(order.planned_start, self.start + timedelta(hours=1))
        self.assertEqual(order.lead_id, self.technician)

    def test_view_groups_by_technician(self):
        view = self.env.ref(
            "aftersales_service_timeline.aftersales_order_view_timeline"
        )
        arch = (
            self.env["aftersales.order"]
            .with_user(self.dispatcher_user)
            .get_view(view.id, "timeline")["arch"]
        )
        self.assertIn('default_group_by="lead_id"', arch)
