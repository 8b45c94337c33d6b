from odoo import fields, models

from ..arguments import check_single


class HelpdeskTicketResolve(models.TransientModel):
    """Dialog: the caller's problem was solved on the phone (HOT-11)."""

    _name = "helpdesk.ticket.resolve"
    _description = "Resolve a Ticket by Phone"

    ticket_id = fields.Many2one("helpdesk.ticket")
    call_id = fields.Many2one("aftersales.call")
    note = fields.Text(string="What the Customer Was Told", required=True)

    def action_confirm(self):
        """Close the ticket by phone; a call without ticket gets one first.

        :return: window on the ticket
        """
        check_single(self)
        ticket = self.ticket_id or self.call_id.action_create_ticket()
        return ticket.action_resolve_remotely(self.note)._get_records_action()
