import base64

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.aftersales_service.exceptions import MissingError, TransitionError
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

    def _receipt(self, place, **values):
        """Return an expense of a trip to Kunming, with its receipt."""
        trip = self.env["aftersales.trip"].create(
            {
                "employee_id": self.technician.id,
                "company_id": self.company.id,
                "destination": "Kunming",
            }
        )
        product = self.env["product.product"].create(
            {"name": "Fuel", "can_be_expensed": True}
        )
        expense = self.env["hr.expense"].create(
            {
                "name": "Fuel",
                "employee_id": self.technician.id,
                "company_id": self.company.id,
                "product_id": product.id,
                "total_amount_currency": 180.0,
                "aftersales_trip_id": trip.id,
                "aftersales_place": place,
                **values,
            }
        )
        self._attach(expense)
        return expense

    def _attach(self, expense):
        self.env["ir.attachment"].create(
            {
                "name": "fuel.png",
                "datas": base64.b64encode(b"x"),
                "res_model": "hr.expense",
                "res_id": expense.id,
            }
        )
        expense.invalidate_recordset(["attachment_ids"])

    def test_amb_40_receipt_and_place_are_mandatory(self):
        """PEN-08, AMB-40: without receipt or place a trip's cost is not handed in."""
        expense = self._receipt("")
        with self.assertRaises(MissingError):
            expense.action_submit()
        expense.aftersales_place = "Kunming"
        expense.attachment_ids.unlink()
        expense.invalidate_recordset(["attachment_ids"])
        with self.assertRaises(MissingError):
            expense.action_submit()
        self._attach(expense)
        expense.action_submit()
        self.assertFalse(expense.aftersales_is_flagged)

    def test_pen_08_another_place_is_flagged_and_unpaid(self):
        """PEN-08: a receipt from elsewhere is not approved until it is explained."""
        expense = self._receipt("Dali")
        self.assertTrue(expense.aftersales_is_flagged)
        with self.assertRaises(TransitionError):
            expense._do_approve(False)
        with self.assertRaises(AccessError):
            expense.with_user(self.technician_user).action_aftersales_clear()
        with self.assertRaises(AccessError):
            expense.with_user(self.technician_user).write(
                {"aftersales_cleared_by_id": self.technician_user.id}
            )
        expense.action_aftersales_clear()
        self.assertFalse(expense.aftersales_is_flagged)
        expense.aftersales_place = "Lijiang"
        self.assertTrue(expense.aftersales_is_flagged)

    def test_pen_08_fraud_opens_a_case(self):
        """PEN-08: refused, and a case whose sanctions say how grave it is."""
        expense = self._receipt("Dali")
        expense.action_aftersales_report("Receipt of a private journey")
        case = self.env["aftersales.case"].search(
            [("source_model", "=", "hr.expense"), ("source_id", "=", expense.id)]
        )
        self.assertEqual((case.kind, case.loss_amount), ("falsification", 180.0))
        self.assertEqual(case.share_ids.employee_id, self.technician)
        self.assertEqual(expense.state, "refused")
        kinds = dict(case.sanction_ids._fields["kind"].selection)
        self.assertTrue(
            {"demerit", "major_demerit", "dismissal", "legal"} <= set(kinds)
        )
