from odoo import fields, models
from odoo.tools.misc import clean_context


class AftersalesSiteWaive(models.TransientModel):
    """Asks why project material is not needed."""

    _name = "aftersales.site.waive"
    _description = "Waive Project Material"

    material_ids = fields.Many2many(
        "aftersales.site.material", required=True, readonly=True
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        """Put the waiver on record.

        :return: the action that closes the window
        """
        self.check_access("read")
        env = self.env(context=clean_context(self.env.context))
        for wizard in self.with_env(env):
            wizard.material_ids.action_waive(wizard.reason)
        return {"type": "ir.actions.act_window_close"}
