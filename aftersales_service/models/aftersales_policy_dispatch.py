from odoo import fields, models


class AftersalesPolicy(models.Model):
    """What a policy demands before somebody travels."""

    _inherit = "aftersales.policy"

    triage_required = fields.Boolean(
        string="Triage before Dispatch",
        help="Nobody is sent before the four questions are answered: cause, measures "
        "and parts; in time; repairable; on site or at the depot.",
    )
    stage_order = fields.Boolean(
        string="Stages in Order",
        help="The stages of a fault service are recorded one after the other: "
        "analysis before repair, repair before the test.",
    )
