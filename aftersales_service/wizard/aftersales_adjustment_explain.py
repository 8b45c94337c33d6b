from odoo import fields, models

from ..arguments import check_single


class AftersalesAdjustmentExplain(models.TransientModel):
    """Asks for the text that an act on adjustments goes on record with."""

    _name = "aftersales.adjustment.explain"
    _description = "Explain a Decision on Adjustments"

    operation = fields.Selection(
        [
            ("cancel", "Cancel"),
            ("reverse", "Reverse"),
            ("appeal", "Appeal"),
            ("grant", "Grant the Appeal"),
            ("uphold", "Uphold the Penalty"),
        ],
        required=True,
        readonly=True,
    )
    adjustment_ids = fields.Many2many("aftersales.adjustment", readonly=True)
    text = fields.Text(string="Reason", required=True)

    def action_apply(self):
        """Do what the dialog was opened for, with the text given.

        :return: window action that closes the dialog
        """
        check_single(self)
        adjustments = self.adjustment_ids
        if self.operation == "cancel":
            adjustments.action_cancel(self.text)
        elif self.operation == "reverse":
            adjustments.action_reverse(self.text)
        elif self.operation == "appeal":
            adjustments.action_appeal(self.text)
        else:
            adjustments.action_decide_appeal(self.operation == "grant", self.text)
        return {"type": "ir.actions.act_window_close"}
