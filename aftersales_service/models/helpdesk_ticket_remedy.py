from odoo import models


class HelpdeskTicket(models.Model):
    """What a case gives the customer beyond words: a remedy, or attention."""

    _inherit = "helpdesk.ticket"

    def _lacks_remedy(self):
        """Tell whether a confirmed fault of the product was only explained (WARR-09).

        An apology, a repair, another unit or a settlement answers it.
        """
        self.ensure_one()
        return (
            self.call_type == "complaint"
            and self.complaint_kind == "product"
            and self.verified == "valid"
            and self.resolution_type == "explanation"
        )

    def _is_held(self):
        return super()._is_held() or self._lacks_remedy()

    def _get_missing_complaint_close(self):
        reasons = super()._get_missing_complaint_close()
        if self._lacks_remedy():
            reasons["resolution_type"] = self.env._(
                "The product was at fault: answer with an apology, a repair, another "
                "unit or a settlement."
            )
        return reasons

    def _check_complaint_closing(self, by_desk):
        result = super()._check_complaint_closing(by_desk)
        for ticket in self.filtered(lambda ticket: ticket._lacks_remedy()):
            ticket._check_missing("close")
        return result

    def _solve_remotely(self, note, at):
        """Call customers whose fault was solved by phone with priority (SITE-06)."""
        if self.call_type == "repair":
            # sudo: the desk writes no partners; it is the house's own mark
            self.partner_id.commercial_partner_id.sudo().is_aftersales_priority = True
        return super()._solve_remotely(note, at)
