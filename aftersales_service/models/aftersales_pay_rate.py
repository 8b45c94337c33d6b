from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..calc import scales


class AftersalesPayRate(models.Model):
    """The amount of a pay rule from a date on; frozen once it was used."""

    _name = "aftersales.pay.rate"
    _inherit = ["aftersales.frozen.mixin"]
    _description = "Pay Rate"
    _order = "rule_id, date_from desc, id"

    rule_id = fields.Many2one(
        "aftersales.pay.rule", required=True, ondelete="cascade", index=True
    )
    date_from = fields.Date(
        string="Valid From", required=True, default=fields.Date.context_today
    )
    amount = fields.Float(digits=(16, 2))
    unit = fields.Char(related="rule_id.unit_name", string="Unit of Measure")
    method = fields.Selection(related="rule_id.method")
    minimum = fields.Float(digits=(16, 2))
    maximum = fields.Float(digits=(16, 2))
    bracket_ids = fields.One2many("aftersales.pay.bracket", "rate_id", copy=True)
    is_used = fields.Boolean(compute="_compute_is_used", string="Used")
    bracket_warning = fields.Char(compute="_compute_bracket_warning")

    _date_unique = models.UniqueIndex(
        "(rule_id, date_from)", "A rule has one rate from each date."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "A rate cannot be negative."
    )
    _range_ordered = models.Constraint(
        "CHECK (minimum >= 0 AND maximum >= minimum)",
        "The lowest amount of a range lies between zero and the highest.",
    )

    @api.depends("rule_id.code", "date_from")
    def _compute_display_name(self):
        for rate in self:
            rate.display_name = self.env._(
                "%(rule)s from %(date)s",
                rule=rate.rule_id.code or "",
                date=fields.Date.to_string(rate.date_from) or "",
            )

    def _compute_is_used(self):
        used = self._get_used()
        for rate in self:
            rate.is_used = rate in used

    @api.depends("bracket_ids.lower", "bracket_ids.upper", "rule_id.method")
    def _compute_bracket_warning(self):
        for rate in self:
            hole = scales.gap(rate.bracket_ids._to_steps(), rate._get_bracket_step())
            rate.bracket_warning = hole and self.env._(
                "Nothing is charged between %(upper)s and %(lower)s.",
                upper=hole[0],
                lower=hole[1],
            )

    def _check_brackets(self):
        """Refuse brackets that charge the same slice or count twice."""
        for rate in self:
            step = rate._get_bracket_step()
            if found := scales.overlap(rate.bracket_ids._to_steps(), step):
                raise ValidationError(
                    self.env._(
                        "The bracket from %s begins inside the one before it. "
                        "Close the one before first.",
                        found.lower,
                    )
                )

    def _get_bracket_step(self):
        """Return how far neighbouring brackets lie apart: counts by one."""
        return 1 if self.rule_id.method == "ladder" else 0

    def _get_used(self):
        """Return the rates of self that an adjustment was computed with."""
        adjustments = self.env["aftersales.adjustment"].sudo()  # sudo: any company's
        groups = adjustments._read_group([("rate_id", "in", self.ids)], ["rate_id"])
        used_ids = {rate.id for (rate,) in groups}
        return self.filtered(lambda rate: rate.id in used_ids)

    def _get_frozen(self):
        return self._get_used()

    def _apply(self, amount, quantity):
        """Return the steps of this rate, as decimals.

        :param amount: the amount asked for, the loss, or the costs passed on
        :param quantity: units, or the count in the period
        """
        self.ensure_one()
        return getattr(self, f"_apply_{self.rule_id.method}")(amount, quantity)

    def _apply_fixed(self, amount, quantity):
        return [scales.per_unit(self.amount, 1)]

    def _apply_per_unit(self, amount, quantity):
        return [scales.per_unit(self.amount, quantity)]

    def _apply_at_cost(self, amount, quantity):
        return [scales.per_unit(amount, 1)]

    def _apply_range(self, amount, quantity):
        self.rule_id._check_range(amount, self)
        return [scales.per_unit(amount, 1)]

    def _apply_progressive(self, amount, quantity):
        scale = getattr(scales, self.rule_id.scale_mode)
        return scale(amount, self.bracket_ids._to_steps())

    def _apply_ladder(self, amount, quantity):
        return scales.ladder(quantity, self.bracket_ids._to_steps(), amount)
