from odoo import models


class AftersalesTripLine(models.Model):
    """Actual costs go by expense report, never on the payslip as well."""

    _inherit = "aftersales.trip.line"

    def _get_payable(self):
        return super()._get_payable().filtered(lambda line: line.kind != "cost")
