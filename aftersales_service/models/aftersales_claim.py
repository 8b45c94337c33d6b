from odoo import fields, models


class AftersalesClaim(models.Model):
    """A parts claim: from the request to the last part accounted for."""

    _name = "aftersales.claim"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.fact.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Parts Claim"
    _order = "id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.claim"
    _guarded_fields = frozenset(
        {
            "company_id",
            "requested_by_id",
            "submitted_on",
            "verified_by_id",
            "verified_on",
            "approved_on",
            "round",
        }
    )
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
        "aftersales.order", required=True, index=True, check_company=True
    )
    equipment_id = fields.Many2one(
        "aftersales.equipment", required=True, index=True, check_company=True
    )
    evidence = fields.Selection(
        [("letter", "Customer's Letter"), ("report", "Damage Report with Photos")],
        required=True,
        default="report",
    )
    evidence_note = fields.Text(string="What Is Broken")
    evidence_ids = fields.Many2many(
        "ir.attachment", string="Evidence", copy=False, bypass_search_access=True
    )
    urgency = fields.Selection(
        [("regular", "Regular"), ("emergency", "Emergency")],
        required=True,
        default="regular",
        tracking=True,
    )
    urgency_reason = fields.Char(string="Reason of the Emergency", tracking=True)
    line_ids = fields.One2many("aftersales.claim.line", "claim_id", copy=True)
    amount_total = fields.Monetary(string="Estimate", tracking=True)
    cost_processing = fields.Monetary(string="Processing Cost", copy=False)
    cost_purchase = fields.Monetary(string="Purchase Cost", copy=False)
    cost_shipping = fields.Monetary(string="Shipping Cost", copy=False)
    requested_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    submitted_on = fields.Datetime(readonly=True, copy=False)
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    verified_on = fields.Datetime(readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    round = fields.Integer(default=1, readonly=True, copy=False)
    approval_ids = fields.One2many("aftersales.approval", "claim_id", readonly=True)
    picking_ids = fields.One2many("stock.picking", "claim_id", readonly=True)
    customer_approved_on = fields.Datetime(copy=False)
    customer_approved_by = fields.Char(copy=False)
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
