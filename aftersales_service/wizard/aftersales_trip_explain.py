from odoo import fields, models

from ..arguments import check_single


class AftersalesTripExplain(models.TransientModel):
    """Asks for the reason that an act on trips goes on record with."""

    _name = "aftersales.trip.explain"
    _description = "Explain a Decision on Trips"

    operation = fields.Selection(
        [
            ("cancel", "Cancel"),
            ("send_back", "Send Back"),
            ("approve_days", "Approve the Extra Days"),
            ("cancel_secondment", "Cancel the Secondment"),
        ],
        required=True,
        readonly=True,
    )
    trip_ids = fields.Many2many("aftersales.trip", readonly=True)
    secondment_ids = fields.Many2many("aftersales.secondment", readonly=True)
    text = fields.Text(string="Reason", required=True)

    def action_apply(self):
        """Do what the dialog was opened for, with the reason given.

        :return: window action that closes the dialog
        """
        check_single(self)
        if self.operation == "cancel":
            self.trip_ids.action_cancel(self.text)
        elif self.operation == "cancel_secondment":
            self.secondment_ids.action_cancel(self.text)
        elif self.operation == "approve_days":
            self.trip_ids.action_approve_days(self.text)
        else:
            self.trip_ids.action_send_back(self.text)
        return {"type": "ir.actions.act_window_close"}
