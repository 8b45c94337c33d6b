from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The hotline's settings on the settings screen."""

    _inherit = "res.config.settings"

    aftersales_hotline = fields.Char(
        related="company_id.aftersales_hotline", readonly=False
    )
    aftersales_notify_minutes = fields.Integer(
        related="company_id.aftersales_notify_minutes", readonly=False
    )
    aftersales_communicative_reopens = fields.Integer(
        related="company_id.aftersales_communicative_reopens", readonly=False
    )
    aftersales_complaint_callback_hours = fields.Float(
        related="company_id.aftersales_complaint_callback_hours", readonly=False
    )
    aftersales_order_calls = fields.Boolean(
        related="company_id.aftersales_order_calls", readonly=False
    )
    aftersales_forward_hour = fields.Float(
        related="company_id.aftersales_forward_hour", readonly=False
    )
    aftersales_return_minutes = fields.Integer(
        related="company_id.aftersales_return_minutes", readonly=False
    )
    aftersales_first_contact = fields.Boolean(
        related="company_id.aftersales_first_contact", readonly=False
    )
    aftersales_followups = fields.Boolean(
        related="company_id.aftersales_followups", readonly=False
    )
    aftersales_shifts = fields.Boolean(
        related="company_id.aftersales_shifts", readonly=False
    )
    aftersales_call_quality = fields.Boolean(
        related="company_id.aftersales_call_quality", readonly=False
    )
    aftersales_samples_per_week = fields.Integer(
        related="company_id.aftersales_samples_per_week", readonly=False
    )
    aftersales_sample_low = fields.Integer(
        related="company_id.aftersales_sample_low", readonly=False
    )
    aftersales_problem_log = fields.Boolean(
        related="company_id.aftersales_problem_log", readonly=False
    )
    aftersales_duty_log = fields.Boolean(
        related="company_id.aftersales_duty_log", readonly=False
    )
    aftersales_price_enquiry = fields.Boolean(
        related="company_id.aftersales_price_enquiry", readonly=False
    )
    aftersales_price_discount = fields.Float(
        related="company_id.aftersales_price_discount", readonly=False
    )
