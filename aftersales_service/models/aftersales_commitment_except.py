from odoo import models
from odoo.exceptions import AccessError

from ..arguments import as_text
from ..exceptions import ArgumentError, NotAllowedError, TransitionError
from .aftersales_fact_mixin import fact_action

ASKERS = "aftersales_service.group_technician,aftersales_service.group_dispatcher"


class AftersalesCommitment(models.Model):
    """Special circumstances: asked for by one, granted by another (AMB-53)."""

    _inherit = "aftersales.commitment"

    @fact_action(access="read")
    def action_ask_exception(self, reason, new_deadline, at=None, request_key=None):
        """Ask the head of department to excuse promises, with a new one.

        Technicians and dispatchers who see the promise.  Who asks cannot grant, and
        while his question waits nobody else asks in his place.

        :param str reason: special circumstances, in words
        :param new_deadline: the new promise proposed, naive UTC, after ``at``
        :param at: when it was asked; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise TransitionError: when a promise is neither running nor broken
        """
        if not self.env.user.has_groups(ASKERS):
            raise AccessError(
                self.env._("Only technicians and dispatchers ask for exceptions.")
            )
        reason = as_text(self.env, reason, self.env._("Reason"))
        new_deadline = self._as_new_deadline(new_deadline, at)
        self._check_unsettled()
        self._check_nobody_asked()
        fresh = self.filtered(
            lambda promise: (
                (promise.exception_asked_reason, promise.exception_asked_deadline)
                != (reason, new_deadline)
            )
        )
        fresh._ask_exception(reason, new_deadline, at)
        return self

    def _ask_exception(self, reason, new_deadline, at):
        """Put what is asked for on record, and tell the head."""
        # sudo: those who ask read promises, they do not write them
        self.sudo()._unguarded().write(
            {
                "exception_asked_by_id": self.env.uid,
                "exception_asked_on": at,
                "exception_asked_reason": reason,
                "exception_asked_deadline": new_deadline,
            }
        )
        self.env["aftersales.audit"]._log(
            self, "exception_asked", reason=reason, happened_on=at
        )
        self._tell(
            "aftersales_service.mail_activity_promise_exception",
            self.env._("Exception asked for"),
            lambda promise: promise._get_head(),
            note=reason,
        )

    def _check_nobody_asked(self):
        """Refuse to ask in the place of somebody whose question waits (AMB-53)."""
        asked = self.filtered(
            lambda promise: (
                promise.exception_asked_by_id
                and promise.exception_asked_by_id != self.env.user
            )
        )
        for promise in asked.sudo():  # sudo: his name
            raise TransitionError(
                self.env._(
                    "%(user)s asked for the exception to “%(promise)s” already. The "
                    "head of department decides about it.",
                    user=promise.exception_asked_by_id.name,
                    promise=promise.display_name,
                )
            )

    def _check_unsettled(self):
        """Refuse promises that are neither running nor broken."""
        closed = self.filtered(lambda promise: promise.state not in ("open", "missed"))
        if closed:
            raise TransitionError(
                self.env._(
                    "%s is settled: there is nothing to excuse.", closed[0].display_name
                )
            )

    def _as_new_deadline(self, value, at):
        """Return the new promise of an exception, after the exception itself."""
        value = value and self._parse_fact_time(value)
        if not value or value <= at:
            raise ArgumentError(
                self.env._("Give a new promise that lies after the exception.")
            )
        return value

    def _check_not_asker(self, user):
        """Refuse a user who asked for the exception himself (ROLE-02)."""
        own = self.filtered(lambda promise: promise.exception_asked_by_id == user)
        if own:
            raise NotAllowedError(
                self.env._(
                    "You asked for the exception to “%s” yourself. Another head of "
                    "department must grant it.",
                    own[0].display_name,
                )
            )

    @fact_action
    def action_except(self, reason, new_deadline, at=None, request_key=None):
        """Excuse a promise, with a reason and a new one (DEPOT-01).

        It then counts as excepted, never as met.  Only a head of department who
        does not answer for the work himself may do it (ROLE-02).

        :param str reason: special circumstances, in words
        :param new_deadline: the new promise, naive UTC, in the future of ``at``
        :param at: when it was granted; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise NotAllowedError: when the user answers for the work himself
        """
        if not self.env.user.has_group("aftersales_service.group_head"):
            raise AccessError(
                self.env._("Only a head of department may excuse a promise.")
            )
        reason = as_text(self.env, reason, self.env._("Reason"))
        new_deadline = self._as_new_deadline(new_deadline, at)
        self._check_not_involved(self.env.user)
        self._check_not_asker(self.env.user)
        self._set_state(
            "excepted",
            {
                "exception_reason": reason,
                "exception_by_id": self.env.uid,
                "new_deadline": new_deadline,
                "paused_on": False,
                "escalate_on": False,
            },
            reason=reason,
            happened_on=at,
        )
        return self

    def _check_not_involved(self, user):
        """Refuse a user who answers for one of these promises himself."""
        for promise in self.sudo():  # sudo: the users behind employees
            employees = promise.responsible_id | promise._get_responsible()
            employees |= promise.site_id.technician_id
            employees |= (promise.order_id | promise.ticket_id.order_ids).mapped(
                "worker_ids.employee_id"
            )
            if user in employees.user_id | promise.ticket_id.user_id:
                raise NotAllowedError(
                    self.env._(
                        "You answer for “%(promise)s” yourself. Ask another head "
                        "of department for the exception.",
                        promise=promise.display_name,
                    )
                )
