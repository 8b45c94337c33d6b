from odoo import fields, models


class AftersalesOrder(models.Model):
    """The service order: one visit or one remote job."""

    _name = "aftersales.order"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.fact.mixin",
        "aftersales.state.mixin",
        "portal.mixin",
        "rating.mixin",
        "aftersales.thread.mixin",
        "mail.activity.mixin",
    ]
    _description = "Service Order"
    _order = "planned_start desc, id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.order"
    _guarded_fields = frozenset(
        {
            "company_id",
            "planned_start",
            "planned_end",
            "promised_start",
            "rework_of_id",
            "done_on",
            "reported_on",
            "hq_called_on",
            "signature",
            "signed_by",
            "signed_on",
            "sign_refused",
            "sign_refused_reason",
        }
    )
    _state_transitions = {
        "draft": {"scheduled", "done", "cancel"},
        "scheduled": {"dispatched", "draft", "done", "cancel"},
        "dispatched": {"on_site", "draft", "cancel"},
        "on_site": {"done", "draft"},
        "done": {"closed"},
        "closed": set(),
        "cancel": set(),
    }

    name = fields.Char(string="Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    service_type = fields.Selection(
        [
            ("repair", "Repair"),
            ("inspection", "Inspection"),
            ("maintenance", "Maintenance"),
            ("installation", "Installation"),
            ("visit", "Customer Visit"),
            ("rework", "Rework"),
        ],
        required=True,
        default="repair",
        tracking=True,
    )
    mode = fields.Selection(
        [("onsite", "On Site"), ("remote", "Remote")],
        required=True,
        default="onsite",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        tracking=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    site_id = fields.Many2one(
        "aftersales.site",
        index="btree_not_null",
        check_company=True,
        compute="_compute_site_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket", index="btree_not_null", check_company=True
    )
    rework_of_id = fields.Many2one(
        "aftersales.order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    rework_ids = fields.One2many("aftersales.order", "rework_of_id")
    policy_id = fields.Many2one(
        "aftersales.policy",
        string="Service Policy",
        check_company=True,
        compute="_compute_policy_id",
        store=True,
        readonly=False,
    )
    policy_version = fields.Integer(compute="_compute_policy_version", store=True)
    planned_start = fields.Datetime(readonly=True, copy=False, tracking=True)
    planned_end = fields.Datetime(readonly=True, copy=False)
    promised_start = fields.Datetime(
        string="Agreed with the Customer", readonly=True, copy=False, tracking=True
    )
    state = fields.Selection(
        [
            ("draft", "To Schedule"),
            ("scheduled", "Scheduled"),
            ("dispatched", "Dispatched"),
            ("on_site", "On Site"),
            ("done", "Done"),
            ("closed", "Closed"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    category = fields.Selection(
        [
            ("rework", "Modification after Installation"),
            ("part_under_year", "Part Changed within a Year"),
            ("paid", "Paid Service"),
            ("free_repair", "Free Repair of Another Maker's Unit"),
            ("misuse", "User Misuse"),
            ("service", "After-Sales Repair"),
        ],
        copy=False,
        tracking=True,
    )
    test_run = fields.Selection(
        [("passed", "Passed"), ("no_time", "No Time"), ("failed", "Failed")],
        copy=False,
    )
    fix_confidence = fields.Selection(
        [("sure", "Sure"), ("unsure", "Not Sure")],
        string="Is It Fixed?",
        copy=False,
    )
    hq_called_on = fields.Datetime(
        string="Headquarters Called", readonly=True, copy=False
    )
    reported_on = fields.Datetime(string="Report Handed In", readonly=True, copy=False)
    done_on = fields.Datetime(readonly=True, copy=False, index=True)
    solution = fields.Text(copy=False)
    customer_opinion = fields.Text(copy=False)
    signature = fields.Image(
        max_width=1024, max_height=1024, readonly=True, copy=False, attachment=True
    )
    signed_by = fields.Char(readonly=True, copy=False)
    signed_on = fields.Datetime(readonly=True, copy=False)
    sign_refused = fields.Boolean(string="Signature Refused", readonly=True, copy=False)
    sign_refused_reason = fields.Char(readonly=True, copy=False)
    unit_ids = fields.One2many(
        "aftersales.order.unit", "order_id", string="Units", copy=True
    )
    worker_ids = fields.One2many("aftersales.order.worker", "order_id", copy=False)
    check_ids = fields.One2many("aftersales.check", "order_id")
    claim_ids = fields.One2many("aftersales.claim", "order_id")
    callback_ids = fields.One2many("aftersales.callback", "order_id")
    commitment_ids = fields.One2many("aftersales.commitment", "order_id")
    trip_ids = fields.Many2many("aftersales.trip", string="Trips", copy=False)
    internal_note = fields.Html(copy=False)

    # The order of lists, and of each column of the board.
    _order_index = models.Index("(planned_start DESC, id DESC)")
    _state_index = models.Index("(state, planned_start DESC, id DESC)")
    _planned_order = models.Constraint(
        "CHECK (planned_end IS NULL OR planned_end >= planned_start)",
        "The planned end lies before the planned start.",
    )
    _signed_or_refused = models.Constraint(
        "CHECK (NOT (sign_refused AND signed_on IS NOT NULL))",
        "An order is either signed or the signature was refused.",
    )
    _open_rework_unique = models.UniqueIndex(
        "(rework_of_id) WHERE rework_of_id IS NOT NULL "
        "AND state NOT IN ('done', 'closed', 'cancel')",
        "This order already has a rework order that is still open.",
    )
