from odoo import fields, models


class AftersalesPayBracket(models.Model):
    """One step of a progressive scale or of a ladder."""

    _name = "aftersales.pay.bracket"
    _description = "Pay Bracket"
    _order = "rate_id, lower, id"

    rate_id = fields.Many2one(
        "aftersales.pay.rate", required=True, ondelete="cascade", index=True
    )
    lower = fields.Float(digits=(16, 2), help="Above this loss, or from this count.")
    upper = fields.Float(digits=(16, 2), help="0 means without limit.")
    percent = fields.Float(help="Share of the loss within the step.")
    amount = fields.Float(digits=(16, 2), help="Ladder: owed for each one.")
