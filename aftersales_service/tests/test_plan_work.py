from odoo import fields
from odoo.tests import freeze_time, tagged

from ..exceptions import ArgumentError, TransitionError
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestPlannedWork(PlanCommon):
    """How periods end: done, skipped, counted, overdue."""

    def test_the_work_done_fulfils_its_period(self):
        """INSP-01, INSP-09: the order done, the promise kept, on time."""
        order = self._visit(self._plan())
        self._fill(order)
        self._done(order)
        planned = order.sudo().occurrence_ids
        self.assertEqual(planned.state, "fulfilled")
        self.assertEqual(str(planned.fulfilled_on), "2026-03-02")
        self.assertTrue(planned.is_on_time)
        self.assertEqual(order.sudo().commitment_ids.state, "met")

    def test_a_cancelled_order_frees_its_period(self):
        """INSP-09: it is to plan again, and the head makes it anew or skips it."""
        made = self._generate(self._plan(), "2026-03-31")
        order = made.order_id
        order.with_user(self.dispatcher_user).action_cancel("Customer on holiday")
        self.assertEqual(made.state, "planned")
        self.assertFalse(made.order_id)
        made.with_user(self.head_user).action_generate()
        self.assertEqual(made.state, "generated")
        self.assertNotEqual(made.order_id, order)
        made.with_user(self.head_user).action_generate()  # twice is once
        made.with_user(self.head_user).action_skip("Not wanted this month")
        self.assertEqual(made.state, "skipped")
        self.assertEqual(made.order_id.state, "cancel")
        with self.assertRaises(TransitionError):
            made.with_user(self.head_user).action_generate()

    def test_work_under_way_is_not_skipped(self):
        """INSP-09: nor without a reason."""
        order = self._visit(self._plan())
        planned = order.sudo().occurrence_ids.with_user(self.head_user)
        with self.assertRaises(TransitionError):
            planned.action_skip("Never mind")
        with self.assertRaises(ArgumentError):
            planned.action_skip(" ")

    def test_overdue_work_that_nobody_planned_is_told_once(self):
        """INSP-01, ESC-12: the head gets one activity, in working time."""
        made = self._generate(self._plan(), "2026-03-31")
        made.order_id.with_user(self.dispatcher_user).action_cancel("Holiday")
        with freeze_time("2026-04-02 03:00:00"):
            cron = self.env.ref("aftersales_service.ir_cron_watch_planned_work")
            with self.enter_registry_test_mode():
                self.assertIs(cron.method_direct_trigger(), True)
                self.assertIs(cron.method_direct_trigger(), True)
            self.assertTrue(made.is_overdue)
            found = self.env["aftersales.plan.occurrence"].search(
                [("is_overdue", "=", True), ("id", "in", made.ids)]
            )
            self.assertEqual(found, made)
        activity = made.plan_id.activity_ids
        self.assertEqual(activity.user_id, self.head_user)
        self.assertEqual(len(activity), 1)

    def test_compliance_by_site_and_month(self):
        """INSP-07, VIS-01: by site, team and month; one of two on time is 50 %."""
        plan = self._plan()
        first, second = self._generate(plan, "2026-04-30")
        first._fulfil(self._day("2026-03-20"))
        with freeze_time("2026-05-04 04:00:00"):
            report = self.env["aftersales.plan.report"].with_user(self.head_user)
            (row,) = report._read_group(
                [("plan_id", "=", plan.id)],
                ["site_id"],
                ["owed:sum", "on_time:sum", "overdue:sum", "compliance:avg"],
            )
        self.assertEqual(row[1:], (2, 1, 1, 50.0))
        with freeze_time("2026-05-04 04:00:00"):
            by_team = report._read_group(
                [("plan_id", "=", plan.id)],
                ["team_id", "due_on:month"],
                ["compliance:avg"],
            )
        self.assertEqual({team for team, _month, _share in by_team}, {self.team})
        self.assertEqual([share for _team, _month, share in by_team], [100.0, 0.0])
        self.assertEqual(second.state, "generated")

    def test_an_action_opens_what_is_linked(self):
        """INSP-09: plans, periods and orders are one click apart."""
        plan = self._plan()
        made = self._generate(plan, "2026-03-31")
        site = self.site.with_user(self.dispatcher_user)
        self.assertEqual(site.plan_count, 1)
        self.assertEqual(site.action_open_plans()["res_model"], "aftersales.plan")
        self.assertEqual(
            made.order_id.action_open_plans()["domain"],
            [("order_id", "in", made.order_id.ids)],
        )
        self.assertEqual(made.action_open_document()["res_id"], made.order_id.id)
        self.assertEqual(fields.Date.to_string(made.order_id.plan_due_on), "2026-03-31")
