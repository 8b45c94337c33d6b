from odoo import models


class HrPayslip(models.Model):
    """Payslips take what was confirmed, exactly once."""

    _inherit = "hr.payslip"
