from odoo import models
from odoo.exceptions import AccessError


class HrPayslip(models.Model):
    """The head prepares the pay of his department, HR confirms it (PAY-12)."""

    _inherit = "hr.payslip"

    def write(self, vals):
        if vals.get("state") == "done":
            self._aftersales_check_confirmer()
        return super().write(vals)

    def _aftersales_check_confirmer(self):
        """Refuse heads who have the rights of a payroll officer.

        They compute what their department gets; a manager of the payroll confirms.
        """
        user = self.env.user
        if self.env.su or user.has_group("payroll.group_payroll_manager"):
            return
        if user.has_group("aftersales_service.group_head"):
            raise AccessError(
                self.env._(
                    "You prepare the payslips of your department; a manager of the "
                    "payroll confirms them."
                )
            )
