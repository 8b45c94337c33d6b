from odoo import fields, models


class ResCompany(models.Model):
    """How often technicians see and call customers (CB-05, CB-14, VIS-07)."""

    _inherit = "res.company"

    aftersales_calls_per_month = fields.Integer(
        string="Calls to Customers a Month",
        default=6,
        help="Each technician; several calls to a customer on one day are one.",
    )
    aftersales_call_points = fields.Float(
        string="Points for Too Few Calls",
        default=1.0,
        help="Taken off in each month with fewer calls.",
    )
    aftersales_visits_per_month = fields.Float(
        string="Visits a Month, on Average",
        default=1.0,
        help="Each technician, over the period that is looked at.",
    )
    aftersales_visit_points = fields.Float(
        string="Points for Too Few Visits",
        default=2.0,
        help="Taken off when the average of the period is lower.",
    )
    aftersales_spot_visits_per_week = fields.Integer(
        string="Spot-Check Visits a Week",
        default=2,
        help="By appointment, about installation, design and explanation. 0: none.",
    )


class ResConfigSettings(models.TransientModel):
    """The same, on the settings page."""

    _inherit = "res.config.settings"

    aftersales_calls_per_month = fields.Integer(
        related="company_id.aftersales_calls_per_month", readonly=False
    )
    aftersales_call_points = fields.Float(
        related="company_id.aftersales_call_points", readonly=False
    )
    aftersales_visits_per_month = fields.Float(
        related="company_id.aftersales_visits_per_month", readonly=False
    )
    aftersales_visit_points = fields.Float(
        related="company_id.aftersales_visit_points", readonly=False
    )
    aftersales_spot_visits_per_week = fields.Integer(
        related="company_id.aftersales_spot_visits_per_week", readonly=False
    )
