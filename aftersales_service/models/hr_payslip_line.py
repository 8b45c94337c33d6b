from odoo import models


class HrPayslipLine(models.Model):
    """Indexes: without them each deleted line reads the whole table."""

    _inherit = "hr.payslip.line"

    _slip_index = models.Index("(slip_id)")
    _parent_index = models.Index("(parent_line_id) WHERE parent_line_id IS NOT NULL")
