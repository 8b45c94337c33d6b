from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import ArgumentError, MissingError, TransitionError
from .field_common import FieldCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestVisitIncident(FieldCommon):
    """Late without notice, and what the house takes over."""

    def _late_order(self):
        order = self._order()
        order.action_schedule(self._at("09:30"), promised_start=self._at("09:30"))
        order.action_dispatch()
        field = order.with_user(self.technician_user)
        field.check_ids.action_answer(True)
        field.action_depart(self._at("09:00"))
        return order, field

    def _adjustments(self, order):
        return self.env["aftersales.adjustment"].search(
            [("source_model", "=", order._name), ("source_id", "=", order.id)]
        )

    def _alerts(self, order):
        kind = self.env.ref("aftersales_service.activity_incident")
        return order.activity_ids.filtered(lambda one: one.activity_type_id == kind)

    def test_disp_18_late_without_a_call_is_two_findings(self):
        """DISP-18: later than promised, nobody called: late, and no notice."""
        order, field = self._late_order()
        field.action_arrive(self._at("09:50"))
        self.assertTrue(order.is_late)
        self.assertTrue(order.is_no_notice)
        self.assertTrue(order.worker_ids.is_unannounced)

    def test_disp_18_a_call_ahead_leaves_one_finding(self):
        """DISP-18: who calls ahead is late, but not without notice."""
        order, field = self._late_order()
        field.action_call_ahead(self._at("09:20"))
        field.action_call_ahead(self._at("09:25"))
        field.action_arrive(self._at("09:50"))
        self.assertEqual(order.called_ahead_on, self._at("09:20"))
        self.assertTrue(order.is_late)
        self.assertFalse(order.is_no_notice)

    def test_disp_18_an_announced_delay_is_a_call(self):
        """DISP-18: a delay announced to the customer is no lack of notice."""
        order, field = self._late_order()
        with freeze_time(self._at("09:20")):
            field.action_announce_arrival(self._at("09:45"))
        field.action_arrive(self._at("09:50"))
        self.assertTrue(order.is_late)
        self.assertFalse(order.is_no_notice)

    def test_disp_18_in_time_is_no_finding(self):
        """DISP-18: who comes in time needs no call."""
        order, field = self._late_order()
        field.action_arrive(self._at("09:30"))
        self.assertFalse(order.is_late or order.is_no_notice)

    def test_disp_18_a_call_ahead_belongs_before_the_arrival(self):
        """DISP-18: not before the dispatch, not after the arrival, not by others."""
        for state in ("draft", "scheduled", "on_site", "done", "closed", "cancel"):
            with self.subTest(state), self.assertRaises(TransitionError):
                self._walk(state).action_call_ahead()
        order = self._walk("dispatched")
        with self.assertRaises(AccessError):
            order.with_user(self.technician2_user).action_call_ahead()

    def test_esc_07_an_incident_alerts_head_and_duty_manager_at_once(self):
        """DISP-22, ESC-07: critical alert to both, within the transaction."""
        self.company.aftersales_duty_manager_id = self.gm_user
        order = self._walk("on_site")
        order.with_user(self.technician_user).action_incident(
            "They keep our tools", at=self._at("10:00")
        )
        head = self.company._aftersales_get_head()
        self.assertEqual(self._alerts(order).user_id, head | self.gm_user)
        self.assertEqual(order.incident_reason, "They keep our tools")

    def test_esc_07_promises_stand_still_and_run_on(self):
        """ESC-07: the clock pauses; its deadline moves by the time it stood."""
        rule = self.policy.milestone_ids.filtered(
            lambda rule: rule.milestone == "resolve"
        )
        rule.write({"unit": "hours", "value": 24.0})
        ticket = self._ticket()
        order = self._walk("on_site", ticket_id=ticket.id)
        promise = ticket.commitment_ids.filtered(lambda one: one.milestone == "resolve")
        deadline = promise.deadline
        order.action_incident("Gate locked behind us", at=self._at("10:00"))
        self.assertEqual(promise.paused_on, self._at("10:00"))
        with (
            freeze_time(deadline + timedelta(hours=1)),
            self.enter_registry_test_mode(),
        ):
            self.env.ref(
                "aftersales_service.ir_cron_watch_commitments"
            ).method_direct_trigger()
        self.assertEqual(promise.state, "open")
        order.action_end_incident("Police came", at=self._at("13:00"))
        self.assertFalse(promise.paused_on)
        self.assertEqual(promise.deadline, deadline + timedelta(hours=3))
        self.assertEqual(promise.original_deadline, deadline)
        self.assertFalse(self._alerts(order))

    def test_esc_07_a_promise_kept_in_an_incident_is_measured_without_it(self):
        """ESC-07: what is kept while the clock stands is kept in time."""
        ticket = self._ticket()
        order = self._walk("dispatched", ticket_id=ticket.id)
        field = order.with_user(self.technician_user)
        promise = ticket.commitment_ids.filtered(lambda one: one.milestone == "arrive")
        promise._unguarded().deadline = self._at("09:30")
        field.check_ids.action_answer(True)
        field.action_depart(self._at("09:00"))
        field.action_incident("Road blocked by the crowd", at=self._at("09:10"))
        field.action_arrive(self._at("11:00"))
        self.assertEqual(promise.state, "met")

    def test_disp_22_no_fine_is_proposed_for_an_incident(self):
        """DISP-22: neither lateness, nor the call, nor the report is fined."""
        order, field = self._late_order()
        field.action_incident("Van stopped at the gate", at=self._at("09:20"))
        field.action_arrive(self._at("11:00"))
        self.assertFalse(order.is_late)
        field.action_leave(self._at("11:30"))
        office = order.with_user(self.dispatcher_user)
        office.write({"test_run": "no_time", "fix_confidence": "unsure"})
        office.action_refuse_signature("Nobody there", at=self._at("11:40"))
        office.action_done(self._at("11:45"))
        with self.assertRaises(MissingError):
            office.action_close()
        office.action_end_incident("Settled on the phone", at=self._at("12:00"))
        office.action_close()
        self.assertFalse(order.report_complete)
        self.assertFalse(self._adjustments(order))

    def test_disp_22_a_confirmed_delay_before_the_incident_costs_nothing(self):
        """DISP-22: the order is frozen for the figures of the technician."""
        order, field = self._late_order()
        field.action_arrive(self._at("09:50"))
        field.action_incident("Shouting and threats", at=self._at("10:00"))
        order.worker_ids.with_user(self.dispatcher_user).action_confirm_late("personal")
        self.assertFalse(self._adjustments(order))

    def test_disp_22_without_incident_the_same_facts_cost(self):
        """DISP-22: the same delay without an incident proposes its penalty."""
        order, field = self._late_order()
        field.action_arrive(self._at("09:50"))
        order.worker_ids.with_user(self.dispatcher_user).action_confirm_late("personal")
        self.assertEqual(self._adjustments(order).rule_id.code, "LATE")

    def test_incident_twice_wrong_state_wrong_person(self):
        """DISP-22: one alert however often it is pressed; wrong states refuse."""
        order = self._walk("on_site")
        field = order.with_user(self.technician_user)
        field.action_incident("Abuse", at=self._at("10:00"))
        field.action_incident("Abuse again", at=self._at("10:10"))
        self.assertEqual(order.incident_on, self._at("10:00"))
        self.assertEqual(len(self._alerts(order)), 1)
        with self.assertRaises(AccessError):
            field.action_end_incident("I settled it")
        with self.assertRaises(ArgumentError):
            order.action_end_incident(" ")
        order.action_end_incident("Settled", at=self._at("10:30"))
        order.action_end_incident("Settled twice", at=self._at("10:40"))
        self.assertEqual(order.incident_ended_on, self._at("10:30"))
        for state in ("draft", "scheduled", "closed", "cancel"):
            with self.subTest(state), self.assertRaises(TransitionError):
                self._walk(state).action_incident("Abuse")
        with self.assertRaises(TransitionError):
            self._walk("on_site").action_end_incident("Nothing was")

    def _remind(self, moment):
        cron = self.env.ref("aftersales_service.ir_cron_remind_incidents")
        with freeze_time(moment), self.enter_registry_test_mode():
            cron.sudo().method_direct_trigger()
        self.env.invalidate_all()

    def test_esc_07_an_incident_that_nobody_ends_comes_back(self):
        """ESC-07: the head hears again after each interval, in working time, once."""
        head = self.company._aftersales_get_head()
        order = self._walk("on_site")
        order.action_incident("They keep our tools", at=self._at("10:00"))
        first = self._alerts(order)
        self._remind("2026-03-03 01:30:00")  # 23.5 hours later
        self.assertEqual(self._alerts(order), first)
        self._remind("2026-03-03 03:00:00")
        again = self._alerts(order)
        self.assertEqual(again.user_id, head)
        self.assertNotEqual(again, first)
        self._remind("2026-03-03 04:00:00")
        self.assertEqual(self._alerts(order), again)
        self._remind("2026-03-03 19:00:00")  # night in Shanghai
        self.assertEqual(self._alerts(order), again)
        with freeze_time("2026-03-04 02:00:00"):
            order.action_end_incident("Police came")
        self._remind("2026-03-05 03:00:00")
        self.assertFalse(self._alerts(order))

    def test_esc_07_no_reminder_where_the_company_wants_none(self):
        """ESC-07: 0 hours: never."""
        self.company.aftersales_reminder_hours = 0
        order = self._walk("on_site")
        order.action_incident("They keep our tools", at=self._at("10:00"))
        first = self._alerts(order)
        self._remind("2026-03-05 03:00:00")
        self.assertEqual(self._alerts(order), first)
