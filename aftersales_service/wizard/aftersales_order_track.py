from odoo import fields, models

from ..arguments import check_single


class AftersalesOrderTrack(models.TransientModel):
    """Asks a head how a dissatisfied customer's case ended (ESC-03)."""

    _name = "aftersales.order.track"
    _description = "Track a Case to the End"

    order_id = fields.Many2one("aftersales.order", required=True, readonly=True)
    note = fields.Text(string="How It Ended")

    def action_apply(self):
        """Tick the case.

        :return: window action that closes the dialog
        """
        check_single(self)
        self.order_id.action_track(self.note or "")
        return {"type": "ir.actions.act_window_close"}
