from odoo import fields, models

from ..arguments import check_single
from ..models.aftersales_followup import RESULTS


class AftersalesFollowupResult(models.TransientModel):
    """Dialog: how the second follow-up of a prospect ended."""

    _name = "aftersales.followup.result"
    _description = "Outcome of a Follow-Up"

    followup_id = fields.Many2one("aftersales.followup", required=True)
    result = fields.Selection(RESULTS, required=True)
    outcome = fields.Text(required=True)

    def action_confirm(self):
        """Record the outcome.

        :return: an action that closes the window
        """
        self.check_access("write")
        check_single(self)
        self.followup_id.action_record(self.result, self.outcome)
        return {"type": "ir.actions.act_window_close"}
