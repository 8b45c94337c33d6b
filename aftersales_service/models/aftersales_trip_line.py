from odoo import fields, models


class AftersalesTripLine(models.Model):
    """One day's meals, night or cost of a trip."""

    _name = "aftersales.trip.line"
    _description = "Trip Line"
    _order = "trip_id, date, id"
    _check_company_auto = True

    trip_id = fields.Many2one(
        "aftersales.trip", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="trip_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("meal", "Meals"), ("lodging", "Night"), ("cost", "Actual Cost")],
        required=True,
        default="meal",
    )
    rule_id = fields.Many2one("aftersales.pay.rule", required=True, index=True)
    date = fields.Date(required=True)
    quantity = fields.Float(required=True, default=1.0)
    amount_asked = fields.Monetary(
        help="Empty for the standard amount; more than the standard needs approval."
    )
    receipt_ids = fields.Many2many("ir.attachment", string="Receipts")
    note = fields.Char()
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
