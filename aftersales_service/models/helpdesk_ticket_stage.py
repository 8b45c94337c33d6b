from odoo import fields, models


class HelpdeskTicketStage(models.Model):
    """Tells stages in which a case was solved from those in which it was dropped."""

    _inherit = "helpdesk.ticket.stage"

    is_void = fields.Boolean(
        string="Closed without Service",
        help="Cancelled, rejected: promises of such a ticket are dropped, not kept.",
    )
