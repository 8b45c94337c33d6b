from odoo import fields, models

from ..arguments import check_single


class AftersalesOrderDifficult(models.TransientModel):
    """Dialog of a difficult fault: mark it, report it, plan its solution."""

    _name = "aftersales.order.difficult"
    _description = "Difficult Fault"

    order_id = fields.Many2one("aftersales.order", required=True, ondelete="cascade")
    step = fields.Selection(
        [("mark", "Mark"), ("report", "Report"), ("plan", "Plan")],
        required=True,
        default="mark",
    )
    text = fields.Text(string="In Words", required=True)
    found = fields.Text(related="order_id.difficult_note")
    reported = fields.Text(related="order_id.difficult_report")

    def action_confirm(self):
        """Take the step with what was written.

        :return: an action that closes the window
        """
        check_single(self)
        if self.step == "mark":
            self.order_id.action_mark_difficult(self.text)
        elif self.step == "report":
            self.order_id.action_report_difficult(self.text)
        else:
            self.order_id.action_plan_solution(self.text)
        return {"type": "ir.actions.act_window_close"}
