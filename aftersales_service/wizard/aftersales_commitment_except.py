from odoo import fields, models


class AftersalesCommitmentExcept(models.TransientModel):
    """Dialog: excuse a promise with a reason and a new one."""

    _name = "aftersales.commitment.except"
    _description = "Exception to a Promise"

    commitment_id = fields.Many2one(
        "aftersales.commitment", required=True, ondelete="cascade"
    )
    deadline = fields.Datetime(related="commitment_id.deadline")
    reason = fields.Text(required=True)
    new_deadline = fields.Datetime(string="New Promise", required=True)

    def action_confirm(self):
        """Grant the exception.

        :return: True
        """
        self.ensure_one()
        self.commitment_id.action_except(self.reason, self.new_deadline)
        return True
