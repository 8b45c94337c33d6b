from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

from .. import guard
from ..arguments import check_single
from ..exceptions import FrozenFactError, MissingError, NotEntitledError
from .aftersales_trip_pay import OUTSIDE_TYPES

SIGNS = {"allowance": 1, "reward": 1, "penalty": -1, "charge": 0}
# What a person types in; everything else follows from the rule.
ENTRY_FIELDS = frozenset(
    {
        "company_id",
        "employee_id",
        "rule_id",
        "date",
        "quantity",
        "base_amount",
        "reason",
        "order_id",
    }
)


class AftersalesAdjustment(models.Model):
    """One allowance, penalty, reward or charge of one employee."""

    _name = "aftersales.adjustment"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.state.mixin",
        "aftersales.thread.mixin",
        "mail.activity.mixin",
    ]
    _description = "Pay Adjustment"
    _order = "date desc, id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.adjustment"
    _guarded_fields = ENTRY_FIELDS | {
        "rate_id",
        "amount",
        "effect",
        "reverses_id",
        "event_model",
        "event_id",
        "source_model",
        "source_id",
        "source_name",
        "sequence",
        "breakdown",
        "facts",
        "proposed_by_id",
        "verified_by_id",
        "verified_on",
        "confirmed_by_id",
        "confirmed_on",
        "is_above_limit",
        "signed_amount",
        "kind",
        "appeal_until",
        "appeal_text",
        "appeal_on",
        "appeal_state",
        "appeal_note",
        "appeal_decided_by_id",
        "settled_amount",
        "reserved_amount",
        "residual_amount",
    }
    _state_transitions = {
        "proposed": {"verified", "cancel"},
        "verified": {"confirmed", "cancel"},
        "confirmed": {"settled", "cancel"},
        "settled": {"confirmed"},
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
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, check_company=True
    )
    rule_id = fields.Many2one(
        "aftersales.pay.rule",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    rate_id = fields.Many2one(
        "aftersales.pay.rate", readonly=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(
        related="rule_id.kind", store=True, index=True, tracking=False
    )
    payslip_code = fields.Selection(related="rule_id.payslip_code")
    date = fields.Date(
        required=True, default=fields.Date.context_today, help="Date of the fact."
    )
    quantity = fields.Float(default=1.0)
    base_amount = fields.Monetary(
        string="Amount Asked or Loss", help="What the rule is applied to."
    )
    amount = fields.Monetary(readonly=True, copy=False)
    signed_amount = fields.Monetary(
        compute="_compute_signed_amount",
        store=True,
        help="What the employee gets; below zero what is deducted.",
    )
    effect = fields.Selection(
        [("base", "Original"), ("top_up", "Top-Up"), ("reversal", "Reversal")],
        required=True,
        readonly=True,
        default="base",
    )
    reverses_id = fields.Many2one(
        "aftersales.adjustment", readonly=True, copy=False, index="btree_not_null"
    )
    reversal_ids = fields.One2many(
        "aftersales.adjustment", "reverses_id", string="Reversals"
    )
    event_model = fields.Char(readonly=True, copy=False)
    event_id = fields.Many2oneReference(
        model_field="event_model", readonly=True, copy=False
    )
    order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order Concerned",
        copy=False,
        index="btree_not_null",
        check_company=True,
        groups="aftersales_service.group_head",
        help="One order is counted once under a rule for each employee.",
    )
    source_model = fields.Char(readonly=True, copy=False)
    source_id = fields.Many2oneReference(
        model_field="source_model", readonly=True, copy=False
    )
    source_name = fields.Char(string="Source Document", readonly=True, copy=False)
    sequence = fields.Integer(readonly=True, default=0, copy=False)
    breakdown = fields.Json(string="Breakdown Steps", readonly=True, copy=False)
    breakdown_text = fields.Text(compute="_compute_breakdown_text", string="Breakdown")
    reason = fields.Text()
    facts = fields.Text(string="Evidence", readonly=True, copy=False)
    proposed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    verified_on = fields.Datetime(readonly=True, copy=False)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    settlement_ids = fields.One2many(
        "aftersales.settlement", "adjustment_id", readonly=True, string="Settlements"
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("verified", "Verified"),
            ("confirmed", "Confirmed"),
            ("settled", "Settled"),
            ("cancel", "Cancelled"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The amount of an adjustment cannot be negative."
    )
    _event_unique = models.UniqueIndex(
        "(company_id, event_model, event_id, employee_id, rule_id, effect, sequence) "
        "WHERE state <> 'cancel' AND event_id IS NOT NULL",
        "This fact was already counted for this employee under this rule.",
    )
    _reversal_unique = models.UniqueIndex(
        "(reverses_id) WHERE effect = 'reversal' AND state <> 'cancel'",
        "This adjustment was already reversed.",
    )
    _order_index = models.Index("(date DESC, id DESC)")

    @api.depends("amount", "kind", "effect")
    def _compute_signed_amount(self):
        for adjustment in self:
            sign = SIGNS.get(adjustment.kind, 0)
            if adjustment.effect == "reversal":
                sign = -sign
            adjustment.signed_amount = sign * adjustment.amount

    @api.depends("breakdown")
    def _compute_breakdown_text(self):
        for adjustment in self:
            adjustment.breakdown_text = self._format_breakdown(
                adjustment.breakdown, adjustment.currency_id
            )

    @api.model
    def _format_breakdown(self, breakdown, currency):
        """Return the steps of a breakdown as text, a line each."""
        return "\n".join(
            self.env._(
                "%(label)s: %(base)g at %(rate)g = %(amount)s",
                label=step["label"],
                base=step["base"],
                rate=step["rate"],
                amount=format_amount(self.env, step["amount"], currency),
            )
            for step in breakdown or []
        )

    @api.model_create_multi
    def create(self, vals_list):
        if guard.is_open(self.env):
            return super().create(vals_list)
        self._require(
            "aftersales_service.group_head",
            self.env._("Only a head of department enters adjustments."),
        )
        self._check_guarded_create(vals_list)
        entries = self._prepare_entries(vals_list)
        self._refuse_counted(entries)
        return super(AftersalesAdjustment, self._unguarded()).create(entries)._entered()

    @api.model
    def _get_guarded_on_create(self):
        return super()._get_guarded_on_create() - ENTRY_FIELDS

    def _entered(self):
        """Log new entries and hand them back without the key."""
        records = self._guarded_again()
        self.env["aftersales.audit"]._log(records, "proposed")
        return records

    @api.model
    def _prepare_entries(self, vals_list):
        """Complete what a head entered by hand: company, amount, evidence.

        :raise MissingError: without a reason
        :raise UserError: for a rule that only facts propose
        """
        defaults = self.default_get(["date", "quantity"])
        entries = [{**defaults, **vals} for vals in vals_list]
        for vals in entries:
            employee = self.env["hr.employee"].browse(vals.get("employee_id"))
            rule = self.env["aftersales.pay.rule"].browse(vals.get("rule_id"))
            order = self.env["aftersales.order"].browse(vals.get("order_id"))
            vals.update(self._prepare_entry(vals, employee, rule, order))
        return entries

    @api.model
    def _prepare_entry(self, vals, employee, rule, order):
        """Return what follows from one entry made by hand."""
        if not employee or not rule:
            raise MissingError(self.env._("Choose the employee and the pay rule."))
        if rule.trigger != "manual":
            raise UserError(
                self.env._(
                    "%s is proposed by the facts themselves and cannot be entered.",
                    rule.display_name,
                )
            )
        if rule.kind in ("allowance", "reward"):
            self._check_not_outside(employee)
        reason = (vals.get("reason") or "").strip()
        if not reason:
            raise MissingError(self.env._("Give the reason: it goes on record."))
        amount = vals.get("base_amount") or 0.0
        quantity = vals.get("quantity") or 0.0
        rule.compute(amount, quantity, vals.get("date"))  # checks the values typed in
        rate, total, breakdown = rule._compute_amount(
            amount, quantity, fields.Date.to_date(vals["date"])
        )
        return {
            "company_id": employee.sudo().company_id.id,  # sudo: heads are not HR
            "rate_id": rate.id,
            "amount": total,
            "breakdown": breakdown,
            "reason": reason,
            "facts": reason,
            "proposed_by_id": self.env.uid,
            "event_model": order._name if order else False,
            "event_id": order.id,
            "source_model": order._name if order else False,
            "source_id": order.id,
            "source_name": order.display_name if order else False,
        }

    @api.model
    def _check_not_outside(self, employee):
        """Refuse allowances for subcontractors: they bear their costs (PAY-16)."""
        if employee.sudo().employee_type in OUTSIDE_TYPES:  # sudo: his contract
            raise NotEntitledError(
                self.env._(
                    "%s is a subcontractor, who bears his costs himself.",
                    employee.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_on_record(self):
        """Adjustments are cancelled or reversed, never deleted (rule D6)."""
        if self:
            raise FrozenFactError(
                self.env._("An adjustment stays on record: cancel or reverse it.")
            )

    def _require(self, groups, message):
        """Raise ``message`` unless the user is in one of ``groups``."""
        if not self.env.su and not self.env.user.has_groups(groups):
            raise AccessError(message)

    def _check_not_beneficiary(self):
        """Refuse that somebody decides about his own money."""
        if self.env.su:
            return
        own = self.sudo().filtered(  # sudo: the user behind an employee
            lambda adjustment: adjustment.employee_id.user_id == self.env.user
        )
        if own:
            raise AccessError(
                self.env._(
                    "%s concerns yourself: somebody else has to decide it.",
                    ", ".join(own.mapped("name")),
                )
            )

    def action_open_source(self):
        """Open the document behind an adjustment, for those who may read it.

        :return: window action
        """
        check_single(self)
        self.check_access("read")
        source = self.env.get(self.source_model or "")
        source = source is not None and source.browse(self.source_id).exists()
        if not source:
            raise UserError(self.env._("This adjustment was entered by hand."))
        source.check_access("read")
        return source._get_records_action()
