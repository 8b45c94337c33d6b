from odoo import fields, models


class ResCompany(models.Model):
    """How a company runs its depot."""

    _inherit = "res.company"

    aftersales_depot_idle_days = fields.Integer(
        string="Tell the Customer Every (Working Days)",
        default=5,
        help="So many working days without a message to the customer, and who is "
        "responsible for the depot case is reminded. 0 means never.",
    )
    aftersales_loan_days = fields.Integer(
        string="Loaners Due Back (Days)",
        default=14,
        help="Proposed for new loaners.",
    )
    aftersales_refund_same_tender = fields.Boolean(
        string="Refund the Way It Was Paid",
        help="Returned goods are refunded to the original tender alone, with the "
        "proof of payment and the customer's signature.",
    )

    _aftersales_depot_days_positive = models.Constraint(
        "CHECK (COALESCE(aftersales_depot_idle_days, 0) >= 0 "
        "AND COALESCE(aftersales_loan_days, 0) >= 0)",
        "Days cannot be negative.",
    )


class ResConfigSettings(models.TransientModel):
    """The same, on the settings page."""

    _inherit = "res.config.settings"

    aftersales_depot_idle_days = fields.Integer(
        related="company_id.aftersales_depot_idle_days", readonly=False
    )
    aftersales_loan_days = fields.Integer(
        related="company_id.aftersales_loan_days", readonly=False
    )
    aftersales_refund_same_tender = fields.Boolean(
        related="company_id.aftersales_refund_same_tender", readonly=False
    )
