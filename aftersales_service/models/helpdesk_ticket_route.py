from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..arguments import as_number, as_text, check_single
from ..calc import clock
from ..exceptions import ArgumentError, MissingError
from .aftersales_fact_mixin import fact_action

ACTIVITIES = {
    "product": "mail_activity_complaint",
    "service": "mail_activity_complaint",
    "injury": "mail_activity_injury",
    "difficult": "mail_activity_difficult",
    "upward": "mail_activity_escalated",
    "notice": "mail_activity_escalated",
}


class HelpdeskTicket(models.Model):
    """Telling functions of a case: complaints, difficult faults, passing upwards."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "aftersales.watch.mixin"]

    escalation_ids = fields.One2many("aftersales.escalation", "ticket_id")
    is_difficult = fields.Boolean(
        string="Difficult Fault", readonly=True, copy=False, tracking=True
    )
    escalation_level = fields.Integer(
        readonly=True, copy=False, help="How far up the case was reported."
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"is_difficult", "escalation_level"}

    def _tell_functions(
        self,
        event,
        level=1,
        reason="",
        at=None,
        due_on=None,
        automatic=False,
        on_record_only=False,
    ):
        """Tell the functions that the matrix names, in one go (ESC-05).

        A function that nobody holds falls to the head of department; who is absent
        is stood for by his deputy (ROLE-04).

        :param str event: one of the routing's events
        :param int level: level of the matrix
        :param str reason: why, in words
        :param datetime at: when; now by default
        :param dict due_on: by when it is acknowledged, by ticket
        :param bool automatic: told because a promise was broken
        :param bool on_record_only: they were told by other means
        :return: the escalations, one per ticket that somebody was told of
        """
        told = self._get_told(event, level)
        if not on_record_only:
            self._raise_activities(event, told, reason)
        common = {
            "event": event,
            "level": level,
            "reason": reason,
            "is_automatic": automatic,
            "escalated_on": at or fields.Datetime.now(),
            "escalated_by_id": self.env.uid,
        }
        return self._log_escalations(told, common, due_on or {})

    def _get_told(self, event, level):
        """Return whom the matrix names, or who stands for them.

        :param str event: one of the routing's events
        :param int level: level of the matrix
        :return: (functions, users) by ticket, where there is anybody
        """
        told = {}
        acting = self.env["aftersales.deputy"]._get_acting(
            "escalations", self.company_id
        )
        for (company, team), tickets in self.grouped(
            lambda ticket: (ticket.company_id, ticket.team_id)
        ).items():
            functions = self.env["aftersales.routing"]._get_functions(
                event, level, company
            )
            head = company._aftersales_get_head(team)
            users = head.browse().union(
                *[function._get_users(company, team) or head for function in functions]
            )
            users = acting.replace(users, company)
            told.update({ticket: (functions, users) for ticket in tickets if users})
        return told

    def _raise_activities(self, event, told, reason):
        """Put the event on the lists of those who are told.

        :param str event: one of the routing's events
        :param dict told: (functions, users) by ticket
        :param str reason: shown on the activity
        """
        labels = dict(
            self.env["aftersales.routing"]
            ._fields["event"]
            ._description_selection(self.env)
        )
        entries = [
            (ticket, user, f"{labels[event]}: {ticket.name}")
            for ticket, (_functions, users) in told.items()
            for user in users
        ]
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries, f"aftersales_service.{ACTIVITIES[event]}", note=reason
            )

    def _log_escalations(self, told, common, due_on):
        """Put on record who was told.

        :param dict told: (functions, users) by ticket
        :param dict common: values of every record
        :param dict due_on: by when it is acknowledged, by ticket
        """
        register = self.env["aftersales.escalation"].sudo()  # sudo: system's register
        made = register._unguarded().create(
            [
                {
                    **common,
                    "ticket_id": ticket.id,
                    "company_id": ticket.company_id.id,
                    "function_ids": [fields.Command.set(functions.ids)],
                    "user_ids": [fields.Command.set(users.ids)],
                    "due_on": due_on.get(ticket),
                }
                for ticket, (functions, users) in told.items()
            ]
        )
        return self.env["aftersales.escalation"].browse(made.ids)

    # -- difficult faults

    @fact_action(access="read")
    def action_flag_difficult(self, reason, at=None, request_key=None):
        """Report a difficult fault: head and chief engineer are told (ESC-02).

        They acknowledge it on the day of the report.

        :param str reason: what makes it difficult
        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        """
        self._check_worker_or_desk()
        reason = as_text(self.env, reason, self.env._("Reason"))
        self._check_reportable(at)
        fresh = self.filtered(lambda ticket: not ticket.is_difficult)
        # sudo: a technician reads his tickets alone, and reports upwards
        fresh.sudo()._unguarded().write({"is_difficult": True})
        fresh._tell_functions(
            "difficult", reason=reason, at=at, due_on=fresh._get_day_ends(at)
        )
        self.env["aftersales.commitment"]._fulfil(fresh, "report_difficult", at)
        return self

    def _get_day_ends(self, at):
        """Return by ticket when the site's day of a moment is over."""
        ends = {}
        for ticket in self:
            tz = self.env["aftersales.commitment"]._get_tz(ticket)
            day = clock.to_local(at, tz).date() + timedelta(days=1)
            ends[ticket] = clock.from_local(datetime.combine(day, time.min), tz)
        return ends

    # -- upwards

    @fact_action(access="read")
    def action_escalate(self, reason, level=None, at=None, request_key=None):
        """Report a case upwards, a level at a time or to a level named (DISP-07).

        :param str reason: why it is not solved here
        :param int level: level of the matrix; the next one by default
        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise ArgumentError: when nobody stands at that level
        """
        self._check_worker_or_desk()
        reason = as_text(self.env, reason, self.env._("Reason"))
        if level is not None:
            as_number(self.env, level, self.env._("Level"), whole=True)
        self._check_reportable(at)
        for ticket in self:
            ticket._report_upwards(reason, level or ticket.escalation_level + 1, at)
        return self

    def _report_upwards(self, reason, level, at=None, automatic=False):
        """Tell one level of the matrix of one ticket."""
        levels = self.env["aftersales.routing"]._get_lines("upward", self.company_id)
        if level not in levels.mapped("level"):
            raise ArgumentError(
                self.env._(
                    "Nobody stands at level %(level)s of the routing. Levels: "
                    "%(levels)s.",
                    level=level,
                    levels=", ".join(
                        str(one) for one in sorted(set(levels.mapped("level")))
                    ),
                )
            )
        # sudo: as above
        self.sudo()._unguarded().write(
            {"escalation_level": max(level, self.escalation_level)}
        )
        self._tell_functions("upward", level, reason, at, automatic=automatic)

    @fact_action
    def action_forward_complaint(self, reason, at=None, request_key=None):
        """Pass complaints on to the next level of their kind (HOT-08, ESC-05).

        Customer service handles a complaint itself or passes it on; who stands at
        the second level is told only then.

        :param str reason: why
        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise MissingError: when the matrix names nobody at the next level
        """
        self._check_desk()
        reason = as_text(self.env, reason, self.env._("Reason"))
        self._check_reportable(at)
        for ticket in self:
            event = ticket._get_complaint_event()
            told = ticket.escalation_ids.filtered(
                lambda line, event=event: line.event == event
            )
            level = max(told.mapped("level"), default=0) + 1
            if not event or not ticket._tell_functions(event, level, reason, at):
                raise MissingError(
                    self.env._(
                        "The routing names nobody to pass %s on to.",
                        ticket.display_name,
                    )
                )
        return self

    def _check_reportable(self, at):
        """Refuse closed tickets, ordinary ones, and times before the report."""
        for ticket in self:
            if ticket.closed or not ticket.policy_version:
                raise MissingError(
                    self.env._(
                        "%s is closed or no service case: there is nothing to report.",
                        ticket.display_name,
                    )
                )
            self._check_not_before(
                at, ticket.received_on, self._fields["received_on"].string
            )

    @api.model
    def _check_worker_or_desk(self):
        """Refuse who is neither of the desk nor a technician."""
        if not self.env.user.has_groups(
            "aftersales_service.group_dispatcher,aftersales_service.group_technician"
        ):
            raise AccessError(
                self.env._("Only the service desk and technicians may do this.")
            )

    # -- windows

    def _open_decide(self, step, title):
        """Return the dialog of one step of this ticket."""
        check_single(self)
        self._check_worker_or_desk()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "helpdesk.ticket.decide",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id, "default_step": step},
        }

    def action_open_verify(self):
        """Open the dialog of the verdict."""
        return self._open_decide("verify", self.env._("Verify the Complaint"))

    def action_open_answer(self):
        """Open the dialog of the answer."""
        return self._open_decide("answer", self.env._("Answer the Complaint"))

    def action_open_book(self):
        """Open the dialog of the booking."""
        return self._open_decide("book", self.env._("Book the Settlement"))

    def action_open_difficult(self):
        """Open the dialog that reports a difficult fault."""
        return self._open_decide("difficult", self.env._("Difficult Fault"))

    def action_open_escalate(self):
        """Open the dialog that reports upwards."""
        return self._open_decide("escalate", self.env._("Report Upwards"))

    def action_open_forward(self):
        """Open the dialog that passes a complaint on."""
        return self._open_decide("forward", self.env._("Pass the Complaint On"))

    # -- watch

    @api.model
    def _cron_watch_cases(self):
        """Report upwards what is neither solved nor reported at its deadline."""
        self.env["aftersales.call"]._watch_unheard()
        self._watch(
            [
                ("closed", "=", False),
                ("escalation_level", "=", 0),
                ("commitment_ids", "any", self._get_broken_domain()),
            ],
            "_escalate_by_clock",
        )

    @api.model
    def _get_broken_domain(self):
        """Return the domain of promises whose breach reports a case upwards."""
        return [
            ("milestone", "in", ("commit", "resolve")),
            ("state", "=", "missed"),
            ("fulfilled_on", "=", False),
        ]

    def _escalate_by_clock(self):
        """Report tickets to the first level because their promise is broken."""
        reason = self.env._("Not solved, and not reported upwards, at the deadline.")
        self._unguarded().write({"escalation_level": 1})
        self._tell_functions("upward", 1, reason, automatic=True)
