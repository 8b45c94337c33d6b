from datetime import timedelta

from odoo import fields, models


class AftersalesCommitment(models.Model):
    """Who is told of a promise at risk or broken, and who next (ESC-12)."""

    _inherit = "aftersales.commitment"

    def _tell_warning(self):
        """Warn who answers for the promises, once (ESC-12).

        A watch that comes late warns only once, with the last word.
        """
        now = fields.Datetime.now()
        told = self.filtered(
            lambda promise: not promise.final_warn_on or promise.final_warn_on > now
        )
        told._tell(
            "aftersales_service.mail_activity_promise_risk",
            self.env._("Promise at risk"),
            lambda promise: promise._get_responsible().user_id,
        )
        self._unguarded().write({"warned_on": now})

    def _tell_final_warning(self):
        """Warn once more before the breach, the head too where the policy says so."""
        self._tell(
            "aftersales_service.mail_activity_promise_risk",
            self.env._("Promise about to break"),
            lambda promise: (
                promise._get_responsible().user_id
                | (
                    promise._get_head()
                    if promise._get_rule().warn_head
                    else self.env["res.users"]
                )
            ),
        )
        now = fields.Datetime.now()
        self._unguarded().write({"final_warned_on": now, "warned_on": now})

    def _tell_duty_officer(self):
        """Remind the duty officer of what breaks outside working time (AMB-58)."""
        told = self.filtered(lambda promise: promise._get_rule().warn_duty)
        told._tell(
            "aftersales_service.mail_activity_promise_risk",
            self.env._("Promise about to break outside working time"),
            lambda promise: promise.company_id._aftersales_get_recipients(
                "duty_officer", promise.ticket_id.team_id
            ),
        )
        told._unguarded().write({"duty_told_on": fields.Datetime.now()})

    def _tell_breach(self):
        """Tell who answers, the first step up and who else the policy names, once."""
        self._tell(
            "aftersales_service.mail_activity_promise_broken",
            self.env._("Promise broken"),
            lambda promise: (
                promise.responsible_id.user_id
                | promise._get_first_told()
                | promise._get_informed()
            ),
        )
        now = fields.Datetime.now()
        for promise in self._unguarded():
            steps = promise._get_steps()
            level = 1 if steps and not steps[0].hours else 0
            promise.write({"told_on": now, **promise._prepare_next_step(level, now)})

    def _tell_next_step(self):
        """Tell the next person up, while the promise is still not kept (ESC-12)."""
        pending = self.filtered(lambda promise: promise._is_still_owed())
        pending._tell(
            "aftersales_service.mail_activity_promise_broken",
            self.env._("Promise still broken"),
            lambda promise: promise._get_step_users(promise.escalation_level),
        )
        now = fields.Datetime.now()
        for promise in pending._unguarded():
            promise.write(promise._prepare_next_step(promise.escalation_level + 1, now))
        (self - pending)._unguarded().write({"escalate_on": False})

    def _is_still_owed(self):
        """Tell whether somebody still waits for what was promised."""
        self.ensure_one()
        if self.ticket_id:
            return not self.ticket_id.closed
        return self.order_id.state not in ("done", "closed", "cancel")

    def _get_steps(self):
        """Return the steps up that the policy has for this promise."""
        return self.policy_id.escalation_ids.sorted("sequence")

    def _get_first_told(self):
        """Return who is told at breach: the first step at once, else the head."""
        steps = self._get_steps()
        if not steps:
            return self._get_head()
        return self._get_step_users(0) if not steps[0].hours else self._get_head()[:0]

    def _get_step_users(self, level):
        """Return the users of one step up, in the order of the policy."""
        steps = self._get_steps()[level : level + 1]
        if steps.recipient == "responsible":
            return self.responsible_id.user_id
        return self.company_id._aftersales_get_recipients(
            steps.recipient, self.ticket_id.team_id
        )

    def _prepare_next_step(self, level, now):
        """Return the values that make the step after ``level`` steps due.

        :param int level: how many steps were told
        :param datetime now: when the last one was told
        """
        step = self._get_steps()[level : level + 1]
        wait = timedelta(hours=step.hours)
        waits = step and not self.fulfilled_on
        return {
            "escalation_level": level,
            "escalate_on": now + wait if waits else False,
        }

    def _tell_new_breach(self):
        """Tell the head that the promise made by exception is broken too, once."""
        self._tell(
            "aftersales_service.mail_activity_promise_broken",
            self.env._("New promise broken too"),
            lambda promise: promise._get_head(),
        )
        self._unguarded().write({"new_told_on": fields.Datetime.now()})

    def _get_head(self):
        """Return the head of department for this promise."""
        return self.company_id._aftersales_get_head(self.ticket_id.team_id)

    def _get_informed(self):
        """Return the users whom the policy wants told at breach."""
        return self._get_rule().inform_group_ids.all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )

    def _tell(self, activity_type, summary, get_users, note=""):
        """Raise one activity per promise and user, in one go.

        Who is absent is stood for by his deputy (ROLE-04).

        :param str activity_type: xmlid
        :param str summary: first words of what the activity says
        :param get_users: function returning the users for one promise; the head
            of department where there are none
        :param str note: what else there is to say
        """
        acting = self.env["aftersales.deputy"]._get_acting(
            "escalations", self.company_id
        )
        return self.env["mail.activity"]._aftersales_schedule(
            [
                (
                    promise._get_document(),
                    user,
                    f"{summary}: {promise.display_name} ({promise._format_due()})",
                )
                for promise in self.sudo()  # sudo: the users behind employees
                for user in acting.replace(
                    get_users(promise) or promise._get_head(), promise.company_id
                )
            ],
            activity_type,
            note=note,
        )
