from odoo import api, fields, models

from ..calc import scales


class AftersalesPayBracket(models.Model):
    """One bracket of a progressive scale or one step of a ladder."""

    _name = "aftersales.pay.bracket"
    _inherit = ["aftersales.frozen.mixin"]
    _description = "Pay Bracket"
    _order = "rate_id, lower, id"

    rate_id = fields.Many2one(
        "aftersales.pay.rate", required=True, ondelete="cascade", index=True
    )
    lower = fields.Float(digits=(16, 2), help="Above this loss, or from this count.")
    upper = fields.Float(
        digits=(16, 2), help="Up to this loss or count, inclusive. 0 means no limit."
    )
    percent = fields.Float(
        digits=(16, 4), help="Share of the loss within the bracket, or of the costs."
    )
    amount = fields.Float(digits=(16, 2), help="Ladder: owed for each one.")

    _limits_ordered = models.Constraint(
        "CHECK (lower >= 0 AND (upper = 0 OR upper >= lower))",
        "A bracket runs from a lower to a higher limit.",
    )
    _share_positive = models.Constraint(
        "CHECK (percent >= 0 AND amount >= 0)",
        "The share and the amount of a bracket cannot be negative.",
    )

    @api.constrains("lower", "upper", "rate_id")
    def _check_overlap(self):
        self.rate_id._check_brackets()

    def _get_frozen(self):
        return self.filtered(lambda bracket: bracket.rate_id._get_frozen())

    @api.model_create_multi
    def create(self, vals_list):
        brackets = super().create(vals_list)
        brackets._get_frozen()._raise_frozen()
        return brackets

    def _to_steps(self):
        """Return the brackets as the plain values the arithmetic works on."""
        return [
            scales.Bracket(
                scales.decimal(bracket.lower),
                scales.decimal(bracket.upper),
                scales.decimal(bracket.percent),
                scales.decimal(bracket.amount),
            )
            for bracket in self
        ]
