from odoo import fields, models

from odoo.addons.aftersales_service.arguments import check_single

from ..models.aftersales_rma_authorise import WAYS
from ..models.aftersales_rma_swap import TENDERS
from ..models.aftersales_rma_work import STATED

STEPS = [
    ("authorise", "Customer's Authorisation"),
    ("decline", "Customer Declines"),
    ("tell", "Tell the Customer"),
    ("finish", "End without Repair"),
    ("send", "To the Manufacturer"),
    ("back", "Manufacturer's Answer"),
    ("exchange", "Exchange the Unit"),
    ("refund", "Refund"),
    ("close", "Hand Back to the Customer"),
    ("cancel", "Cancel"),
    ("acknowledge", "Take the Unit Over"),
    ("loan_back", "Loaner Back"),
    ("loan_extend", "Extend the Loan"),
    ("loan_waive", "Waive the Loaner"),
]


class AftersalesRmaStep(models.TransientModel):
    """A step of the depot that needs a word, a name or a signature."""

    _name = "aftersales.rma.step"
    _description = "Depot Step"

    rma_id = fields.Many2one("aftersales.rma", string="Depot Case", ondelete="cascade")
    loan_id = fields.Many2one("aftersales.loan", ondelete="cascade")
    note_id = fields.Many2one("aftersales.rma.note", ondelete="cascade")
    shipment_id = fields.Many2one("aftersales.rma.shipment", ondelete="cascade")
    step = fields.Selection(STEPS, required=True, readonly=True)
    currency_id = fields.Many2one(related="rma_id.currency_id")
    amount_total = fields.Monetary(related="rma_id.amount_total")
    amount_open = fields.Monetary(related="rma_id.amount_open")
    rma_state = fields.Selection(related="rma_id.state")
    name = fields.Char(string="Name on the Customer's Side")
    how = fields.Selection(WAYS, default="signature")
    signature = fields.Binary(attachment=False)
    text = fields.Text()
    result = fields.Selection(STATED)
    lot_id = fields.Many2one("stock.lot", string="New Unit")
    partner_id = fields.Many2one("res.partner", string="Manufacturer")
    due_on = fields.Date(string="New Due Date")
    tender = fields.Selection(TENDERS, string="Refunded By")
    amount = fields.Monetary(string="Refund")

    def action_apply(self):
        """Take the step with what was given.

        :return: an action that closes the window
        """
        check_single(self)
        getattr(self, f"_apply_{self.step}")()
        return {"type": "ir.actions.act_window_close"}

    def _apply_authorise(self):
        self.rma_id.action_authorise(self.name, self.how, self.signature)

    def _apply_decline(self):
        self.rma_id.action_decline_extra(self.text)

    def _apply_tell(self):
        self.rma_id.action_tell_customer(self.text)

    def _apply_finish(self):
        self.rma_id.action_finish(self.result, self.text)

    def _apply_send(self):
        self.rma_id.action_send(self.partner_id, self.text)

    def _apply_back(self):
        self.shipment_id.action_back(self.text)

    def _apply_exchange(self):
        self.rma_id.action_exchange(self.lot_id)

    def _apply_refund(self):
        self.rma_id.action_refund(self.tender, self.amount, self.name, self.signature)

    def _apply_close(self):
        self.rma_id.action_close(self.name)

    def _apply_cancel(self):
        self.rma_id.action_cancel(self.text)

    def _apply_acknowledge(self):
        self.note_id.action_acknowledge(self.text)

    def _apply_loan_back(self):
        self.loan_id.action_return(self.text)

    def _apply_loan_extend(self):
        self.loan_id.action_extend(self.due_on, self.text)

    def _apply_loan_waive(self):
        self.loan_id.action_waive(self.text)
