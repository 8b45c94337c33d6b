from odoo import fields, models


class HrPayslipLine(models.Model):
    """Indexes: without them each deleted line reads the whole table."""

    _inherit = "hr.payslip.line"

    slip_id = fields.Many2one(index=True)
    parent_line_id = fields.Many2one(index="btree_not_null")
