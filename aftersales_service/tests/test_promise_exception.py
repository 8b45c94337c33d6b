from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import ArgumentError, NotEntitledError, TransitionError
from .test_promise_terms import PromiseCommon


@tagged("post_install", "-at_install")
class TestPromiseException(PromiseCommon):
    """Special circumstances: who asks, and who grants."""

    def _activities(self, ticket, kind):
        xmlid = f"aftersales_service.mail_activity_promise_{kind}"
        return ticket.activity_ids.filtered(
            lambda one: one.activity_type_id == self.env.ref(xmlid)
        )

    def test_amb_53_who_asks_does_not_grant(self):
        """AMB-53, ROLE-02: reason, approver who is not the asker, new promise."""
        promise = self._promise(self._ticket("2026-03-02 09:00:00"), "resolve")
        later = self._local("2026-03-20 17:00:00")
        other = self._create_user("as_head_b", "aftersales_service.group_head")
        with freeze_time(self._local("2026-03-03 09:00:00")):
            promise.with_user(self.head_user).action_ask_exception(
                "Flood", later, request_key="ask"
            )
            promise.with_user(self.head_user).action_ask_exception(
                "Flood", later, request_key="ask"
            )
            self.assertEqual(len(self._activities(promise.ticket_id, "exception")), 1)
            with self.assertRaises(NotEntitledError):
                promise.with_user(self.head_user).action_except("Flood", later)
            promise.with_user(other).action_except("Flood", later)
            with self.assertRaises(TransitionError):
                promise.with_user(self.dispatcher_user).action_ask_exception(
                    "Again", later
                )
        self.assertEqual(promise.state, "excepted")
        self.assertEqual(promise.exception_asked_by_id, self.head_user)
        self.assertEqual(promise.exception_by_id, other)

    def test_amb_53_asking_is_for_those_who_work_on_it(self):
        """AMB-53: bad input and other people are refused."""
        promise = self._promise(self._ticket("2026-03-02 09:00:00"), "resolve")
        later = self._local("2026-03-20 17:00:00")
        with freeze_time(self._local("2026-03-03 09:00:00")):
            for user in (self.hr_user, self.technician2_user, self.gm_user):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    promise.with_user(user).action_ask_exception("x", later)
            own = promise.with_user(self.technician_user)
            with self.assertRaises(ArgumentError):
                own.action_ask_exception("", later)
            with self.assertRaises(ArgumentError):
                own.action_ask_exception("x", "2020-01-01 00:00:00")
            own.action_ask_exception("Part from abroad", later)
        self.assertEqual(promise.exception_asked_deadline, later)

    def test_amb_53_nobody_asks_in_the_place_of_another(self):
        """AMB-53: a head who asked cannot let somebody else ask, to grant it then."""
        promise = self._promise(self._ticket("2026-03-02 09:00:00"), "resolve")
        later = self._local("2026-03-20 17:00:00")
        with freeze_time(self._local("2026-03-03 09:00:00")):
            promise.with_user(self.head_user).action_ask_exception("Flood", later)
            promise.with_user(self.head_user).action_ask_exception("Flood", later)
            self.assertEqual(len(self._activities(promise.ticket_id, "exception")), 1)
            with self.assertRaises(TransitionError):
                promise.with_user(self.dispatcher_user).action_ask_exception(
                    "Flood too", later
                )
            with self.assertRaises(NotEntitledError):
                promise.with_user(self.head_user).action_except("Flood", later)
        self.assertEqual(promise.exception_asked_by_id, self.head_user)
