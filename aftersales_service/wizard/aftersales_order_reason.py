from odoo import fields, models
from odoo.tools.misc import clean_context

from ..models.aftersales_order_worker import LATE_REASONS

STEPS = [
    ("no_access", "No Access"),
    ("cancel", "Cancel"),
    ("report_late", "Report the Reason"),
    ("confirm_late", "Confirm the Reason"),
]


class AftersalesOrderReason(models.TransientModel):
    """Ask why, then take the step that needs a reason."""

    _name = "aftersales.order.reason"
    _description = "Reason for a Step of a Service Order"

    order_ids = fields.Many2many("aftersales.order", string="Orders")
    worker_id = fields.Many2one("aftersales.order.worker", readonly=True)
    late_minutes = fields.Integer(related="worker_id.late_minutes")
    late_reported = fields.Selection(related="worker_id.late_reason")
    step = fields.Selection(STEPS, required=True)
    reason = fields.Char()
    late_reason = fields.Selection(LATE_REASONS, string="Reason of the Delay")

    def action_confirm(self):
        """Take the step with the reason that was entered.

        :return: an action that closes the window
        """
        self.ensure_one()
        env = self.env(context=clean_context(self.env.context))
        orders = self.order_ids.with_env(env)
        worker = self.worker_id.with_env(env)
        if self.step == "no_access":
            orders.action_no_access(self.reason)
        elif self.step == "cancel":
            orders.action_cancel(self.reason)
        elif self.step == "report_late":
            worker.action_report_late(self.late_reason)
        else:
            worker.action_confirm_late(self.late_reason)
        return {"type": "ir.actions.act_window_close"}
