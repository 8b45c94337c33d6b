from odoo import fields, models
from odoo.tools.misc import clean_context


class AftersalesSiteCorrect(models.TransientModel):
    """Asks what was done about the findings of a spot check."""

    _name = "aftersales.site.correct"
    _description = "Corrective Action Taken"

    review_ids = fields.Many2many(
        "aftersales.site.review", string="Spot Checks", required=True, readonly=True
    )
    note = fields.Text(string="What Was Done", required=True)

    def action_apply(self):
        """Put the corrective action on record.

        :return: the action that closes the window
        """
        self.check_access("read")
        env = self.env(context=clean_context(self.env.context))
        for wizard in self.with_env(env):
            wizard.review_ids.action_correct(wizard.note)
        return {"type": "ir.actions.act_window_close"}
