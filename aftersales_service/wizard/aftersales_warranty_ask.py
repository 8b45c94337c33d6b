from odoo import fields, models

from ..arguments import check_single


class AftersalesWarrantyAsk(models.TransientModel):
    """Dialog: put an undecided warranty to the manufacturer."""

    _name = "aftersales.warranty.ask"
    _description = "Question to the Manufacturer"

    check_id = fields.Many2one("aftersales.warranty.check", required=True)
    explanation = fields.Text(related="check_id.explanation")
    question = fields.Text(required=True)

    def action_confirm(self):
        """Put the question on record.

        :return: an action that closes the window
        """
        check_single(self)
        self.check_id.action_ask_manufacturer(self.question)
        return {"type": "ir.actions.act_window_close"}
