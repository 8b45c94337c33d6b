from datetime import datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import ArgumentError, MissingError, TransitionError
from .common import AftersalesCommon


class PromiseCommon(AftersalesCommon):
    """Tickets under a policy of the test's own; times as on the wall in Shanghai."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.promises = cls.env["aftersales.commitment"]
        # Watches look at the promises of the test alone.
        cls.promises.search([("state", "=", "open")])._set_state("cancel")
        calendar = cls.company.resource_calendar_id
        calendar.attendance_ids.unlink()
        calendar.attendance_ids = [
            (
                0,
                0,
                {
                    "name": "Day",
                    "dayofweek": str(weekday),
                    "hour_from": 9,
                    "hour_to": 17,
                    "day_period": "full_day",
                },
            )
            for weekday in range(5)
        ]

    def _use(self, *rules, **values):
        """Put rules in the place of those of the test's policy."""
        self.policy.milestone_ids.unlink()
        self.policy.write({"milestone_ids": [(0, 0, rule) for rule in rules], **values})
        return self.policy.milestone_ids

    def _ticket(self, when, **values):
        with freeze_time(self._local(when)):
            return self._create_ticket(**values)

    def _promise(self, ticket, milestone):
        return ticket.commitment_ids.filtered(
            lambda promise: promise.milestone == milestone
        )

    def _due(self, promise):
        """Return the deadline on the wall in Shanghai."""
        return str(promise.deadline + timedelta(hours=8))

    def _watch(self, when):
        cron = self.env.ref("aftersales_service.ir_cron_watch_commitments")
        with freeze_time(self._local(when)), self.enter_registry_test_mode():
            self.assertIs(cron.sudo().method_direct_trigger(), True)
        self.env.invalidate_all()

    def _activities(self, document, kind):
        xmlid = f"aftersales_service.mail_activity_promise_{kind}"
        return document.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(xmlid)
        )


