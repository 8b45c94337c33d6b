from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """What the company grants its customers, on the settings screen."""

    _inherit = "res.config.settings"

    aftersales_hotline = fields.Char(
        related="company_id.aftersales_hotline", readonly=False
    )
    aftersales_link_days = fields.Integer(
        related="company_id.aftersales_link_days", readonly=False
    )
    aftersales_qr_unit_limit = fields.Integer(
        related="company_id.aftersales_qr_unit_limit", readonly=False
    )
    aftersales_qr_address_limit = fields.Integer(
        related="company_id.aftersales_qr_address_limit", readonly=False
    )
    aftersales_report_limit = fields.Integer(
        related="company_id.aftersales_report_limit", readonly=False
    )
    aftersales_report_minutes = fields.Integer(
        related="company_id.aftersales_report_minutes", readonly=False
    )
