from datetime import date

from odoo.tests import tagged

from ..calc import scales, shares
from ..exceptions import NotEntitledError
from .common_pay import PayCommon

# Row of the requirements, rule, amount asked, quantity, what it costs.
EXAMPLES = [
    ("PEN-01", "NO_CALL", 0, 1, 50.0),
    ("PEN-02", "LATE", 0, 1, 50.0),
    ("PEN-03", "REPORT", 0, 3, 20.0),
    ("PEN-04", "PHONE_OFF", 0, 1, 10.0),
    ("PEN-05", "DISOBEY", 0, 1, 100.0),
    ("PEN-06", "DEMERIT", 0, 1, 0.0),
    ("PEN-07", "REPEAT", 425.0, 1, 0.0),
    ("PEN-07", "REPEAT", 425.0, 2, 425.0),
    ("PEN-09", "STORE_FINE", 10.0, 1, 10.0),
    ("PEN-09", "STORE_FINE", 200.0, 1, 200.0),
    ("PEN-10", "COMPLAINT", 0, 1, 50.0),
    ("PEN-10", "COMPLAINT", 0, 2, 200.0),
    ("PEN-10", "COMPLAINT", 0, 3, 300.0),
    ("PEN-11", "LOSS", 300.0, 1, 90.0),
    ("PEN-11", "LOSS", 500.0, 1, 150.0),
    ("PEN-11", "LOSS", 1200.0, 1, 325.0),
    ("PEN-11", "LOSS", 3500.0, 1, 825.0),
    ("PEN-11", "LOSS", 5000.0, 1, 1125.0),
    ("PEN-11", "LOSS", 7300.0, 1, 1470.0),
    ("PEN-11", "LOSS", 10000.0, 1, 1875.0),
    ("PEN-11", "LOSS", 12000.0, 1, 2075.0),
    ("PEN-11, AMB-02", "LOSS", 60000.0, 1, 6875.0),
    ("PEN-11, AMB-02", "LOSS", 150000.0, 1, 15875.0),
    ("PEN-13", "FREE_FINE", 640.5, 1, 640.5),
    ("ACC-04", "LOSS", 501.0, 1, 150.25),
    ("ACC-04, AMB-03", "LOSS", 0.0, 1, 0.0),
    ("ACC-09", "LOSS", 2095.0, 1, 544.0),
    ("PAY-02", "LODGING", 0, 2, 200.0),
    ("PAY-02", "LODGING", 0, 3, 300.0),
    ("PAY-03", "MEAL", 0, 7, 105.0),
    ("PAY-03", "MEAL", 0, 14, 210.0),
    ("PAY-04", "AT_COST", 285.0, 1, 285.0),
    ("PAY-08", "SECONDMENT", 0, 6, 600.0),
    ("PAY-09", "MEAL", 0, 2, 30.0),
    ("REW-02", "PRAISE", 0, 1, 10.0),
]
# The literal reading of the top row: 15 % goes on to 100,000 (ACC-05, AMB-02).
LITERAL = [(0, 500, 30), (500, 2000, 25), (2000, 5000, 20), (5000, 100000, 15)]
# A gap without a rate where the table has a hole.
GAP = [(0, 500, 30), (500, 2000, 25), (2000, 5000, 20), (5000, 10000, 15)]


