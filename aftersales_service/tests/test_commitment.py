from datetime import datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import ArgumentError, GuardedFieldError, NotEntitledError
from .common import AftersalesCommon

MONDAY_NINE = "2026-03-02 01:00:00"  # 09:00 in Shanghai


@tagged("post_install", "-at_install")
class TestCommitment(AftersalesCommon):
    def _ticket(self, when=MONDAY_NINE, **values):
        with freeze_time(when):
            return self._create_ticket(**values)

    def _promise(self, ticket, milestone):
        return ticket.commitment_ids.filtered(
            lambda promise: promise.milestone == milestone
        )

    def _watch(self, when):
        cron = self.env.ref("aftersales_service.ir_cron_watch_commitments")
        with freeze_time(when), self.enter_registry_test_mode():
            self.assertIs(cron.sudo().method_direct_trigger(), True)
        self.env.invalidate_all()

    # -- start

    def test_disp_02_promises_of_the_policy_start_with_the_ticket(self):
        """DISP-02, DISP-01: the policy's promises start with the ticket."""
        ticket = self._ticket()
        self.assertEqual(
            {
                promise.milestone: str(promise.deadline)
                for promise in ticket.commitment_ids
            },
            {
                "reply": "2026-03-02 01:30:00",
                "arrive": "2026-03-02 16:00:00",  # midnight in Shanghai
                "resolve": "2026-03-05 16:00:00",
            },
        )
        self.assertEqual(str(ticket.next_deadline), "2026-03-02 01:30:00")

    def test_esc_13_same_day_is_the_sites_day_not_utcs(self):
        """ESC-13: the same day is the site's, not UTC's."""
        ticket = self._ticket("2026-03-01 23:30:00")  # 07:30 on 2 March, local
        self.assertEqual(
            str(self._promise(ticket, "arrive").deadline), "2026-03-02 16:00:00"
        )

    def test_hot_12_working_days_skip_weekend_and_public_holiday(self):
        """HOT-12, ESC-13: three working days skip weekend and holiday."""
        friday = "2026-03-06 07:00:00"
        ticket = self._ticket(friday)
        self.assertEqual(
            str(self._promise(ticket, "resolve").deadline), "2026-03-11 16:00:00"
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                # As typed: hr_holidays reads it on the calendar's clock.
                "date_from": datetime(2026, 3, 9),
                "date_to": datetime(2026, 3, 9, 23, 59, 59),
            }
        )
        ticket = self._ticket(friday)
        self.assertEqual(
            str(self._promise(ticket, "resolve").deadline), "2026-03-12 16:00:00"
        )

    def test_start_is_once_each(self):
        ticket = self._ticket()
        promises = self.env["aftersales.commitment"]
        self.assertFalse(promises._start(ticket))
        self.assertEqual(len(ticket.commitment_ids), 3)

    def test_nobody_writes_promises_by_hand(self):
        promise = self._promise(self._ticket(), "arrive")
        with self.assertRaises(GuardedFieldError):
            promise.with_user(self.head_user).deadline = datetime(2027, 1, 1)
        for user in self.dispatcher_user, self.technician_user:
            with self.assertRaises(GuardedFieldError):
                promise.with_user(user).write({"promised_to": "x"})
        with self.assertRaises(GuardedFieldError):
            promise.with_user(self.head_user).create({"milestone": "reply"})

    def test_orders_of_a_ticket_leave_the_promise_to_the_ticket(self):
        ticket = self._ticket()
        order = self._create_order(ticket_id=ticket.id)
        promises = self.env["aftersales.commitment"]
        self.assertFalse(promises._start(order))
        alone = self._create_order()
        self.assertEqual(
            set(promises._start(alone).mapped("milestone")), {"arrive", "resolve"}
        )

    # -- keep

    def test_disp_01_arrival_on_the_day_is_met_and_next_morning_is_not(self):
        """DISP-01: 17:50 is in time, 08:30 the next day is a breach."""
        kept, late = self._ticket(), self._ticket()
        promises = self.env["aftersales.commitment"]
        promises._fulfil(kept, "arrive", self._local("2026-03-02 17:50:00"))
        promises._fulfil(late, "arrive", self._local("2026-03-03 08:30:00"))
        self.assertEqual(self._promise(kept, "arrive").state, "met")
        self.assertEqual(self._promise(late, "arrive").state, "missed")
        self.assertEqual(
            self._promise(late, "arrive").fulfilled_on,
            self._local("2026-03-03 08:30:00"),
        )
        self.assertEqual(self._promise(late, "arrive").responsible_id, self.technician)

    def test_disp_02_one_second_after_midnight_is_late(self):
        """DISP-02: closed a second after midnight is a breach."""
        ticket = self._ticket()
        promise = self._promise(ticket, "arrive")
        other = self._promise(self._ticket(), "arrive")
        promises = self.env["aftersales.commitment"]
        promises._fulfil(ticket, "arrive", promise.deadline)
        self.assertEqual(promise.state, "met")
        promises._fulfil(
            other.ticket_id, "arrive", other.deadline + timedelta(seconds=1)
        )
        self.assertEqual(other.state, "missed")

    def test_disp_01_appointment_replaces_the_deadline_on_the_record(self):
        """DISP-01, AMB-50, DISP-12: an agreed time replaces the deadline, on record."""
        ticket = self._ticket()
        order = self._create_order(ticket_id=ticket.id)
        agreed = self._local("2026-03-03 10:00:00")
        promises = self.env["aftersales.commitment"]
        with freeze_time("2026-03-02 02:00:00"):
            moved = promises._reschedule(order, "arrive", agreed, "Agreed with Ms Li")
        promise = self._promise(ticket, "arrive")
        self.assertEqual(moved, promise)
        self.assertEqual(promise.deadline, agreed)
        self.assertEqual(str(promise.original_deadline), "2026-03-02 16:00:00")
        self.assertEqual(promise.promised_to, "Agreed with Ms Li")
        trail = self.env["aftersales.audit"].search(
            [("model", "=", promise._name), ("res_id", "=", promise.id)], limit=1
        )
        self.assertEqual(trail.event, "rescheduled")
        self.assertEqual(trail.detail["deadline_before"], "2026-03-02 16:00:00")
        promises._fulfil(order, "arrive", agreed + timedelta(minutes=5))
        self.assertEqual(promise.state, "missed")
        self.assertEqual(promise.clock, "late by 5 min")

    def test_appointment_does_not_heal_a_broken_promise(self):
        """DISP-12: an appointment does not heal a broken promise."""
        ticket = self._ticket()
        order = self._create_order(ticket_id=ticket.id)
        agreed = self._local("2026-03-04 10:00:00")
        with freeze_time("2026-03-03 02:00:00"):
            made = self.env["aftersales.commitment"]._reschedule(
                order, "arrive", agreed, "Agreed too late"
            )
        self.assertEqual(self._promise(ticket, "arrive").state, "missed")
        self.assertEqual(made.order_id, order)
        self.assertEqual(made.deadline, agreed)

    def test_fact_entered_late_shows_the_promise_was_kept(self):
        ticket = self._ticket()
        self._watch("2026-03-02 16:30:00")
        promise = self._promise(ticket, "arrive")
        self.assertEqual(promise.state, "missed")
        self.env["aftersales.commitment"]._fulfil(
            ticket, "arrive", self._local("2026-03-02 15:00:00")
        )
        self.assertEqual(promise.state, "met")
        self.assertFalse(promise.responsible_id)

    # -- exception

    def test_depot_01_exception_by_a_head_reports_as_excepted(self):
        """AMB-53: an exception with reason and new promise counts as excepted."""
        ticket = self._ticket()
        promise = self._promise(ticket, "resolve").with_user(self.head_user)
        later = datetime(2026, 3, 20, 16)
        with freeze_time("2026-03-03 02:00:00"):
            promise.action_except("Flood", later, request_key="e")
            promise.action_except("Flood", later, request_key="e")
        self.assertEqual(promise.state, "excepted")
        self.assertEqual(promise.exception_by_id, self.head_user)
        self.assertEqual(promise.new_deadline, later)
        self.env["aftersales.commitment"]._fulfil(
            ticket, "resolve", datetime(2026, 3, 19)
        )
        self.assertEqual(promise.state, "excepted")
        self.assertEqual(promise.fulfilled_on, datetime(2026, 3, 19))

    def test_role_02_exception_is_refused(self):
        """ROLE-02, AMB-53: who answers for it, or is no head, cannot excuse it."""
        ticket = self._ticket()
        promise = self._promise(ticket, "resolve")
        later = datetime(2027, 3, 20, 16)
        for user in self.dispatcher_user, self.technician_user, self.gm_user:
            with self.assertRaises(AccessError):
                promise.with_user(user).action_except("x", later)
        own = promise.with_user(self.head_user)
        with self.assertRaises(ArgumentError):
            own.action_except(" ", later)
        with self.assertRaises(ArgumentError):
            own.action_except("x", None)
        with self.assertRaises(ArgumentError):
            own.action_except("x", "2020-01-01 00:00:00")
        self.site.technician_id = self._create_employee("Head", self.head_user)
        with self.assertRaises(NotEntitledError):
            own.action_except("x", later)

    # -- watch

    def test_esc_12_warning_and_breach_raise_one_activity_once(self):
        """ESC-12: warned and told once; the responsible person is frozen."""
        ticket = self._ticket()
        promise = self._promise(ticket, "arrive")

        def activities(kind):
            return ticket.activity_ids.filtered(
                lambda activity: (
                    activity.activity_type_id
                    == self.env.ref(f"aftersales_service.mail_activity_promise_{kind}")
                    and promise.display_name in activity.summary
                )
            )

        # The reply is answered, so that only the arrival is watched.
        self.env["aftersales.commitment"]._fulfil(
            ticket, "reply", datetime(2026, 3, 2, 1, 10)
        )
        self._watch("2026-03-02 08:20:00")  # 16:20, before the half of the time
        self.assertFalse(activities("risk"))
        self._watch("2026-03-02 08:31:00")
        self._watch("2026-03-02 08:40:00")
        self.assertEqual(activities("risk").user_id, self.technician_user)
        self.assertEqual(len(activities("risk")), 1)
        # Broken at midnight: on record at once, told in working time.
        self._watch("2026-03-02 16:10:00")
        self.assertEqual(promise.state, "missed")
        self.assertEqual(promise.breached_on, promise.deadline)
        self.assertEqual(promise.responsible_id, self.technician)
        self.assertFalse(activities("broken"))
        self._watch("2026-03-03 01:10:00")
        self._watch("2026-03-03 01:20:00")
        self.assertEqual(
            activities("broken").user_id, self.technician_user | self.head_user
        )
        self.assertEqual(len(activities("broken")), 2)
        self.site.technician_id = self.technician2
        self.assertEqual(promise.responsible_id, self.technician)

    def test_new_promise_of_an_exception_is_watched_too(self):
        ticket = self._ticket()
        promise = self._promise(ticket, "resolve")
        with freeze_time("2026-03-03 02:00:00"):
            promise.with_user(self.head_user).action_except(
                "Flood", "2026-03-09 02:00:00"
            )
        self._watch("2026-03-09 03:00:00")
        self._watch("2026-03-09 03:10:00")
        self.assertEqual(promise.state, "excepted")
        self.assertTrue(promise.new_told_on)
        told = ticket.activity_ids.filtered(
            lambda activity: "New promise" in activity.summary
        )
        self.assertEqual(told.user_id, self.head_user)
        self.assertEqual(len(told), 1)

    def test_watch_costs_the_same_queries_for_many(self):
        def breach_queries(count):
            with freeze_time(MONDAY_NINE):
                tickets = self.env["helpdesk.ticket"].create(
                    [
                        {
                            "name": f"Case {number}",
                            "site_id": self.site.id,
                            "team_id": self.team.id,
                        }
                        for number in range(count)
                    ]
                )
            promises = self.env["aftersales.commitment"].browse(
                tickets.commitment_ids.ids
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with freeze_time("2026-03-10 02:00:00"):
                promises.sudo()._breach()
                promises.sudo()._tell_breach()
                self.env.flush_all()
            return self.env.cr.sql_log_count - before

        breach_queries(2)
        few = breach_queries(2)
        many = breach_queries(20)
        self.assertLessEqual(many, few + 5)

    def test_visibility_by_role(self):
        ticket = self._ticket()
        promise = self._promise(ticket, "arrive")
        for user in self.technician_user, self.dispatcher_user, self.head_user:
            self.assertTrue(promise.with_user(user).read(["deadline"]))
        for user in self.technician2_user, self.employee_user, self.portal_user:
            with self.assertRaises(AccessError):
                promise.with_user(user).read(["deadline"])
