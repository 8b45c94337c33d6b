from odoo import fields, models


class ResCompany(models.Model):
    """How a company sells service."""

    _inherit = "res.company"

    aftersales_charge_required = fields.Boolean(
        string="Chargeable Parts Wait for a Quotation",
        default=True,
        help="Cause, head's report, opinion, quotation and the customer's approval "
        "come before the parts; the customer is told the cost before the visit.",
    )
    aftersales_handin_hours = fields.Float(
        string="Money to Be Handed In Within (Hours)",
        default=12.0,
        help="Who still holds money that he collected earlier is reminded, and the "
        "head is told. 0: nobody is.",
    )


class ResConfigSettings(models.TransientModel):
    """The same, on the settings page."""

    _inherit = "res.config.settings"

    aftersales_charge_required = fields.Boolean(
        related="company_id.aftersales_charge_required", readonly=False
    )
    aftersales_handin_hours = fields.Float(
        related="company_id.aftersales_handin_hours", readonly=False
    )