@tagged("post_install", "-at_install")
class TestPayExamples(PayCommon):
    """Every amount that the requirements work out, to the cent."""

    def _rule(self, code):
        return self.env["aftersales.pay.rule"].search(
            [("code", "=", code), ("company_id", "=", False)]
        )

    def _cost(self, code, amount=0.0, quantity=1):
        total, breakdown = self._rule(code).compute(amount, quantity, "2026-03-10")
        self.assertEqual(round(sum(step["amount"] for step in breakdown), 2), total)
        return total

    def _scale(self, loss, brackets):
        steps = scales.progressive(loss, [scales.Bracket(*row) for row in brackets])
        return float(scales.total(steps))

    def test_worked_amounts(self):
        """PEN-01, PEN-02, PEN-03, PEN-04, PEN-05, PEN-06, PEN-07, PEN-09, PEN-10,
        PEN-11, PEN-13, ACC-04, ACC-09, PAY-02, PAY-03, PAY-04, PAY-08, PAY-09,
        REW-02: each example of the table.
        """
        for row, code, amount, quantity, expected in EXAMPLES:
            with self.subTest(row=row, amount=amount, quantity=quantity):
                self.assertEqual(self._cost(code, amount, quantity), expected)

    def test_pen_09_outside_the_range_is_refused(self):
        """PEN-09, AMB-12: 5.00 and 250.00 are outside 10.00 to 200.00."""
        for amount in (5.0, 9.99, 200.01, 250.0):
            with self.subTest(amount), self.assertRaises(NotEntitledError):
                self._cost("STORE_FINE", amount)

    def test_amb_01_the_whole_at_one_percent(self):
        """PEN-11, AMB-01: the flat reading gives 1,095.00 of 7,300.00."""
        self.assertEqual(self._cost("LOSS", 7300.0), 1470.0)
        self._rule("LOSS").scale_mode = "flat"
        for loss, expected in [
            (500, 150.0),
            (501, 125.25),
            (7300, 1095.0),
            (10000, 1500.0),
            (12000, 1200.0),
        ]:
            with self.subTest(loss):
                self.assertEqual(self._cost("LOSS", loss), expected)

    def test_acc_05_the_literal_and_the_gap_reading(self):
        """ACC-05, AMB-02: other brackets give 9,375.00, 20,375.00 and 1,875.00."""
        top = [(100000, 0, 10)]
        self.assertEqual(self._scale(60000, LITERAL + top), 9375.0)
        # 1,125 + 95,000 x 15 % + 50,000 x 10 %
        self.assertEqual(self._scale(150000, LITERAL + top), 20375.0)
        self.assertEqual(self._scale(60000, GAP), 1875.0)

    def test_acc_05_brackets_are_lines_that_a_head_edits(self):
        """ACC-05, AMB-02: a rate with the literal brackets warns of no gap."""
        rate = self.env["aftersales.pay.rate"].create(
            {
                "rule_id": self._rule("LOSS").id,
                "date_from": "2026-03-01",
                "bracket_ids": [
                    (0, 0, {"lower": low, "upper": up, "percent": percent})
                    for low, up, percent in [*LITERAL, (100000, 0, 10)]
                ],
            }
        )
        self.assertFalse(rate.bracket_warning)
        self.assertEqual(self._cost("LOSS", 60000.0), 9375.0)
        self.assertEqual(
            self._rule("LOSS").compute(60000.0, 1, "2026-02-28")[0], 6875.0
        )

    def test_acc_06_a_share_of_the_whole_or_of_each_part(self):
        """ACC-06, AMB-16: 882.00 and 588.00, or 1,001.00 and 709.00."""
        total = self._cost("LOSS", 7300.0)
        self.assertEqual(
            [float(part) for part in shares.split(total, [60, 40])], [882.0, 588.0]
        )
        self.assertEqual(self._cost("LOSS", 4380.0), 1001.0)
        self.assertEqual(self._cost("LOSS", 2920.0), 709.0)

    def test_pay_15_old_days_keep_old_rates(self):
        """PAY-15: 2 x 2 x 15.00 + 2 x 2 x 18.00 = 132.00."""
        self._rule("MEAL").rate_ids = [
            (0, 0, {"date_from": "2026-04-01", "amount": 18.0})
        ]
        days = [date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 1), "2026-04-02"]
        paid = [self._rule("MEAL").compute(0.0, 2, day)[0] for day in days]
        self.assertEqual((paid, sum(paid)), ([30.0, 30.0, 36.0, 36.0], 132.0))

    def test_pay_01_pen_20_gross_and_net(self):
        """PAY-01, PAY-06, PEN-20: 4,200 + 305 = 4,505; less 50 + 20 + 1,470."""
        for code, quantity in (("LODGING", 2), ("MEAL", 7)):
            self._confirmed(code, quantity=quantity)
        for code, amount in (("LATE", 0), ("REPORT", 0), ("LOSS", 7300.0)):
            self._confirmed(code, amount=amount)
        slip = self._slip()
        slip.compute_sheet()
        slip.compute_sheet()
        totals = self._totals(slip)
        self.assertEqual(totals["BASIC"], 4200.0)
        self.assertEqual(totals["GROSS"], 4505.0)
        self.assertEqual(totals["AS_PENALTY"], -1540.0)
        self.assertEqual(totals["NET"], 2965.0)

    def test_rew_02_two_praises(self):
        """REW-02: two verified praises are 20.00 on the payslip."""
        self._confirmed("PRAISE")
        self._confirmed("PRAISE")
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_REWARD": 20.0})

    def test_rew_05_rewards_without_an_amount_are_off(self):
        """REW-05, PEN-16: shipped, inactive, working once they are switched on."""
        rules = self.env["aftersales.pay.rule"].with_context(active_test=False)
        for code in ("DATA_ERROR", "SUGGESTION", "DESK_USE", "SECOND_CREDIT"):
            rule = rules.search([("code", "=", code)])
            with self.subTest(code):
                self.assertEqual(len(rule), 1)
                self.assertFalse(rule.active)
                self.assertFalse(self._propose(code))
        error = rules.search([("code", "=", "DATA_ERROR")])
        error.active = True
        error.rate_ids.amount = 25.0
        self.assertEqual(self._propose("DATA_ERROR").amount, 25.0)
