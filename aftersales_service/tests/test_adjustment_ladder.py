from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_pay import PayCommon


@tagged("post_install", "-at_install")
class TestAdjustmentLadder(PayCommon):
    """Complaints of a month and repeats of a year (AMB-05…07, AMB-10)."""

    def _complain(self, on, employee=None, event=None, rule="COMPLAINT", **values):
        return self.env["aftersales.adjustment"]._propose_on_ladder(
            [
                {
                    "rule": rule,
                    "employee": employee or self.technician,
                    "date": date.fromisoformat(on),
                    "event": event or self._fact(),
                    "facts": "Verified complaint.",
                    **values,
                }
            ]
        )

    def _live(self, rule="COMPLAINT", employee=None):
        rule = self.env["aftersales.pay.rule"].search([("code", "=", rule)], limit=1)
        pairs = {((employee or self.technician).id, rule.id)}
        return self.env["aftersales.adjustment"]._find_live(pairs)

    def _sums(self, **kwargs):
        """Return effect and amount of what counts, oldest first."""
        return [(one.effect, one.amount) for one in self._live(**kwargs).sorted("id")]

    def _pay(self, adjustments, **period):
        adjustments.filtered(lambda one: one.state == "proposed").with_user(
            self.head_user
        ).action_verify()
        adjustments.filtered(lambda one: one.state == "verified").with_user(
            self.hr_user
        ).action_confirm()
        slip = self._slip(**period)
        slip.compute_sheet()
        slip.action_payslip_done()
        return slip

    def test_first_50_second_tops_up_and_costs_100(self):
        """PEN-10, ACC-03: one complaint 50.00, two 200.00, three 300.00."""
        self._complain("2026-03-03")
        self.assertEqual(self._sums(), [("base", 50.0)])
        self._complain("2026-03-20")
        self.assertEqual(
            self._sums(), [("base", 50.0), ("base", 100.0), ("top_up", 50.0)]
        )
        self._complain("2026-03-25")
        self.assertEqual(sum(self._live().mapped("amount")), 300.0)
        self._complain("2026-04-01")
        self.assertEqual(self._live()[-1].amount, 50.0)
        self.assertEqual(sum(self._live().mapped("amount")), 350.0)

    def test_the_same_event_counts_once(self):
        """PEN-19: one event moves money once, whoever verifies it again."""
        event = self._fact()
        self._complain("2026-03-03", event=event)
        self.assertFalse(self._complain("2026-03-03", event=event))
        self.assertEqual(self._sums(), [("base", 50.0)])

    def test_employees_are_counted_apart(self):
        self._complain("2026-03-03")
        self._complain("2026-03-04", employee=self.technician2)
        self.assertEqual(self._sums(), [("base", 50.0)])
        self.assertEqual(self._sums(employee=self.technician2), [("base", 50.0)])

    def test_late_complaint_of_a_paid_month_is_paid_on_the_next_slip(self):
        """PEN-10: counted in March, where it was received, deducted in April."""
        first = self._complain("2026-03-03")
        self.assertEqual(self._totals(self._pay(first))["AS_PENALTY"], -50.0)
        self._complain("2026-03-30")
        rest = self._live() - first
        self.assertEqual(sorted(rest.mapped("amount")), [50.0, 100.0])
        slip = self._pay(rest, month="2026-04", days=30)
        self.assertEqual(self._totals(slip)["AS_PENALTY"], -150.0)
        self.assertEqual(first.amount, 50.0)

    def test_annulled_complaint_re_rates_its_month(self):
        """PEN-10: one annulled of two leaves 50.00, by entries of their own."""
        first = self._complain("2026-03-03")
        second = self._complain("2026-03-20")
        second.with_user(self.head_user).action_cancel("A mix-up of names")
        self.assertEqual(self._sums(), [("base", 50.0)])
        self.assertEqual(self._live(), first)

    def test_annulling_the_first_lowers_the_second(self):
        first = self._complain("2026-03-03")
        second = self._complain("2026-03-20")
        first.with_user(self.head_user).action_cancel("Not our customer")
        self.assertEqual(self._sums(), [("base", 50.0)])
        self.assertEqual(second.state, "cancel")
        self.assertEqual(self._live().event_id, second.event_id)

    def test_annulled_after_payroll_is_reversed_and_paid_back(self):
        """PEN-10: what was deducted comes back on the next payslip."""
        first = self._complain("2026-03-03")
        second = self._complain("2026-03-20")
        slip = self._pay(self._live())
        self.assertEqual(self._totals(slip)["AS_PENALTY"], -200.0)
        second.with_user(self.hr2_user).action_reverse("The customer withdrew it")
        self.assertEqual(self._live(), first)
        back = self.env["aftersales.adjustment"].search([("effect", "=", "reversal")])
        self.assertEqual(sorted(back.mapped("amount")), [50.0, 100.0])
        self.assertEqual(set(back.mapped("state")), {"confirmed"})
        april = self._slip(month="2026-04", days=30)
        april.compute_sheet()
        self.assertEqual(self._totals(april)["AS_PENALTY"], 150.0)

    def test_incremental_reading(self):
        """PEN-10: the other reading of the rule book, by a setting of the rule."""
        rule = self.env.ref("aftersales_service.pay_rule_complaint")
        rule.ladder_mode = "incremental"
        for on in ("2026-03-03", "2026-03-20", "2026-03-25"):
            self._complain(on)
        self.assertEqual([amount for _effect, amount in self._sums()], [50, 100, 100])

    def test_rolling_days_instead_of_the_month(self):
        """PEN-10: 20 March and 5 April are 100.00 by the month, 200.00 rolling."""
        self._complain("2026-03-20")
        self._complain("2026-04-05")
        self.assertEqual(sum(self._live().mapped("amount")), 100.0)
        self.env.ref("aftersales_service.pay_rule_complaint").ladder_days = 30
        self._complain("2026-04-06")
        self.assertEqual(sum(self._live().mapped("amount")), 300.0)

    def test_repeat_repair_first_a_warning_then_the_costs(self):
        """PEN-07: the first repeat is a warning, the second its costs of 425.00."""
        first = self._complain("2026-03-03", rule="REPEAT", amount=300.0)
        second = self._complain("2026-08-03", rule="REPEAT", amount=425.0)
        self.assertEqual((first.amount, second.amount), (0.0, 425.0))
        later = self._complain("2027-08-10", rule="REPEAT", amount=99.0)
        self.assertEqual(later.amount, 0.0)

    def test_complaints_are_not_entered_by_hand(self):
        """PEN-06: only a verified complaint proposes; nobody types one in."""
        rule = self.env.ref("aftersales_service.pay_rule_complaint")
        with self.assertRaisesRegex(UserError, "proposed by the facts"):
            self.env["aftersales.adjustment"].with_user(self.head_user).create(
                {
                    "employee_id": self.technician.id,
                    "rule_id": rule.id,
                    "reason": "A complaint",
                }
            )
