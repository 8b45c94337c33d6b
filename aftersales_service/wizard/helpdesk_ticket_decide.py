from odoo import api, fields, models

from ..arguments import check_single
from ..models.aftersales_complaint_mixin import GROUNDS
from ..models.helpdesk_ticket_answer import RESOLUTIONS
from ..models.helpdesk_ticket_complaint import VERDICTS
from ..models.helpdesk_ticket_repeat import REPEAT_REASONS


class HelpdeskTicketDecide(models.TransientModel):
    """Dialog: verdict, answer, booking, or report upwards, each with its words."""

    _name = "helpdesk.ticket.decide"
    _description = "Decide on a Ticket"
    _inherit = ["hr.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True)
    step = fields.Selection(
        [
            ("verify", "Verify"),
            ("answer", "Answer"),
            ("book", "Book"),
            ("difficult", "Difficult"),
            ("escalate", "Report Upwards"),
            ("forward", "Pass On"),
            ("repeat", "Why It Came Back"),
        ],
        required=True,
    )
    verdict = fields.Selection(VERDICTS[1:])
    ground = fields.Selection(GROUNDS)
    employee_ids = fields.Many2many(
        "hr.employee",
        string="Employees",
        groups="aftersales_service.group_head",
        help="Seen by heads, the board and HR alone.",
    )
    resolution = fields.Selection(RESOLUTIONS, string="Answer to the Customer")
    amount = fields.Monetary()
    currency_id = fields.Many2one(related="ticket_id.currency_id")
    repeat_reason = fields.Selection(REPEAT_REASONS, string="Why It Came Back")
    note = fields.Text(string="In Words", required=True)

    @api.onchange("ticket_id")
    def _onchange_ticket_id(self):
        ticket = self.ticket_id
        self.ground = ticket.complaint_ground
        if ticket.verified != "pending":
            self.verdict = ticket.verified
        if self.env.user.has_group("aftersales_service.group_head"):
            self.employee_ids = ticket.complaint_employee_ids

    def action_confirm(self):
        """Take the step.

        :return: an action that closes the window
        """
        check_single(self)
        getattr(self, f"_take_{self.step}")(self.ticket_id)
        return {"type": "ir.actions.act_window_close"}

    def _take_verify(self, ticket):
        """Give the verdict."""
        ticket.action_verify_complaint(
            self.verdict,
            self.note,
            ground=self.ground or None,
            employees=self.employee_ids.ids,
        )

    def _take_answer(self, ticket):
        """Record the answer."""
        ticket.action_answer_complaint(self.resolution, self.note, amount=self.amount)

    def _take_book(self, ticket):
        """Note the booking."""
        ticket.action_book_settlement(self.note)

    def _take_difficult(self, ticket):
        """Report a difficult fault."""
        ticket.action_flag_difficult(self.note)

    def _take_escalate(self, ticket):
        """Report the case a level upwards."""
        ticket.action_escalate(self.note)

    def _take_repeat(self, ticket):
        """Say why a fault came back."""
        ticket.action_judge_repeat(self.repeat_reason, self.note)

    def _take_forward(self, ticket):
        """Pass a complaint on."""
        ticket.action_forward_complaint(self.note)
