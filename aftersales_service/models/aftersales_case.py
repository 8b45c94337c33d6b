from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import guard
from ..exceptions import FrozenFactError
from .aftersales_claim import PAYERS

HEAD = "aftersales_service.group_head"
QUALITY_VP = "aftersales_service.group_quality_vp"
MANAGER = "aftersales_service.group_general_manager"
KINDS = [
    ("dissatisfied", "Dissatisfied Customer"),
    ("attitude", "Attitude"),
    ("falsification", "False Record"),
    ("complaint", "Complaint"),
    ("claim", "Cost of a Claim"),
    ("lost_part", "Lost Part"),
    ("accident", "Accident"),
    ("safety", "Safety Accident"),
    ("other", "Other"),
]
OUTCOMES = [
    ("none", "Nobody to Blame"),
    ("warning", "Warning"),
    ("fine", "Fine by the Breached Rule"),
    ("accident", "Share of the Loss"),
]
# What a head of department reports; the rest is found by the quality vice president.
REPORT_FIELDS = frozenset(
    {
        "company_id",
        "kind",
        "subject",
        "facts",
        "happened_on",
        "breached_rule_id",
        "loss_kind",
        "loss_amount",
        "share_ids",
    }
)
FINDING_FIELDS = REPORT_FIELDS | {
    "outcome",
    "keep_fixed_fine",
    "fine_amount",
    "payer",
    "determination",
    "member_ids",
    "sanction_ids",
    "sanctions",
}


