from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.aftersales_service import guard
from odoo.addons.aftersales_service.exceptions import FrozenFactError

DESK = "aftersales_service.group_dispatcher"
HEAD = "aftersales_service.group_head"
TECHNICIAN = "aftersales_service.group_technician"
SALES = "sales_team.group_sale_salesman"
REASONS = [
    ("out_of_warranty", "Out of Warranty"),
    ("man_made", "Man-Made Damage"),
    ("visit_fee", "Visit Wanted, Carry-In Offered"),
    ("upgrade", "Upgrade Wanted"),
]
# Reasons behind which there is a fault with a cause.
FAULTS = ("out_of_warranty", "man_made")
OPINIONS = [("repair", "Repair It"), ("think", "Thinks It Over"), ("decline", "No")]
# States in which the estimate is still open.
OPEN_STATES = ("draft", "reported", "told")
LIVE_STATES = (*OPEN_STATES, "quoted", "approved", "done")


class AftersalesCharge(models.Model):
    """Work the customer pays: from the cause to his approval and the money.

    Cause, head's report, customer's opinion, quotation, approval: each with its
    time.  Sale, delivery and invoice are an ordinary sales order.
    """

    _name = "aftersales.charge"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.fact.mixin",
        "aftersales.state.mixin",
        "aftersales.thread.mixin",
        "mail.activity.mixin",
    ]
    _description = "Chargeable Job"
    _order = "id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.charge"
    _guarded_fields = frozenset(
        {
            "company_id",
            "order_id",
            "report_text",
            "reported_on",
            "reported_by_id",
            "told_on",
            "told_by_id",
            "opinion",
            "opinion_text",
            "opinion_by",
            "opinion_on",
            "tariff_id",
            "tariff_shown_on",
            "tariff_shown_by_id",
            "sale_order_id",
            "approved_on",
            "approved_by",
            "approved_how",
        }
    )
    _state_transitions = {
        "draft": {"reported", "told", "cancel"},
        "reported": {"told", "cancel"},
        "told": {"quoted", "declined", "cancel"},
        "quoted": {"approved", "told", "declined", "cancel"},
        "approved": {"done"},
        "done": set(),
        "declined": set(),
        "cancel": set(),
    }

    name = fields.Char(string="Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="order_id.partner_id", string="Customer", store=True, index=True
    )
    equipment_id = fields.Many2one(
        "aftersales.equipment",
        string="Unit",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    reason = fields.Selection(
        REASONS, string="Why the Customer Pays", required=True, tracking=True
    )
    cause_id = fields.Many2one(
        "aftersales.code",
        string="Cause Found",
        domain=[("kind", "=", "cause")],
        check_company=True,
    )
    report_text = fields.Text(string="Report to the Head", readonly=True, copy=False)
    reported_on = fields.Datetime(readonly=True, copy=False)
    reported_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    told_on = fields.Datetime(
        string="Customer Told by the Head", readonly=True, copy=False
    )
    told_by_id = fields.Many2one(
        "res.users", string="Told by", readonly=True, copy=False
    )
    opinion = fields.Selection(
        OPINIONS, string="Customer's Opinion", readonly=True, copy=False
    )
    opinion_text = fields.Text(
        string="In the Customer's Words", readonly=True, copy=False
    )
    opinion_by = fields.Char(string="Opinion of", readonly=True, copy=False)
    opinion_on = fields.Datetime(string="Opinion Given On", readonly=True, copy=False)
    tariff_id = fields.Many2one(
        "aftersales.tariff",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    tariff_terms = fields.Text(related="tariff_id.terms", string="Service Policy")
    tariff_shown_on = fields.Datetime(readonly=True, copy=False)
    tariff_shown_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    line_ids = fields.One2many("aftersales.charge.line", "charge_id", string="Prices")
    amount_labour = fields.Monetary(
        string="Labour", compute="_compute_amounts", store=True
    )
    amount_travel = fields.Monetary(
        string="Travel and Visit", compute="_compute_amounts", store=True
    )
    amount_parts = fields.Monetary(
        string="Parts", compute="_compute_amounts", store=True
    )
    amount_total = fields.Monetary(
        string="Total", compute="_compute_amounts", store=True, tracking=True
    )
    has_off_tariff = fields.Boolean(
        string="Price off the Tariff", compute="_compute_has_off_tariff"
    )
    letter_ids = fields.Many2many(
        "ir.attachment",
        string="Customer's Letter",
        copy=False,
        bypass_search_access=True,
    )
    sale_order_id = fields.Many2one(
        "sale.order",
        string="Quotation",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    approved_on = fields.Datetime(readonly=True, copy=False)
    approved_by = fields.Char(readonly=True, copy=False)
    approved_how = fields.Selection(
        [("portal", "Signed in the Portal"), ("letter", "By Letter")],
        readonly=True,
        copy=False,
    )
    state = fields.Selection(
        [
            ("draft", "Cause"),
            ("reported", "With the Head"),
            ("told", "Customer Asked"),
            ("quoted", "Quotation"),
            ("approved", "Approved"),
            ("done", "Done"),
            ("declined", "Declined"),
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

    _order_live_unique = models.UniqueIndex(
        "(order_id) WHERE state NOT IN ('declined', 'cancel')",
        "This order already has a chargeable job.",
    )
    _approved_complete = models.Constraint(
        "CHECK (state NOT IN ('approved', 'done') OR (approved_on IS NOT NULL "
        "AND approved_by IS NOT NULL AND sale_order_id IS NOT NULL))",
        "An approval has a time, a name and a quotation.",
    )
    _opinion_before_quote = models.Constraint(
        "CHECK (state NOT IN ('quoted', 'approved', 'done') "
        "OR (told_on IS NOT NULL AND opinion_on IS NOT NULL))",
        "The customer is asked before he gets a quotation.",
    )

    @api.depends("line_ids.amount", "line_ids.kind")
    def _compute_amounts(self):
        for charge in self:
            sums = {"part": 0.0, "travel": 0.0, "labour": 0.0}
            for line in charge.line_ids:
                kind = {"visit_fee": "travel", "upgrade": "labour"}.get(
                    line.kind, line.kind
                )
                sums[kind] += line.amount
            charge.amount_labour = sums["labour"]
            charge.amount_travel = sums["travel"]
            charge.amount_parts = sums["part"]
            charge.amount_total = sum(sums.values())

    @api.depends("line_ids.is_off_tariff")
    def _compute_has_off_tariff(self):
        for charge in self:
            charge.has_off_tariff = any(charge.line_ids.mapped("is_off_tariff"))

    def write(self, vals):
        if not guard.is_open(self.env):
            self._check_editable(vals.keys())
        result = super().write(vals)
        if "letter_ids" in vals:
            self._adopt_letters()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        raise FrozenFactError(
            self.env._("Chargeable jobs stay on record. Cancel what is not wanted.")
        )

    def _check_editable(self, names):
        """Keep what the customer was told; the letter may come until approval."""
        self.check_access("write")
        if names & {"reason", "cause_id", "equipment_id"}:
            late = self.filtered(lambda charge: charge.state not in OPEN_STATES)
        elif "letter_ids" in names:
            late = self.filtered(
                lambda charge: charge.state not in (*OPEN_STATES, "quoted")
            )
        else:
            late = self.browse()
        if late:
            raise FrozenFactError(
                self.env._(
                    "%s: what the customer was offered is on record.",
                    ", ".join(late[:5].mapped("display_name")),
                )
            )

    def _adopt_letters(self):
        """Tie own fresh uploads to their job; other files stay private."""
        for charge in self:
            charge.letter_ids._aftersales_adopt(
                charge, self.env._("Upload the letter here; other files stay private.")
            )

    # -- house tools of this document

    def _check_worker_or_desk(self):
        """Refuse who neither works on the order nor sits at the desk."""
        if self.env.su or self.env.user.has_group(DESK):
            return
        self._check_role(TECHNICIAN)
        # sudo: HR alone reads the users behind employees
        for charge in self.sudo():
            if self.env.user not in charge.order_id.worker_ids.employee_id.user_id:
                raise AccessError(
                    self.env._("You are not on the service order of this job.")
                )

    def _check_stamp(self, at, name):
        """Refuse a time before the step that came before it."""
        label = self._fields[name]._description_string(self.env)
        for charge in self:
            self._check_not_before(at, charge[name], label)
