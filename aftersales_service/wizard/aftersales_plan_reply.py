from odoo import fields, models

from ..models.aftersales_plan_reply import REPLIES


class AftersalesPlanReply(models.TransientModel):
    """Ask how a customer was served without a visit."""

    _name = "aftersales.plan.reply"
    _description = "Settle a Visit by Phone or Letter"

    occurrence_ids = fields.Many2many(
        "aftersales.plan.occurrence",
        string="Planned Work",
        default=lambda self: self._default_occurrence_ids(),
    )
    mode = fields.Selection(
        REPLIES, string="Settled by", required=True, default="phone"
    )
    note = fields.Text(string="What Was Said", required=True)

    def _default_occurrence_ids(self):
        """Return the work that was chosen on the screen behind the window."""
        chosen = self.env["aftersales.plan.occurrence"]
        if self.env.context.get("active_model") == chosen._name:
            chosen = chosen.browse(self.env.context.get("active_ids") or [])
        return chosen

    def action_confirm(self):
        """Settle the visits as was entered.

        :return: an action that closes the window
        """
        for window in self:
            window.occurrence_ids.action_reply(window.mode, window.note)
        return {"type": "ir.actions.act_window_close"}
