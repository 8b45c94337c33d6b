from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The readings of the rules of pay on the settings screen."""

    _inherit = "res.config.settings"

    aftersales_pay_proposals = fields.Boolean(
        related="company_id.aftersales_pay_proposals", readonly=False
    )
    aftersales_lodging_basis = fields.Selection(
        related="company_id.aftersales_lodging_basis", readonly=False
    )
    aftersales_lodging_unit = fields.Selection(
        related="company_id.aftersales_lodging_unit", readonly=False
    )
    aftersales_lodging_mode = fields.Selection(
        related="company_id.aftersales_lodging_mode", readonly=False
    )
    aftersales_phone_mode = fields.Selection(
        related="company_id.aftersales_phone_mode", readonly=False
    )
    aftersales_complaint_case_days = fields.Integer(
        related="company_id.aftersales_complaint_case_days", readonly=False
    )
    aftersales_payday = fields.Integer(
        related="company_id.aftersales_payday", readonly=False
    )
    aftersales_day_divisor = fields.Float(
        related="company_id.aftersales_day_divisor", readonly=False
    )
