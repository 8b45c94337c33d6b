from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from .dispatch_common import DispatchCommon

MONDAY = date(2026, 3, 9)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-04 12:00:00")
class TestDispatchWeek(DispatchCommon):
    """The plan of the next week; it is Wednesday."""

    def _visit(self, day="2026-03-10", employee=None):
        """Return a visit planned for a day."""
        return self._order().action_schedule(
            self._local(f"{day} 10:00"), None, (employee or self.technician).id
        )

    def _plan(self, **values):
        """Return the plan that the technician writes."""
        return (
            self.env["aftersales.week.plan"]
            .with_user(self.technician_user)
            .create({"employee_id": self.technician.id, **values})
        )

    def _task(self, plan, task="Clean the van", day="2026-03-13"):
        return plan.line_ids.create({"plan_id": plan.id, "date": day, "task": task})

    def _remind(self, moment):
        cron = self.env.ref("aftersales_service.ir_cron_remind_week_plans")
        with freeze_time(moment), self.enter_registry_test_mode():
            self.assertIs(cron.method_direct_trigger(), True)

    def test_visits_of_the_week_stand_on_the_plan(self):
        """DISP-42: his own of that week alone; later ones are added once."""
        order = self._visit()
        self._visit("2026-03-16")
        self._visit(employee=self.technician2)
        plan = self._plan()
        self.assertEqual(plan.date_from, MONDAY)
        self.assertEqual(plan.line_ids.order_id, order)
        self.assertEqual(plan.line_ids.date, date(2026, 3, 10))
        second = self._visit("2026-03-15")
        plan.action_fill()
        plan.action_fill()
        self.assertEqual(plan.line_ids.order_id, order | second)
        self.assertEqual(plan.planned_count, 2)

    def test_the_head_approves_before_the_week(self):
        """DISP-42: submitted, approved, once each; then nothing changes."""
        plan = self._plan()
        with self.assertRaises(MissingError):
            plan.action_submit()
        line = self._task(plan)
        plan.action_submit()
        plan.action_submit()
        kind = self.env.ref("aftersales_service.activity_week_plan")
        self.assertEqual(plan.activity_ids.activity_type_id, kind)
        with self.assertRaises(FrozenFactError):
            line.task = "Something else"
        with self.assertRaises(FrozenFactError):
            self._task(plan)
        head = plan.with_user(self.head_user)
        head.action_approve()
        stamp = plan.approved_on
        head.action_approve()
        self.assertEqual((plan.state, plan.approved_on), ("approved", stamp))
        self.assertEqual(plan.approved_by_id, self.head_user)
        self.assertFalse(plan.is_late)
        self.assertFalse(plan.activity_ids)
        with self.assertRaises(TransitionError):
            head.action_return("Again")

    def test_the_head_returns_a_plan(self):
        """DISP-42: with what is to be planned differently."""
        plan = self._plan()
        self._task(plan)
        plan.action_submit()
        head = plan.with_user(self.head_user)
        with self.assertRaises(ArgumentError):
            head.action_return()
        head.head_note = "Visit Dali first"
        head.action_return()
        self.assertEqual(plan.state, "draft")
        self.assertEqual(plan.activity_ids.user_id, self.technician_user)
        self._task(plan, "Dali")
        plan.action_submit()

    def test_plans_refuse_others(self):
        """DISP-42: nobody writes a colleague's plan or approves his own."""
        plan = self._plan()
        self._task(plan)
        with self.assertRaises(AccessError):
            plan.with_user(self.technician2_user).read(["state"])
        with self.assertRaises(AccessError):
            plan.with_user(self.head_user).action_submit()
        plan.action_submit()
        for user in (self.dispatcher_user, self.technician_user, self.gm_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                plan.with_user(user).action_approve()
        with self.assertRaises(AccessError):
            plan.head_note = "Well done"
        self.technician_user.group_ids |= self.env.ref("aftersales_service.group_head")
        with self.assertRaises(NotEntitledError):
            plan.action_approve()
        with self.assertRaises(GuardedFieldError):
            plan.state = "approved"

    def test_a_week_begins_on_monday_and_has_one_plan(self):
        """DISP-42: one plan for each week; jobs lie in the week."""
        plan = self._plan()
        with self.assertRaises(ValidationError):
            self._task(plan, day="2026-03-16")
        with self.assertRaises(ValidationError):
            self._task(plan, task=" ")
        for monday in ("2026-03-09", "2026-03-10"):
            with (
                self.subTest(monday),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self._plan(date_from=monday)

    def test_planned_and_done_are_compared(self):
        """DISP-42: done as planned, left, done beside the plan."""
        order, left = self._visit("2026-03-09"), self._visit("2026-03-10")
        plan = self._plan()
        task, other = self._task(plan), self._task(plan, "Stock count")
        with self.assertRaises(TransitionError):
            task.action_tick()
        plan.action_submit()
        plan.with_user(self.head_user).action_approve()
        with self.assertRaises(TransitionError):
            plan.line_ids.filtered("order_id").action_tick()
        task.action_tick()
        task.action_tick()
        other.note = "Warehouse closed"
        beside = self._order()
        for done in order | beside:
            done._unguarded().done_on = self._local("2026-03-11 15:00")
            for state in ("scheduled", "done"):
                done._set_state(state) if done.state != state else None
        self.assertEqual(left.state, "scheduled")
        self.assertEqual((plan.planned_count, plan.done_count), (4, 2))
        self.assertEqual(plan.done_share, 50.0)
        self.assertEqual(plan.unplanned_count, 1)
        with self.assertRaises(GuardedFieldError):
            other.is_ticked = True

    def test_a_visit_done_a_week_later_is_not_as_planned(self):
        """DISP-42: the deviation stays, though the work is done."""
        order = self._visit("2026-03-09")
        plan = self._plan()
        order._unguarded().done_on = self._local("2026-03-17 15:00")
        order._set_state("done")
        self.assertEqual(plan.done_count, 0)

    def test_on_sunday_who_has_no_approved_plan_is_reminded_once(self):
        """DISP-42: the technician who has not submitted, the head of what waits."""
        plans = self.env["aftersales.week.plan"]
        submitted = self._plan()
        self._task(submitted)
        submitted.action_submit()
        submitted.activity_ids.unlink()
        domain = [("date_from", "=", MONDAY), ("company_id", "=", self.company.id)]
        self._remind("2026-03-07 12:00:00")  # Saturday
        self.assertEqual(plans.search(domain), submitted.sudo(True))
        self._remind("2026-03-08 05:00:00")  # Sunday, 13:00 in Shanghai
        self._remind("2026-03-08 09:00:00")
        missing = plans.search(domain) - submitted
        self.assertEqual(missing.employee_id, self.technician2)
        self.assertEqual(missing.activity_ids.user_id, self.technician2_user)
        self.assertEqual(len(missing.activity_ids), 1)
        self.assertEqual(
            submitted.activity_ids.user_id, self.company._aftersales_get_head()
        )
        self.assertEqual(len(submitted.activity_ids), 1)

    def test_a_company_may_do_without(self):
        """DISP-42: the setting of the company switches it off."""
        self.company.aftersales_week_plan = False
        plans = self.env["aftersales.week.plan"]
        self._remind("2026-03-08 09:00:00")
        self.assertFalse(plans.search([("company_id", "=", self.company.id)]))

    def test_approved_in_the_week_is_late(self):
        """DISP-42: a plan approved on Tuesday says so."""
        plan = self._plan()
        self._task(plan)
        plan.action_submit()
        with freeze_time("2026-03-10 02:00:00"):
            plan.with_user(self.head_user).action_approve()
        self.assertTrue(plan.is_late)
