from odoo import fields, models

from ..arguments import check_single


class AftersalesRecoveryStep(models.TransientModel):
    """What the supplier answered, or why nothing is asked of him."""

    _name = "aftersales.recovery.step"
    _description = "Supplier Recovery Step"

    recovery_id = fields.Many2one(
        "aftersales.recovery", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="recovery_id.currency_id")
    step = fields.Selection(
        [("settle", "Settled"), ("refuse", "Refused"), ("cancel", "Given Up")],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(string="Amount Given")
    reason = fields.Text()

    def action_apply(self):
        """Take the step.

        :return: True, the small form closes
        """
        check_single(self)
        if self.step == "settle":
            self.recovery_id.action_settle(self.amount)
        elif self.step == "refuse":
            self.recovery_id.action_refuse(self.reason)
        else:
            self.recovery_id.action_cancel(self.reason)
        return True
