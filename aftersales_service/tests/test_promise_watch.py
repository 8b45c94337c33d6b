from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .test_promise_terms import PromiseCommon


@tagged("post_install", "-at_install")
class TestPromiseWatch(PromiseCommon):
    """Warnings, breaches and steps up: once, in working time, to the right people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Somebody works at all hours, so that the times of the example hold.
        cls.company.resource_calendar_id.attendance_ids.unlink()
        cls.leader_user = cls._create_user("as_leader", "aftersales_service.group_head")
        cls.team.user_id = cls.dispatcher_user

    def _reply_rule(self, **values):
        return self._use(
            {"milestone": "reply", "unit": "hours", "value": 8, **values},
            escalation_ids=[
                (0, 0, {"sequence": 1, "recipient": "team_leader", "hours": 0}),
                (0, 0, {"sequence": 2, "recipient": "head", "hours": 4}),
                (0, 0, {"sequence": 3, "recipient": "quality_vp", "hours": 4}),
            ],
        )

    def test_esc_12_two_warnings(self):
        """ESC-12: 8 h from 10:00: warnings at 14:00 and 17:12, once each."""
        self._reply_rule()
        ticket = self._ticket("2026-03-02 10:00:00")
        promise = ticket.commitment_ids
        expected = []
        for time, user in [
            ("13:59:00", None),
            ("14:00:00", self.technician_user),
            ("17:11:00", None),
            ("17:12:00", self.technician_user),
            ("18:00:00", None),
        ]:
            self._watch(f"2026-03-02 {time}")
            self._watch(f"2026-03-02 {time}")
            with self.subTest(time):
                expected += [user.id] if user else []
                self.assertEqual(
                    self._activities(ticket, "risk").mapped("user_id.id"),
                    list(dict.fromkeys(expected)),
                )
                self.assertEqual(len(self._activities(ticket, "risk")), len(expected))
        self.assertEqual(promise.state, "open")

    def test_esc_12_breach_and_three_steps(self):
        """ESC-12: 8 h from 10:00: broken at 18:00, then three steps up."""
        self._reply_rule()
        ticket = self._ticket("2026-03-02 10:00:00")
        promise = ticket.commitment_ids
        self._watch("2026-03-02 18:01:00")
        self.assertEqual(promise.state, "missed")
        told = self.technician_user | self.team.user_id
        self.assertEqual(self._activities(ticket, "broken").user_id, told)
        for time, user in [
            ("22:00:00", None),
            ("22:02:00", self.company._aftersales_get_head(self.team)),
            ("23:59:00", None),
        ]:
            self._watch(f"2026-03-02 {time}")
            told |= user or told.browse()
            self.assertEqual(self._activities(ticket, "broken").user_id, told)
        for _twice in range(2):
            self._watch("2026-03-03 02:05:00")
        broken = self._activities(ticket, "broken")
        self.assertEqual(broken.user_id, told | self.quality_vp_user)
        self.assertEqual(len(broken), 4)
        self.assertFalse(promise.escalate_on)
        self.assertEqual(promise.responsible_id, self.technician)

    def test_steps_end_when_the_promise_is_kept_or_the_case_closed(self):
        """ESC-12: nobody further up is told of what is settled."""
        self._reply_rule()
        answered, closed = (self._ticket("2026-03-02 10:00:00") for _n in range(2))
        self._watch("2026-03-02 18:01:00")
        self.promises._fulfil(answered, "reply", self._local("2026-03-02 19:00:00"))
        with freeze_time(self._local("2026-03-02 19:00:00")):
            closed._close_as_solved(self._local("2026-03-02 19:00:00"))
        before = len((answered | closed).activity_ids)
        self._watch("2026-03-02 23:00:00")
        self.assertLessEqual(len((answered | closed).activity_ids), before)
        self.assertFalse((answered | closed).commitment_ids.filtered("escalate_on"))

    def test_people_are_told_in_working_time(self):
        """ESC-12: broken on Saturday, told on Monday; each step waits its hours."""
        self._reply_rule()
        self.company.resource_calendar_id.attendance_ids = [
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
        ticket = self._ticket("2026-03-07 10:00:00")
        self._watch("2026-03-07 18:30:00")
        self.assertEqual(ticket.commitment_ids.state, "missed")
        self.assertFalse(self._activities(ticket, "broken"))
        self._watch("2026-03-09 09:01:00")
        self.assertEqual(len(self._activities(ticket, "broken")), 2)
        self._watch("2026-03-09 12:00:00")
        self.assertEqual(len(self._activities(ticket, "broken")), 2)
        self._watch("2026-03-09 13:02:00")
        self.assertEqual(len(self._activities(ticket, "broken")), 3)

    def test_amb_58_the_duty_officer_is_reminded_at_night(self):
        """AMB-58: clock hours run at night, so the duty officer hears of it."""
        self._reply_rule(warn_duty=True)
        self.company.aftersales_duty_manager_id = self.gm_user
        self.company.resource_calendar_id.attendance_ids = [
            (
                0,
                0,
                {
                    "name": "Monday",
                    "dayofweek": "0",
                    "hour_from": 9,
                    "hour_to": 17,
                    "day_period": "full_day",
                },
            )
        ]
        ticket = self._ticket("2026-03-02 16:30:00")
        for _twice in range(2):
            self._watch("2026-03-02 23:50:00")
        self.assertEqual(self._activities(ticket, "risk").user_id, self.gm_user)
        self.assertEqual(len(self._activities(ticket, "risk")), 1)

    def test_grace_is_waited_for(self):
        """DISP-01: within its grace a promise is not broken."""
        self._reply_rule(grace_minutes=10)
        promise = self._ticket("2026-03-02 10:00:00").commitment_ids
        self._watch("2026-03-02 18:09:00")
        self.assertEqual(promise.state, "open")
        self._watch("2026-03-02 18:11:00")
        self.assertEqual(promise.state, "missed")

    # -- many at once

    def _many_tickets(self, count, received):
        """Return tickets received one second after the other: no two end at once."""
        return self.env["helpdesk.ticket"].create(
            [
                {
                    "name": f"Case {number}",
                    "site_id": self.site.id,
                    "team_id": self.team.id,
                    "description": "x",
                    "received_on": received + timedelta(seconds=number),
                }
                for number in range(count)
            ]
        )

    def _queries(self, count):
        """Return the queries of starting, moving, watching and keeping promises."""
        self.env.flush_all()
        spent = []

        def measure(function):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            result = function()
            self.env.flush_all()
            spent.append(self.env.cr.sql_log_count - before)
            return result

        def at(time):
            return self._local(f"2026-03-02 {time}")

        with freeze_time(at("10:00:00")):
            tickets = self._many_tickets(count, at("09:00:00"))
            promises = tickets.commitment_ids
            self.promises._cancel(tickets)
            made = measure(lambda: self.promises._start(tickets))
            self.assertEqual(len(made), count)
            self.assertEqual(len(set(made.mapped("deadline"))), count)
            measure(lambda: self.promises._pause(tickets, at("09:30:00")))
            measure(lambda: self.promises._resume(tickets, at("09:45:00")))
        with freeze_time(at("18:01:00")):
            half = tickets[: count // 2]
            measure(lambda: self.promises._fulfil(half, "reply", at("18:00:30")))
        with freeze_time(at("20:00:00")):
            waiting = self.promises.search(
                [("state", "=", "open"), ("ticket_id", "in", tickets.ids)]
            ).sudo()
            measure(waiting._breach)
            measure(waiting._tell_breach)
            measure(waiting._tell_next_step)
        self.assertTrue(promises)
        return spent

    def test_a_thousand_promises_cost_what_ten_do(self):
        """ESC-12, HOT-12: queries grow with rows written at most, a hundred a time."""
        self._reply_rule()
        self._queries(10)
        few, many = self._queries(10), self._queries(100)
        for step, (before, after) in enumerate(zip(few, many, strict=True)):
            with self.subTest(step=step, few=before, many=after):
                self.assertLessEqual(after, before + 12)


@tagged("post_install", "-at_install")
class TestDeputy(PromiseCommon):
    """ROLE-04: who stands for whom, and where it ends."""

    def _deputy(self, principal, deputy, user=None, **values):
        return (
            self.env["aftersales.deputy"]
            .with_user(user or principal)
            .create(
                {
                    "principal_id": principal.id,
                    "deputy_id": deputy.id,
                    "date_from": "2026-03-02",
                    "date_to": "2026-03-06",
                    "company_id": self.company.id,
                    **values,
                }
            )
        )

    def test_role_04_escalations_reach_the_deputy_on_his_days_only(self):
        """ROLE-04: warnings of 2 to 6 March go to the deputy, of other days not."""
        self._use({"milestone": "reply", "unit": "hours", "value": 2})
        self.site.technician_id = self.technician
        with freeze_time("2026-02-20 02:00:00"):
            self._deputy(
                self.technician_user,
                self.callback_user,
                user=self.head_user,
                scope="escalations",
            )
        for day, expected in [
            ("2026-02-27", self.technician_user),
            ("2026-03-02", self.callback_user),
            ("2026-03-06", self.callback_user),
            ("2026-03-09", self.technician_user),
        ]:
            ticket = self._ticket(f"{day} 09:00:00")
            self._watch(f"{day} 10:10:00")
            with self.subTest(day):
                self.assertEqual(self._activities(ticket, "risk").user_id, expected)
            self.promises._cancel(ticket)

    def test_role_04_call_backs_of_these_days_are_the_deputys(self):
        """ROLE-04: the assistant is off: call-backs go to the deputy on his days."""
        with freeze_time("2026-02-20 02:00:00"):
            self._deputy(
                self.callback_user,
                self.dispatcher_user,
                user=self.head_user,
                scope="callbacks",
            )
        order = self._create_order()
        rule = self.policy.callback_rule_ids
        for day, expected in [
            ("2026-03-03", self.dispatcher_user),
            ("2026-03-07", self.callback_user),
        ]:
            callback = (
                self.env["aftersales.callback"]
                ._unguarded()
                .create(
                    {
                        "order_id": order.id,
                        "rule_id": rule.copy({"name": day}).id,
                        "partner_id": self.customer.id,
                        "company_id": self.company.id,
                        "opens_on": f"{day} 02:00:00",
                        "due_on": f"{day} 03:00:00",
                        "user_id": self.callback_user.id,
                    }
                )
            )
            with freeze_time(f"{day} 02:05:00"):
                callback._open()
            with self.subTest(day):
                self.assertEqual(callback.user_id, expected)

    def test_role_04_only_the_right_people_appoint(self):
        """ROLE-04: oneself, a head his people, the general manager; never oneself."""
        with freeze_time("2026-02-20 02:00:00"):
            self._deputy(self.sales_vp_user, self.quality_vp_user)
            self._deputy(self.sales_vp_user, self.head_user, user=self.gm_user)
            self._deputy(self.dispatcher_user, self.callback_user, user=self.head_user)
            for principal, deputy, user in [
                (self.sales_vp_user, self.head_user, self.head_user),
                (self.sales_vp_user, self.quality_vp_user, self.head_user),
                (self.sales_vp_user, self.gm_user, self.gm_user),
                (self.head_user, self.callback_user, self.dispatcher_user),
                (self.dispatcher_user, self.head_user, self.head_user),
            ]:
                with (
                    self.subTest(principal=principal.login, user=user.login),
                    self.assertRaises(AccessError),
                ):
                    self._deputy(principal, deputy, user=user)
            for user in (self.technician_user, self.hr_user, self.employee_user):
                with self.assertRaises(AccessError):
                    self._deputy(user, self.head_user)
            with self.assertRaises(ValidationError):
                self._deputy(self.sales_vp_user, self.employee_user)

    def test_role_04_a_deputyship_in_force_is_frozen(self):
        """ROLE-04: what was in force stays on record; only its end still moves."""
        with freeze_time("2026-02-20 02:00:00"):
            deputy = self._deputy(self.sales_vp_user, self.quality_vp_user)
            deputy.date_from = "2026-03-01"
            self.assertEqual(deputy.status, "coming")
        with freeze_time("2026-03-03 02:00:00"):
            deputy.invalidate_recordset()
            self.assertEqual(deputy.status, "now")
            self.assertEqual(deputy.search([("status", "=", "now")]) & deputy, deputy)
            for vals in (
                {"deputy_id": self.gm_user.id},
                {"date_from": "2026-02-01"},
                {"date_to": "2026-03-01"},
                {"scope": "callbacks"},
            ):
                with self.subTest(vals), self.assertRaises(Exception) as caught:
                    deputy.write(vals)
                self.assertEqual(type(caught.exception).__name__, "FrozenFactError")
            deputy.date_to = "2026-03-03"
