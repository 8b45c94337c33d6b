from odoo import fields, models

from odoo.addons.aftersales_service.arguments import check_single


class AftersalesTrip(models.Model):
    """Actual costs of a trip are reimbursed by expense report."""

    _inherit = "aftersales.trip"

    expense_ids = fields.One2many("hr.expense", "aftersales_trip_id", string="Expenses")
    expense_total = fields.Monetary(compute="_compute_expense_total")
    currency_id = fields.Many2one(related="company_id.currency_id")

    def _compute_expense_total(self):
        totals = dict(
            self.env["hr.expense"]._read_group(
                [("aftersales_trip_id", "in", self.ids), ("state", "!=", "refused")],
                ["aftersales_trip_id"],
                ["total_amount:sum"],
            )
        )
        for trip in self:
            trip.expense_total = totals.get(trip._origin, 0.0)

    def action_open_expenses(self):
        """Open the expenses of this trip, ready to enter the next receipt."""
        check_single(self)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Expenses"),
            "res_model": "hr.expense",
            "view_mode": "list,form",
            "domain": [("aftersales_trip_id", "=", self.id)],
            "context": {
                "default_aftersales_trip_id": self.id,
                "default_employee_id": self.employee_id.id,
            },
        }
