from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The company's after-sales settings on the settings screen."""

    _inherit = "res.config.settings"

    aftersales_policy_id = fields.Many2one(
        related="company_id.aftersales_policy_id", readonly=False
    )
    aftersales_claim_finding = fields.Boolean(
        related="company_id.aftersales_claim_finding", readonly=False
    )
    aftersales_old_part_remind_days = fields.Integer(
        related="company_id.aftersales_old_part_remind_days", readonly=False
    )
    aftersales_old_part_case_days = fields.Integer(
        related="company_id.aftersales_old_part_case_days", readonly=False
    )
    aftersales_repair_months = fields.Integer(
        related="company_id.aftersales_repair_months", readonly=False
    )
    aftersales_warranty_months = fields.Integer(
        related="company_id.aftersales_warranty_months", readonly=False
    )
    aftersales_shelf_months = fields.Integer(
        related="company_id.aftersales_shelf_months", readonly=False
    )
    aftersales_backdate_days = fields.Integer(
        related="company_id.aftersales_backdate_days", readonly=False
    )
    aftersales_visit_hours = fields.Float(
        related="company_id.aftersales_visit_hours", readonly=False
    )
    aftersales_repeat_days = fields.Integer(
        related="company_id.aftersales_repeat_days", readonly=False
    )
    aftersales_approval_hours = fields.Float(
        related="company_id.aftersales_approval_hours", readonly=False
    )
    aftersales_manufacturer_days = fields.Integer(
        related="company_id.aftersales_manufacturer_days", readonly=False
    )
    aftersales_deduction_mode = fields.Selection(
        related="company_id.aftersales_deduction_mode", readonly=False
    )
    aftersales_deduction_warning = fields.Float(
        related="company_id.aftersales_deduction_warning", readonly=False
    )
    aftersales_deduction_cap = fields.Float(
        related="company_id.aftersales_deduction_cap", readonly=False
    )
    aftersales_deduction_floor = fields.Monetary(
        related="company_id.aftersales_deduction_floor",
        currency_field="aftersales_currency_id",
        readonly=False,
    )
    aftersales_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    aftersales_appeal_days = fields.Integer(
        related="company_id.aftersales_appeal_days", readonly=False
    )
    aftersales_meals_per_day = fields.Integer(
        related="company_id.aftersales_meals_per_day", readonly=False
    )
    aftersales_output_target = fields.Float(
        related="company_id.aftersales_output_target", readonly=False
    )
    aftersales_old_part_days = fields.Integer(
        related="company_id.aftersales_old_part_days", readonly=False
    )
    aftersales_loss_split = fields.Selection(
        related="company_id.aftersales_loss_split", readonly=False
    )
