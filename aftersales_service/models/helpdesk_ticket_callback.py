from odoo import models


class HelpdeskTicket(models.Model):
    """A dissatisfied customer's case stays open until the head ticks it (ESC-03)."""

    _inherit = "helpdesk.ticket"

    def _is_held(self):
        return super()._is_held() or self._is_followed()

    def _is_followed(self):
        """Tell whether the head still follows an order of this ticket."""
        self.ensure_one()
        orders = self.sudo().order_ids  # sudo: whoever closes, they count
        return bool(orders.filtered("needs_tracking"))

    def _get_missing_to_close(self):
        """Add the head's tick."""
        reasons = super()._get_missing_to_close()
        if self._is_followed():
            reasons["order_ids"] = self.env._(
                "The customer was dissatisfied: the head of department ticks the case "
                "as tracked to the end first."
            )
        return reasons
