from odoo import fields, models
from odoo.tools.misc import clean_context

from ..arguments import check_single


class AftersalesChangeDecline(models.TransientModel):
    """Ask why a customer's request is declined."""

    _name = "aftersales.change.decline"
    _description = "Decline a Customer's Request"

    change_ids = fields.Many2many("aftersales.change", string="Requests")
    answer = fields.Text(required=True)

    def action_confirm(self):
        """Decline the requests with the answer that was entered.

        :return: an action that closes the window
        """
        check_single(self)
        env = self.env(context=clean_context(self.env.context))
        self.change_ids.with_env(env).action_decline(self.answer)
        return {"type": "ir.actions.act_window_close"}
