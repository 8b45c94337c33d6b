from odoo import fields, models


class AftersalesPayRate(models.Model):
    """The amount of a pay rule from a date on."""

    _name = "aftersales.pay.rate"
    _description = "Pay Rate"
    _order = "rule_id, date_from desc, id"

    rule_id = fields.Many2one(
        "aftersales.pay.rule", required=True, ondelete="cascade", index=True
    )
    date_from = fields.Date(required=True, default="2020-01-01")
    amount = fields.Float(digits=(16, 2))
    unit = fields.Char(related="rule_id.unit_name")
    minimum = fields.Float(digits=(16, 2))
    maximum = fields.Float(digits=(16, 2))
    bracket_ids = fields.One2many("aftersales.pay.bracket", "rate_id", copy=True)

    _date_unique = models.UniqueIndex(
        "(rule_id, date_from)", "A rule has one rate from each date."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "A rate cannot be negative."
    )
