from odoo import fields, models
from odoo.tools.misc import clean_context


class AftersalesEquipmentStep(models.TransientModel):
    """Asks what happened to units, when and why, and puts it on record."""

    _name = "aftersales.equipment.step"
    _description = "What Happened to a Unit"

    equipment_ids = fields.Many2many(
        "aftersales.equipment", string="Units", required=True, readonly=True
    )
    kind = fields.Selection(
        [
            ("move", "Moved to another site"),
            ("retire", "Retired"),
        ],
        required=True,
        default="move",
        string="What Happened",
    )
    on_date = fields.Date(
        string="Date", required=True, default=fields.Date.context_today
    )
    reason = fields.Text(required=True)
    site_id = fields.Many2one("aftersales.site", string="New Site")

    def action_apply(self):
        """Put the step on record.

        :return: the action that closes the window
        """
        self.check_access("read")
        env = self.env(context=clean_context(self.env.context))
        for wizard in self.with_env(env):
            units = wizard.equipment_ids
            if wizard.kind == "move":
                units.action_move(wizard.site_id, wizard.reason, wizard.on_date)
            else:
                units.action_retire(wizard.reason, wizard.on_date)
        return {"type": "ir.actions.act_window_close"}
