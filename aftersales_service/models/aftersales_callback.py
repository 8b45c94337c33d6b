from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..arguments import as_text, check_single
from ..exceptions import TransitionError

RESULTS = [
    ("satisfied", "Satisfied"),
    ("average", "Average"),
    ("dissatisfied", "Dissatisfied"),
    ("unreachable", "Unreachable"),
]
ASPECTS = [
    ("product", "Product"),
    ("fit", "Fit for the Need"),
    ("quality", "Quality of the Repair"),
    ("attitude", "Attitude"),
    ("speed", "Speed"),
    ("price", "Price"),
    ("other", "Other"),
]
# Topics of the script that get a mark; what could be better is asked in words.
TOPICS = ("product", "fit", "quality", "attitude", "speed")
WISH = "improvement"
WAITING_STATES = ("planned", "open", "missed")


class AftersalesCallback(models.Model):
    """One call owed to a customer after work is done."""

    _name = "aftersales.callback"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.fact.mixin",
        "aftersales.state.mixin",
        "aftersales.watch.mixin",
        "aftersales.thread.mixin",
        "mail.activity.mixin",
    ]
    _description = "Call-Back"
    _order = "due_on, id"
    _check_company_auto = True
    _sequence_code = "aftersales.callback"
    _guarded_fields = frozenset(
        {
            "company_id",
            "order_id",
            "ticket_id",
            "partner_id",
            "rule_id",
            "round",
            "opens_on",
            "due_on",
            "done_on",
            "result",
            "note",
            "aspect",
            "score_product",
            "score_fit",
            "score_quality",
            "score_attitude",
            "score_speed",
            "improvement",
            "rework_order_id",
            "case_id",
            "credited_id",
            "next_attempt_on",
            "answered_by",
        }
    )
    _state_transitions = {
        "planned": {"open", "done", "missed", "cancel"},
        "open": {"done", "missed", "cancel"},
        "missed": {"done", "cancel"},
        "done": set(),
        "cancel": set(),
    }

    name = fields.Char(string="Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    order_id = fields.Many2one(
        "aftersales.order", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True
    )
    phone = fields.Char(related="partner_id.phone")
    site_id = fields.Many2one("aftersales.site", compute="_compute_site_id")
    rule_id = fields.Many2one("aftersales.policy.callback", readonly=True)
    channel = fields.Selection(related="rule_id.channel")
    round = fields.Integer(default=1, readonly=True, help="2 and more: after a rework.")
    opens_on = fields.Datetime(string="Not before", required=True, readonly=True)
    due_on = fields.Datetime(string="Due", required=True, readonly=True, index=True)
    done_on = fields.Datetime(readonly=True, copy=False)
    is_late = fields.Boolean(
        string="Late", compute="_compute_is_late", store=True, help="Made too late."
    )
    user_id = fields.Many2one(
        "res.users", string="Caller", tracking=True, index="btree_not_null"
    )
    attempt_ids = fields.One2many("aftersales.callback.attempt", "callback_id")
    attempt_count = fields.Integer(compute="_compute_attempt_count")
    result = fields.Selection(RESULTS, readonly=True, copy=False, tracking=True)
    note = fields.Text(readonly=True, copy=False)
    score_product = fields.Integer(
        string="Product", readonly=True, copy=False, aggregator="avg"
    )
    score_fit = fields.Integer(
        string="Fit", readonly=True, copy=False, aggregator="avg"
    )
    score_quality = fields.Integer(
        string="Quality", readonly=True, copy=False, aggregator="avg"
    )
    score_attitude = fields.Integer(
        string="Attitude", readonly=True, copy=False, aggregator="avg"
    )
    score_speed = fields.Integer(
        string="Speed", readonly=True, copy=False, aggregator="avg"
    )
    improvement = fields.Text(string="Wished Improvement", readonly=True, copy=False)
    aspect = fields.Selection(ASPECTS, readonly=True, copy=False)
    kind = fields.Selection(
        [
            ("during", "During the Service"),
            ("after", "After the Service"),
            ("complaint", "Complaint"),
        ],
        compute="_compute_kind",
        store=True,
    )
    caller = fields.Selection(related="rule_id.caller", string="Made by")
    credited_id = fields.Many2one(
        "hr.employee",
        string="Work by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Whose work the answer is about, as it was when it was given.",
    )
    next_attempt_on = fields.Datetime(
        string="Call Again",
        readonly=True,
        copy=False,
        help="Nobody answered, or the customer asked to be called then.",
    )
    answered_by = fields.Selection(
        [("call", "Phone Call"), ("link", "Link"), ("visit", "Visit")],
        string="Answered by",
        readonly=True,
        copy=False,
    )
    case_id = fields.Many2one(
        "aftersales.case",
        string="Responsibility",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="aftersales_service.group_head,aftersales_service.group_quality_vp,"
        "aftersales_service.group_general_manager",
    )
    rework_order_id = fields.Many2one(
        "aftersales.order", readonly=True, copy=False, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("open", "To Call"),
            ("done", "Done"),
            ("missed", "Overdue"),
            ("cancel", "Cancelled"),
        ],
        default="planned",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    clock = fields.Char(string="Time Left", compute="_compute_clock")

    _one_document = models.Constraint(
        "CHECK (num_nonnulls(order_id, ticket_id) = 1)",
        "A call-back belongs to one order or one ticket.",
    )
    _aspect_named = models.Constraint(
        "CHECK (result IS NULL OR result NOT IN ('average', 'dissatisfied') "
        "OR aspect IS NOT NULL)",
        "Say which aspect the customer is not satisfied with.",
    )
    _scores_in_range = models.Constraint(
        "CHECK (COALESCE(score_product, 0) BETWEEN 0 AND 5 "
        "AND COALESCE(score_fit, 0) BETWEEN 0 AND 5 "
        "AND COALESCE(score_quality, 0) BETWEEN 0 AND 5 "
        "AND COALESCE(score_attitude, 0) BETWEEN 0 AND 5 "
        "AND COALESCE(score_speed, 0) BETWEEN 0 AND 5)",
        "A score lies between 1 and 5.",
    )
    _order_rule_unique = models.UniqueIndex(
        "(order_id, rule_id) WHERE order_id IS NOT NULL",
        "This call-back already exists.",
    )
    _ticket_rule_unique = models.UniqueIndex(
        "(ticket_id, rule_id) WHERE ticket_id IS NOT NULL",
        "This call-back already exists.",
    )

    @api.depends("rule_id.trigger", "ticket_id.call_type")
    def _compute_kind(self):
        kinds = {"started": "during", "complaint": "complaint"}
        for callback in self:
            trigger = callback.rule_id.trigger or callback.ticket_id.call_type
            callback.kind = kinds.get(trigger, "after")

    @api.depends("order_id.site_id", "ticket_id.site_id")
    def _compute_site_id(self):
        for callback in self:
            callback.site_id = callback.order_id.site_id or callback.ticket_id.site_id

    @api.depends("done_on", "due_on", "state")
    def _compute_is_late(self):
        for callback in self:
            made_late = callback.done_on and callback.done_on > callback.due_on
            callback.is_late = made_late or callback.state == "missed"

    @api.depends("attempt_ids")
    def _compute_attempt_count(self):
        counts = dict(
            self.env["aftersales.callback.attempt"]._read_group(
                [("callback_id", "in", self.ids)], ["callback_id"], ["__count"]
            )
        )
        for callback in self:
            callback.attempt_count = counts.get(callback._origin, 0)

    @api.depends("state", "opens_on", "due_on", "next_attempt_on")
    @api.depends_context("lang")
    def _compute_clock(self):
        now = fields.Datetime.now()
        companies = self.env["res.company"]
        promises = self.env["aftersales.commitment"]
        for callback in self:
            if callback.state not in WAITING_STATES:
                callback.clock = False
            elif now < callback.opens_on:
                callback.clock = self.env._(
                    "opens in %s",
                    companies._aftersales_format_span(callback.opens_on - now),
                )
            else:
                callback.clock = promises._format_clock(callback.due_on, now)

    @api.constrains("user_id", "order_id", "ticket_id")
    def _check_caller(self):
        """The caller is nobody who did the work (ROLE-02, CB-03)."""
        for callback in self.filtered("user_id"):
            callback._check_not_worker(callback.user_id, ValidationError)

    def _get_document(self):
        """Return the order or ticket that one call-back is about."""
        self.ensure_one()
        return self.order_id or self.ticket_id

    def _get_policy(self):
        """Return the policy by which one call-back is made."""
        return self.rule_id.policy_id or self._get_document().policy_id

    def _get_workers(self):
        """Return the users who did the work that this call-back asks about."""
        callback = self.sudo()  # sudo: the users behind employees
        orders = callback.order_id | callback.ticket_id.order_ids
        return orders.worker_ids.employee_id.user_id.sudo(False)

    def _check_not_worker(self, user, error=AccessError):
        """Refuse a caller who worked on the order himself.

        :param user: the caller
        :param error: class of the error raised
        """
        for callback in self:
            if user in callback._get_workers():
                raise error(
                    self.env._(
                        "%(user)s worked on this order and may not ask the customer "
                        "about it. Let somebody else call.",
                        user=user.name,
                    )
                )

    @api.model
    def _check_desk(self):
        """Refuse who is not of the service desk."""
        if not self.env.user.has_group("aftersales_service.group_dispatcher"):
            raise AccessError(
                self.env._("Only dispatchers and heads of department make call-backs.")
            )

    def action_take(self):
        """Take call-backs on oneself.

        :return: self
        :raise TransitionError: for what is not owed any more
        """
        self._check_role()
        self.check_access("write")
        self._lock()
        over = self.filtered(lambda callback: callback.state not in WAITING_STATES)
        if over:
            raise TransitionError(
                self.env._(
                    "%s is not owed any more: its record stays as it is.",
                    ", ".join(over[:5].mapped("display_name")),
                )
            )
        self._check_not_worker(self.env.user)
        self.write({"user_id": self.env.uid})
        return self

    def action_cancel(self, reason):
        """Drop call-backs that are owed no more, on the record; heads only.

        :param str reason: why
        :return: self
        """
        if not self.env.user.has_group("aftersales_service.group_head"):
            raise AccessError(
                self.env._("Only a head of department may drop a call-back.")
            )
        self.check_access("write")
        reason = as_text(self.env, reason, self.env._("Reason"))
        for callback in self._set_state("cancel", reason=reason):
            callback._message_log(body=reason)
        return self

    def action_open_document(self):
        """Open the order or ticket that the call-back is about."""
        check_single(self)
        self.check_access("read")
        return (self.order_id or self.ticket_id)._get_records_action()
