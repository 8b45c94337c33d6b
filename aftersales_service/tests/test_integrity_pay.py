from odoo.tests import tagged

from .common_integrity import IntegrityControls
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
class TestIntegrityPay(IntegrityControls, PayCommon):
    """L1 to L5 hold through a payslip's life, and find what SQL broke."""

    def setUp(self):
        super().setUp()
        self.penalty = self._confirmed("LATE")
        self.meal = self._confirmed("MEAL", quantity=2)
        self.slip = self._slip()

    def _pay(self):
        self.slip.compute_sheet()
        self.slip.action_payslip_done()

    def _update(self, table, record, values):
        self._sql(f"UPDATE {table} SET {values} WHERE id = %s", record.id)

    def test_laws_hold_at_every_step(self):
        """PEN-20: laws hold at every step."""
        self._assert_holds()
        self.slip.compute_sheet()
        self._assert_holds()
        self.slip.action_payslip_done()
        self._assert_holds()
        self.slip.refund_sheet()
        self._assert_holds()

    def test_l1_settled_without_payment(self):
        """PEN-20: l1 settled without payment."""
        self._update("aftersales_adjustment", self.penalty, "state = 'settled'")
        self._assert_broken("L1", self.penalty, "settled_differs")

    def test_l1_paid_but_still_owed(self):
        """PEN-20: l1 paid but still owed."""
        self._pay()
        self._update("aftersales_adjustment", self.penalty, "state = 'confirmed'")
        self._assert_broken("L1", self.penalty, "paid_not_settled")

    def test_l1_paid_more_than_owed(self):
        """PEN-20: l1 paid more than owed."""
        self._pay()
        self._update("aftersales_adjustment", self.penalty, "amount = amount - 0.01")
        self._assert_broken("L1", self.penalty, "paid_too_much")

    def test_l1_reserved_twice(self):
        """PEN-20: l1 reserved twice."""
        self.slip.compute_sheet()
        self._copy_ledger_line(self.penalty, "reserve")
        self._assert_broken("L1", self.penalty, "reserved_twice")

    def test_l1_cancelled_but_on_a_payslip(self):
        """PEN-20: l1 cancelled but on a payslip."""
        self.slip.compute_sheet()
        self._update("aftersales_adjustment", self.penalty, "state = 'cancel'")
        self._assert_broken("L1", self.penalty, "not_confirmed")

    def test_l1_reserved_for_a_closed_payslip(self):
        """PEN-20: l1 reserved for a closed payslip."""
        self.slip.compute_sheet()
        self._sql(
            "UPDATE aftersales_settlement SET payslip_id = NULL "
            "WHERE adjustment_id = %s",
            self.penalty.id,
        )
        self._assert_broken("L1", self.penalty, "slip_gone")

    def _copy_ledger_line(self, adjustment, kind):
        self._sql(
            """
            INSERT INTO aftersales_settlement (
                   adjustment_id, company_id, employee_id, payslip_id, payslip_code,
                   input_id, amount, signed_amount, kind, key, create_date)
            SELECT adjustment_id, company_id, employee_id, payslip_id, payslip_code,
                   input_id, amount, signed_amount, kind, key || ':copy', create_date
              FROM aftersales_settlement
             WHERE adjustment_id = %s AND kind = %s
            """,
            adjustment.id,
            kind,
        )

    def test_l2_a_payslip_paid_another_amount(self):
        """PEN-20: l2 a payslip paid another amount."""
        self._pay()
        self._sql(
            "UPDATE hr_payslip_line SET total = total - 0.01 "
            "WHERE slip_id = %s AND code = 'AS_PENALTY'",
            self.slip.id,
        )
        self._assert_broken("L2", self.technician, "paid_differs")

    def test_l2_a_post_without_a_payslip_line(self):
        """PEN-20: l2 a post without a payslip line."""
        self._pay()
        self._copy_ledger_line(self.meal, "post")
        self._assert_broken("L2", self.technician, "paid_differs")

    def test_l3_an_input_nobody_stands_behind(self):
        """PEN-20: l3 an input nobody stands behind."""
        self.slip.compute_sheet()
        self._sql(
            "UPDATE hr_payslip_input SET amount = amount + 0.01 "
            "WHERE payslip_id = %s AND code = 'AS_PENALTY'",
            self.slip.id,
        )
        self._assert_broken("L3", self.slip, "input_differs")

    def test_l3_a_reservation_without_an_input(self):
        """PEN-20: l3 a reservation without an input."""
        self.slip.compute_sheet()
        self._sql(
            "DELETE FROM hr_payslip_input WHERE payslip_id = %s "
            "AND code = 'AS_PENALTY'",
            self.slip.id,
        )
        self._assert_broken("L3", self.penalty, "input_missing")

    def test_l4_two_payslips_for_one_period(self):
        """PEN-20: l4 two payslips for one period."""
        self._pay()
        self._assert_holds("L4")
        second = self.slip.copy()
        self._assert_holds("L4")  # a draft stands for nothing
        self.env.flush_all()
        self._update("hr_payslip", second, "state = 'verify'")
        second.invalidate_recordset(["state"])
        self._assert_broken("L4", second, "payslip_twice")
        second.action_payslip_cancel()
        self._assert_holds("L4")

    def test_l4_refunded_twice(self):
        """PEN-20: l4 refunded twice."""
        self._pay()
        self.slip.refund_sheet()
        self._assert_holds("L4")
        second = self.slip.copy({"credit_note": True})
        self.env.flush_all()
        self._update("hr_payslip", second, "state = 'done'")
        self._assert_broken("L4", second, "refunded_twice")

    def test_l5_own_case(self):
        """PEN-20: l5 own case."""
        self.technician.user_id = self.technician_user
        for column in ("verified_by_id", "confirmed_by_id"):
            with self.subTest(column):
                before = self.penalty[column].id
                user = self.technician_user.id
                self._update(
                    "aftersales_adjustment", self.penalty, f"{column} = {user}"
                )
                self._assert_broken("L5", self.penalty, "own_case")
                self._update(
                    "aftersales_adjustment", self.penalty, f"{column} = {before}"
                )
        self._assert_holds("L5")

    def test_l5_paid_before_it_was_confirmed(self):
        """PEN-20: l5 paid before it was confirmed."""
        self._pay()
        self._update(
            "aftersales_adjustment",
            self.penalty,
            "confirmed_on = confirmed_on + interval '9 years'",
        )
        self._assert_broken("L5", self.penalty, "paid_too_early")
