from odoo import fields, models

from ..arguments import check_single
from ..models.aftersales_fund_line import BY_HAND


class AftersalesFundBook(models.TransientModel):
    """Ask for money given to the activity fund, or spent from it."""

    _name = "aftersales.fund.book"
    _description = "Money of the Activity Fund"

    kind = fields.Selection(BY_HAND, required=True, default="spending")
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id
    )
    purpose = fields.Char(required=True)

    def action_book(self):
        """Write it down, once.

        :return: window action that closes the dialog
        """
        check_single(self)
        self.env["aftersales.fund"].action_book(
            self.kind, self.amount, self.purpose, request_key=f"dialog-{self.id}"
        )
        return {"type": "ir.actions.act_window_close"}
