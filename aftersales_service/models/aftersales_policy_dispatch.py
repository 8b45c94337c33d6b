from odoo import fields, models


class AftersalesPolicy(models.Model):
    """What a policy demands before somebody travels."""

    _inherit = "aftersales.policy"

    triage_required = fields.Boolean(
        string="Triage before Dispatch",
        help="Nobody is sent before the four questions are answered: cause, measures "
        "and parts; in time; repairable; on site or at the depot.",
    )
    application_required = fields.Boolean(
        string="Application before Dispatch",
        help="Whether staff is sent is decided on an application.",
    )
    technical_group_id = fields.Many2one(
        "res.groups",
        string="Technical Decision By",
        help="Answers the fault, or says on site or factory. Empty: no such step.",
    )
    dispatch_group_id = fields.Many2one(
        "res.groups",
        string="Decides Whether to Send Staff",
        default=lambda self: self.env.ref(
            "aftersales_service.group_quality_vp", raise_if_not_found=False
        ),
    )
    stage_order = fields.Boolean(
        string="Stages in Order",
        help="The stages of a fault service are recorded one after the other: "
        "analysis before repair, repair before the test.",
    )
    vehicle_requests = fields.Boolean(
        string="Special Vehicles",
        help="A car may be requested for remote, many or urgent customers.",
    )
