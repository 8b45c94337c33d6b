from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    FactTimeError,
    FrozenFactError,
    GuardedFieldError,
    TransitionError,
)
from .field_common import FieldCommon


@tagged("post_install", "-at_install")
class TestCallbackRules(FieldCommon):
    """Which call-backs are owed, from when to when, and who makes them."""

    def _rule(self, trigger, **values):
        return self.env["aftersales.policy.callback"].create(
            {
                "policy_id": self.policy.id,
                "name": trigger,
                "trigger": trigger,
                "delay_hours": 0.0,
                "window_hours": 1.0,
                **values,
            }
        )

    def _owe(self, trigger, order=None, at=None, **values):
        """Return the call-back of an order under a rule of its own."""
        rule = self._rule(trigger, **values)
        order = order or self._create_order()
        made = self.env["aftersales.callback"]._create_for(
            order, {order.id: {trigger}}, at or self._at("15:00")
        )
        return made.filtered(lambda callback: callback.rule_id == rule)

    def _window(self, callback):
        return callback.opens_on, callback.due_on

    # -- windows

    def test_installation_is_called_a_day_after_until_that_day_ends(self):
        """CB-04, AMB-54: opens at +24 h, due at the end of that day."""
        callback = self._owe("installation", delay_hours=24.0, window_unit="end_of_day")
        self.assertEqual(
            self._window(callback),
            (self._local("2026-03-03 15:00"), self._local("2026-03-04 00:00")),
        )
        later = self._owe(
            "visit", delay_hours=24.0, window_unit="end_of_day", window_days=1
        )
        self.assertEqual(later.due_on, self._local("2026-03-05 00:00"))

    def test_two_weeks_and_three_days_are_calendar_days(self):
        """CB-07, CB-10, AMB-57: due at the end of the day, weekends counted."""
        at = self._local("2026-03-13 17:00")
        fortnight = self._owe(
            "repair", at=at, window_unit="calendar_days", window_days=14
        )
        self.assertEqual(fortnight.due_on, self._local("2026-03-28 00:00"))
        with freeze_time("2026-03-28 02:00:00"):
            fortnight.with_user(self.callback_user).action_record("satisfied")
        self.assertTrue(fortnight.is_late)
        days = self._owe("visit", window_unit="calendar_days", window_days=3)
        self.assertEqual(days.due_on, self._local("2026-03-06 00:00"))

    def test_working_days_as_a_setting(self):
        """AMB-57: with working days the weekend does not count."""
        at = self._local("2026-03-06 17:00")  # a Friday
        callback = self._owe("visit", at=at, window_unit="working_days", window_days=1)
        self.assertEqual(callback.due_on, self._local("2026-03-10 00:00"))

    def test_quiet_hours_over_midnight_and_at_midday(self):
        """CB-10, AMB-55: 12:30 waits for 14:00, 22:15 for the next morning."""
        self.policy.write(
            {"quiet_from": 21.0, "quiet_to": 9.0, "rest_from": 12.0, "rest_to": 14.0}
        )
        midday = self._owe("visit", at=self._at("12:30"))
        self.assertEqual(self._window(midday), (self._at("14:00"), self._at("15:00")))
        night = self._owe("repair", at=self._at("22:15"))
        self.assertEqual(night.opens_on, self._local("2026-03-03 09:00"))

    def test_quiet_hours_where_clocks_change(self):
        """CB-10: the morning after the change still begins at eight on the wall."""
        self.site.tz = "Europe/Berlin"
        self.policy.write({"quiet_from": 21.0, "quiet_to": 8.0})
        spring = self._owe("visit", at=self._local("2026-03-29 04:00"))  # 21:00 CET
        self.assertEqual(str(spring.opens_on), "2026-03-29 06:00:00")
        autumn = self._owe("repair", at=self._local("2026-10-25 05:00"))  # 23:00 CEST
        self.assertEqual(str(autumn.opens_on), "2026-10-25 07:00:00")

    def test_orders_fire_by_what_was_done(self):
        """CB-06, CB-07, CB-13: visit, repair, installation, and during the work."""
        rules = {
            trigger: self._rule(trigger)
            for trigger in ("visit", "repair", "installation", "started")
        }
        order = self._walk("on_site")
        self.assertEqual(order.sudo().callback_ids.rule_id, rules["started"])
        self.assertEqual(order.sudo().callback_ids.kind, "during")
        self._finish(order.with_user(self.technician_user), {})
        self.assertEqual(
            order.sudo().callback_ids.rule_id,
            rules["started"] | rules["visit"] | rules["repair"],
        )

    def test_members_are_all_called(self):
        """CB-10: rules for members reach members, whatever their tier."""
        rule = {"audience": "member", "window_unit": "calendar_days", "window_days": 3}
        self.assertFalse(self._owe("visit", **rule))
        self.customer.is_aftersales_member = True
        self.assertTrue(self._owe("repair", **rule))

    # -- sample

    def test_sample_of_a_month_is_exact_and_kept(self):
        """DISP-05: 20 % of 25 repair orders are 5 calls, drawn once, seed kept."""
        rule = self._rule("repair", share=20.0)
        orders = self.env["aftersales.order"].union(
            *(self._create_order() for _index in range(25))
        )
        callbacks = self.env["aftersales.callback"]
        triggers = {order.id: {"repair"} for order in orders}
        made = callbacks._create_for(orders[:11], triggers, self._at("15:00"))
        made |= callbacks._create_for(orders[11:], triggers, self._at("16:00"))
        self.assertEqual(len(made), 5)
        again = callbacks._create_for(orders, triggers, self._at("17:00"))
        self.assertFalse(again)
        sample = self.env["aftersales.callback.sample"].search(
            [("rule_id", "=", rule.id)]
        )
        self.assertEqual((sample.drawn, sample.chosen), (25, 5))
        self.assertEqual(sample.period, date(2026, 3, 1))
        self.assertEqual(len(sample.seed), 32)
        chosen = sample.draw_ids.filtered("is_chosen")
        self.assertEqual(set(chosen.mapped("document_id")), set(made.order_id.ids))
        with self.assertRaises(GuardedFieldError):
            sample.with_user(self.head_user).sudo().seed = "mine"
        with self.assertRaises(FrozenFactError):
            sample.draw_ids[0].is_chosen = True
        april = callbacks._create_for(
            self._create_order(), {}, self._local("2026-04-01 09:00")
        )
        self.assertFalse(april)

    def test_sample_begins_anew_each_month(self):
        """DISP-05: April has a seed of its own, by the company's calendar."""
        self._rule("repair", share=20.0)
        callbacks = self.env["aftersales.callback"]
        for text in ("2026-03-31 23:30", "2026-04-01 00:30"):
            order = self._create_order()
            callbacks._create_for(order, {order.id: {"repair"}}, self._local(text))
        samples = self.env["aftersales.callback.sample"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(
            set(samples.mapped("period")), {date(2026, 3, 1), date(2026, 4, 1)}
        )
        self.assertEqual(len(set(samples.mapped("seed"))), 2)

    def test_call_backs_of_many_orders_cost_the_same_queries(self):
        """DISP-05, CB-06: no query for each order of a batch."""
        self._rule("repair", share=50.0)
        self._rule("visit", user_id=self.callback_user.id)
        orders = self.env["aftersales.order"].union(
            *(self._create_order() for _index in range(24))
        )
        callbacks = self.env["aftersales.callback"]
        first, small, large = orders[:1], orders[1:4], orders[4:]
        counts = []
        for chunk in (first, small, large):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            triggers = {order.id: {"repair", "visit"} for order in chunk}
            callbacks._create_for(chunk, triggers, self._at("15:00"))
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLess(counts[2], counts[1] + 40, counts)

    # -- who calls

    def test_clerk_of_the_rule_calls_unless_at_work_on_the_order(self):
        """CB-04, CB-03: the clerk gets it, never who did the work."""
        callback = self._owe("visit", user_id=self.callback_user.id)
        self.assertEqual(callback.user_id, self.callback_user)
        self.assertFalse(callback.needs_caller)
        own = self._owe("repair", user_id=self.technician_user.id)
        self.assertFalse(own.user_id)
        self.assertTrue(own.needs_caller)
        told = own.sudo().activity_ids
        self.assertEqual(told.user_id, self.head_user)
        own.with_user(self.head_user).user_id = self.callback_user
        self.assertFalse(own.needs_caller)
        self.assertFalse(own.sudo().activity_ids)

    def _leave(self, user, first, last):
        employee = self._create_employee("Lin Yue", user)
        kind = self.env["hr.leave.type"].create(
            {"name": "Leave", "requires_allocation": False, "company_id": False}
        )
        leave = self.env["hr.leave"].create(
            {
                "employee_id": employee.id,
                "holiday_status_id": kind.id,
                "request_date_from": first,
                "request_date_to": last,
            }
        )
        leave.sudo().write({"state": "validate"})
        return leave

    def test_clerk_on_leave_is_replaced_by_deputy_or_head_appoints(self):
        """CB-04, ROLE-04: absent clerk: his deputy, else the head appoints."""
        self._leave(self.callback_user, "2026-03-02", "2026-03-06")
        callback = self._owe("visit", user_id=self.callback_user.id)
        self.assertFalse(callback.user_id)
        self.assertTrue(callback.needs_caller)
        self.assertEqual(callback.sudo().activity_ids.user_id, self.head_user)
        self.env["aftersales.deputy"].create(
            {
                "principal_id": self.callback_user.id,
                "deputy_id": self.dispatcher_user.id,
                "scope": "callbacks",
                "date_from": "2026-03-02",
                "date_to": "2026-03-06",
                "company_id": self.company.id,
            }
        )
        second = self._owe("repair", user_id=self.callback_user.id)
        self.assertEqual(second.user_id, self.dispatcher_user)

    def test_clerk_back_from_leave_calls_himself(self):
        """CB-04: leave that ends before the window does not matter."""
        self._leave(self.callback_user, "2026-02-23", "2026-02-27")
        callback = self._owe("visit", user_id=self.callback_user.id)
        self.assertEqual(callback.user_id, self.callback_user)

    def test_manager_calls_himself(self):
        """CB-09: the head's appraisal call is his, besides the desk's call."""
        order = self._walk("done")
        desk = self._owe("visit", order=order, at=self._at("11:15"))
        appraisal = self._owe(
            "installation", order=order, at=self._at("11:15"), caller="manager"
        )
        with self.assertRaises(AccessError):
            appraisal.with_user(self.callback_user).action_record("satisfied")
        with self.assertRaises(AccessError):
            appraisal.with_user(self.callback_user).action_take()
        desk.with_user(self.callback_user).action_record("satisfied")
        self.assertFalse(order.manager_grade)
        appraisal.with_user(self.head_user).action_record(
            "satisfied", note="Clean work", scores={"quality": 4}
        )
        self.assertEqual(order.manager_grade, "4")
        self.assertFalse(order.is_appraised)
        order.with_user(self.technician_user).action_self_assess("5")
        self.assertTrue(order.is_appraised)

    # -- attempts

    def test_calls_in_vain_queue_up_and_end(self):
        """CB-10: next attempt out of quiet hours; after the last: unreachable."""
        self.policy.write({"attempt_max": 3, "attempt_wait_hours": 2.0})
        callback = self._owe("visit").with_user(self.callback_user)
        with freeze_time(self._at("15:10")):
            callback.action_record("unreachable")
        self.assertEqual(callback.next_attempt_on, self._at("17:10"))
        due = self.env["aftersales.desk"].with_user(self.callback_user)
        with freeze_time(self._at("16:00")):
            self.assertNotIn(callback, due.create({}).callback_ids)
        with freeze_time(self._at("20:00")):
            self.assertIn(callback, due.create({}).callback_ids)
            callback.action_record("unreachable")
        self.assertEqual(callback.next_attempt_on, self._local("2026-03-03 08:00"))
        with freeze_time(self._local("2026-03-03 08:05")):
            callback.action_record("unreachable", note="Number out of use")
        self.assertEqual((callback.state, callback.result), ("done", "unreachable"))
        self.assertEqual(callback.attempt_count, 3)
        self.assertIn(self.head_user, callback.sudo().activity_ids.user_id)
        with self.assertRaises(TransitionError):
            callback.action_record("satisfied")

    def test_no_limit_of_attempts_as_a_setting(self):
        """CB-10: with 0 attempts at most the call stays owed."""
        self.policy.attempt_max = 0
        callback = self._owe("visit").with_user(self.callback_user)
        for _try in range(5):
            callback.action_record("unreachable")
        self.assertEqual(callback.state, "planned")

    def test_customer_is_called_at_the_time_agreed(self):
        """CB-10: a time agreed with the customer; never a past one."""
        callback = self._owe("visit").with_user(self.callback_user)
        agreed = self._local("2026-03-03 10:00")
        callback.action_postpone(str(agreed), "In a meeting")
        self.assertEqual(callback.next_attempt_on, agreed)
        with self.assertRaises(FactTimeError):
            callback.action_postpone(self._at("09:00"))
        with self.assertRaises(AccessError):
            callback.with_user(self.technician_user).action_postpone(str(agreed))
        with self.assertRaises(GuardedFieldError):
            callback.next_attempt_on = False
        callback.action_record("satisfied")
        with self.assertRaises(TransitionError):
            callback.action_postpone(str(agreed))

    def test_no_answer_does_not_move_the_deadline(self):
        """CB-10: attempts in vain do not make a late call early."""
        callback = self._owe("visit").with_user(self.callback_user)
        due = callback.due_on
        callback.action_record("unreachable")
        self.assertEqual(callback.due_on, due)
        self.assertLess(due, callback.next_attempt_on + timedelta(days=1))

    # -- merging

    def test_visit_fulfils_call_backs_only_as_a_setting(self):
        """CB-15: off by default; on, a visit by somebody else fulfils both."""
        for is_on in (False, True):
            self.policy.merge_visits = is_on
            owed = self._owe(
                "installation",
                at=self._local("2026-03-01 10:00"),
                window_unit="calendar_days",
                window_days=3,
            )
            visit = self._create_order(
                worker_ids=[(0, 0, {"employee_id": self.technician2.id})]
            )
            self.env["aftersales.callback"]._fulfil_by_visit(visit, self._at("16:00"))
            with self.subTest(is_on=is_on):
                self.assertEqual(owed.state, "done" if is_on else "planned")
        self.assertEqual(owed.visit_order_id, visit)
        own = self._owe("visit", window_unit="calendar_days", window_days=3)
        again = self._create_order()
        self.env["aftersales.callback"]._fulfil_by_visit(again, self._at("16:00"))
        self.assertEqual(own.state, "planned")
