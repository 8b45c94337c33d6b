from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.aftersales_service.exceptions import ArgumentError, FactTimeError
from odoo.addons.aftersales_service.tests.common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestDispatchBoard(HttpCase, AftersalesCommon):
    """The day board: jobs by technician, moved by the order's own action."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Ten o'clock of a day that is today for server and browser.
        cls.start = fields.Datetime.now().replace(
            hour=10, minute=0, second=0, microsecond=0
        )
        cls.dispatcher_user.tz = "UTC"
        cls.territory.technician_ids |= cls.technician2

    def _walk(self, tour):
        self.start_tour("/odoo/dispatch-board", tour, login=self.dispatcher_user.login)

    def test_drag_undo_and_week(self):
        """DISP-10: a drag asks the order's own action; undo takes it back."""
        order = self._plan()
        self._walk("aftersales_dispatch_board")
        self.assertEqual(order.planned_start, self.start + timedelta(hours=1))
        self.assertEqual(order.planned_end, self.start + timedelta(hours=3))
        self.assertEqual(order.lead_id, self.technician)
        entries = self.env["aftersales.audit"].search(
            [("model", "=", order._name), ("res_id", "=", order.id)]
        )
        moved = entries.filtered(lambda entry: entry.event == "rescheduled")
        self.assertEqual(len(moved), 3, "there, back, and an hour later")

    def test_refused_drop_jumps_back(self):
        """DISP-10, TRN-09: who lacks the licence does not get the job."""
        order = self._plan()
        licence_type = self.env["hr.skill.type"].create(
            {
                "name": "Licences",
                "is_certification": True,
                "skill_ids": [Command.create({"name": "Electrician"})],
                "skill_level_ids": [Command.create({"name": "Held"})],
            }
        )
        order.sudo().licence_ids = licence_type.skill_ids
        self._walk("aftersales_dispatch_board_refused")
        self.assertEqual(order.planned_start, self.start)
        self.assertEqual(order.lead_id, self.technician)

    def test_drop_past_a_promise_asks_for_consent(self):
        """DISP-12: a time agreed with the customer does not move by a drag."""
        order = self._plan()
        order.action_schedule(self.start, promised_start=self.start)
        self._walk("aftersales_dispatch_board_promise")
        self.assertEqual(order.planned_start, self.start)

    def test_unassigned_job_gets_a_technician_by_a_drag(self):
        """DISP-10: a job that waits is planned where it is dropped."""
        order = self._create_order(worker_ids=[])
        self._walk("aftersales_dispatch_board_unassigned")
        self.assertEqual(order.state, "scheduled")
        self.assertEqual(order.lead_id, self.technician2)
        self.assertEqual(order.planned_start, self.start + timedelta(hours=4))

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
        first, second = self._plan(), self._plan(1)
        alone = self._plan(5)
        waiting = self._create_order(worker_ids=[])
        board = self._get_board()
        names = [lane["name"] for lane in board["lanes"]]
        self.assertEqual(names, ["Wang Lei", "Zhao Min"])
        self.assertEqual(board["lanes"][0]["territories"], self.territory.name)
        jobs = {job["id"]: job for job in board["jobs"]}
        self.assertTrue(jobs[first.id]["is_clashing"])
        self.assertTrue(jobs[second.id]["is_clashing"])
        self.assertFalse(jobs[alone.id]["is_clashing"])
        self.assertTrue(jobs[waiting.id]["is_waiting"])
        self.assertGreaterEqual(board["waiting_count"], 1)
        self.assertIn("scheduled", dict(board["states"]))
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

    def test_a_job_of_last_night_shows_in_the_morning(self):
        """DISP-10: what began before the day and is not over stands on it."""
        night = self._plan(-11)
        first = self.start.replace(hour=0)
        orders = self.env["aftersales.order"].with_user(self.dispatcher_user)
        board = orders.get_board(first, first + timedelta(days=1))
        self.assertIn(night.id, [job["id"] for job in board["jobs"]])
        board = orders.get_board(
            first + timedelta(hours=2), first + timedelta(hours=20)
        )
        self.assertNotIn(night.id, [job["id"] for job in board["jobs"]])

    def test_the_board_is_a_screen_with_an_address(self):
        """DISP-10: the menu opens our own screen."""
        action = self.env.ref(
            "aftersales_service_timeline.aftersales_order_action_board"
        )
        self.assertEqual(action.tag, "aftersales_dispatch_board")
        self.assertEqual(action.path, "dispatch-board")
