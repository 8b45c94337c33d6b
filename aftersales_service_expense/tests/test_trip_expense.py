from odoo.tests import tagged

from odoo.addons.aftersales_service.tests.common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestTripExpense(AftersalesCommon):
    """Actual costs of a trip: by expense report, never on the payslip as well."""

    def test_amb_44_costs_go_by_expense_report_and_meals_by_payslip(self):
        trip = self.env["aftersales.trip"].create(
            {"employee_id": self.technician.id, "company_id": self.company.id}
        )
        rules = {
            rule.code: rule
            for rule in self.env["aftersales.pay.rule"].search(
                [("code", "in", ["MEAL", "AT_COST"])]
            )
        }
        meal, cost = self.env["aftersales.trip.line"].create(
            [
                {
                    "trip_id": trip.id,
                    "kind": kind,
                    "rule_id": rules[code].id,
                    "date": "2026-03-02",
                    "quantity": 1,
                }
                for kind, code in [("meal", "MEAL"), ("cost", "AT_COST")]
            ]
        )
        self.assertEqual((meal | cost)._get_payable(), meal)

    def test_pay_04_trip_adds_up_its_expenses(self):
        trip = self.env["aftersales.trip"].create(
            {"employee_id": self.technician.id, "company_id": self.company.id}
        )
        self.env["hr.expense"].create(
            [
                {
                    "name": name,
                    "employee_id": self.technician.id,
                    "company_id": self.company.id,
                    "total_amount_currency": amount,
                    "aftersales_trip_id": trip.id,
                }
                for name, amount in [("Fuel", 180.0), ("Toll", 60.0)]
            ]
        )
        self.assertEqual(trip.expense_total, 240.0)
        action = trip.action_open_expenses()
        self.assertEqual(action["context"]["default_aftersales_trip_id"], trip.id)
