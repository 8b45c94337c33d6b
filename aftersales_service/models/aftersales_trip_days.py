from odoo import fields, models

from ..arguments import as_text
from ..exceptions import MissingError, TransitionError


class AftersalesTrip(models.Model):
    """Days beyond those expected are paid when the head has agreed (PAY-14)."""

    _inherit = "aftersales.trip"

    days_approved_by_id = fields.Many2one(
        "res.users", string="Extra Days Approved by", readonly=True, copy=False
    )
    days_note = fields.Char(string="Why It Took Longer", readonly=True, copy=False)

    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"days_approved_by_id", "days_note"}

    def action_approve_days(self, reason):
        """Agree to more days than were expected (head, not the traveller).

        :param str reason: why it took longer
        :return: the trips
        :raise AccessError: for others
        :raise TransitionError: unless a trip is submitted and took longer
        """
        self.check_access("write")
        reason = as_text(self.env, reason, self.env._("Reason"))
        self._check_head()
        self._lock()
        if self.filtered(
            lambda trip: trip.state != "submitted" or trip.variance_days <= 0
        ):
            raise TransitionError(
                self.env._("Extra days are approved while the trip is submitted.")
            )
        self._unguarded().write(
            {"days_approved_by_id": self.env.uid, "days_note": reason}
        )
        self.env["aftersales.audit"]._log(self, "days_approved", reason=reason)
        return self

    def action_open_approve_days(self):
        """Open the dialog that asks why a trip took longer.

        :return: window action
        """
        return self._open_explain("approve_days")

    def _check_days(self):
        """Refuse to pay days beyond those expected before the head agreed."""
        longer = self.filtered(
            lambda trip: trip.variance_days > 0 and not trip.days_approved_by_id
        )
        if longer:
            raise MissingError(
                self.env._(
                    "%s took longer than expected. Approve the extra days first.",
                    ", ".join(longer.mapped("name")),
                )
            )

    def action_send_back(self, reason):
        """Return trips for correction; the extra days are approved anew.

        :param str reason: what is wrong
        :return: the trips
        """
        result = super().action_send_back(reason)
        self._unguarded().write({"days_approved_by_id": False, "days_note": False})
        return result
