from odoo import fields, models
from odoo.tools.misc import clean_context

from ..arguments import check_single
from ..models.aftersales_order_appraise import GRADES
from ..models.aftersales_order_outcome import REFUSALS
from ..models.aftersales_order_worker import LATE_REASONS

STEPS = [
    ("no_access", "No Access"),
    ("cancel", "Cancel"),
    ("report_late", "Report the Reason"),
    ("confirm_late", "Confirm the Reason"),
    ("refuse", "Customer Refuses"),
    ("incident", "Incident"),
    ("end_incident", "Incident Settled"),
    ("self_assess", "Assess My Work"),
    ("rate", "Rate the Work"),
    ("praise", "Customer's Praise"),
    ("withdraw_praise", "Take Back the Praise"),
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
    outcome = fields.Selection(REFUSALS, string="What the Customer Wants")
    grade = fields.Selection(GRADES)
    card_left = fields.Boolean(string="Service Card Left")
    photo = fields.Image(max_width=1920, max_height=1920)

    def action_confirm(self):
        """Take the step with the reason that was entered.

        :return: an action that closes the window
        """
        check_single(self)
        env = self.env(context=clean_context(self.env.context))
        orders = self.order_ids.with_env(env)
        worker = self.worker_id.with_env(env)
        steps = {
            "no_access": lambda: orders.action_no_access(
                self.reason, self.card_left, self.photo
            ),
            "cancel": lambda: orders.action_cancel(self.reason),
            "report_late": lambda: worker.action_report_late(self.late_reason),
            "confirm_late": lambda: worker.action_confirm_late(self.late_reason),
            "refuse": lambda: orders.action_refuse_service(self.outcome, self.reason),
            "incident": lambda: orders.action_incident(self.reason),
            "end_incident": lambda: orders.action_end_incident(self.reason),
            "self_assess": lambda: orders.action_self_assess(self.grade, self.reason),
            "praise": lambda: orders.action_praise(self.reason),
            "withdraw_praise": lambda: orders.action_withdraw_praise(self.reason),
            "rate": lambda: orders.action_rate(self.grade, self.reason),
        }
        steps[self.step]()
        return {"type": "ir.actions.act_window_close"}
