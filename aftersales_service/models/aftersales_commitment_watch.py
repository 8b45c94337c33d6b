from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..arguments import as_text
from ..exceptions import ArgumentError, NotEntitledError
from .aftersales_fact_mixin import fact_action

# Promises that the desk keeps; the others are kept in the field.
DESK_MILESTONES = frozenset({"reply", "commit"})
RUNNING_ORDER_STATES = ("draft", "scheduled", "dispatched", "on_site")


class AftersalesCommitment(models.Model):
    """Who answers for a promise: warnings, breaches and exceptions."""

    _name = "aftersales.commitment"
    _inherit = ["aftersales.commitment", "aftersales.watch.mixin"]

    # -- exception

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
        :raise NotEntitledError: when the user answers for the work himself
        """
        if not self.env.user.has_group("aftersales_service.group_head"):
            raise AccessError(
                self.env._("Only a head of department may excuse a promise.")
            )
        reason = as_text(self.env, reason, self.env._("Reason"))
        new_deadline = new_deadline and self._parse_fact_time(new_deadline)
        if not new_deadline or new_deadline <= at:
            raise ArgumentError(
                self.env._("Give a new promise that lies after the exception.")
            )
        self._check_not_involved(self.env.user)
        self._set_state(
            "excepted",
            {
                "exception_reason": reason,
                "exception_by_id": self.env.uid,
                "new_deadline": new_deadline,
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
                raise NotEntitledError(
                    self.env._(
                        "You answer for “%(promise)s” yourself. Ask another head "
                        "of department for the exception.",
                        promise=promise.display_name,
                    )
                )

    # -- breach

    def _get_responsible(self):
        """Return the employee who answers for this promise, as of now.

        The desk's promises: whom the ticket is assigned to.  The field's: the
        lead of the order, else the responsible technician of the site.
        """
        self.ensure_one()
        promise = self.sudo()  # sudo: the employees behind users
        if promise.milestone in DESK_MILESTONES and promise.ticket_id.user_id:
            employees = promise.ticket_id.user_id.employee_ids
            own = employees.filtered(lambda one: one.company_id == promise.company_id)
            return own[:1] or promise.site_id.technician_id
        orders = promise.order_id or promise.ticket_id.order_ids.filtered(
            lambda order: order.state in RUNNING_ORDER_STATES
        )
        workers = orders.sorted("id")[-1:].worker_ids
        lead = workers.filtered(lambda worker: worker.role == "lead").employee_id
        return lead[:1] or promise.site_id.technician_id

    def _breach(self):
        """Mark running promises broken and freeze who answers for them."""
        for (deadline, responsible), promises in self.grouped(
            lambda promise: (promise.deadline, promise._get_responsible())
        ).items():
            promises._set_state(
                "missed",
                {"breached_on": deadline, "responsible_id": responsible.id},
                happened_on=deadline,
            )

    # -- watch

    @api.model
    def _cron_watch(self):
        """Mark broken promises, and tell people about those at risk or broken."""
        now = fields.Datetime.to_string(fields.Datetime.now())
        self._watch([("state", "=", "open"), ("deadline", "<", now)], "_breach")
        # People are told in working time only; the promise breaks when it breaks.
        companies = self._get_watched_companies()._aftersales_at_work()
        at_work = ("company_id", "in", companies.ids)
        self._watch(
            [
                ("state", "=", "open"),
                ("warned_on", "=", False),
                ("warn_on", "<=", now),
                at_work,
            ],
            "_tell_warning",
        )
        self._watch(
            [("state", "=", "missed"), ("told_on", "=", False), at_work],
            "_tell_breach",
        )
        self._watch(
            [
                ("state", "=", "excepted"),
                ("fulfilled_on", "=", False),
                ("new_told_on", "=", False),
                ("new_deadline", "<", now),
                at_work,
            ],
            "_tell_new_breach",
        )

    @api.model
    def _get_watched_companies(self):
        """Return the companies that people may have to be told about."""
        rows = self._read_group(
            ["|", ("state", "in", ("open", "excepted")), ("told_on", "=", False)],
            ["company_id"],
        )
        return self.env["res.company"].union(*[company for (company,) in rows])

    def _tell_warning(self):
        """Warn who answers for the promises, once (ESC-12)."""
        self._tell(
            "aftersales_service.mail_activity_promise_risk",
            self.env._("Promise at risk"),
            lambda promise: promise._get_responsible().user_id,
        )
        self._unguarded().write({"warned_on": fields.Datetime.now()})

    def _tell_breach(self):
        """Tell who answers, the head and who else the policy names, once."""
        self._tell(
            "aftersales_service.mail_activity_promise_broken",
            self.env._("Promise broken"),
            lambda promise: (
                promise.responsible_id.user_id
                | promise._get_head()
                | promise._get_informed()
            ),
        )
        self._unguarded().write({"told_on": fields.Datetime.now()})

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
        rule = self.policy_id.milestone_ids.filtered(
            lambda rule: rule.milestone == self.milestone
        )
        return rule.inform_group_ids.all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )

    def _tell(self, activity_type, summary, get_users):
        """Raise one activity per promise and user, in one go.

        :param str activity_type: xmlid
        :param str summary: first words of what the activity says
        :param get_users: function returning the users for one promise; the head
            of department where there are none
        """
        activities = self.env["mail.activity"]._aftersales_schedule(
            [
                (
                    promise.ticket_id or promise.order_id,
                    user,
                    f"{summary}: {promise.display_name}",
                )
                for promise in self.sudo()  # sudo: the users behind employees
                for user in get_users(promise) or promise._get_head()
            ],
            activity_type,
        )
        return activities
