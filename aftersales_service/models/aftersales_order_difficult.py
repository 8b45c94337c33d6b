from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import arguments
from ..exceptions import TransitionError
from .aftersales_fact_mixin import fact_action

ENDED_STATES = ("done", "closed", "cancel")


class AftersalesOrder(models.Model):
    """Difficult faults: reported the same day, resumed by a plan (DISP-03)."""

    _inherit = "aftersales.order"

    is_difficult = fields.Boolean(string="Difficult Fault", readonly=True, copy=False)
    difficult_on = fields.Datetime(
        string="Found Difficult On", readonly=True, copy=False
    )
    difficult_note = fields.Text(
        string="Why It Is Difficult", readonly=True, copy=False
    )
    difficult_reported_on = fields.Datetime(
        string="Reported to the Head On", readonly=True, copy=False
    )
    difficult_report = fields.Text(
        string="Report to the Head", readonly=True, copy=False
    )
    solution_plan = fields.Text(
        readonly=True,
        copy=False,
        help="What the head and the chief engineer worked out; work resumes by it.",
    )
    solution_planned_on = fields.Datetime(readonly=True, copy=False)
    solution_planned_by_id = fields.Many2one(
        "res.users", string="Planned By", readonly=True, copy=False
    )

    needs_plan = fields.Boolean(
        string="Waits for a Plan", compute="_compute_needs_plan"
    )

    @api.depends("is_difficult", "solution_plan", "state", "ticket_id.is_difficult")
    def _compute_needs_plan(self):
        for order in self:
            order.needs_plan = (
                order._is_difficult()
                and not order._has_plan()
                and order.state not in ENDED_STATES
            )

    def _is_difficult(self):
        """Tell whether the fault was called difficult, on the order or its ticket."""
        self.ensure_one()
        # sudo: technicians may not read the ticket
        return self.is_difficult or self.sudo().ticket_id.is_difficult

    def _has_plan(self):
        """Tell whether work may resume: by its own plan, else by its ticket's."""
        self.ensure_one()
        if self.solution_plan or self.is_difficult:
            return bool(self.solution_plan)
        orders = self.sudo().ticket_id.order_ids  # sudo: as _is_difficult
        return any(orders.mapped("solution_plan"))

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "is_difficult",
            "difficult_on",
            "difficult_note",
            "difficult_reported_on",
            "difficult_report",
            "solution_plan",
            "solution_planned_on",
            "solution_planned_by_id",
        }

    @fact_action
    def action_mark_difficult(self, reason, at=None, request_key=None):
        """Say that a fault is beyond the technician (DISP-03, ESC-02).

        Workers on the order, dispatchers and heads.  The head and the chief engineer
        get it on their lists today, and the promise to report it starts.

        :param str reason: what makes it difficult, and what the customer was told
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        :raise TransitionError: when the work is over
        """
        reason = arguments.as_text(
            self.env,
            reason,
            self._fields["difficult_note"]._description_string(self.env),
        )
        self._check_difficult_actor()
        todo = self.filtered(lambda order: not order.is_difficult)
        ended = todo.filtered(lambda order: order.state in ENDED_STATES)
        if ended:
            raise TransitionError(
                self.env._(
                    "%s is over. Open a rework order for what is left.",
                    ended[0].display_name,
                )
            )
        todo._unguarded().write(
            {"is_difficult": True, "difficult_on": at, "difficult_note": reason}
        )
        self.env["aftersales.commitment"]._start(todo, ["report_difficult"], at)
        self.env["aftersales.audit"]._log(
            todo, "difficult", reason=reason, happened_on=at
        )
        todo._tell_difficult(reason)
        todo._flag_tickets(reason, at)
        return self

    def _flag_tickets(self, reason, at):
        """Put the fault on the tickets' record too: one list is acknowledged (ESC-02).

        :param str reason: what makes it difficult
        :param datetime at: when it was found
        """
        tickets = self.sudo().ticket_id.filtered(  # sudo: technicians read no tickets
            lambda ticket: ticket.policy_version and not ticket.is_difficult
        )
        tickets._unguarded().write({"is_difficult": True})
        tickets._tell_functions(
            "difficult",
            reason=reason,
            at=at,
            due_on=tickets._get_day_ends(at),
            on_record_only=True,
        )

    def _acknowledge_tickets(self, at):
        """A solution planned acknowledges the report of the fault (ESC-02)."""
        lines = self.sudo().ticket_id.escalation_ids  # sudo: the system's register
        lines.filtered(
            lambda line: line.event == "difficult" and not line.acknowledged_on
        )._unguarded().write(
            {"acknowledged_on": at, "acknowledged_by_id": self.env.uid}
        )

    def _check_difficult_actor(self):
        """Refuse who is neither on the orders nor plans them."""
        if self - self.worker_ids._get_own().order_id:
            self._ensure_planner()

    def _tell_difficult(self, reason):
        """Put difficult faults on the lists of the head and the chief engineer."""
        acting = self.env["aftersales.deputy"]._get_acting(
            "escalations", self.company_id
        )
        entries = []
        for order in self.sudo():  # sudo: who leads the team of the ticket
            team = order.ticket_id.team_id
            users = order.company_id._aftersales_get_head(team)
            users |= order.company_id._aftersales_get_recipients("chief_engineer", team)
            summary = self.env._("Difficult fault: %s", order.display_name)
            entries += [
                (order, user, summary)
                for user in acting.replace(users, order.company_id)
            ]
        self.env["mail.activity"]._aftersales_schedule(
            entries, "aftersales_service.mail_activity_order_difficult", note=reason
        )

    @fact_action
    def action_report_difficult(self, report, at=None, request_key=None):
        """Report a difficult fault to the head; keeps the promise of it (DISP-03).

        Workers on the order, dispatchers and heads.

        :param str report: findings, measurements, what was tried
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        :raise TransitionError: when nobody called the fault difficult
        """
        report = arguments.as_text(
            self.env,
            report,
            self._fields["difficult_report"]._description_string(self.env),
        )
        self._check_difficult_actor()
        self._check_is_difficult()
        todo = self.filtered(lambda order: not order.difficult_reported_on)
        label = self._fields["difficult_on"]._description_string(self.env)
        for order in todo:
            order._check_not_before(at, order.difficult_on, label)
        todo._unguarded().write(
            {"difficult_report": report, "difficult_reported_on": at}
        )
        self.env["aftersales.commitment"]._fulfil(todo, "report_difficult", at)
        self.env["aftersales.audit"]._log(
            todo, "difficult_reported", reason=report, happened_on=at
        )
        return self

    def _check_is_difficult(self):
        """Refuse orders whose fault nobody called difficult."""
        ordinary = self.filtered(lambda order: not order._is_difficult())
        if ordinary:
            raise TransitionError(
                self.env._(
                    "The fault of %s is an ordinary one. Mark it as difficult first.",
                    ordinary[0].display_name,
                )
            )

    @fact_action
    def action_plan_solution(self, plan, at=None, request_key=None):
        """Write down how a difficult fault is solved; work may resume (DISP-03).

        Heads of department, with the chief engineer.  A later plan replaces the
        one before; both stay in the audit trail.

        :param str plan: what is to be done, with what and by whom
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        """
        if not self.env.user.has_group("aftersales_service.group_head"):
            raise AccessError(
                self.env._("The head of department plans how a difficult fault ends.")
            )
        plan = arguments.as_text(
            self.env, plan, self._fields["solution_plan"]._description_string(self.env)
        )
        self._check_is_difficult()
        changed = self.filtered(lambda order: order.solution_plan != plan)
        changed._unguarded().write(
            {
                "solution_plan": plan,
                "solution_planned_on": at,
                "solution_planned_by_id": self.env.uid,
            }
        )
        self.env["aftersales.audit"]._log(
            changed, "solution_planned", reason=plan, happened_on=at
        )
        changed.sudo().activity_unlink(  # sudo: whoever it was assigned to
            ["aftersales_service.mail_activity_order_difficult"]
        )
        changed._acknowledge_tickets(at)
        changed._tell_plan()
        return self

    def _tell_plan(self):
        """Tell the leads that work may resume."""
        entries = [
            (order, user, self.env._("Solution planned: %s", order.display_name))
            for order in self
            # sudo: HR alone reads an employee's user
            for user in order.lead_id.sudo().user_id
        ]
        self.env["mail.activity"]._aftersales_schedule(
            entries, "aftersales_service.mail_activity_order_difficult"
        )

    # -- what it blocks

    def _missing_plan(self):
        """The plan without which work on a difficult fault does not resume."""
        for order in self:
            if order._is_difficult() and not order._has_plan():
                yield (
                    order.id,
                    "solution_plan",
                    self.env._("Wait for the plan of the head and the chief engineer."),
                )

    def _missing_dispatch(self):
        yield from super()._missing_dispatch()
        yield from self._missing_plan()

    def _missing_depart(self):
        yield from super()._missing_depart()
        yield from self._missing_plan()

    def _missing_done(self):
        yield from super()._missing_done()
        yield from self._missing_plan()
