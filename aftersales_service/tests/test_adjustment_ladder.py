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

    # -- an event stands or falls whole

    def _top_ups(self):
        entries = self.env["aftersales.adjustment"].search(
            [("effect", "=", "top_up"), ("employee_id", "=", self.technician.id)]
        )
        return entries.sorted("id")

    def _proposed_in_trail(self, entry):
        """Return the reasons of its proposal on record, one row for each."""
        trail = self.env["aftersales.audit"].search(
            [
                ("model", "=", entry._name),
                ("res_id", "=", entry.id),
                ("event", "=", "proposed"),
            ]
        )
        return trail.mapped(lambda row: row.reason or "")

    def test_a_paid_event_takes_its_top_up_along(self):
        """PEN-10: 50.00 come back, the top-up is cancelled, the second costs 50.00."""
        first = self._complain("2026-03-03")
        self._pay(first)
        second = self._complain("2026-03-20")
        first.with_user(self.hr2_user).action_reverse("Not our customer")
        self.assertEqual(self._top_ups().mapped("state"), ["cancel"])
        self.assertEqual(first.reversal_ids.amount, 50.0)
        self.assertEqual(self._sums(), [("base", 50.0)])
        self.assertEqual(self._live().event_id, second.event_id)

    def test_a_top_up_taken_back_takes_its_event_along(self):
        """PEN-10: cancelling what was added gives back what was paid for it."""
        first = self._complain("2026-03-03")
        self._pay(first)
        second = self._complain("2026-03-20")
        self._top_ups().with_user(self.head2_user).action_cancel("Not our customer")
        back = first.reversal_ids
        self.assertEqual((back.amount, back.state), (50.0, "confirmed"))
        self.assertEqual(self._sums(), [("base", 50.0)])
        self.assertEqual(self._live().event_id, second.event_id)

    def test_a_top_up_may_come_again(self):
        """PEN-10: 200.00 paid, 150.00 given back, the next one makes 200.00 again."""
        self._complain("2026-03-03")
        second = self._complain("2026-03-20")
        self._pay(self._live())
        second.with_user(self.hr2_user).action_reverse("The customer withdrew it")
        self.assertEqual(self._sums(), [("base", 50.0)])
        self._complain("2026-03-28")
        self.assertEqual(
            self._sums(), [("base", 50.0), ("base", 100.0), ("top_up", 50.0)]
        )
        self.assertEqual(self._top_ups().mapped("sequence"), [0, 1])
        self.assertEqual(self._top_ups().mapped("state"), ["settled", "proposed"])

    def test_each_entry_explains_its_step(self):
        """PEN-10, PEN-19: the count, the amount and the fact, on every entry."""
        first = self._complain("2026-03-03")
        second = self._complain("2026-03-20")
        top = self._top_ups()
        for entry, count, amount in (
            (first, 1, 50.0),
            (second, 2, 100.0),
            (top, 2, 50.0),
        ):
            label = f"Valid Customer Complaint, {count} in the period"
            step = {"label": label, "base": 1.0, "rate": amount, "amount": amount}
            with self.subTest(label, amount=amount):
                self.assertEqual(entry.breakdown, [step])
                self.assertEqual((entry.quantity, entry.amount), (count, amount))
                self.assertEqual(entry.date, entry.date.replace(month=3))
                self.assertEqual(self._proposed_in_trail(entry), [""])
        self.assertEqual((first.facts, first.reason), ("Verified complaint.", False))
        self.assertEqual(top.event_id, first.event_id)
        self.assertFalse(top.reason or top.reverses_id)
        self.assertEqual(
            top.facts,
            f"{first.name} counts again: now 2 of the period.\nVerified complaint.",
        )

    def test_what_was_lowered_says_why(self):
        """PEN-10, PEN-19: the entry in its place has the same fact and the reason."""
        first = self._complain("2026-03-03")
        second = self._complain("2026-03-20")
        first.with_user(self.head_user).action_cancel("Not our customer")
        new = self._live()
        self.assertEqual((new.amount, new.quantity, new.sequence), (50.0, 1.0, 1))
        self.assertEqual((new.date, new.facts), (second.date, second.facts))
        self.assertEqual([step["amount"] for step in new.breakdown], [50.0])
        self.assertEqual(self._proposed_in_trail(new), ["Not our customer"])
        self.assertEqual((new.reason, new.state), ("Not our customer", "proposed"))

    def test_a_third_taken_back_leaves_two_as_they_are(self):
        """PEN-10: two of three still cost 100.00 each; nothing is written anew."""
        for on in ("2026-03-03", "2026-03-20"):
            self._complain(on)
        before = self._live()
        self._complain("2026-03-25").with_user(self.head_user).action_cancel("A mix-up")
        self.assertEqual(self._live(), before)
        self.assertEqual(sum(before.mapped("amount")), 200.0)

    def test_by_hand_the_entry_itself_or_its_order_is_the_event(self):
        """PEN-16: each counts on its own; the same order is refused."""
        rules = self.env["aftersales.pay.rule"].with_context(active_test=False)
        rule = rules.search([("code", "=", "DESK_USE")])
        rule.active = True
        order = self._fact()
        values = {
            "employee_id": self.technician.id,
            "rule_id": rule.id,
            "date": "2026-03-10",
            "reason": "Private videos at the desk",
        }
        entries = self.env["aftersales.adjustment"].with_user(self.head_user)
        both = entries.create([values, {**values, "order_id": order.id}])
        self.assertEqual(both.mapped("amount"), [10.0, 30.0])
        events = [(entry.event_model, entry.event_id) for entry in both]
        self.assertEqual(events, [(both._name, both[0].id), (order._name, order.id)])
        with self.assertRaisesRegex(UserError, "already counted"):
            entries.create({**values, "order_id": order.id})

    # -- periods

    def test_the_first_and_the_last_day_of_a_month_count_together(self):
        """PEN-10, AMB-05: 1 and 31 March are two of one month, 1 April is not."""
        self._complain("2026-03-01")
        self._complain("2026-03-31")
        self._complain("2026-04-01")
        self.assertEqual(
            self._sums(),
            [("base", 50.0), ("base", 100.0), ("top_up", 50.0), ("base", 50.0)],
        )

    def test_the_same_event_counts_again_after_it_was_taken_back(self):
        """PEN-19, HOT-05: found valid again it costs what it cost."""
        event = self._fact()
        first = self._complain("2026-03-03", event=event)
        first.with_user(self.head_user).action_cancel("A mix-up of names")
        again = self._complain("2026-03-03", event=event)
        self.assertEqual((again.amount, self._live()), (50.0, again))

    def test_what_lies_far_away_is_left_alone(self):
        """PEN-10: rolling 30 days: 15 April does not touch 5 February and 1 March."""
        self.env.ref("aftersales_service.pay_rule_complaint").ladder_days = 30
        self._complain("2026-02-05")
        self._complain("2026-03-01")
        before = self._live()
        self.assertEqual(sum(before.mapped("amount")), 200.0)
        far = self._complain("2026-04-15")
        self.assertEqual((far.amount, self._live() - far), (50.0, before))

    def test_two_ladders_of_one_call_have_each_their_period(self):
        """PEN-07, PEN-10: a repeat counts over the year, a complaint by the month."""
        self._complain("2026-03-03", rule="REPEAT", amount=300.0)
        self._complain("2026-03-03")
        shared = {
            "employee": self.technician,
            "date": date(2026, 8, 3),
            "facts": "Verified.",
        }
        made = self.env["aftersales.adjustment"]._propose_on_ladder(
            [
                {**shared, "rule": "REPEAT", "event": self._fact(), "amount": 425.0},
                {**shared, "rule": "COMPLAINT", "event": self._fact()},
            ]
        )
        self.assertEqual(made.mapped("amount"), [425.0, 50.0])
        self.assertEqual(sum(self._live().mapped("amount")), 100.0)

    def test_three_steps_up_and_one_down(self):
        """PEN-10: 50, 100, 150 each: the last top-up goes first, and comes again."""
        rule = self.env.ref("aftersales_service.pay_rule_complaint")
        steps = [(1, 1, 50), (2, 2, 100), (3, 0, 150)]
        rule.rate_ids = [
            (
                0,
                0,
                {
                    "date_from": "2026-05-01",
                    "bracket_ids": [
                        (0, 0, {"lower": low, "upper": up, "amount": amount})
                        for low, up, amount in steps
                    ],
                },
            )
        ]
        for on in ("2026-05-01", "2026-05-10"):
            self._complain(on)
        third = self._complain("2026-05-20")
        self.assertEqual(sum(self._live().mapped("amount")), 450.0)
        third.with_user(self.head_user).action_cancel("A mix-up of names")
        self.assertEqual(
            self._sums(), [("base", 50.0), ("base", 100.0), ("top_up", 50.0)]
        )
        states = [(one.sequence, one.state) for one in self._top_ups()]
        self.assertEqual(states, [(0, "proposed"), (1, "cancel"), (0, "cancel")])
        self._complain("2026-05-21")
        self.assertEqual(sum(self._live().mapped("amount")), 450.0)
        self.assertEqual(self._top_ups().mapped("sequence"), [0, 1, 0, 2, 1])

    def test_those_who_count_one_ladder_pass_one_after_the_other(self):
        """PEN-10: proposed, cancelled, reversed: each takes the turn of the pair."""
        first = self._complain("2026-03-03")
        turn = self.env["aftersales.pay.turn"].search(
            [
                ("employee_id", "=", self.technician.id),
                ("rule_id", "=", first.rule_id.id),
            ]
        )
        self.assertEqual(len(turn), 1)
        self._pay(first)
        second = self._complain("2026-03-20")
        cancel = second.with_user(self.head_user).action_cancel
        reverse = first.with_user(self.hr2_user).action_reverse
        for act in (
            lambda: self._complain("2026-03-25"),
            lambda: cancel("A mix-up of names"),
            lambda: reverse("Not our customer"),
        ):
            self._assert_takes_turn(turn, act)
