from odoo import api, fields, models

from ..arguments import as_text
from ..exceptions import MissingError, TransitionError
from .aftersales_fact_mixin import fact_action


class HelpdeskTicket(models.Model):
    """What the desk does about its promises: commit, pass on, wait."""

    _inherit = "helpdesk.ticket"

    solution_commitment = fields.Text(
        readonly=True,
        copy=False,
        help="What the customer was promised, and until when.",
    )
    committed_on = fields.Datetime(readonly=True, copy=False)
    committed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    passed_on = fields.Datetime(readonly=True, copy=False)
    passed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    passed_reason = fields.Text(
        string="Why It Was Passed On", readonly=True, copy=False
    )
    is_waiting = fields.Boolean(
        string="Clock Stands Still", compute="_compute_is_waiting"
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "solution_commitment",
            "committed_on",
            "committed_by_id",
            "passed_on",
            "passed_by_id",
            "passed_reason",
        }

    @api.depends("commitment_ids.paused_on")
    def _compute_is_waiting(self):
        for ticket in self:
            promises = ticket.sudo().commitment_ids  # sudo: whoever reads the ticket
            ticket.is_waiting = any(promises.mapped("paused_on"))

    @fact_action
    def action_commit(self, solution, at=None, request_key=None):
        """Record the solution the customer was promised (HOT-13).

        Keeps the promise of a commitment, whoever of the desk gives it: the time
        runs from the call, also when the manager took the case over.

        :param str solution: what will be done, and until when
        :param at: when the customer was told; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise TransitionError: when the ticket is closed
        """
        self._check_desk()
        solution = as_text(
            self.env,
            solution,
            self._fields["solution_commitment"]._description_string(self.env),
        )
        todo = self.filtered(lambda ticket: not ticket.committed_on)
        todo._check_case_open(at)
        todo._unguarded().write(
            {
                "solution_commitment": solution,
                "committed_on": at,
                "committed_by_id": self.env.uid,
            }
        )
        # What commits also answers.
        todo._record_reply(at)
        self.env["aftersales.commitment"]._fulfil(todo, "commit", at)
        todo._message_log_batch(dict.fromkeys(todo.ids, solution))
        return self

    def _check_case_open(self, at):
        """Refuse closed tickets, and times before the report."""
        closed = self.filtered("closed")
        if closed:
            raise TransitionError(
                self.env._(
                    "%s is closed. Move it back to an open stage first.",
                    closed[0].display_name,
                )
            )
        label = self._fields["received_on"]._description_string(self.env)
        for ticket in self:
            self._check_not_before(at, ticket.received_on, label)

    @fact_action
    def action_pass_on(self, reason, at=None, request_key=None):
        """Pass tickets on to the head of department (HOT-13, ESC-04).

        No deadline moves: the time counts from the customer's call.

        :param str reason: why the desk cannot solve it
        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise MissingError: when nobody heads the department
        """
        self._check_desk()
        reason = as_text(self.env, reason, self.env._("Reason"))
        todo = self.filtered(lambda ticket: not ticket.passed_on)
        todo._check_case_open(at)
        acting = self.env["aftersales.deputy"]._get_acting(
            "escalations", self.company_id
        )
        entries = []
        for ticket in todo:
            head = ticket.company_id._aftersales_get_head(ticket.team_id)
            user = acting.replace(head, ticket.company_id)
            if not user:
                raise MissingError(
                    self.env._("Nobody heads the department. Name a head first.")
                )
            ticket._unguarded().write(
                {
                    "user_id": user.id,
                    "passed_on": at,
                    "passed_by_id": self.env.uid,
                    "passed_reason": reason,
                }
            )
            entries.append((ticket, user, self.env._("Passed to you: %s", ticket.name)))
        self.env["mail.activity"]._aftersales_schedule(
            entries, "aftersales_service.mail_activity_passed_on", note=reason
        )
        return self

    @fact_action
    def action_wait_customer(self, reason, at=None, request_key=None):
        """Stop the clocks while the customer is awaited, where the policy allows.

        :param str reason: what the customer has to do
        :param at: since when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise MissingError: when no promise of a ticket may stand still
        """
        self._check_desk()
        reason = as_text(self.env, reason, self.env._("Reason"))
        todo = self.filtered(lambda ticket: not ticket.is_waiting)
        todo._check_case_open(at)
        stopped = self.env["aftersales.commitment"]._pause(
            todo, at, reason, by_policy=True
        )
        # sudo: which cases were stopped, whoever may read their promises
        running = todo - stopped.sudo().ticket_id
        if running:
            raise MissingError(
                self.env._(
                    "No promise of %s may stand still by its policy. Agree an "
                    "appointment, or ask for an exception.",
                    running[0].display_name,
                )
            )
        todo._message_log_batch(dict.fromkeys(todo.ids, reason))
        return self

    @fact_action
    def action_resume_clock(self, at=None, request_key=None):
        """Let the clocks run again with the time that was left.

        :param at: since when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        """
        self._check_desk()
        self.env["aftersales.commitment"]._resume(self, at)
        return self

    def _note_closed(self, at):
        if self:
            # A case that is closed waits for nobody.
            self.env["aftersales.commitment"]._resume(self, at)
        return super()._note_closed(at)
