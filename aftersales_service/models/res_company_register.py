from odoo import fields, models


class ResCompany(models.Model):
    """Settings of the register."""

    _inherit = "res.company"

    aftersales_join_months = fields.Integer(
        string="Join Before Acceptance (Months)",
        help="So many months before the planned final acceptance the head is told "
        "that after-sales joins the project. 0: not told.",
    )
    aftersales_handover_days = fields.Integer(
        string="Handover After Acceptance (Days)",
        help="A project is handed over within so many days after its acceptance. "
        "0: no deadline.",
    )
    aftersales_stewardship = fields.Boolean(
        string="Customer Keepers",
        help="New customers are allotted to specialists, who contact them in time.",
    )
    aftersales_steward_days = fields.Integer(
        string="First Contact Within (Days)",
        default=7,
        help="Until then the specialist has contacted a newly allotted customer.",
    )
    aftersales_demand_months = fields.Integer(
        string="Parts Demand From (Months)",
        default=12,
        help="Parts replaced in so many months are the ground for the demand that is "
        "suggested.",
    )

    _aftersales_register_periods = models.Constraint(
        "CHECK (aftersales_join_months >= 0 AND aftersales_handover_days >= 0 "
        "AND aftersales_steward_days >= 0 AND aftersales_demand_months > 0)",
        "Periods of the register cannot be negative, and demand needs some months.",
    )


class ResConfigSettings(models.TransientModel):
    """The settings of the register on the settings screen."""

    _inherit = "res.config.settings"

    aftersales_join_months = fields.Integer(
        related="company_id.aftersales_join_months", readonly=False
    )
    aftersales_handover_days = fields.Integer(
        related="company_id.aftersales_handover_days", readonly=False
    )
    aftersales_stewardship = fields.Boolean(
        related="company_id.aftersales_stewardship", readonly=False
    )
    aftersales_steward_days = fields.Integer(
        related="company_id.aftersales_steward_days", readonly=False
    )
    aftersales_demand_months = fields.Integer(
        related="company_id.aftersales_demand_months", readonly=False
    )