@tagged("post_install", "-at_install")
class TestPromiseTerms(PromiseCommon):
    """What counts, from when on, and how it reads."""

    def test_hot_14_clock_hours_and_office_hours(self):
        """HOT-14, AMB-58: 8 hours by the clock or of the office, and it shows."""
        [rule] = self._use({"milestone": "reply", "unit": "hours", "value": 8})
        promise = self._ticket("2026-03-02 10:00:00").commitment_ids
        self.assertEqual(self._due(promise), "2026-03-02 18:00:00")
        self.assertEqual(promise.hours_mode, "clock")
        self.assertEqual(promise.terms, "8 hours by the clock, day and night")
        rule.hours_mode = "office"
        later = self._ticket("2026-03-02 10:00:00").commitment_ids
        self.assertEqual(self._due(later), "2026-03-03 10:00:00")
        self.assertEqual(later.hours_mode, "office")
        self.assertEqual(later.terms, "8 office hours")
        # 50 % and 90 % of the office time, too.
        self.assertEqual(later.warn_on, self._local("2026-03-02 14:00:00"))
        self.assertEqual(later.final_warn_on, self._local("2026-03-03 09:12:00"))
        # What was promised before stays as it was.
        self.assertEqual(promise.hours_mode, "clock")
        self.assertEqual(self._due(promise), "2026-03-02 18:00:00")

    def test_amb_58_friday_evening(self):
        """AMB-58: Friday 17:00 is Saturday 01:00, in office hours Monday 17:00."""
        [rule] = self._use({"milestone": "reply", "unit": "hours", "value": 8})
        promise = self._ticket("2026-03-06 17:00:00").commitment_ids
        self.assertEqual(self._due(promise), "2026-03-07 01:00:00")
        rule.hours_mode = "office"
        promise = self._ticket("2026-03-06 17:00:00").commitment_ids
        self.assertEqual(self._due(promise), "2026-03-09 17:00:00")

    def test_hot_15_an_enquiry_is_answered_within_30_minutes(self):
        """HOT-15: answered at 10:31 is a breach by a minute, at 10:30 it is kept."""
        self._use({"milestone": "reply", "unit": "minutes", "value": 30})
        late, kept = (self._ticket("2026-03-02 10:00:00") for _n in range(2))
        with freeze_time(self._local("2026-03-02 11:00:00")):
            desk = late.with_user(self.dispatcher_user)
            desk.action_reply(self._local("2026-03-02 10:31:00"))
            kept.with_user(self.dispatcher_user).action_reply(
                self._local("2026-03-02 10:30:00")
            )
        self.assertEqual(late.commitment_ids.state, "missed")
        self.assertEqual(late.commitment_ids.clock, "late by 1 min")
        self.assertEqual(kept.commitment_ids.state, "met")

    def test_hot_12_three_working_days(self):
        """HOT-12: registered on Friday at 15:00, due at the end of Wednesday."""
        self._use({"milestone": "resolve", "unit": "working_days", "value": 3})
        promise = self._ticket("2026-03-06 15:00:00").commitment_ids
        self.assertEqual(self._due(promise), "2026-03-12 00:00:00")
        self.assertEqual(promise.due_on, self._local("2026-03-11 23:59:00"))
        self.assertIn("11", promise.due_text)
        self.assertIn("end of", promise.due_text)
        self.assertEqual(promise.terms, "3 working days of the company calendar")
        with freeze_time(self._local("2026-03-12 09:00:00")):
            promise.invalidate_recordset()
            self.assertEqual(promise.clock_state, "late")

    def test_disp_02_the_end_of_a_day_is_shown_as_that_day(self):
        """DISP-02: stored as 24:00 exactly, shown as the end of 2 March."""
        self._use({"milestone": "arrive", "unit": "end_of_day", "cutoff_hour": 17})
        promise = self._ticket("2026-03-02 09:00:00").commitment_ids
        shown = promise.with_user(self.dispatcher_user)
        self.assertEqual(str(promise.deadline), "2026-03-02 16:00:00")
        self.assertEqual(str(promise.due_on), "2026-03-02 15:59:00")
        self.assertEqual(shown.due_text, "end of 03/02/2026")
        self.assertEqual(shown.terms, "the same day, for reports until 17:00")
        self.dispatcher_user.tz = "Europe/Berlin"
        shown.invalidate_recordset()
        self.assertIn("(Asia/Shanghai)", shown.with_context(tz=False).due_text)

    def test_a_promise_says_why(self):
        """AMB-50: policy and version stand on the promise."""
        promise = self._ticket("2026-03-02 09:00:00").commitment_ids[0]
        self.assertEqual(promise.policy_version, self.policy.version)
        self.assertEqual(
            promise.reason_text,
            f"Policy “Test Policy”, version {self.policy.version}",
        )

    def test_amb_51_after_the_cut_off_the_next_day_counts(self):
        """AMB-51: a report at 17:01 counts from the morning, not a critical one."""
        self._use({"milestone": "arrive", "unit": "end_of_day", "cutoff_hour": 17})
        for time, priority, expected in [
            ("17:00:00", "1", "2026-03-03 00:00:00"),
            ("17:01:00", "1", "2026-03-04 00:00:00"),
            ("23:30:00", "2", "2026-03-04 00:00:00"),
            ("23:30:00", "3", "2026-03-03 00:00:00"),
        ]:
            with self.subTest(time=time, priority=priority):
                ticket = self._ticket(f"2026-03-02 {time}", priority=priority)
                self.assertEqual(self._due(ticket.commitment_ids), expected)
        self.policy.critical_ignores_cutoff = False
        ticket = self._ticket("2026-03-02 23:30:00", priority="3")
        self.assertEqual(self._due(ticket.commitment_ids), "2026-03-04 00:00:00")

    def test_amb_52_the_day_counts_from_the_report(self):
        """AMB-52: ordinary faults within the day of the report, not of the arrival."""
        self._use({"milestone": "resolve", "unit": "end_of_day"})
        promise = self._ticket("2026-03-02 09:00:00").commitment_ids
        self.promises._fulfil(
            promise.ticket_id, "arrive", self._local("2026-03-03 08:30:00")
        )
        self.assertEqual(self._due(promise), "2026-03-03 00:00:00")

    def test_disp_01_grace(self):
        """DISP-01: five minutes late is a breach, with a grace of five it is kept."""
        [rule] = self._use({"milestone": "arrive", "unit": "end_of_day"})
        agreed = self._local("2026-03-03 10:00:00")
        for grace, minutes, state in [
            (0, 5, "missed"),
            (5, 5, "met"),
            (5, 6, "missed"),
        ]:
            rule.grace_minutes = grace
            ticket = self._ticket("2026-03-02 09:00:00")
            with freeze_time(self._local("2026-03-02 10:00:00")):
                self.promises._reschedule(ticket, "arrive", agreed, "Agreed")
            self.promises._fulfil(ticket, "arrive", agreed + timedelta(minutes=minutes))
            with self.subTest(grace=grace, minutes=minutes):
                self.assertEqual(ticket.commitment_ids.state, state)

    def test_disp_12_the_original_promise_stays(self):
        """DISP-12: moved by us, twice: the first promise stays for reporting."""
        self._use({"milestone": "arrive", "unit": "end_of_day"})
        ticket = self._ticket("2026-03-02 09:00:00")
        for day, by in (("03", "us"), ("04", "customer")):
            with freeze_time(self._local("2026-03-02 10:00:00")):
                self.promises._reschedule(
                    ticket,
                    "arrive",
                    self._local(f"2026-03-{day} 10:00:00"),
                    "Apologised: road closed",
                    moved_by=by,
                )
        promise = ticket.commitment_ids
        self.assertEqual(self._due(promise), "2026-03-04 10:00:00")
        self.assertEqual(promise.original_deadline, self._local("2026-03-03 00:00:00"))
        self.assertEqual((promise.move_count, promise.moved_by), (2, "customer"))
        self.assertEqual(promise.terms, "appointment: Apologised: road closed")

    def test_amb_59_clocks_start_with_the_visit_and_the_sheet(self):
        """AMB-59, AMB-60: 24 h from the call, 12 h and 48 h from their stamps."""
        self._use(
            {"milestone": "commit", "unit": "hours", "value": 24},
            {
                "milestone": "return_sheet",
                "unit": "hours",
                "value": 12,
                "basis": "leave",
            },
            {"milestone": "resolve", "unit": "hours", "value": 48, "basis": "sheet"},
        )
        ticket = self._ticket("2026-03-02 14:00:00")
        order = self._create_order(ticket_id=ticket.id)
        self.assertEqual(ticket.commitment_ids.mapped("milestone"), ["commit"])
        left = self._local("2026-03-03 18:00:00")
        for _twice in range(2):
            self.promises._start_on(order, "leave", left)
        sheet = order.commitment_ids
        self.assertEqual(self._due(sheet), "2026-03-04 06:00:00")
        back = self._local("2026-03-04 05:00:00")
        for _twice in range(2):
            self.promises._fulfil(order, "return_sheet", back)
        self.assertEqual(sheet.state, "met")
        self.assertEqual(
            self._due(self._promise(ticket, "resolve")), "2026-03-06 05:00:00"
        )
        self.assertEqual(len(ticket.commitment_ids), 2)

    def test_a_public_holiday_is_no_working_time(self):
        """ESC-13: a closed afternoon takes office hours, a closed day a day."""
        self._use(
            {
                "milestone": "reply",
                "unit": "hours",
                "value": 8,
                "hours_mode": "office",
            },
            {"milestone": "resolve", "unit": "working_days", "value": 1},
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Afternoon off",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                # As typed: hr_holidays reads it on the calendar's clock.
                "date_from": datetime(2026, 3, 3, 13),
                "date_to": datetime(2026, 3, 3, 23, 59, 59),
            }
        )
        ticket = self._ticket("2026-03-02 15:00:00")
        reply = self._promise(ticket, "reply")
        # 2 h on Monday, 4 h on Tuesday morning, 2 h on Wednesday.
        self.assertEqual(self._due(reply), "2026-03-04 11:00:00")
        self.assertEqual(
            self._due(self._promise(ticket, "resolve")), "2026-03-04 00:00:00"
        )

    # -- clocks that stand still

    def test_waiting_for_the_customer_stops_the_clock(self):
        """ESC-07: with the policy's leave, the time left is left afterwards."""
        [rule] = self._use(
            {"milestone": "resolve", "unit": "hours", "value": 48, "may_pause": True}
        )
        ticket = self._ticket("2026-03-02 09:00:00").with_user(self.dispatcher_user)
        promise = ticket.commitment_ids
        with freeze_time(self._local("2026-03-05 09:00:00")):
            for _twice in range(2):
                ticket.action_wait_customer(
                    "Sends a photo", self._local("2026-03-03 09:00:00")
                )
        self.assertTrue(ticket.is_waiting)
        self.assertEqual(promise.clock_state, "paused")
        self._watch("2026-03-05 10:00:00")
        self.assertEqual(promise.state, "open")
        self.assertFalse(self._activities(ticket, "risk"))
        with freeze_time(self._local("2026-03-06 10:00:00")):
            for _twice in range(2):
                ticket.action_resume_clock(self._local("2026-03-06 09:00:00"))
        self.assertEqual(self._due(promise), "2026-03-07 09:00:00")
        self.assertEqual(promise.original_deadline, self._local("2026-03-04 09:00:00"))
        self.assertEqual(promise.paused_minutes, 3 * 24 * 60)
        self.assertTrue(rule.may_pause)

    def test_a_clock_that_may_not_stop_is_refused(self):
        """ESC-07: without the policy's leave, or for others than the desk."""
        self._use({"milestone": "resolve", "unit": "hours", "value": 48})
        ticket = self._ticket("2026-03-02 09:00:00")
        with freeze_time(self._local("2026-03-02 10:00:00")):
            with self.assertRaises(MissingError):
                ticket.with_user(self.dispatcher_user).action_wait_customer("Photo")
            with self.assertRaises(AccessError):
                ticket.with_user(self.technician_user).action_wait_customer("Photo")
            with self.assertRaises(AccessError):
                ticket.with_user(self.technician_user).action_resume_clock()
        self.assertFalse(ticket.is_waiting)

    # -- commitment of the desk

    def test_hot_13_the_commitment_keeps_its_24_hours(self):
        """HOT-13, ESC-04: due 24 h after the call, also when the manager takes over."""
        self._use({"milestone": "commit", "unit": "hours", "value": 24})
        ticket = self._ticket("2026-03-02 14:00:00")
        promise = ticket.commitment_ids
        with freeze_time(self._local("2026-03-03 14:30:00")):
            ticket.with_user(self.dispatcher_user).action_pass_on(
                "Needs a discount", self._local("2026-03-03 13:00:00")
            )
            self.assertEqual(ticket.user_id, self.head_user)
            self.assertEqual(self._due(promise), "2026-03-03 14:00:00")
            manager = ticket.with_user(self.head_user)
            manager.action_commit(
                "New door on Friday", self._local("2026-03-03 13:50:00")
            )
            manager.action_commit("Again", self._local("2026-03-03 13:55:00"))
        self.assertEqual(promise.state, "met")
        self.assertEqual(ticket.solution_commitment, "New door on Friday")
        self.assertEqual(ticket.committed_by_id, self.head_user)
        self.assertEqual(ticket.passed_by_id, self.dispatcher_user)
        passed = self.env.ref("aftersales_service.mail_activity_passed_on")
        self.assertEqual(
            ticket.activity_ids.filtered(
                lambda one: one.activity_type_id == passed
            ).user_id,
            self.head_user,
        )

    def test_hot_13_is_refused_to_others_and_without_words(self):
        """HOT-13: the desk commits, in words, while the case is open."""
        ticket = self._ticket("2026-03-02 14:00:00")
        with freeze_time(self._local("2026-03-02 15:00:00")):
            for user in (self.technician_user, self.hr_user, self.portal_user):
                for name in ("action_commit", "action_pass_on"):
                    with self.subTest(user=user.login), self.assertRaises(AccessError):
                        getattr(ticket.with_user(user), name)("x")
            desk = ticket.with_user(self.dispatcher_user)
            with self.assertRaises(ArgumentError):
                desk.action_commit(" ")
            with self.assertRaises(ArgumentError):
                desk.action_pass_on(None)
            ticket._close_as_solved(self._local("2026-03-02 14:30:00"))
            with self.assertRaises(TransitionError):
                desk.action_commit("x")

    def test_esc_04_the_desk_and_the_manager_are_warned_at_20_hours(self):
        """ESC-04: a warning to both at 20 of 24 hours, a breach at 24:00:01."""
        self._use(
            {
                "milestone": "commit",
                "unit": "hours",
                "value": 24,
                "final_warning_share": 100 * 20 / 24,
                "warn_head": True,
            }
        )
        assistant = self._create_employee("Assistant", self.dispatcher_user)
        ticket = self._ticket("2026-03-02 14:00:00", user_id=self.dispatcher_user.id)
        promise = ticket.commitment_ids
        self.assertEqual(promise.final_warn_on, self._local("2026-03-03 10:00:00"))
        self._watch("2026-03-03 09:59:00")
        self.assertEqual(self._activities(ticket, "risk").user_id, self.dispatcher_user)
        self._watch("2026-03-03 10:01:00")
        self._watch("2026-03-03 10:06:00")
        self.assertEqual(len(self._activities(ticket, "risk")), 3)
        self.assertIn(self.head_user, self._activities(ticket, "risk").user_id)
        self._watch("2026-03-03 14:00:00")
        self.assertEqual(promise.state, "open")
        self._watch("2026-03-03 14:00:01")
        self.assertEqual(promise.state, "missed")
        self.assertEqual(promise.responsible_id, assistant)
