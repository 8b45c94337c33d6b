from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from .. import guard
from ..exceptions import FrozenFactError

DESK = "aftersales_service.group_dispatcher"
# Who reads decisions.
APPROVAL_READERS = (
    "aftersales_service.group_dispatcher,aftersales_service.group_quality_vp,"
    "aftersales_service.group_sales_vp,aftersales_service.group_general_manager"
)
PAYERS = [
    ("company", "Company (Warranty)"),
    ("customer", "Customer"),
    ("supplier", "Supplier"),
    ("technician", "Technician"),
    ("goodwill", "Goodwill"),
]
# States in which parts may move.
MOVING_STATES = ("approved", "issued")
# States in which the lines may still change, with the approval they then lose.
OPEN_STATES = ("draft", "submitted", "verified", "approved")
END_STATES = ("closed", "rejected", "cancel")


class AftersalesClaim(models.Model):
    """A parts claim: from the request to the last part accounted for.

    The steps stand in the files named after them: submit, approve, issue.
    """

    _name = "aftersales.claim"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.fact.mixin",
        "aftersales.state.mixin",
        "aftersales.thread.mixin",
        "mail.activity.mixin",
    ]
    _description = "Parts Claim"
    _order = "id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.claim"
    _guarded_fields = frozenset(
        {
            "company_id",
            "urgency",
            "urgency_reason",
            "urgency_by_id",
            "amount_total",
            "is_short",
            "location_id",
            "requested_by_id",
            "submitted_on",
            "verified_by_id",
            "verified_on",
            "approved_on",
            "issued_on",
            "round",
            "customer_approved_on",
            "customer_approved_by",
        }
    )
    # Written by the person who reports; on record once submitted.
    _report_fields = frozenset(
        {"order_id", "equipment_id", "evidence", "evidence_note", "evidence_ids"}
    )
    _cost_fields = frozenset({"cost_processing", "cost_purchase", "cost_shipping"})
    _state_transitions = {
        "draft": {"submitted", "cancel"},
        "submitted": {"verified", "draft", "rejected", "cancel"},
        "verified": {"approved", "rejected", "cancel"},
        "approved": {"issued", "verified", "cancel"},
        "issued": {"closed"},
        "closed": set(),
        "rejected": set(),
        "cancel": set(),
    }

    name = fields.Char(string="Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    equipment_id = fields.Many2one(
        "aftersales.equipment",
        compute="_compute_equipment_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    allowed_equipment_ids = fields.Many2many(
        "aftersales.equipment", compute="_compute_allowed_equipment_ids"
    )
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    site_id = fields.Many2one(
        related="equipment_id.site_id", store=True, index="btree_not_null"
    )
    ticket_id = fields.Many2one(related="order_id.ticket_id")
    evidence = fields.Selection(
        [("letter", "Customer's Letter"), ("report", "Damage Report with Photos")],
        required=True,
        default="report",
    )
    evidence_note = fields.Text(string="What Is Broken")
    evidence_ids = fields.Many2many(
        "ir.attachment",
        string="Letter or Photos",
        copy=False,
        bypass_search_access=True,
    )
    urgency = fields.Selection(
        [("regular", "Regular"), ("emergency", "Emergency")],
        required=True,
        readonly=True,
        copy=False,
        default="regular",
        tracking=True,
    )
    urgency_reason = fields.Char(
        string="Reason of the Emergency", readonly=True, copy=False, tracking=True
    )
    urgency_by_id = fields.Many2one(
        "res.users", string="Emergency Set By", readonly=True, copy=False
    )
    line_ids = fields.One2many("aftersales.claim.line", "claim_id", copy=True)
    coverage = fields.Selection(
        [*PAYERS, ("mixed", "Mixed")],
        string="Paid By",
        compute="_compute_coverage",
        store=True,
    )
    amount_total = fields.Monetary(
        string="Estimate",
        compute="_compute_amount_total",
        store=True,
        tracking=True,
        help="Quantities at the cost of the parts. It decides who approves.",
    )
    requested_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    submitted_on = fields.Datetime(readonly=True, copy=False)
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    verified_on = fields.Datetime(readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    issued_on = fields.Datetime(string="First Issue", readonly=True, copy=False)
    round = fields.Integer(
        default=1,
        readonly=True,
        copy=False,
        help="Approvals count for their round only; a change of content opens a new "
        "round.",
    )
    approval_ids = fields.One2many(
        "aftersales.approval", "claim_id", readonly=True, groups=APPROVAL_READERS
    )
    picking_ids = fields.One2many(
        "stock.picking", "claim_id", string="Transfers", readonly=True
    )
    location_id = fields.Many2one(
        "stock.location",
        string="Handed To",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The technician's stock that the parts of this claim went to.",
    )
    is_short = fields.Boolean(
        string="Waits for Parts", compute="_compute_is_short", store=True
    )
    customer_approved_on = fields.Datetime(
        string="Customer Agreed On", readonly=True, copy=False
    )
    customer_approved_by = fields.Char(
        string="Customer Agreed By", readonly=True, copy=False
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("verified", "Verified"),
            ("approved", "Approved"),
            ("issued", "Issued"),
            ("closed", "Closed"),
            ("rejected", "Rejected"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    @api.depends("order_id")
    def _compute_equipment_id(self):
        for claim in self:
            units = claim.order_id.unit_ids.equipment_id
            if claim.equipment_id not in units:
                claim.equipment_id = units[:1]

    @api.depends("order_id.unit_ids.equipment_id")
    def _compute_allowed_equipment_ids(self):
        for claim in self:
            claim.allowed_equipment_ids = claim.order_id.unit_ids.equipment_id

    @api.depends("line_ids.payer")
    def _compute_coverage(self):
        for claim in self:
            payers = set(claim.line_ids.mapped("payer"))
            claim.coverage = "mixed" if len(payers) > 1 else next(iter(payers), False)

    @api.depends("line_ids.quantity", "line_ids.product_id")
    def _compute_amount_total(self):
        for claim in self:
            claim.amount_total = sum(
                line.quantity * line._get_standard_cost() for line in claim.line_ids
            )

    @api.depends("line_ids.short_qty")
    def _compute_is_short(self):
        for claim in self:
            claim.is_short = any(line.short_qty > 0 for line in claim.line_ids)

    @api.constrains("order_id", "equipment_id")
    def _check_equipment(self):
        for claim in self:
            if claim.equipment_id not in claim.order_id.unit_ids.equipment_id:
                raise ValidationError(
                    self.env._(
                        "%(unit)s is not a unit of %(order)s. Add it to the order "
                        "first.",
                        unit=claim.equipment_id.display_name,
                        order=claim.order_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        claims = super().create(vals_list)
        claims._adopt_evidence()
        return claims

    def write(self, vals):
        if not guard.is_open(self.env):
            self._check_editable(vals)
        result = super().write(vals)
        if "evidence_ids" in vals:
            self._adopt_evidence()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        kept = self.filtered(lambda claim: claim.state != "draft")
        if kept:
            raise FrozenFactError(
                self.env._(
                    "%s is on record and cannot be deleted. Cancel it instead.",
                    ", ".join(kept.mapped("display_name")),
                )
            )

    def _check_editable(self, vals):
        """Refuse changes of what is on record.

        The report is open in draft alone, costs until the claim has ended and for
        the desk only.
        """
        self.check_access("write")
        if vals.keys() & self._report_fields:
            late = self.filtered(lambda claim: claim.state != "draft")
            if late:
                raise FrozenFactError(
                    self.env._(
                        "The report of %s is on record. Send the claim back to draft "
                        "to correct it.",
                        ", ".join(late.mapped("display_name")),
                    )
                )
        if vals.keys() & self._cost_fields:
            self._check_role(DESK)
            ended = self.filtered(lambda claim: claim.state in END_STATES)
            if ended:
                raise FrozenFactError(
                    self.env._(
                        "%s has ended; its costs are on record.",
                        ", ".join(ended.mapped("display_name")),
                    )
                )

    def _check_can_reach(self, target):
        """Refuse claims whose state does not lead to ``target``, before all else."""
        stuck = self.filtered(
            lambda claim: target not in self._state_transitions[claim.state]
        )
        if stuck:
            stuck._raise_stuck(target)

    def _get_workers(self):
        """Return the users who work on the orders of these claims, by claim."""
        # sudo: the desk and approvers may not read the employees' users
        workers = self.sudo().order_id.worker_ids
        users = defaultdict(self.env["res.users"].browse)
        for worker in workers:
            users[worker.order_id.id] |= worker.employee_id.user_id
        return {claim.id: users[claim.order_id.id] for claim in self}

    def _check_worker_or_desk(self):
        """Refuse who neither works on the order nor sits at the desk.

        :raise AccessError: for everybody else
        """
        if self.env.su or self.env.user.has_group(DESK):
            return
        self._check_role("aftersales_service.group_technician")
        workers = self._get_workers()
        if any(self.env.user not in workers[claim.id] for claim in self):
            raise AccessError(
                self.env._("You are not on the service order of this claim.")
            )

    def _after_content_change(self):
        """Let go of decisions that were taken on other parts."""
        if self:
            self._refresh_estimate()
            self._supersede()

    def _adopt_evidence(self):
        """Tie uploads to their claim, so that whoever reads it reads them.

        Only own fresh uploads and files of the claim itself may be evidence: a
        link must not open anybody else's document.

        :raise AccessError: for any other file
        """
        for claim in self:
            claim.evidence_ids._aftersales_adopt(
                claim, self.env._("Upload the evidence here; other files stay private.")
            )
