from odoo import fields, models
from odoo.tools.misc import clean_context

from ..arguments import check_single
from ..models.aftersales_order_technical import DECISIONS

TOPICS = [("dispatch", "Staff"), ("technical", "Technical")]


class AftersalesOrderDecide(models.TransientModel):
    """Ask for a decision before anybody travels, and the reason of it."""

    _name = "aftersales.order.decide"
    _description = "Decision before the Dispatch"

    order_ids = fields.Many2many("aftersales.order", string="Orders", required=True)
    topic = fields.Selection(TOPICS, required=True, default="dispatch")
    send = fields.Selection(
        [("yes", "Send Staff"), ("no", "Handle It by Phone")], string="Decision"
    )
    technical_decision = fields.Selection(DECISIONS)
    reason = fields.Char()
    note = fields.Text(string="What the Customer Was Told")

    def action_confirm(self):
        """Take the decision.

        :return: an action that closes the window
        """
        check_single(self)
        env = self.env(context=clean_context(self.env.context))
        orders = self.order_ids.with_env(env)
        if self.topic == "technical":
            orders.action_decide_technical(self.technical_decision, self.note)
        else:
            send = {"yes": True, "no": False}.get(self.send)
            orders.action_decide_dispatch(send, self.reason)
        return {"type": "ir.actions.act_window_close"}
