from odoo import api, fields, models


class AftersalesAdjustment(models.Model):
    """One allowance, penalty, reward or charge of one employee."""

    _name = "aftersales.adjustment"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Pay Adjustment"
    _order = "date desc, id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.adjustment"
    _guarded_fields = frozenset(
        {
            "company_id",
            "employee_id",
            "rule_id",
            "rate_id",
            "date",
            "quantity",
            "base_amount",
            "amount",
            "effect",
            "reverses_id",
            "event_model",
            "event_id",
            "source_model",
            "source_id",
            "sequence",
            "breakdown",
            "facts",
            "proposed_by_id",
            "verified_by_id",
            "verified_on",
            "confirmed_by_id",
            "confirmed_on",
            "appeal_text",
            "appeal_on",
            "appeal_state",
            "appeal_note",
            "appeal_decided_by_id",
        }
    )
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
        "aftersales.pay.rule", required=True, index=True, ondelete="restrict"
    )
    rate_id = fields.Many2one("aftersales.pay.rate", readonly=True, ondelete="restrict")
    kind = fields.Selection(related="rule_id.kind", store=True)
    date = fields.Date(
        required=True, default=fields.Date.context_today, help="Date of the fact."
    )
    quantity = fields.Float(default=1.0)
    base_amount = fields.Monetary(
        string="Amount Asked or Loss", help="What the rule is applied to."
    )
    amount = fields.Monetary(readonly=True, copy=False)
    effect = fields.Selection(
        [("base", "Original"), ("top_up", "Top-Up"), ("reversal", "Reversal")],
        required=True,
        readonly=True,
        default="base",
    )
    reverses_id = fields.Many2one(
        "aftersales.adjustment", readonly=True, copy=False, index="btree_not_null"
    )
    reversal_ids = fields.One2many("aftersales.adjustment", "reverses_id")
    event_model = fields.Char(readonly=True, copy=False)
    event_id = fields.Many2oneReference(
        model_field="event_model", readonly=True, copy=False
    )
    source_model = fields.Char(readonly=True, copy=False)
    source_id = fields.Many2oneReference(
        model_field="source_model", readonly=True, copy=False
    )
    sequence = fields.Integer(readonly=True, default=0, copy=False)
    breakdown = fields.Json(readonly=True, copy=False)
    reason = fields.Text()
    facts = fields.Text(string="Evidence", readonly=True, copy=False)
    proposed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    verified_on = fields.Datetime(readonly=True, copy=False)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    appeal_text = fields.Text(readonly=True, copy=False)
    appeal_on = fields.Datetime(readonly=True, copy=False)
    appeal_state = fields.Selection(
        [("open", "Open"), ("upheld", "Penalty Upheld"), ("granted", "Granted")],
        readonly=True,
        copy=False,
    )
    appeal_note = fields.Text(readonly=True, copy=False)
    appeal_decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    settlement_ids = fields.One2many(
        "aftersales.settlement", "adjustment_id", readonly=True
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

    @api.model
    def _propose(self, proposals):
        """Propose adjustments from facts, once for each fact.

        :param proposals: list of dicts: ``rule`` (pay rule code), ``employee``,
            ``date``, ``event`` (the record that is the fact), ``source`` (the
            document people know), ``facts`` (text), optional ``quantity``,
            ``amount``, ``reason``
        :return: the adjustments made; facts already counted are left out
        """
        return self.browse()
