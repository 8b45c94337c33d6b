from odoo import fields, models


class ProductTemplate(models.Model):
    """What after-sales knows of a product."""

    _inherit = "product.template"

    is_aftersales_equipment = fields.Boolean(
        string="Serviced Equipment",
        help="Units delivered to a customer become part of the installed base.",
    )
    # A product of all companies may name a policy that only one of them has.
    aftersales_policy_id = fields.Many2one("aftersales.policy", string="Service Policy")
    aftersales_warranty_months = fields.Integer(
        string="Warranty Term (Months)",
        help="Proposed for new units. 0: the company's setting.",
    )
    aftersales_warranty_excluded = fields.Boolean(
        string="Excluded from Warranty",
        help="Wear parts such as filters and oil: never covered, whatever the term.",
    )

    _aftersales_warranty_months_positive = models.Constraint(
        "CHECK (aftersales_warranty_months >= 0)",
        "A warranty term cannot be negative.",
    )
