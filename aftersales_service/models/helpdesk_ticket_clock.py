from datetime import timedelta

from odoo import api, fields, models

from .. import guard
from ..arguments import as_text
from ..calc import clock
from ..exceptions import MissingError
from .aftersales_fact_mixin import fact_action

# Key of the closing time in the context; read only where the guard is open.
CLOSED_ON_KEY = "aftersales_closed_on"
TOP_PRIORITY = 3


class HelpdeskTicket(models.Model):
    """The clocks of a service case: reply, urging, closing and reopening."""

    _inherit = "helpdesk.ticket"

    next_deadline = fields.Datetime(
        string="Next Promise",
        compute="_compute_next_deadline",
        store=True,
        index="btree_not_null",
        help="The earliest promise that is still owed, broken or not.",
    )
    promise_clock = fields.Char(string="Time Left", compute="_compute_promise_clock")
    promise_state = fields.Selection(
        [("running", "Running"), ("warning", "At Risk"), ("late", "Late")],
        compute="_compute_promise_clock",
    )
    missed_count = fields.Integer(
        string="Missed Promises", compute="_compute_missed_count"
    )

    @api.depends(
        "commitment_ids.state",
        "commitment_ids.deadline",
        "commitment_ids.fulfilled_on",
        "stage_id.closed",
    )
    def _compute_next_deadline(self):
        earliest = dict(
            self.env["aftersales.commitment"]
            .sudo()  # sudo: whoever's act moved a promise, the ticket shows it
            ._read_group(
                [
                    ("ticket_id", "in", self.ids),
                    ("state", "in", ("open", "missed")),
                    ("fulfilled_on", "=", False),
                ],
                ["ticket_id"],
                ["deadline:min"],
            )
        )
        for ticket in self:
            due = earliest.get(ticket._origin)
            ticket.next_deadline = due if not ticket.closed else False

    @api.depends("next_deadline")
    @api.depends_context("lang")
    def _compute_promise_clock(self):
        now = fields.Datetime.now()
        promises = self.env["aftersales.commitment"]
        for ticket in self:
            due = ticket.next_deadline
            ticket.promise_clock = promises._format_clock(due, now)
            if not due:
                ticket.promise_state = False
            elif due < now:
                ticket.promise_state = "late"
            else:
                soon = due - now < timedelta(hours=1)
                ticket.promise_state = "warning" if soon else "running"

    @api.depends("commitment_ids.state")
    def _compute_missed_count(self):
        counts = dict(
            self.env["aftersales.commitment"]._read_group(
                [("ticket_id", "in", self.ids), ("state", "=", "missed")],
                ["ticket_id"],
                ["__count"],
            )
        )
        for ticket in self:
            ticket.missed_count = counts.get(ticket._origin, 0)

    def _get_local_received(self):
        """Return when the ticket came in, on the clock of the site."""
        zone = self.env["aftersales.commitment"]._get_tz(self)
        return clock.to_local(self.received_on or self.create_date, zone)

    # -- reply

    @fact_action
    def action_reply(self, at=None, request_key=None):
        """Record that the customer got a first answer.

        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        """
        self._check_desk()
        self._record_reply(at)
        return self

    def _record_reply(self, at):
        """Stamp the first reply and keep the promise of it.

        :param datetime at: when, naive UTC
        """
        waiting = self.filtered(lambda ticket: not ticket.first_reply_on)
        for ticket in waiting:
            self._check_not_before(
                at, ticket.received_on, self._fields["received_on"].string
            )
        # sudo: an answer counts whoever gives it
        waiting.sudo()._unguarded().write({"first_reply_on": at})
        self.env["aftersales.commitment"]._fulfil(waiting, "reply", at)

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        is_answer = (
            message.message_type == "comment"
            and message.subtype_id == self.env.ref("mail.mt_comment")
            and message.author_id == self.env.user.partner_id
            and self.env.user._is_internal()
        )
        if is_answer:
            waiting = self.filtered(
                lambda ticket: ticket.policy_id and not ticket.first_reply_on
            )
            waiting._record_reply(message.date.replace(microsecond=0))
        return result

    # -- urging

    @fact_action
    def action_urge(self, at=None, request_key=None):
        """Record that the customer urged, and raise the priority by a step.

        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        """
        self._check_desk()
        for ticket in self:
            priority = min(int(ticket.priority or 0) + 1, TOP_PRIORITY)
            ticket._unguarded().write(
                {"urge_count": ticket.urge_count + 1, "priority": str(priority)}
            )
        self._message_log_batch(
            {ticket.id: self.env._("The customer urged.") for ticket in self}
        )
        return self

    # -- solving by phone

    @fact_action
    def action_resolve_remotely(self, note, at=None, request_key=None):
        """Close a ticket that was solved by phone, and owe its call-back.

        No order, no trip (HOT-11, DISP-14): the policy's consultation call-back
        is due instead.

        :param str note: what the customer was told
        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise MissingError: when an order of the ticket is not cancelled
        """
        self._check_desk()
        note = as_text(self.env, note, self.env._("What the Customer Was Told"))
        orders = self.sudo().order_ids  # sudo: anybody's order counts
        if orders.filtered(lambda order: order.state != "cancel"):
            raise MissingError(
                self.env._(
                    "There is an order for this ticket. Cancel it first, or solve the "
                    "ticket through the order."
                )
            )
        self._check_solvable_by_phone()
        for ticket in self.filtered(lambda ticket: not ticket.closed):
            self._check_not_before(
                at, ticket.received_on, self._fields["received_on"].string
            )
            ticket._solve_remotely(note, at)
        return self

    def _solve_remotely(self, note, at):
        """Close one ticket by phone."""
        triage = "\n".join(filter(None, [self.triage_note, note]))
        self.write({"resolution_path": "remote", "triage_note": triage})
        self._close_as_solved(at)
        self._message_log(body=note)
        self.env["aftersales.callback"]._create_for(
            self, {self.id: {"consultation"}}, at
        )

    # -- closing and reopening

    def _close_as_solved(self, at):
        """Close tickets because a fact solved them.

        Complaints that still need a verdict or their call-back stay open.

        :param datetime at: when it happened, naive UTC
        :raise MissingError: when a team has no stage for solved tickets
        """
        held = self.filtered(lambda ticket: ticket._is_held())
        tickets = (self - held)._unguarded().with_context(**{CLOSED_ON_KEY: at})
        for team, members in tickets.grouped("team_id").items():
            stages = team._get_applicable_stages().filtered(
                lambda stage: stage.closed and not stage.is_void
            )
            if not stages:
                raise MissingError(
                    self.env._(
                        "The team has no stage for solved tickets. Add one in the "
                        "configuration of the helpdesk."
                    )
                )
            members.write({"stage_id": stages[0].id})

    def _reopen_case(self):
        """Put closed tickets back to work, in the first stage somebody works in."""
        for team, tickets in self.filtered("closed").grouped("team_id").items():
            stages = team._get_applicable_stages().filtered(
                lambda stage: not stage.closed
            )
            busy = stages.filtered(lambda stage: not stage.unattended)
            stage = (busy or stages)[:1]
            if stage:
                tickets.write({"stage_id": stage.id})

    def _check_closing(self, vals):
        """Refuse to close what is not ready: work under way, facts missing."""
        if not vals.get("stage_id"):
            return
        stage = self.env["helpdesk.ticket.stage"].browse(vals["stage_id"])
        cases = self.filtered(
            lambda ticket: ticket.policy_id or ticket.call_type
        ).filtered(lambda ticket: not ticket.closed)
        if not stage.closed or not cases:
            return
        # The desk closes what is complete; customers, and facts that solve a case,
        # close what is not under way.
        by_desk = self.env.user._is_internal() and not guard.is_open(self.env)
        cases._check_complaint_closing(by_desk)
        if by_desk and not stage.is_void:
            cases._check_missing("close")
        else:
            cases._check_no_running_order()

    def _check_no_running_order(self):
        """Refuse to close tickets with work under way.

        :raise MissingError: naming the orders
        """
        running = self._get_running_orders()
        if running:
            raise MissingError(
                self.env._(
                    "%(orders)s is under way for this request. It can be closed when "
                    "the visit is over or called off.",
                    orders=", ".join(running.mapped("name")),
                )
            )

    @api.model
    def _get_stage_time(self):
        """Return when the stage changes that are being written happened."""
        given = self.env.context.get(CLOSED_ON_KEY)
        if given and guard.is_open(self.env):
            return given
        return fields.Datetime.now()

    def _note_stage_change(self, closed_before):
        """Keep our own closing clocks true, also when a ticket is reopened.

        :param closed_before: the tickets of self that were closed before
        """
        closed = self.filtered("closed")
        (closed - closed_before)._note_closed(self._get_stage_time())
        (closed_before & self - closed)._note_reopened()

    def _note_closed(self, at):
        """Stamp tickets closed and settle their promises.

        :param datetime at: when, naive UTC
        """
        if not self:
            return
        tickets = self.sudo()._unguarded()  # sudo: customers close by the portal
        tickets._fill_path()
        tickets.filtered(lambda ticket: not ticket.first_closed_on).write(
            {"first_closed_on": at, "last_closed_on": at}
        )
        tickets.filtered(lambda ticket: ticket.last_closed_on != at).write(
            {"last_closed_on": at}
        )
        promises = self.env["aftersales.commitment"]
        cases = self.filtered("policy_id")
        void = cases.filtered(lambda ticket: ticket.stage_id.is_void)
        promises._cancel(void, reason=self.env._("Closed without service"))
        solved = cases - void
        # What solves a case also answers it; a visit is no longer owed.
        solved._record_reply(at)
        for milestone in ("commit", "resolve"):
            promises._fulfil(solved, milestone, at)
        promises._cancel(solved, reason=self.env._("Solved"))
        self._tell_first_contact()

    def _fill_path(self):
        """Say how cases were solved, where their orders tell it."""
        open_cases = self.filtered(lambda ticket: not ticket.resolution_path)
        for path, tickets in open_cases.grouped(
            lambda ticket: ticket._get_path_of_orders()
        ).items():
            if path:
                tickets.write({"resolution_path": path})

    def _get_path_of_orders(self):
        """Return how the finished orders solved the case, if any did."""
        self.ensure_one()
        modes = self.order_ids.filtered(
            lambda order: order.state in ("done", "closed")
        ).mapped("mode")
        if not modes:
            return False
        return "onsite" if "onsite" in modes else "remote"

    def _note_reopened(self):
        """Let the promises of reopened tickets run again."""
        if not self:
            return
        promises = self.env["aftersales.commitment"]
        promises._reopen(self, "resolve")
        promises._start(self, ["resolve"])
        self._note_reopened_complaint()
