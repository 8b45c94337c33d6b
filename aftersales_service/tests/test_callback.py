from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import (
    ArgumentError,
    FactTimeError,
    FrozenFactError,
    GuardedFieldError,
    TransitionError,
)
from .field_common import FieldCommon


@tagged("post_install", "-at_install")
class TestCallback(FieldCommon):
    """Work ends at 11:15; an unsure repair owes a call from 14:15 to 15:15."""

    def _rule(self, trigger, **values):
        return self.env["aftersales.policy.callback"].create(
            {
                "policy_id": self.policy.id,
                "name": trigger,
                "trigger": trigger,
                "delay_hours": 2.0,
                "window_hours": 1.0,
                **values,
            }
        )

    def _done_order(self, **findings):
        return self._walk("done", findings={"fix_confidence": "unsure", **findings})

    def _callback(self, **findings):
        """Return the call-back of an unsure repair, as another dispatcher sees it."""
        order = self._done_order(**findings)
        return order.sudo().callback_ids.with_user(self.callback_user)

    def _watch(self, clock):
        cron = self.env.ref("aftersales_service.ir_cron_watch_callbacks")
        with freeze_time(self._at(clock)), self.enter_registry_test_mode():
            self.assertIs(cron.sudo().method_direct_trigger(), True)
        self.env.invalidate_all()

    # -- birth

    def test_cb_03_unsure_repair_owes_a_call_after_three_hours(self):
        """CB-03: an unsure repair owes a call from +3 h, overdue after +4 h."""
        callback = self._callback()
        self.assertEqual(len(callback), 1)
        self.assertEqual(callback.opens_on, self._at("14:15"))
        self.assertEqual(callback.due_on, self._at("15:15"))
        self.assertEqual(callback.partner_id, self.customer)
        self.assertEqual(callback.round, 1)
        self.assertFalse(callback.user_id)

    def test_cb_02_only_a_test_run_not_made_triggers(self):
        """CB-02: a test run not made owes a call from +2 h; a passed one does not."""
        self._rule("no_test_run")
        self.assertFalse(self._done_order(fix_confidence="sure").sudo().callback_ids)
        order = self._done_order(fix_confidence="sure", test_run="no_time")
        self.assertEqual(order.sudo().callback_ids.opens_on, self._at("13:15"))

    def test_made_once_whatever_runs_twice(self):
        """CB-06: one call-back per order and rule, whatever runs twice."""
        order = self._done_order()
        callbacks = self.env["aftersales.callback"]
        self.assertFalse(callbacks._create_for(order, {order.id: {"unsure"}}))
        self.assertEqual(len(order.sudo().callback_ids), 1)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            callbacks.sudo()._unguarded().create(
                {
                    "order_id": order.id,
                    "rule_id": order.sudo().callback_ids.rule_id.id,
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "opens_on": self._at("10:00"),
                    "due_on": self._at("11:00"),
                }
            )

    def test_cb_10_quiet_hours_move_the_window(self):
        """CB-10, AMB-55: the window moves to the end of the quiet hours."""
        self.policy.write({"rest_from": 14.0, "rest_to": 14.5})
        callback = self._callback()
        self.assertEqual(callback.opens_on, self._at("14:30"))
        self.assertEqual(callback.due_on, self._at("15:30"))

    def test_audience_by_tier(self):
        """CB-10: rules for key customers leave general ones out."""
        self._rule("unsure", audience="key")
        self.assertEqual(len(self._done_order().sudo().callback_ids), 1)
        self.customer.aftersales_tier = "key"
        self.assertEqual(len(self._done_order().sudo().callback_ids), 2)

    # -- recording

    @freeze_time("2026-03-02 06:30:00")  # 14:30
    def test_cb_01_call_before_the_window_does_not_count(self):
        """CB-01: too early does not count, inside does."""
        callback = self._callback()
        with self.assertRaises(FactTimeError):
            callback.action_record("satisfied", at=self._at("12:00"))
        self.assertFalse(callback.attempt_ids)
        callback.action_record("satisfied", at=self._at("14:20"))
        self.assertEqual(callback.state, "done")
        self.assertEqual(callback.done_on, self._at("14:20"))
        self.assertFalse(callback.is_late)

    def test_cb_01_call_after_the_window_is_late(self):
        """CB-01: a minute after the window is late."""
        callback = self._callback()
        callback.action_record("satisfied", at=self._at("15:16"))
        self.assertEqual(callback.state, "done")
        self.assertTrue(callback.is_late)

    def test_answers_are_checked(self):
        """CB-12: average and dissatisfied need the aspect; nonsense is refused."""
        callback = self._callback()
        for arguments in (
            {"result": "splendid"},
            {"result": ["satisfied"]},
            {"result": "average"},
            {"result": "dissatisfied"},
            {"result": "satisfied", "note": 5},
            {"result": "satisfied", "scores": "5"},
            {"result": "satisfied", "scores": {"beauty": 5}},
            {"result": "satisfied", "scores": {"quality": 6}},
            {"result": "satisfied", "scores": {"quality": 0}},
            {"result": "satisfied", "scores": {"quality": True}},
            {"result": "average", "aspect": "weather"},
        ):
            with self.subTest(**arguments), self.assertRaises(ArgumentError):
                callback.action_record(**arguments)
        self.assertEqual(callback.state, "planned")
        callback.action_record(
            "average",
            note="Slow",
            scores={"quality": 5, "speed": 2},
            aspect="speed",
            request_key="k",
        )
        callback.action_record("average", aspect="speed", request_key="k")
        self.assertEqual(
            (callback.score_quality, callback.score_attitude, callback.score_speed),
            (5, 0, 2),
        )
        self.assertEqual(callback.aspect, "speed")
        self.assertEqual(len(callback.attempt_ids), 1)
        with self.assertRaises(TransitionError):
            callback.action_record("satisfied")

    def test_unreachable_is_an_attempt_only(self):
        """CB-10: nobody answered: the attempt is kept, the call stays owed."""
        callback = self._callback()
        callback.action_record("unreachable", note="Nobody answers")
        callback.action_record("unreachable")
        self.assertEqual(callback.attempt_count, 2)
        self.assertEqual(callback.state, "planned")
        self.assertFalse(callback.result)
        with self.assertRaises(FrozenFactError):
            callback.attempt_ids[0].sudo().note = "He did"

    def test_role_02_who_did_the_work_does_not_ask(self):
        """CB-03, ROLE-02: no worker of the order makes its call-back."""
        callback = self._callback()
        with self.assertRaises(AccessError):
            callback.with_user(self.technician_user).action_record("satisfied")
        # Even a technician who is a dispatcher too.
        self.technician_user.group_ids |= self.env.ref(
            "aftersales_service.group_dispatcher"
        )
        with self.assertRaises(AccessError):
            callback.with_user(self.technician_user).action_record("satisfied")
        with self.assertRaises(AccessError):
            callback.with_user(self.technician_user).action_take()
        with self.assertRaises(ValidationError):
            callback.user_id = self.technician_user
        callback.action_take()
        self.assertEqual(callback.user_id, self.callback_user)

    def test_guarded_and_private(self):
        """ROLE-03: calls alone write states and answers."""
        callback = self._callback()
        for values in (
            {"state": "done"},
            {"result": "satisfied"},
            {"due_on": self._at("20:00")},
            {"score_quality": 5},
            {"partner_id": self.customer2.id},
        ):
            with self.assertRaises(GuardedFieldError):
                callback.write(values)
        self.assertTrue(callback.with_user(self.technician_user).read(["state"]))
        for user in self.technician2_user, self.employee_user, self.portal_user:
            with self.assertRaises(AccessError):
                callback.with_user(user).read(["state"])
        for user in self.dispatcher_user, self.technician_user:
            with self.assertRaises(AccessError):
                callback.with_user(user).action_cancel("no")
        callback.with_user(self.head_user).action_cancel("Customer moved away")
        self.assertEqual(callback.state, "cancel")

    # -- dissatisfied

    def test_disp_06_dissatisfied_until_satisfied(self):
        """DISP-06, CB-03: rework, head as follower, second call, until satisfied."""
        callback = self._callback()
        callback.action_record("dissatisfied", "Leaks again", None, "quality")
        rework = callback.rework_order_id
        self.assertEqual(rework.service_type, "rework")
        self.assertEqual(rework.rework_of_id, callback.order_id)
        self.assertIn(self.head_user.partner_id, rework.sudo().message_partner_ids)
        self.assertIn(self.head_user, rework.sudo().activity_ids.user_id)
        # The rework owes a call again, although the technician is sure now.
        second = self.env["aftersales.callback"]._create_for(
            rework, {}, self._at("15:00")
        )
        self.assertEqual(second.order_id, rework)
        self.assertEqual(second.round, 2)
        self.assertEqual(second.rule_id, callback.rule_id)
        self.assertFalse(self.env["aftersales.callback"]._create_for(rework, {}))
        second.with_user(self.callback_user).action_record("satisfied")
        self.assertEqual(second.state, "done")
        self.assertFalse(second.rework_order_id)

    def test_dissatisfied_consultation_reopens_the_ticket(self):
        """CB-01, DISP-06: a consultation in vain sends somebody, and calls again."""
        self._rule("consultation")
        ticket = self._create_ticket(received_on=self._at("09:00"))
        desk = ticket.with_user(self.dispatcher_user)
        desk.action_resolve_remotely("Reset", at=self._at("10:00"))
        callback = ticket.callback_ids.with_user(self.callback_user)
        self.assertEqual(callback.opens_on, self._at("12:00"))
        callback.action_record("dissatisfied", aspect="quality", at=self._at("12:30"))
        self.assertFalse(ticket.closed)
        self.assertEqual(callback.rework_order_id, ticket.order_ids)
        self.assertEqual(ticket.resolution_path, "onsite")
        second = self.env["aftersales.callback"]._create_for(ticket.order_ids, {})
        self.assertEqual(second.round, 2)

    # -- merging

    def test_cb_17_one_call_fulfils_one_call_back(self):
        """CB-17, AMB-56: without merging a call fulfils the one it was made for."""
        self._rule("visit", name="Two weeks", delay_hours=0.0, window_hours=336.0)
        order = self._done_order()
        short, long = order.sudo().callback_ids.sorted("due_on")
        short.with_user(self.callback_user).action_record("satisfied")
        self.assertEqual((short.state, long.state), ("done", "planned"))

    def test_cb_17_merging_policy_fulfils_all_windows(self):
        """CB-17, AMB-56: with merging every due one whose window contains it."""
        self.policy.merge_callbacks = True
        self._rule("visit", name="Two weeks", delay_hours=0.0, window_hours=336.0)
        tomorrow = self._rule("visit", name="Tomorrow", delay_hours=24.0)
        order = self._done_order()
        callbacks = order.sudo().callback_ids
        short = callbacks.filtered(lambda one: one.rule_id.trigger == "unsure")
        short.with_user(self.callback_user).action_record(
            "satisfied", at=self._at("14:30")
        )
        waiting = callbacks.filtered(lambda one: one.state != "done")
        self.assertEqual(waiting.rule_id, tomorrow)

    # -- watch

    def test_cron_opens_and_marks_overdue_once(self):
        """CB-01, ESC-12: opened in time, overdue once, both on somebody's list."""
        callback = self._callback()
        callback.action_take()
        self._watch("14:00")
        self.assertEqual(callback.state, "planned")
        self._watch("14:16")
        self.assertEqual(callback.state, "open")
        self.assertEqual(callback.sudo().activity_ids.user_id, self.callback_user)
        self._watch("15:16")
        self._watch("15:30")
        self.assertEqual(callback.state, "missed")
        self.assertTrue(callback.is_late)
        told = callback.sudo().activity_ids.filtered(
            lambda activity: activity.user_id == self.head_user
        )
        self.assertEqual(len(told), 1)
        callback.action_record("satisfied", at=self._at("16:00"))
        self.assertEqual(callback.state, "done")
        self.assertFalse(callback.sudo().activity_ids)

    # -- dialog

    def test_dialog_records_in_one_screen(self):
        """CB-12, F50: one dialog from script to answer."""
        callback = self._callback()
        wizards = self.env["aftersales.callback.record"].with_user(self.callback_user)
        with Form(wizards.with_context(default_callback_id=callback.id)) as form:
            form.result = "dissatisfied"
            form.aspect = "attitude"
            form.score_attitude = "1"
            form.note = "Rude"
        action = form.save().action_confirm()
        self.assertEqual(callback.result, "dissatisfied")
        self.assertEqual(callback.score_attitude, 1)
        self.assertEqual(action["res_id"], callback.rework_order_id.id)
        self.assertLess(callback.done_on - self._at("20:00"), timedelta(seconds=1))
