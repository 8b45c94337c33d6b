from odoo import fields, models


class AftersalesPolicy(models.Model):
    """What a policy demands before somebody travels."""

    _inherit = "aftersales.policy"

    triage_required = fields.Boolean(
        string="Triage before Dispatch",
        help="Nobody is sent before the four questions are answered: cause, measures "
        "and parts; in time; repairable; on site or at the depot.",
    )
