from odoo import fields, models


class ResCompany(models.Model):
    """Whether fines go to an activity fund, and how it is published (PEN-17)."""

    _inherit = "res.company"

    aftersales_fund_enabled = fields.Boolean(
        string="Activity Fund",
        help="Fines that payslips deduct from now on go to the department's fund.",
    )
    aftersales_fund_masked = fields.Boolean(
        string="Hide Names",
        default=True,
        help="The published list shows the first character of a name only.",
    )


class ResConfigSettings(models.TransientModel):
    """The activity fund on the settings screen."""

    _inherit = "res.config.settings"

    aftersales_fund_enabled = fields.Boolean(
        related="company_id.aftersales_fund_enabled", readonly=False
    )
    aftersales_fund_masked = fields.Boolean(
        related="company_id.aftersales_fund_masked", readonly=False
    )


class AftersalesPayRule(models.Model):
    """Which penalties are fines; costs passed on are not."""

    _inherit = "aftersales.pay.rule"

    is_for_fund = fields.Boolean(
        string="To the Activity Fund",
        default=True,
        help="Off for costs and losses that are passed on: they are no fines.",
    )
