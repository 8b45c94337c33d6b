from odoo import fields, models
from odoo.tools.misc import clean_context

from ..arguments import check_single


class AftersalesOrderConfirm(models.TransientModel):
    """The call before the visit: five things to confirm (DISP-11)."""

    _name = "aftersales.order.confirm"
    _description = "Confirm with the Customer"

    order_id = fields.Many2one("aftersales.order", required=True, readonly=True)
    phone = fields.Char(related="order_id.partner_phone")
    confirmed_with = fields.Char(string="Spoken With", required=True)
    confirmed_start = fields.Datetime(string="Time", required=True)
    address = fields.Char(required=True)
    model = fields.Char(required=True)
    purchase_date = fields.Date()
    symptom_id = fields.Many2one(
        "aftersales.code", required=True, domain=[("kind", "=", "symptom")]
    )

    def action_confirm(self):
        """Put on record what the customer said.

        :return: an action that closes the window
        """
        check_single(self)
        env = self.env(context=clean_context(self.env.context))
        self.order_id.with_env(env).action_confirm_customer(
            self.confirmed_with,
            self.confirmed_start,
            self.address,
            self.model,
            self.purchase_date or None,
            self.symptom_id.id,
        )
        return {"type": "ir.actions.act_window_close"}
