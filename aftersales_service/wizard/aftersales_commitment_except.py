from odoo import api, fields, models

from ..arguments import check_single


class AftersalesCommitmentExcept(models.TransientModel):
    """Dialog: ask for an exception to a promise, or grant it."""

    _name = "aftersales.commitment.except"
    _description = "Exception to a Promise"

    commitment_id = fields.Many2one(
        "aftersales.commitment", required=True, ondelete="cascade"
    )
    is_asked = fields.Boolean(string="Ask the Head")
    due_text = fields.Char(related="commitment_id.due_text", string="Promised")
    asked_by_id = fields.Many2one(
        related="commitment_id.exception_asked_by_id", string="Asked By"
    )
    reason = fields.Text(required=True)
    new_deadline = fields.Datetime(string="New Promise", required=True)

    @api.onchange("commitment_id")
    def _onchange_commitment_id(self):
        """Propose what was asked for."""
        promise = self.commitment_id
        self.reason = self.reason or promise.exception_asked_reason
        self.new_deadline = self.new_deadline or promise.exception_asked_deadline

    def action_confirm(self):
        """Ask for the exception, or grant it.

        :return: True
        """
        check_single(self)
        promise = self.commitment_id
        if self.is_asked:
            promise.action_ask_exception(self.reason, self.new_deadline)
        else:
            promise.action_except(self.reason, self.new_deadline)
        return True
