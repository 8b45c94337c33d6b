from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import FrozenFactError, MissingError
from .field_common import FieldCommon
from .test_promise_terms import PromiseCommon


@tagged("post_install", "-at_install")
class TestPromiseReport(PromiseCommon):
    """How many promises were kept."""

    def _rates(self):
        self.env.flush_all()
        report = self.env["aftersales.commitment.report"].with_user(self.head_user)
        [row] = report._read_group(
            [("policy_id", "=", self.policy.id), ("milestone", "=", "reply")],
            [],
            ["__count", "kept_rate:avg", "kept_first_rate:avg", "moves:sum"],
        )
        return row

    def test_disp_12_the_rate_counts_neither_cancelled_nor_running(self):
        """DISP-12: kept of kept and missed; the first promise has its own rate."""
        self._use({"milestone": "reply", "unit": "hours", "value": 2})
        tickets = [self._ticket("2026-03-02 10:00:00") for _n in range(6)]
        kept, late, moved, void, excused, _running = tickets
        promises = self.promises
        promises._fulfil(kept, "reply", self._local("2026-03-02 11:00:00"))
        promises._fulfil(late, "reply", self._local("2026-03-02 15:00:00"))
        with freeze_time(self._local("2026-03-02 10:30:00")):
            promises._reschedule(
                moved, "reply", self._local("2026-03-02 17:00:00"), "x", moved_by="us"
            )
            excused.commitment_ids.with_user(self.head_user).action_except(
                "Flood", self._local("2026-03-05 10:00:00")
            )
        promises._fulfil(moved, "reply", self._local("2026-03-02 16:00:00"))
        promises._cancel(void)
        count, rate, first_rate, moves = self._rates()
        self.assertEqual(count, 5)
        self.assertAlmostEqual(rate, 200 / 3)
        self.assertAlmostEqual(first_rate, 100 / 3)
        self.assertEqual(moves, 1)

    def test_the_report_is_for_heads_and_the_board(self):
        """ROLE-03: others do not read how promises were kept."""
        for user in (self.dispatcher_user, self.technician_user, self.hr_user):
            report = self.env["aftersales.commitment.report"].with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                report.search([])


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestLateArrivals(FieldCommon):
    """Late arrivals in a list, confirmed in a press."""

    def _late(self, reason=None):
        order = self._order()
        order.action_schedule(self._at("10:00"), promised_start=self._at("10:00"))
        order.action_dispatch()
        order = order.with_user(self.technician_user)
        order.action_depart(self._at("09:00"))
        order.action_arrive(self._at("10:20"))
        worker = order.worker_ids
        if reason:
            order.action_report_late(reason)
        return worker.with_user(self.dispatcher_user)

    def test_the_list_shows_minutes_and_confirms_what_was_reported(self):
        """DISP-01: minutes late, the reason given, and one press to confirm it."""
        worker = self._late("traffic")
        action = self.env.ref("aftersales_service.aftersales_order_action_late")
        found = worker.search([("is_late", "=", True)])
        self.assertIn(worker, found)
        self.assertEqual(action.res_model, "aftersales.order.worker")
        self.assertEqual(worker.late_minutes, 20)
        worker.action_confirm_reported()
        self.assertEqual(worker.late_reason_confirmed, "traffic")
        self.assertEqual(worker.late_confirmed_by_id, self.dispatcher_user)
        with self.assertRaises(FrozenFactError):
            worker.action_confirm_reported()
        self.assertEqual(worker.action_open_order()["res_model"], "aftersales.order")

    def test_what_nobody_reported_needs_a_choice(self):
        """DISP-01: no reason given, nothing to confirm; the worker confirms nothing."""
        worker = self._late()
        with self.assertRaises(MissingError):
            worker.action_confirm_reported()
        action = worker.action_open_confirm_late()
        self.assertEqual(action["context"]["default_worker_id"], worker.id)
        with self.assertRaises(AccessError):
            worker.with_user(self.technician_user).action_confirm_reported()
