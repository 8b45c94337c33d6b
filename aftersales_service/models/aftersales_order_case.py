from odoo import fields, models


class AftersalesOrder(models.Model):
    """The cases that were opened about an order."""

    _inherit = "aftersales.order"

    case_count = fields.Integer(
        compute="_compute_case_count",
        groups="aftersales_service.group_head,aftersales_service.group_quality_vp,"
        "aftersales_service.group_general_manager",
    )

    def _compute_case_count(self):
        counts = dict(
            self.env["aftersales.case"]._read_group(
                [("source_model", "=", self._name), ("source_id", "in", self.ids)],
                ["source_id"],
                ["__count"],
            )
        )
        for order in self:
            order.case_count = counts.get(order.id, 0)

    def action_open_cases(self):
        """Open the responsibility cases about these orders, for those who judge.

        :return: window action
        """
        self.check_access("read")
        self.env["aftersales.case"].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Responsibility Cases"),
            "res_model": "aftersales.case",
            "view_mode": "list,form",
            "domain": [
                ("source_model", "=", self._name),
                ("source_id", "in", self.ids),
            ],
        }
