from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import guard
from ..exceptions import FrozenFactError


class HelpdeskTicket(models.Model):
    """A complaint after its verdict: whom it is about stays, and how it may end."""

    _inherit = "helpdesk.ticket"

    unreached_note = fields.Text(
        string="How the Customer Was Told",
        copy=False,
        help="The customer was called in vain as often as the policy says: what the "
        "head had him told instead, by letter or e-mail, and when.",
    )
    is_unreached = fields.Boolean(compute="_compute_is_unreached", compute_sudo=True)

    @api.depends("callback_ids.state", "callback_ids.result")
    def _compute_is_unreached(self):
        for ticket in self:
            ticket.is_unreached = any(
                callback.state == "done" and callback.result == "unreachable"
                for callback in ticket._get_answering_callbacks()
            )

    def write(self, vals):
        self._check_after_verdict(vals)
        return super().write(vals)

    def _check_after_verdict(self, vals):
        """Refuse to change whom a verdict is about, and notes by others than heads."""
        if self.env.su or guard.is_open(self.env):
            return
        if "unreached_note" in vals and not self._may_close_complaint():
            raise AccessError(
                self.env._("A head of department writes how the customer was told.")
            )
        judged = self.filtered(lambda one: one.verified not in (False, "pending"))
        if "complaint_employee_ids" in vals and judged:
            raise FrozenFactError(
                self.env._(
                    "%s has its verdict, and with it whom it is about. Give the "
                    "verdict again, with its reason, to name other people.",
                    judged[0].display_name,
                )
            )

    def _lacks_answer(self):
        """Where nobody could be reached, the head's written way is the answer (CB-10).

        Only after the last attempt that the policy asks for.
        """
        if not super()._lacks_answer():
            return False
        return not (self.is_unreached and (self.unreached_note or "").strip())

    def _get_missing_complaint_close(self):
        reasons = super()._get_missing_complaint_close()
        if "callback_ids" in reasons and self.is_unreached:
            del reasons["callback_ids"]
            reasons["unreached_note"] = self.env._(
                "Nobody could reach the customer. The head of department writes how he "
                "was told instead, by letter or e-mail."
            )
        return reasons
