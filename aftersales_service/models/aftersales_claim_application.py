from odoo import models

from ..exceptions import MissingError


class AftersalesClaim(models.Model):
    """Parts wait for the application of their order (DISP-35)."""

    _inherit = "aftersales.claim"

    def _get_application_gap(self):
        """Return why the order's application holds these parts back, or False."""
        self.ensure_one()
        order_sudo = self.sudo().order_id  # sudo: the warehouse asks as well
        if not order_sudo._is_application_needed():
            return False
        return order_sudo._get_application_gap()

    def _missing_issue(self):
        items = super()._missing_issue()
        if reason := self._get_application_gap():
            items.append(self._missing_item("order_id", reason))
        return items

    def _issue(self):
        if self._get_application_gap():
            self._check_missing("issue")
        return super()._issue()


class StockMove(models.Model):
    """The same at the shelf, whatever door the parts take (DISP-35)."""

    _inherit = "stock.move"

    def _aftersales_check_move(self, line):
        result = super()._aftersales_check_move(line)
        kind, sign = self.location_id._aftersales_direction(self.location_dest_id)
        claim = line.claim_id
        if kind == "issued" and sign > 0 and (reason := claim._get_application_gap()):
            raise MissingError(
                self.env._(
                    "%(claim)s: parts are handed out for approved applications only. "
                    "%(reason)s",
                    claim=claim.display_name,
                    reason=reason,
                )
            )
        return result
