from odoo import fields, models

from ..arguments import check_single


class AftersalesPlanSkip(models.TransientModel):
    """Ask why planned work is left out this time."""

    _name = "aftersales.plan.skip"
    _description = "Skip Planned Work"

    occurrence_ids = fields.Many2many(
        "aftersales.plan.occurrence",
        string="Planned Work",
        default=lambda self: self._default_occurrence_ids(),
    )
    reason = fields.Char(required=True)

    def _default_occurrence_ids(self):
        """Return the work that was chosen on the screen behind the window."""
        chosen = self.env["aftersales.plan.occurrence"]
        if self.env.context.get("active_model") == chosen._name:
            chosen = chosen.browse(self.env.context.get("active_ids") or [])
        return chosen

    def action_confirm(self):
        """Skip the work with the reason that was entered.

        :return: an action that closes the window
        """
        check_single(self)
        self.occurrence_ids.action_skip(self.reason)
        return {"type": "ir.actions.act_window_close"}
