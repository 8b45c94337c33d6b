from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..arguments import as_date, as_number
from ..calc import scales
from ..exceptions import FrozenFactError, NotEntitledError

KINDS = [
    ("allowance", "Allowance"),
    ("penalty", "Penalty"),
    ("reward", "Reward"),
    ("charge", "Charge"),
]
PAYSLIP_CODES = [
    ("AS_ALLOWANCE", "AS_ALLOWANCE"),
    ("AS_REWARD", "AS_REWARD"),
    ("AS_PENALTY", "AS_PENALTY"),
]
KIND_CODES = {
    "allowance": "AS_ALLOWANCE",
    "reward": "AS_REWARD",
    "penalty": "AS_PENALTY",
    "charge": False,
}


class AftersalesPayRule(models.Model):
    """A clause of the rule book that moves money."""

    _name = "aftersales.pay.rule"
    _inherit = ["mail.thread"]
    _description = "Pay Rule"
    _order = "sequence, code, id"
    _rec_names_search = ["code", "name"]

    # What the past was computed with: it cannot change under recorded money.
    _fixed_when_used = frozenset(
        {"code", "kind", "method", "payslip_code", "company_id"}
    )

    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for every company.")
    kind = fields.Selection(KINDS, required=True, default="allowance", tracking=True)
    trigger = fields.Selection(
        [
            ("manual", "Entered by a Person"),
            ("late", "Late for a Personal Reason"),
            ("no_call", "Left without Calling Headquarters"),
            ("report", "Service Report Incomplete"),
            ("trip", "Trip Confirmed"),
            ("case", "Responsibility Decided"),
            ("complaint", "Complaint Verified"),
            ("repeat", "Repeat Repair Judged"),
            ("secondment", "Secondment Confirmed"),
        ],
        required=True,
        default="manual",
        tracking=True,
        help="The fact that proposes it.",
    )
    method = fields.Selection(
        [
            ("fixed", "Fixed Amount"),
            ("per_unit", "Amount per Unit"),
            ("at_cost", "At Actual Cost"),
            ("range", "Amount within Limits"),
            ("progressive", "Progressive Scale"),
            ("ladder", "Ladder by Count"),
        ],
        required=True,
        default="fixed",
    )
    payslip_code = fields.Selection(
        PAYSLIP_CODES,
        help="The payslip line it is added up in. Empty: never on a payslip.",
    )
    confirm_limit = fields.Float(
        string="General Manager above",
        digits=(16, 2),
        default=200.0,
        tracking=True,
        help="Amounts above it are confirmed by the general manager.",
    )
    ladder_mode = fields.Selection(
        [("rerate", "Re-Rate All"), ("incremental", "Each by Its Place")],
        string="Counting",
        required=True,
        default="rerate",
        tracking=True,
        help="Whether reaching a step changes what the earlier events cost.",
    )
    scale_mode = fields.Selection(
        [("marginal", "Each Bracket Its Slice"), ("flat", "The Whole at One Percent")],
        string="Scale",
        required=True,
        default="marginal",
        tracking=True,
        help="Whether a bracket applies to its slice of the loss or to the whole loss.",
    )
    stopped_company_ids = fields.Many2many(
        "res.company",
        "aftersales_pay_rule_stop_rel",
        "rule_id",
        "company_id",
        string="Stopped in",
        help="Facts in these companies propose nothing under this rule.",
    )
    ladder_days = fields.Integer(
        string="Rolling Days",
        tracking=True,
        help="Length of the period in which events count together. 0: the calendar "
        "month of the fact.",
    )
    unit_name = fields.Char(string="Unit of Measure", translate=True)
    document_name = fields.Char(string="Rule Document")
    document_clause = fields.Char(string="Clause")
    document_version = fields.Char(string="Version")
    document_date = fields.Date(string="Valid From")
    rate_ids = fields.One2many("aftersales.pay.rate", "rule_id", copy=True)
    note = fields.Text(translate=True)
    adjustment_count = fields.Integer(
        compute="_compute_adjustment_count", string="Adjustments"
    )

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This code is already taken."
    )
    _days_positive = models.Constraint(
        "CHECK (ladder_days >= 0)", "The rolling days cannot be negative."
    )
    _limit_positive = models.Constraint(
        "CHECK (confirm_limit >= 0)", "The limit cannot be negative."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = rule.name or rule.code or ""

    def _compute_adjustment_count(self):
        counts = dict(
            self.env["aftersales.adjustment"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.adjustment_count = counts.get(rule, 0)

    @api.constrains("kind", "payslip_code")
    def _check_payslip_code(self):
        for rule in self:
            if rule.payslip_code and rule.payslip_code != KIND_CODES[rule.kind]:
                raise ValidationError(
                    self.env._(
                        "%(rule)s cannot be paid as %(code)s: each payslip code is the "
                        "sum of one kind, and charges never reach a payslip.",
                        rule=rule.display_name,
                        code=rule.payslip_code,
                    )
                )

    @api.onchange("kind")
    def _onchange_kind(self):
        self.payslip_code = KIND_CODES[self.kind or "charge"]

    def write(self, vals):
        if vals.keys() & self._fixed_when_used:
            self._get_used()._raise_used()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._get_used()._raise_used()

    def _get_used(self):
        """Return the rules of self that stand behind an adjustment."""
        adjustments = self.env["aftersales.adjustment"].sudo()  # sudo: any company's
        groups = adjustments._read_group([("rule_id", "in", self.ids)], ["rule_id"])
        used_ids = {rule.id for (rule,) in groups}
        return self.filtered(lambda rule: rule.id in used_ids)

    def _raise_used(self):
        if self:
            raise FrozenFactError(
                self.env._(
                    "%(rules)s was already applied. Archive it and make a new rule, "
                    "or add a rate from a later date.",
                    rules=", ".join(self.mapped("display_name")),
                )
            )

    def compute(self, amount=0.0, quantity=1.0, on_date=None):
        """Return what this rule gives, by the rate valid on a date.

        :param float amount: the amount asked for (range, at cost), the loss
            (progressive), or the costs passed on (ladder), in company currency
        :param float quantity: units (per unit) or the count in the period (ladder,
            which returns the total owed); a fixed amount does not depend on it
        :param on_date: date or ``YYYY-MM-DD`` of the fact, today by default
        :return: ``[amount, breakdown]``, breakdown a list of dicts ``label, base,
            rate, amount``
        :raise ArgumentError: for anything that is no number or date
        :raise NotEntitledError: without a rate on that date, or out of its limits
        """
        if len(self) != 1:
            raise UserError(self.env._("Choose one pay rule to compute."))
        self.check_access("read")
        label = self.env._("Quantity")
        amount = as_number(self.env, amount, self.env._("Amount"))
        quantity = as_number(self.env, quantity, label, whole=self.method == "ladder")
        on_date = as_date(self.env, on_date) or fields.Date.context_today(self)
        _rate, total, breakdown = self._compute_amount(amount, quantity, on_date)
        return [total, breakdown]

    def _compute_amount(self, amount, quantity, on_date):
        """Return ``(rate, amount, breakdown)`` of one rule on one date.

        :raise NotEntitledError: as ``compute``
        """
        rate = self._get_rate(on_date)
        if not rate:
            raise NotEntitledError(
                self.env._(
                    "%(rule)s has no rate on %(date)s. Ask the head of department to "
                    "add one.",
                    rule=self.display_name,
                    date=on_date,
                )
            )
        steps = rate._apply(scales.decimal(amount), scales.decimal(quantity))
        breakdown = [
            {
                "label": self._get_step_label(step),
                "base": float(step.base),
                "rate": float(step.rate),
                "amount": float(step.amount),
            }
            for step in steps
        ]
        return rate, float(scales.total(steps)), breakdown

    def _get_step_label(self, step):
        """Return what one step of a breakdown is called."""
        if self.method == "progressive":
            return self.env._(
                "%(percent)s %% of %(slice)s",
                percent=format(step.rate.normalize(), "f"),
                slice=f"{step.base:,.2f}",
            )
        return self.name

    def _get_rate(self, on_date):
        """Return the rate valid on a date, or an empty recordset."""
        return self.rate_ids.filtered(lambda rate: rate.date_from <= on_date).sorted(
            "date_from", reverse=True
        )[:1]

    def _check_range(self, amount, rate):
        """Refuse an amount outside the limits of a rate (PEN-09)."""
        if not scales.decimal(rate.minimum) <= amount <= scales.decimal(rate.maximum):
            raise NotEntitledError(
                self.env._(
                    "%(rule)s allows amounts from %(minimum).2f to %(maximum).2f.",
                    rule=self.display_name,
                    minimum=rate.minimum,
                    maximum=rate.maximum,
                )
            )

    @api.model
    def _by_code(self, codes, companies):
        """Return the rules by company and code; the company's own comes first.

        :param codes: rule codes
        :param companies: ``res.company`` records
        :return: ``{(company id, code): rule}`` of the active rules
        """
        rules = self.search(
            Domain("code", "in", list(codes))
            & Domain("company_id", "in", [*companies.ids, False])
        )
        shared = {rule.code: rule for rule in rules if not rule.company_id}
        own = {(rule.company_id.id, rule.code): rule for rule in rules}
        return {
            (company.id, code): own.get((company.id, code)) or shared[code]
            for company in companies
            for code in codes
            if (company.id, code) in own or code in shared
        }

    def action_open_adjustments(self):
        """Open the adjustments this rule gave.

        :return: window action
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pay Adjustments"),
            "res_model": "aftersales.adjustment",
            "view_mode": "list,form",
            "domain": [("rule_id", "in", self.ids)],
        }
