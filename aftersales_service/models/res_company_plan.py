from odoo import fields, models


class ResCompany(models.Model):
    """How a company runs its plans."""

    _inherit = "res.company"

    aftersales_plan_merge = fields.Boolean(
        string="Merge Due Plans of a Site",
        help="Visits of one site by one person, due close together, become one "
        "order. Each period still counts for itself.",
    )
    aftersales_plan_merge_days = fields.Integer(
        string="Due Within (Days)",
        default=7,
        help="How far apart the due days of merged visits may lie.",
    )
    aftersales_plan_quarter_replaces_month = fields.Boolean(
        string="Quarterly Replaces Monthly",
        help="In the last month of a quarter the quarterly visit covers the monthly "
        "one of the same type.",
    )
    aftersales_plan_inspection_is_visit = fields.Boolean(
        string="Quarterly Inspection Counts as Visit",
        help="A quarterly inspection fulfils the customer visit of its period too.",
    )
    aftersales_plan_warn_days = fields.Integer(
        string="Warn Before Due (Days)",
        default=3,
        help="So long before the due day of planned work its technician is warned.",
    )


class ResConfigSettings(models.TransientModel):
    """The same, on the settings page."""

    _inherit = "res.config.settings"

    aftersales_plan_merge = fields.Boolean(
        related="company_id.aftersales_plan_merge", readonly=False
    )
    aftersales_plan_merge_days = fields.Integer(
        related="company_id.aftersales_plan_merge_days", readonly=False
    )
    aftersales_plan_quarter_replaces_month = fields.Boolean(
        related="company_id.aftersales_plan_quarter_replaces_month", readonly=False
    )
    aftersales_plan_inspection_is_visit = fields.Boolean(
        related="company_id.aftersales_plan_inspection_is_visit", readonly=False
    )
    aftersales_plan_warn_days = fields.Integer(
        related="company_id.aftersales_plan_warn_days", readonly=False
    )
