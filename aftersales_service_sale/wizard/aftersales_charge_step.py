from odoo import fields, models

from odoo.addons.aftersales_service.arguments import check_single

from ..models.aftersales_charge import OPINIONS
from ..models.aftersales_collection import METHODS, PAPERS

STEPS = [
    ("report", "Report to the Head"),
    ("opinion", "Customer's Opinion"),
    ("price", "Approve the Price"),
    ("letter", "Approved by Letter"),
    ("collect", "Collect Money"),
    ("decline", "Customer Declines"),
    ("take_back", "Take the Quotation Back"),
    ("cancel", "Cancel"),
    ("cost", "Cost Told to the Customer"),
    ("part", "Customer Declines a Part"),
    ("hand_in", "Take Money In"),
    ("lose", "Lost"),
]


class AftersalesChargeStep(models.TransientModel):
    """A step of a chargeable job that needs a word, a name or an amount."""

    _name = "aftersales.charge.step"
    _description = "Chargeable Job Step"

    charge_id = fields.Many2one("aftersales.charge", ondelete="cascade")
    line_id = fields.Many2one("aftersales.charge.line", ondelete="cascade")
    order_id = fields.Many2one("aftersales.order", ondelete="cascade")
    lead_id = fields.Many2one("aftersales.sales.lead", ondelete="cascade")
    collection_ids = fields.Many2many("aftersales.collection", string="Receipts")
    step = fields.Selection(STEPS, required=True, readonly=True)
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id
    )
    name = fields.Char(string="Name on the Customer's Side")
    text = fields.Text()
    opinion = fields.Selection(OPINIONS)
    amount = fields.Monetary()
    method = fields.Selection(METHODS, default="cash")
    paper = fields.Selection(PAPERS, string="Customer Wants", default="receipt")
    product_id = fields.Many2one("product.product", string="Part")
    signature = fields.Binary(attachment=False)

    def action_apply(self):
        """Take the step with what was given.

        :return: an action that closes the window
        """
        check_single(self)
        getattr(self, f"_apply_{self.step}")()
        return {"type": "ir.actions.act_window_close"}

    def _apply_report(self):
        self.charge_id.action_report(self.text)

    def _apply_opinion(self):
        self.charge_id.action_record_opinion(self.opinion, self.name, self.text or "")

    def _apply_price(self):
        self.line_id.action_approve_price(self.text)

    def _apply_letter(self):
        self.charge_id.action_approve_letter(self.name)

    def _apply_collect(self):
        self.charge_id.action_collect(self.amount, self.method, self.paper)

    def _apply_decline(self):
        self.charge_id.action_decline(self.text)

    def _apply_take_back(self):
        self.charge_id.action_take_back(self.text)

    def _apply_cancel(self):
        self.charge_id.action_cancel(self.text)

    def _apply_cost(self):
        self.order_id.action_tell_cost(self.amount, self.name)

    def _apply_part(self):
        self.order_id.action_decline_part(
            self.product_id, self.text, self.name, self.signature
        )

    def _apply_hand_in(self):
        self.collection_ids.action_hand_in(self.amount, self.text or "")

    def _apply_lose(self):
        self.lead_id.action_lose(self.text)
