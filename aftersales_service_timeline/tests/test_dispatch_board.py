from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from odoo.addons.aftersales_service.exceptions import ArgumentError, FactTimeError
from odoo.addons.aftersales_service.tests.common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestDispatchBoard(HttpCase, AftersalesCommon):
    """The day board: jobs by technician, moved by the order's own action."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)

    def test_board_shows_the_jobs_of_the_day(self):
        """DISP-10: a job dragged is scheduled by the order's own action."""
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

    def _get_board(self, **values):
        orders = self.env["aftersales.order"].with_user(self.dispatcher_user)
        return orders.get_board(
            self.start - timedelta(days=1), self.start + timedelta(days=2), **values
        )

    def _plan(self, hour=0, **values):
        order = self._create_order(**values).with_user(self.dispatcher_user)
        start = self.start + timedelta(hours=hour)
        return order.action_schedule(start, start + timedelta(hours=2))

    def test_every_technician_has_a_lane_and_clashes_show(self):
        """DISP-10: also who has no job; double bookings and waiting jobs show."""
        self.territory.technician_ids |= self.technician2
        first, second = self._plan(), self._plan(1)
        alone = self._plan(5)
        waiting = self._create_order(worker_ids=[])
        board = self._get_board()
        names = [lane["name"] for lane in board["lanes"]]
        self.assertEqual(names, ["Wang Lei", "Zhao Min"])
        jobs = {job["id"]: job for job in board["jobs"]}
        self.assertTrue(jobs[first.id]["is_clashing"])
        self.assertTrue(jobs[second.id]["is_clashing"])
        self.assertFalse(jobs[alone.id]["is_clashing"])
        self.assertTrue(jobs[waiting.id]["is_waiting"])
        found = self._get_board(domain=[("id", "=", alone.id)])
        self.assertEqual([job["id"] for job in found["jobs"]], [alone.id])

    def test_queries_do_not_grow_with_the_jobs(self):
        """DISP-10: 5 or 50 jobs, the same number of queries."""
        counts = []
        for size in (5, 45):
            for index in range(size):
                self._plan(index % 10)
            for _warm in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self._get_board()
                spent = self.env.cr.sql_log_count - before
            counts.append(spent)
        self.assertEqual(counts[0], counts[1])

    def test_board_refuses_others_and_nonsense(self):
        """DISP-10: dispatchers only; at most a month at a time."""
        orders = self.env["aftersales.order"]
        with self.assertRaises(AccessError):
            orders.with_user(self.technician_user).get_board(self.start, self.start)
        orders = orders.with_user(self.dispatcher_user)
        for span in (
            (self.start, self.start),
            (self.start, self.start + timedelta(days=40)),
        ):
            with self.subTest(span), self.assertRaises(ArgumentError):
                orders.get_board(*span)
        with self.assertRaises(FactTimeError):
            orders.get_board("now", "then")
        with self.assertRaises(ArgumentError):
            self._get_board(domain="state")

    def test_view_groups_by_technician(self):
        """DISP-10: one lane a technician."""
        view = self.env.ref(
            "aftersales_service_timeline.aftersales_order_view_timeline"
        )
        arch = (
            self.env["aftersales.order"]
            .with_user(self.dispatcher_user)
            .get_view(view.id, "timeline")["arch"]
        )
        self.assertIn('default_group_by="lead_id"', arch)
