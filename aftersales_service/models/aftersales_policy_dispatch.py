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
    needs_application = fields.Boolean(
        string="Application before Dispatch",
        help="For faults: nobody travels and no part leaves the warehouse before the "
        "application is approved.",
    )
    application_decider = fields.Selection(
        [
            ("sales_vp", "Sales Vice President"),
            ("general_manager", "General Manager"),
        ],
        string="Who Decides on Staff",
        required=True,
        default="sales_vp",
    )
    vehicle_requests = fields.Boolean(
        help="The desk may ask for a special car, which the head approves.",
    )
    technical_decision = fields.Boolean(
        string="Technical Department Decides",
        help="It phones the customer first: answered, on site or back to the factory. "
        "A visit then needs an approved application as well.",
    )
