from odoo import fields, models


class HrExpense(models.Model):
    """A receipt of a trip."""

    _inherit = "hr.expense"

    aftersales_trip_id = fields.Many2one(
        "aftersales.trip",
        string="Service Trip",
        index="btree_not_null",
        check_company=True,
        domain="[('employee_id', '=', employee_id), ('state', '!=', 'cancel')]",
    )
