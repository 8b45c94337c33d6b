from odoo import fields, models


class ResCompany(models.Model):
    """When plans of the next week are due."""

    _inherit = "res.company"

    aftersales_week_plan = fields.Boolean(
        string="Week Plans",
        default=True,
        help="Technicians plan the next week; the head approves before it begins.",
    )
    aftersales_week_plan_hours = fields.Float(
        string="Week Plans Due (Hours before)",
        default=12.0,
        help="So long before Monday, who has no approved plan is reminded once.",
    )

    _aftersales_week_plan_hours = models.Constraint(
        "CHECK (aftersales_week_plan_hours BETWEEN 0 AND 168)",
        "Plans are due within the week before.",
    )


class ResConfigSettings(models.TransientModel):
    """The same on the settings screen."""

    _inherit = "res.config.settings"

    aftersales_week_plan = fields.Boolean(
        related="company_id.aftersales_week_plan", readonly=False
    )
    aftersales_week_plan_hours = fields.Float(
        related="company_id.aftersales_week_plan_hours", readonly=False
    )