class AftersalesCase(models.Model):
    """Who is responsible for a complaint, an accident, a cost or a loss.

    A group round the quality vice president finds it, the general manager decides
    it.  A decided case stays: only the decision of another case undoes it.
    """

    _name = "aftersales.case"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.state.mixin",
        "aftersales.thread.mixin",
        "mail.activity.mixin",
    ]
    _description = "Responsibility Case"
    _order = "id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.case"
    _mail_post_access = "read"
    _guarded_fields = frozenset(
        {
            "company_id",
            "source_model",
            "source_id",
            "source_name",
            "reverses_id",
            "penalty_amount",
            "breakdown",
            "determined_by_id",
            "determined_on",
            "reviewed_by_id",
            "reviewed_on",
            "decided_by_id",
            "decided_on",
            "decision",
        }
    )
    _state_transitions = {
        "draft": {"determined", "dismissed"},
        "determined": {"draft", "reviewed", "dismissed"},
        "reviewed": {"draft", "decided", "dismissed"},
        "decided": set(),
        "dismissed": set(),
    }

    name = fields.Char(string="Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True, default="accident", tracking=True)
    subject = fields.Char(required=True)
    facts = fields.Text(help="What happened, as far as it is known.")
    happened_on = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="The rules and rates of this day apply.",
    )
    source_model = fields.Char(readonly=True, copy=False)
    source_id = fields.Many2oneReference(
        model_field="source_model", readonly=True, copy=False
    )
    source_name = fields.Char(string="Source Document", readonly=True, copy=False)
    breached_rule_id = fields.Many2one(
        "aftersales.pay.rule",
        domain=[("kind", "=", "penalty")],
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    loss_kind = fields.Selection(
        [
            ("economic", "Economic"),
            ("image", "Image"),
            ("reputation", "Reputation"),
        ],
        string="Kind of Loss",
        tracking=True,
    )
    loss_amount = fields.Monetary(string="Loss", tracking=True)
    outcome = fields.Selection(OUTCOMES, tracking=True)
    fine_amount = fields.Monetary(
        string="Fine Asked For", help="For rules that leave the amount to people."
    )
    keep_fixed_fine = fields.Boolean(
        string="Fixed Fine Besides",
        help="The fine of the complaint stays beside the share of the loss.",
    )
    payer = fields.Selection(
        PAYERS,
        string="Part Is Paid By",
        help="The decision writes it on the parts claim. Empty: nothing changes.",
    )
    member_ids = fields.Many2many(
        "res.users",
        "aftersales_case_member_rel",
        "case_id",
        "user_id",
        string="Determination Group",
        domain=[("share", "=", False)],
        help="Who finds the responsibility with the quality vice president.",
    )
    determination = fields.Text(
        string="Findings", help="Scope of responsibility, loss and handling."
    )
    share_ids = fields.One2many("aftersales.case.share", "case_id", string="Shares")
    sanction_ids = fields.One2many(
        "aftersales.case.sanction", "case_id", string="Sanction Lines"
    )
    sanctions = fields.Text(
        compute="_compute_sanctions",
        store=True,
        readonly=False,
        help="Besides money: what, for whom, from when.",
    )
    penalty_amount = fields.Monetary(string="Penalty in Total", readonly=True)
    breakdown = fields.Json(string="Breakdown Steps", readonly=True, copy=False)
    breakdown_text = fields.Text(compute="_compute_breakdown_text", string="Breakdown")
    determined_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    determined_on = fields.Datetime(readonly=True, copy=False)
    reviewed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    reviewed_on = fields.Datetime(readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    decision = fields.Text(readonly=True, copy=False)
    reverses_id = fields.Many2one(
        "aftersales.case",
        string="Decides Again",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    reversal_ids = fields.One2many("aftersales.case", "reverses_id", string="Decisions")
    is_reversed = fields.Boolean(
        string="Reversed", compute="_compute_is_reversed", store=True
    )
    is_concerned = fields.Boolean(
        compute="_compute_is_concerned", help="The user may not judge this case."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("determined", "Determined"),
            ("reviewed", "Reviewed"),
            ("decided", "Decided"),
            ("dismissed", "Dismissed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _amounts_positive = models.Constraint(
        "CHECK (loss_amount >= 0 AND fine_amount >= 0 AND penalty_amount >= 0)",
        "Loss and fine cannot be negative.",
    )
    _source_unique = models.UniqueIndex(
        "(company_id, source_model, source_id, kind) "
        "WHERE source_id IS NOT NULL AND reverses_id IS NULL AND state <> 'dismissed'",
        "There is a case about this already.",
    )
    _reversal_unique = models.UniqueIndex(
        "(reverses_id) WHERE state <> 'dismissed'",
        "Another case decides about this one already.",
    )

    @api.depends(
        "sanction_ids.kind",
        "sanction_ids.employee_id",
        "sanction_ids.date_from",
        "sanction_ids.date_to",
    )
    def _compute_sanctions(self):
        for case in self:
            if case.sanction_ids:
                case.sanctions = "\n".join(case.sanction_ids.mapped("display_name"))

    @api.depends("breakdown")
    def _compute_breakdown_text(self):
        adjustments = self.env["aftersales.adjustment"]
        for case in self:
            case.breakdown_text = adjustments._format_breakdown(
                case.breakdown, case.currency_id
            )

    @api.depends("reversal_ids.state")
    def _compute_is_reversed(self):
        for case in self:
            case.is_reversed = "decided" in case.reversal_ids.mapped("state")

    @api.depends_context("uid")
    def _compute_is_concerned(self):
        for case in self:
            case.is_concerned = self.env.user in case._get_concerned_users()

    # -- who writes what

    @api.model_create_multi
    def create(self, vals_list):
        if not guard.is_open(self.env):
            self._check_reporter({name for vals in vals_list for name in vals})
        return super().create(vals_list)

    def write(self, vals):
        if not guard.is_open(self.env):
            self._check_content(vals.keys())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_on_record(self):
        if self:
            raise FrozenFactError(
                self.env._("A case stays on record: dismiss it instead.")
            )

    def _check_content(self, names):
        """Refuse changes of what was determined, and findings by others.

        :param names: the fields somebody wants to write
        :raise FrozenFactError: once the case is determined
        :raise AccessError: for what only the quality vice president finds
        """
        content = names & FINDING_FIELDS
        if not content:
            return
        self._take_turn()
        self._check_open()
        self._check_reporter(content)
        if content - REPORT_FIELDS:
            self._check_judge(
                QUALITY_VP, self.env._("Only the quality vice president.")
            )

    def _check_open(self):
        """Refuse to change a case that is no draft any more."""
        closed = self.filtered(lambda case: case.state != "draft")
        if closed:
            raise FrozenFactError(
                self.env._(
                    "%s is determined and cannot change any more. The general "
                    "manager may send it back, or another case decides again.",
                    ", ".join(closed.mapped("display_name")),
                )
            )

    @api.model
    def _check_reporter(self, names):
        """Let heads report facts, and the quality vice president find the rest."""
        if self.env.su or self.env.user.has_group(QUALITY_VP):
            return
        if names & (FINDING_FIELDS - REPORT_FIELDS):
            raise AccessError(
                self.env._(
                    "Group, outcome, payer and sanctions are found by the quality "
                    "vice president."
                )
            )
        if not self.env.user.has_group(HEAD):
            raise AccessError(
                self.env._("Only heads of department and the quality vice president.")
            )

    # -- who may judge

    def _get_concerned_users(self):
        """Return who may not judge this case: who bears a share, and his manager.

        What a principal may not do, his deputy may not do for him.
        """
        employees = self.sudo().share_ids.employee_id  # sudo: users behind employees
        managers = employees.parent_id | employees.department_id.manager_id
        return (employees | managers).user_id.sudo(False)

    def _check_judge(self, group, message):
        """Refuse who lacks the role, or judges himself or his own people.

        :param str group: xmlid of the group, or several with commas
        :param str message: what is said to others
        """
        if self.env.su or not self:
            return
        if not self.env.user.has_groups(group):
            raise AccessError(message)
        for case in self:
            if self.env.user in case._get_concerned_users():
                raise AccessError(
                    self.env._(
                        "%s concerns you or your own people: somebody else has to "
                        "judge it.",
                        case.display_name,
                    )
                )

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        """Let only those follow a case who may read it."""
        partners = self.env["res.partner"].browse(partner_ids or [])
        users = partners.sudo().user_ids  # sudo: whether they may read
        readers = users.filtered(
            lambda user: self.with_user(user)._filtered_access("read") == self
        )
        return super()._message_subscribe(
            readers.partner_id.ids, subtype_ids=subtype_ids, customer_ids=customer_ids
        )
