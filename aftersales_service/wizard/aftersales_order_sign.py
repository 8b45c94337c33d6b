from odoo import fields, models
from odoo.tools.misc import clean_context

from ..arguments import check_single


class AftersalesOrderSign(models.TransientModel):
    """Hand the phone to the customer: name and signature, or a refusal."""

    _name = "aftersales.order.sign"
    _description = "Sign a Service Order"

    order_id = fields.Many2one("aftersales.order", required=True)
    solution = fields.Text(related="order_id.solution")
    customer_opinion = fields.Text(
        string="Your Opinion", help="What the customer says about the service."
    )
    name = fields.Char(string="Your Name")
    signature = fields.Binary(attachment=False)
    reason = fields.Char(string="Why Not Signed")

    def action_sign(self):
        """Record the opinion and the signature.

        :return: an action that closes the window
        """
        check_single(self)
        self._get_order().action_sign(self.name, self.signature)
        return {"type": "ir.actions.act_window_close"}

    def action_refuse(self):
        """Record that the customer does not sign.

        :return: an action that closes the window
        """
        check_single(self)
        self._get_order().action_refuse_signature(self.reason)
        return {"type": "ir.actions.act_window_close"}

    def _get_order(self):
        """Return the order, the opinion entered here written on it."""
        env = self.env(context=clean_context(self.env.context))
        order = self.order_id.with_env(env)
        if self.customer_opinion != order.customer_opinion:
            order.customer_opinion = self.customer_opinion
        return order
