from odoo import api, fields, models

from .. import guard
from ..exceptions import GuardedFieldError
from .aftersales_pay_rule import PAYSLIP_CODES

CODES = frozenset(code for code, _label in PAYSLIP_CODES)


class HrPayslipInput(models.Model):
    """Inputs that stand for adjustments belong to the bridge alone (law L3)."""

    _inherit = "hr.payslip.input"

    is_aftersales = fields.Boolean(string="From Adjustments", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        if not guard.is_open(self.env):
            self._refuse_aftersales(
                any(
                    vals.get("is_aftersales") or vals.get("code") in CODES
                    for vals in vals_list
                )
            )
        return super().create(vals_list)

    def write(self, vals):
        if not guard.is_open(self.env):
            self._refuse_aftersales(
                vals.get("is_aftersales")
                or vals.get("code") in CODES
                or any(self.mapped("is_aftersales"))
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_aftersales(self):
        if not guard.is_open(self.env):
            self._refuse_aftersales(any(self.mapped("is_aftersales")))

    def _refuse_aftersales(self, touched):
        """Raise when the bridge's own inputs are touched by another door."""
        if touched:
            raise GuardedFieldError(
                self.env._(
                    "The inputs %s are the sums of confirmed adjustments. Change the "
                    "adjustments and compute the sheet again.",
                    ", ".join(sorted(CODES)),
                )
            )
