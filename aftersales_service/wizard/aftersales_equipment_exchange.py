from odoo import fields, models

from ..arguments import check_single


class AftersalesEquipmentExchange(models.TransientModel):
    """Asks which unit takes the place of another one, and why."""

    _name = "aftersales.equipment.exchange"
    _description = "Exchange of a Unit"

    equipment_id = fields.Many2one(
        "aftersales.equipment", string="Old Unit", required=True, readonly=True
    )
    company_id = fields.Many2one(related="equipment_id.company_id")
    warranty_end = fields.Date(
        string="Term Goes On Until", related="equipment_id.warranty_end"
    )
    new_id = fields.Many2one(
        "aftersales.equipment", string="New Unit", required=True, ondelete="cascade"
    )
    reason = fields.Text(required=True)

    def action_apply(self):
        """Exchange the units and open the new one.

        :return: a window action
        """
        check_single(self)
        new = self.equipment_id.action_replace(self.new_id.id, self.reason)
        return new._get_records_action(name=self.env._("Equipment"))
