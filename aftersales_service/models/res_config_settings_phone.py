from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """What the company decided about phones, on the settings screen."""

    _inherit = "res.config.settings"

    aftersales_place_stamps = fields.Boolean(
        related="company_id.aftersales_place_stamps", readonly=False
    )
    aftersales_place_days = fields.Integer(
        related="company_id.aftersales_place_days", readonly=False
    )
    aftersales_photo_days = fields.Integer(
        related="company_id.aftersales_photo_days", readonly=False
    )
    aftersales_calendar_no_phone = fields.Boolean(
        related="company_id.aftersales_calendar_no_phone", readonly=False
    )
