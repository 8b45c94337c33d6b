from odoo import fields, models


class AftersalesEquipmentOverride(models.TransientModel):
    """Asks for the last covered day of a unit and the reason."""

    _name = "aftersales.equipment.override"
    _description = "Decide the Warranty of a Unit"

    equipment_id = fields.Many2one("aftersales.equipment", required=True, readonly=True)
    warranty_end = fields.Date(
        string="Present Last Day", related="equipment_id.warranty_end"
    )
    day = fields.Date(
        string="Last Covered Day", help="Empty: back to the computed last day."
    )
    reason = fields.Text(required=True)

    def action_apply(self):
        """Put the decision on record.

        :return: the action that closes the window
        """
        self.check_access("read")
        for wizard in self:
            wizard.equipment_id.action_override_warranty(wizard.day, wizard.reason)
        return {"type": "ir.actions.act_window_close"}
