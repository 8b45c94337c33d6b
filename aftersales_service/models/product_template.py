from odoo import fields, models

from ..calc.warranty import term_months

BASES = [
    ("purchase", "Purchase"),
    ("manufacture", "Manufacture"),
    ("shipment", "Shipment"),
    ("install", "Installation"),
    ("handover", "Site Handover"),
]


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

    aftersales_warranty_basis = fields.Selection(
        BASES,
        string="Warranty Runs From",
        help="Proposed for new units. Empty: purchase, or shipment where we deliver.",
    )
    aftersales_labour_apart = fields.Boolean(
        string="Labour Has Another Term",
        help="Otherwise work is covered as long as the parts.",
    )
    aftersales_labour_months = fields.Integer(
        string="Term of Labour (Months)", help="0: work is charged from the first day."
    )
    aftersales_excluded_ids = fields.Many2many(
        "product.product",
        "aftersales_product_excluded_rel",
        "template_id",
        "part_id",
        string="Parts Not Covered",
        help="In units of this model, besides parts that are excluded everywhere.",
    )
    aftersales_void_cause_ids = fields.Many2many(
        "aftersales.code",
        "aftersales_product_void_rel",
        "template_id",
        "code_id",
        string="Causes That End It",
        domain=[("kind", "=", "cause")],
        help="For this model, besides causes that end every warranty.",
    )
    aftersales_repair_months = fields.Integer(
        string="Repair Warranty (Months)",
        help="For this part once we built it in. 0: the company's setting.",
    )

    _aftersales_labour_positive = models.Constraint(
        "CHECK (aftersales_labour_months >= 0 AND aftersales_repair_months >= 0)",
        "A warranty term cannot be negative.",
    )
    _aftersales_warranty_months_positive = models.Constraint(
        "CHECK (aftersales_warranty_months >= 0)",
        "A warranty term cannot be negative.",
    )

    def _get_aftersales_months(self):
        """Return the warranty term of a model in months, 0 where it has none.

        Our own field first; else the term of OCA ``product_warranty`` where that is
        installed and counts in months or years.
        """
        if self.aftersales_warranty_months or "warranty_type" not in self._fields:
            return self.aftersales_warranty_months
        return term_months(self["warranty"], self["warranty_type"])
