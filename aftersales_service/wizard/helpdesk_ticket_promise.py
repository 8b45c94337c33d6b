from odoo import fields, models

from ..arguments import check_single


class HelpdeskTicketPromise(models.TransientModel):
    """Dialog: commit to a solution, pass a ticket on, or wait for the customer."""

    _name = "helpdesk.ticket.promise"
    _description = "Promise to the Customer"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    step = fields.Selection(
        [("commit", "Commit"), ("pass_on", "Pass On"), ("wait", "Wait")],
        required=True,
        default="commit",
    )
    text = fields.Text(string="In Words", required=True)

    def action_confirm(self):
        """Take the step with what was written.

        :return: an action that closes the window
        """
        check_single(self)
        if self.step == "commit":
            self.ticket_id.action_commit(self.text)
        elif self.step == "pass_on":
            self.ticket_id.action_pass_on(self.text)
        else:
            self.ticket_id.action_wait_customer(self.text)
        return {"type": "ir.actions.act_window_close"}
