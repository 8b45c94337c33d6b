from odoo import fields, models

from ..arguments import check_single
from ..models.aftersales_callback import ASPECTS, RESULTS, TOPICS, WISH

MARKS = [(str(mark), str(mark)) for mark in range(1, 6)]


class AftersalesCallbackRecord(models.TransientModel):
    """Dialog: the script of a call-back, and what the customer answered (CB-12)."""

    _name = "aftersales.callback.record"
    _description = "Record a Call-Back"

    callback_id = fields.Many2one(
        "aftersales.callback", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="callback_id.partner_id")
    phone = fields.Char(related="callback_id.phone")
    maintenance_reminder = fields.Char(related="callback_id.maintenance_reminder")
    order_id = fields.Many2one(related="callback_id.order_id")
    ticket_id = fields.Many2one(related="callback_id.ticket_id")
    opens_on = fields.Datetime(related="callback_id.opens_on")
    due_on = fields.Datetime(related="callback_id.due_on")
    round = fields.Integer(related="callback_id.round")
    result = fields.Selection(RESULTS, required=True)
    opening = fields.Text(related="callback_id.rule_id.policy_id.callback_opening")
    closing = fields.Text(related="callback_id.rule_id.policy_id.callback_closing")
    attempt_count = fields.Integer(related="callback_id.attempt_count")
    score_product = fields.Selection(MARKS, string="Product")
    score_fit = fields.Selection(MARKS, string="Fit for the Need")
    score_quality = fields.Selection(MARKS, string="Quality")
    score_attitude = fields.Selection(MARKS, string="Attitude")
    score_speed = fields.Selection(MARKS, string="Speed")
    improvement = fields.Text(string="What Could Be Better")
    aspect = fields.Selection(ASPECTS, string="What Was Not Good Enough")
    call_again_on = fields.Datetime(
        string="Call Again", help="As agreed; empty: after the policy's waiting time."
    )
    note = fields.Text(string="What the Customer Said")
    called_on = fields.Datetime(
        string="Called at", required=True, default=fields.Datetime.now
    )

    def action_confirm(self):
        """Record the call.

        :return: window on the rework order if one was opened, else True
        """
        check_single(self)
        scores = {
            topic: int(self[f"score_{topic}"])
            for topic in TOPICS
            if self[f"score_{topic}"]
        }
        if self.improvement:
            scores[WISH] = self.improvement
        needs_aspect = self.result in ("average", "dissatisfied")
        callback = self.callback_id.action_record(
            self.result,
            note=self.note or "",
            scores=scores if self.result != "unreachable" else None,
            aspect=(self.aspect or None) if needs_aspect else None,
            at=self.called_on,
        )
        if self.call_again_on and self.result == "unreachable":
            callback.action_postpone(self.call_again_on)
        if callback.rework_order_id:
            return callback.action_open_rework()
        return True
