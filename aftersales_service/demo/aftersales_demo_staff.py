"""Applications for staff, where a policy lets nobody travel without one."""

from odoo import api, models


class AftersalesDemo(models.AbstractModel):
    _inherit = "aftersales.demo"

    @api.model
    def _apply_for_staff(self, orders):
        """Let the desk apply, and the sales vice president send somebody.

        :param orders: service orders as the dispatcher sees them
        """
        asked = orders.filtered("needs_application")
        for order in asked:
            unit = order.unit_ids[:1].equipment_id
            order.write(
                {
                    "occurred_on": order.create_date,
                    "production_date": order.production_date or unit.purchase_date,
                    "presumed_cause": order.presumed_cause or order.analysis,
                    "damage_degree": "stopped",
                    "inspection_record": "Last inspection without findings.",
                    "working_conditions": "Three shifts, 35 °C, dusty air.",
                }
            )
        asked.action_apply_dispatch()
        asked.with_env(self._act("sales_vp")).action_decide_dispatch(True)
