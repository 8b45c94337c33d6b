from odoo import fields, models


class ResCompany(models.Model):
    """Settings of dispatch."""

    _inherit = "res.company"

    aftersales_visit_hours = fields.Float(
        string="Length of a Visit (Hours)",
        default=2.0,
        help="Assumed for jobs that were planned without an end.",
    )

    _aftersales_visit_positive = models.Constraint(
        "CHECK (aftersales_visit_hours > 0)",
        "A visit takes longer than nothing.",
    )
