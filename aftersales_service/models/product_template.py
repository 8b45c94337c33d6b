from odoo import fields, models


class ProductTemplate(models.Model):
    """What after-sales knows of a product."""

    _inherit = "product.template"

    is_aftersales_equipment = fields.Boolean(
        string="Serviced Equipment",
        help="Units delivered to a customer become part of the installed base.",
    )
    aftersales_policy_id = fields.Many2one(
        "aftersales.policy", string="Service Policy"
    )
