from odoo import fields, models
from odoo.tools.misc import clean_context

from ..arguments import check_single


class AftersalesOrderAnnounce(models.TransientModel):
    """Ask when the technician will really come."""

    _name = "aftersales.order.announce"
    _description = "Announce an Arrival"

    order_ids = fields.Many2many("aftersales.order", string="Orders")
    expected = fields.Datetime(string="Expected Arrival", required=True)

    def action_confirm(self):
        """Announce the arrival that was entered.

        :return: an action that closes the window
        """
        check_single(self)
        env = self.env(context=clean_context(self.env.context))
        self.order_ids.with_env(env).action_announce_arrival(self.expected)
        return {"type": "ir.actions.act_window_close"}
