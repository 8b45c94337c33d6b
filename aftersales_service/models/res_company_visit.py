from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """Settings of field work."""

    _inherit = "res.company"

    aftersales_duty_manager_id = fields.Many2one(
        "res.users",
        string="Duty Manager",
        check_company=True,
        help="Told of incidents at customers, besides the head of department.",
    )
    aftersales_phone_from = fields.Float(
        string="Phones On from",
        default=8.0,
        help="Technicians can be reached from this hour, company time.",
    )
    aftersales_phone_to = fields.Float(string="Phones On until", default=22.0)
    aftersales_day_report_hour = fields.Float(
        string="Day Report Due at",
        default=22.0,
        help="Who has not reported by this hour, company time, is reminded once.",
    )
    aftersales_sheet_meeting = fields.Boolean(
        string="Sheets on Mondays",
        help="Sheets handed in since last Monday are the Monday meeting's agenda.",
    )

    @api.constrains(
        "aftersales_phone_from", "aftersales_phone_to", "aftersales_day_report_hour"
    )
    def _check_aftersales_hours(self):
        for company in self:
            hours = (
                company.aftersales_phone_from,
                company.aftersales_phone_to,
                company.aftersales_day_report_hour,
            )
            if not all(0.0 <= hour < 24.0 for hour in hours):
                raise ValidationError(
                    self.env._("Hours of the day lie between 0:00 and 24:00.")
                )


class ResConfigSettings(models.TransientModel):
    """The settings of field work on the settings screen."""

    _inherit = "res.config.settings"

    aftersales_duty_manager_id = fields.Many2one(
        related="company_id.aftersales_duty_manager_id", readonly=False
    )
    aftersales_phone_from = fields.Float(
        related="company_id.aftersales_phone_from", readonly=False
    )
    aftersales_phone_to = fields.Float(
        related="company_id.aftersales_phone_to", readonly=False
    )
    aftersales_day_report_hour = fields.Float(
        related="company_id.aftersales_day_report_hour", readonly=False
    )
    aftersales_sheet_meeting = fields.Boolean(
        related="company_id.aftersales_sheet_meeting", readonly=False
    )
