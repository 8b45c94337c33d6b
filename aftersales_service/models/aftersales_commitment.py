from odoo import api, fields, models

from ..arguments import check_single
from .aftersales_policy_milestone import HOURS_MODES, MILESTONES, UNITS

# Promises that start by themselves, by model of the document.
TICKET_MILESTONES = frozenset({"reply", "commit", "arrive", "resolve"})
# An order without a ticket carries its promises itself; with one they are made
# to the customer who reported, so they hang on the ticket.
ORDER_MILESTONES = frozenset({"arrive", "resolve"})


class AftersalesCommitment(models.Model):
    """One promise with a clock."""

    _name = "aftersales.commitment"
    _inherit = ["aftersales.fact.mixin", "aftersales.state.mixin"]
    _description = "Commitment"
    _order = "deadline, id"
    _guarded_fields = frozenset(
        {
            "ticket_id",
            "order_id",
            "site_id",
            "company_id",
            "policy_id",
            "policy_version",
            "milestone",
            "unit",
            "value",
            "hours_mode",
            "cutoff_hour",
            "grace_minutes",
            "started_on",
            "deadline",
            "original_deadline",
            "promised_to",
            "move_count",
            "moved_by",
            "paused_on",
            "pause_reason",
            "paused_minutes",
            "fulfilled_on",
            "warn_on",
            "warned_on",
            "final_warn_on",
            "final_warned_on",
            "duty_told_on",
            "breached_on",
            "told_on",
            "escalation_level",
            "escalate_on",
            "responsible_id",
            "exception_asked_by_id",
            "exception_asked_on",
            "exception_asked_reason",
            "exception_asked_deadline",
            "exception_reason",
            "exception_by_id",
            "new_deadline",
            "new_told_on",
        }
    )
    _state_transitions = {
        "open": {"met", "missed", "excepted", "cancel"},
        "met": {"open"},
        # A fact entered late may show that the promise was kept after all.
        "missed": {"met", "excepted"},
        "excepted": set(),
        "cancel": set(),
    }

    ticket_id = fields.Many2one(
        "helpdesk.ticket", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    order_id = fields.Many2one(
        "aftersales.order", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    site_id = fields.Many2one("aftersales.site", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    policy_id = fields.Many2one("aftersales.policy", readonly=True)
    policy_version = fields.Integer(
        readonly=True, aggregator=None, help="The version of the policy it was made by."
    )
    milestone = fields.Selection(MILESTONES, required=True, readonly=True)
    unit = fields.Selection(UNITS, string="Counted In", readonly=True)
    value = fields.Float(string="How Many", readonly=True, aggregator=None)
    hours_mode = fields.Selection(
        HOURS_MODES, string="Hours Counted", readonly=True, default="clock"
    )
    cutoff_hour = fields.Float(string="Cut-Off", readonly=True, aggregator=None)
    grace_minutes = fields.Float(
        string="Grace (Minutes)", readonly=True, aggregator=None
    )
    started_on = fields.Datetime(required=True, readonly=True)
    deadline = fields.Datetime(required=True, readonly=True, index=True)
    original_deadline = fields.Datetime(
        readonly=True, help="What was promised before an appointment replaced it."
    )
    promised_to = fields.Char(
        string="Agreement", readonly=True, help="An appointment agreed with someone."
    )
    move_count = fields.Integer(
        string="Times Moved", readonly=True, help="Appointments that replaced it."
    )
    moved_by = fields.Selection(
        [("us", "By Us"), ("customer", "By the Customer")],
        string="Last Moved",
        readonly=True,
        help="Whose wish the last appointment was.",
    )
    paused_on = fields.Datetime(string="Clock Stopped On", readonly=True)
    pause_reason = fields.Char(string="Why It Stands Still", readonly=True)
    paused_minutes = fields.Integer(string="Stood Still (Minutes)", readonly=True)
    fulfilled_on = fields.Datetime(readonly=True)
    warn_on = fields.Datetime(string="Warn From", readonly=True)
    warned_on = fields.Datetime(readonly=True)
    final_warn_on = fields.Datetime(string="Warn Again From", readonly=True)
    final_warned_on = fields.Datetime(string="Warned Again On", readonly=True)
    duty_told_on = fields.Datetime(
        string="Duty Officer Told On", readonly=True, help="Outside working time."
    )
    breached_on = fields.Datetime(readonly=True)
    told_on = fields.Datetime(
        string="Breach Told On", readonly=True, help="In working time."
    )
    escalation_level = fields.Integer(string="Steps Up", readonly=True, aggregator=None)
    escalate_on = fields.Datetime(string="Next Step Up", readonly=True)
    responsible_id = fields.Many2one(
        "hr.employee", readonly=True, help="Frozen at breach."
    )
    exception_asked_by_id = fields.Many2one("res.users", readonly=True)
    exception_asked_on = fields.Datetime(readonly=True)
    exception_asked_reason = fields.Text(string="Reason Given", readonly=True)
    exception_asked_deadline = fields.Datetime(
        string="New Promise Proposed", readonly=True
    )
    exception_reason = fields.Text(readonly=True)
    exception_by_id = fields.Many2one("res.users", string="Excepted By", readonly=True)
    new_deadline = fields.Datetime(string="New Promise", readonly=True)
    new_told_on = fields.Datetime(string="New Promise Broken, Told On", readonly=True)
    state = fields.Selection(
        [
            ("open", "Running"),
            ("met", "Met"),
            ("missed", "Missed"),
            ("excepted", "Excepted"),
            ("cancel", "Cancelled"),
        ],
        default="open",
        required=True,
        readonly=True,
        copy=False,
    )
    clock = fields.Char(string="Time Left", compute="_compute_clock")
    clock_state = fields.Selection(
        [
            ("running", "Running"),
            ("warning", "At Risk"),
            ("late", "Late"),
            ("kept", "Kept"),
            ("paused", "Stands Still"),
            ("off", "Off"),
        ],
        string="Clock",
        compute="_compute_clock",
    )

    _one_document = models.Constraint(
        "CHECK (num_nonnulls(ticket_id, order_id) = 1)",
        "A commitment belongs to one ticket or one order.",
    )
    _exception_complete = models.Constraint(
        "CHECK (state != 'excepted' OR (exception_by_id IS NOT NULL "
        "AND exception_reason IS NOT NULL AND new_deadline IS NOT NULL))",
        "An exception needs a reason, an approver and a new promise.",
    )
    _open_ticket_unique = models.UniqueIndex(
        "(ticket_id, milestone) WHERE state = 'open' AND ticket_id IS NOT NULL",
        "This promise is already running.",
    )
    _open_order_unique = models.UniqueIndex(
        "(order_id, milestone) WHERE state = 'open' AND order_id IS NOT NULL",
        "This promise is already running.",
    )
    _watch_index = models.Index("(warn_on) WHERE state = 'open'")
    _final_warn_index = models.Index("(final_warn_on) WHERE state = 'open'")
    _escalate_index = models.Index("(escalate_on) WHERE escalate_on IS NOT NULL")

    @api.depends("milestone", "ticket_id.number", "order_id.name")
    def _compute_display_name(self):
        labels = dict(self._fields["milestone"]._description_selection(self.env))
        for commitment in self:
            commitment.display_name = (
                f"{labels.get(commitment.milestone, '')} – "
                f"{commitment._get_document_number()}"
            )

    @api.depends(
        "state", "deadline", "new_deadline", "warn_on", "fulfilled_on", "paused_on"
    )
    @api.depends_context("lang")
    def _compute_clock(self):
        now = fields.Datetime.now()
        for commitment in self:
            due = commitment.new_deadline or commitment.deadline
            ended = commitment.fulfilled_on
            commitment.clock = commitment._format_clock(due, ended or now)
            if commitment.state == "cancel":
                commitment.clock_state = "off"
                commitment.clock = False
            elif commitment.paused_on and not ended:
                commitment.clock_state = "paused"
                commitment.clock = commitment._format_clock(due, commitment.paused_on)
            elif due and (ended or now) > due:
                commitment.clock_state = "late"
            elif ended:
                commitment.clock_state = "kept"
            elif commitment.warn_on and now >= commitment.warn_on:
                commitment.clock_state = "warning"
            else:
                commitment.clock_state = "running"

    @api.model
    def _format_clock(self, due, moment):
        """Return the time left to a deadline in words, or how late it is.

        :param due: naive UTC datetime, or empty
        :param datetime moment: naive UTC
        """
        if not due:
            return False
        span = self.env["res.company"]._aftersales_format_span(due - moment)
        if moment > due:
            return self.env._("late by %(span)s", span=span)
        return self.env._("%(span)s left", span=span)

    def action_open_document(self):
        """Open the ticket or order that the promise belongs to."""
        check_single(self)
        self.check_access("read")
        return self._get_document()._get_records_action()

    def _get_document_number(self):
        """Return what people call the document of the promise."""
        self.ensure_one()
        return self.ticket_id.number or self.order_id.name

    def _get_document(self):
        """Return what the promise is about; addons have documents of their own."""
        self.ensure_one()
        return self.ticket_id or self.order_id
