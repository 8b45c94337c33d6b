from odoo import fields, models
from odoo.tools.misc import clean_context

from ..arguments import check_single


class AftersalesOrderVehicleCost(models.TransientModel):
    """Ask what an approved vehicle cost."""

    _name = "aftersales.order.vehicle.cost"
    _description = "Cost of a Vehicle"

    vehicle_id = fields.Many2one("aftersales.order.vehicle", required=True)
    currency_id = fields.Many2one(related="vehicle_id.currency_id")
    amount = fields.Monetary(required=True)

    def action_confirm(self):
        """Record the cost that was entered.

        :return: an action that closes the window
        """
        self.check_access("write")
        check_single(self)
        env = self.env(context=clean_context(self.env.context))
        self.vehicle_id.with_env(env).action_record_cost(self.amount)
        return {"type": "ir.actions.act_window_close"}
