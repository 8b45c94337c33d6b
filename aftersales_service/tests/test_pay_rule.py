from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..exceptions import ArgumentError, FrozenFactError, NotEntitledError
from .common_pay import PayCommon

SHIPPED = {
    "MEAL": ("allowance", "per_unit"),
    "LODGING": ("allowance", "per_unit"),
    "TRIP_PHONE": ("allowance", "fixed"),
    "AT_COST": ("allowance", "at_cost"),
    "PRAISE": ("reward", "fixed"),
    "NO_CALL": ("penalty", "fixed"),
    "LATE": ("penalty", "fixed"),
    "REPORT": ("penalty", "fixed"),
    "PHONE_OFF": ("penalty", "fixed"),
    "DISOBEY": ("penalty", "fixed"),
    "COMPLAINT": ("penalty", "ladder"),
    "DEMERIT": ("penalty", "fixed"),
    "REPEAT": ("penalty", "ladder"),
    "STORE_FINE": ("penalty", "range"),
    "LOSS": ("penalty", "progressive"),
    "SECONDMENT": ("charge", "per_unit"),
}


@tagged("post_install", "-at_install")
class TestPayRule(PayCommon):
    """Rules give money by the rate of the day, and explain it."""

    def _rule(self, code):
        return self.env.ref(f"aftersales_service.pay_rule_{code.lower()}")

    def _amount(self, code, *args, **kwargs):
        amount, breakdown = self._rule(code).compute(*args, **kwargs)
        self.assertAlmostEqual(sum(step["amount"] for step in breakdown), amount, 2)
        return amount

    def test_shipped_rules_match_the_contract(self):
        """PAY-15: shipped rules match the contract."""
        for code, (kind, method) in SHIPPED.items():
            rule = self._rule(code)
            with self.subTest(code):
                self.assertEqual(
                    (rule.code, rule.kind, rule.method), (code, kind, method)
                )
                self.assertEqual(rule.rate_ids.date_from, date(2020, 1, 1))
                self.assertEqual(rule.confirm_limit, 200.0)
                self.assertTrue(rule.document_name and rule.document_clause)

    def test_acc_11_same_document_number_stands_on_two_rules(self):
        """ACC-11: same document number stands on two rules."""
        rules = self._rule("COMPLAINT") | self._rule("LOSS")
        self.assertEqual(set(rules.mapped("document_name")), {"NK-MF25-B"})
        self.assertEqual(set(rules.mapped("document_version")), {"B"})

    def test_pen_01_02_03_04_05_fixed_amounts(self):
        """PEN-01, PEN-02, PEN-03, PEN-04, PEN-05: fixed amounts."""
        for code, amount in [
            ("NO_CALL", 50.0),
            ("LATE", 50.0),
            ("REPORT", 20.0),
            ("PHONE_OFF", 10.0),
            ("DISOBEY", 100.0),
            ("PRAISE", 10.0),
            ("DEMERIT", 0.0),
            ("TRIP_PHONE", 0.0),
        ]:
            with self.subTest(code):
                self.assertEqual(self._amount(code, quantity=3), amount)

    def test_pay_03_and_pay_08_per_unit(self):
        """PAY-03, PAY-08: per unit."""
        self.assertEqual(self._amount("MEAL", quantity=7), 105.0)
        self.assertEqual(self._amount("LODGING", quantity=2), 200.0)
        self.assertEqual(self._amount("SECONDMENT", quantity=6), 600.0)
        self.assertEqual(self._amount("AT_COST", 285.4), 285.4)

    def test_pen_09_range(self):
        """PEN-09: range."""
        for amount in (10, 200.0):
            self.assertEqual(self._amount("STORE_FINE", amount), amount)
        for amount in (0, 5, 9.99, 200.01, 250):
            with self.subTest(amount), self.assertRaises(NotEntitledError):
                self._rule("STORE_FINE").compute(amount)

    def test_pen_10_ladder_returns_the_total_owed(self):
        """PEN-10: ladder returns the total owed."""
        for count, total in [(0, 0.0), (1, 50.0), (2, 200.0), (3, 300.0)]:
            self.assertEqual(self._amount("COMPLAINT", quantity=count), total)

    def test_pen_07_repeat_passes_the_costs_on(self):
        """PEN-07: repeat passes the costs on."""
        self.assertEqual(self._amount("REPEAT", 425.0, 1), 0.0)
        self.assertEqual(self._amount("REPEAT", 425.0, 2), 425.0)

    def test_pen_11_progressive_to_the_cent(self):
        """PEN-11: progressive to the cent."""
        for loss, total in [
            (0, 0.0),
            (300, 90.0),
            (500, 150.0),
            (501, 150.25),
            (1200, 325.0),
            (2095, 544.0),
            (3500, 825.0),
            (5000, 1125.0),
            (7300, 1470.0),
            (10000, 1875.0),
            (12000, 2075.0),
            (60000, 6875.0),
            (150000, 15875.0),
        ]:
            with self.subTest(loss):
                self.assertEqual(self._amount("LOSS", loss), total)

    def test_acc_04_breakdown_shows_each_bracket(self):
        """ACC-04: breakdown shows each bracket."""
        amount, breakdown = self._rule("LOSS").compute(7300)
        self.assertEqual(amount, 1470.0)
        self.assertEqual(
            [(step["base"], step["rate"], step["amount"]) for step in breakdown],
            [
                (500.0, 30.0, 150.0),
                (1500.0, 25.0, 375.0),
                (3000.0, 20.0, 600.0),
                (2300.0, 15.0, 345.0),
            ],
        )
        self.assertEqual(breakdown[0]["label"], "30 % of 500.00")

    def test_pay_15_the_rate_of_the_day_counts(self):
        """PAY-15: the rate of the day counts."""
        meal = self._rule("MEAL").with_user(self.head_user)
        meal.rate_ids = [(0, 0, {"date_from": "2026-04-01", "amount": 18.0})]
        for on_date, amount in [
            ("2026-03-31", 15.0),
            (date(2026, 4, 1), 18.0),
            ("2026-12-31", 18.0),
        ]:
            self.assertEqual(meal.compute(on_date=on_date)[0], amount)

    def test_no_rate_on_the_date_is_refused(self):
        """PAY-15: no rate on the date is refused."""
        with self.assertRaises(NotEntitledError):
            self._rule("MEAL").compute(on_date="2019-12-31")

    def test_bad_arguments_are_refused_in_words(self):
        """PAY-15: bad arguments are refused in words."""
        meal, complaint = self._rule("MEAL"), self._rule("COMPLAINT")
        for values in [
            {"quantity": "seven"},
            {"quantity": -1},
            {"quantity": True},
            {"quantity": float("nan")},
            {"quantity": 10**400},
            {"amount": [1]},
            {"on_date": "soon"},
            {"on_date": 7},
        ]:
            with self.subTest(values), self.assertRaises(ArgumentError):
                meal.compute(**values)
        with self.assertRaises(ArgumentError):
            complaint.compute(quantity=1.5)
        with self.assertRaises(UserError):
            (meal | complaint).compute()

    def test_overlapping_brackets_are_refused_and_gaps_shown(self):
        """PAY-15: overlapping brackets are refused and gaps shown."""
        rate = self._rule("LOSS").copy({"code": "LOSS2"}).rate_ids
        rate.bracket_ids[1].lower = 600
        self.assertIn("500", rate.bracket_warning)
        with self.assertRaises(ValidationError):
            rate.bracket_ids[1].lower = 400

    def test_payslip_code_must_fit_the_kind(self):
        """PAY-15: payslip code must fit the kind."""
        with self.assertRaises(ValidationError):
            self._rule("SECONDMENT").payslip_code = "AS_PENALTY"
        with self.assertRaises(ValidationError):
            self._rule("LATE").payslip_code = "AS_ALLOWANCE"

    def test_used_rates_and_rules_are_frozen(self):
        """PAY-15: used rates and rules are frozen."""
        self._propose("LOSS", amount=7300.0)
        rule = self._rule("LOSS").with_user(self.head_user)
        rate = rule.rate_ids
        self.assertTrue(rate.is_used)
        attempts = [
            lambda: rate.write({"amount": 1.0}),
            lambda: rate.unlink(),
            lambda: rate.bracket_ids[0].write({"percent": 1.0}),
            lambda: rate.bracket_ids[0].unlink(),
            lambda: rate.write({"bracket_ids": [(0, 0, {"lower": 20000})]}),
            lambda: rule.write({"kind": "reward"}),
            lambda: rule.write({"method": "fixed"}),
            lambda: rule.unlink(),
        ]
        for index, attempt in enumerate(attempts):
            with (
                self.subTest(index),
                self.assertRaises(FrozenFactError),
                self.env.cr.savepoint(),
            ):
                attempt()
        rule.rate_ids = [(0, 0, {"date_from": "2026-07-01"})]
        rule.name = "Share of a Loss by the Company"

    def test_only_heads_write_rules(self):
        """PAY-15: only heads write rules."""
        for user in (self.technician_user, self.hr_user, self.gm_user):
            rule = self._rule("MEAL").with_user(user)
            self.assertEqual(rule.compute(quantity=2)[0], 30.0)
            with self.subTest(user.login), self.assertRaises(AccessError):
                rule.write({"note": "mine"})
            with self.subTest(user.login), self.assertRaises(AccessError):
                rule.rate_ids.write({"amount": 99.0})
        for user in (self.dispatcher_user, self.employee_user, self.warehouse_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._rule("MEAL").with_user(user).compute()

    def test_a_companys_own_rule_comes_first(self):
        """PAY-15: a companys own rule comes first."""
        own = self._rule("MEAL").copy({"company_id": self.company.id, "code": "MEAL"})
        companies = self.company | self.company2
        rules = self.env["aftersales.pay.rule"]._by_code({"MEAL", "NONE"}, companies)
        self.assertEqual(rules[self.company.id, "MEAL"], own)
        self.assertEqual(rules[self.company2.id, "MEAL"], self._rule("MEAL"))
        self.assertNotIn((self.company.id, "NONE"), rules)

    def test_a_rule_of_another_company_is_not_used(self):
        """PAY-15: neither asked for nor taken, and archived ones are gone."""
        own = self._rule("MEAL").copy({"company_id": self.company2.id, "code": "MEAL"})
        by_code = self.env["aftersales.pay.rule"]._by_code
        found = by_code({"MEAL"}, self.company)
        self.assertEqual(found, {(self.company.id, "MEAL"): self._rule("MEAL")})
        self.assertEqual(
            by_code({"MEAL"}, self.company2)[self.company2.id, "MEAL"], own
        )
        own.active = False
        found = by_code({"MEAL"}, self.company2)
        self.assertEqual(found[self.company2.id, "MEAL"], self._rule("MEAL"))

    def test_a_rule_leads_to_what_it_gave(self):
        """PAY-15: counted and opened rule by rule."""
        late, meal = self._rule("LATE"), self._rule("MEAL").copy({"code": "MEAL2"})
        before = late.adjustment_count
        made = self._propose("LATE") | self._propose("LATE")
        both = (late | meal).with_user(self.head_user)
        both.invalidate_recordset(["adjustment_count"])
        self.assertEqual(both.mapped("adjustment_count"), [before + 2, 0])
        action = both[0].action_open_adjustments()
        self.assertEqual(action["res_model"], made._name)
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found & made, made)
        self.assertEqual(found.rule_id, late)
        with self.assertRaises(AccessError):
            late.with_user(self.dispatcher_user).action_open_adjustments()

    def test_what_was_never_used_may_be_changed_and_deleted(self):
        """PAY-15: a rule and a rate that stand behind no money are not frozen."""
        rule = self._rule("LOSS").copy({"code": "LOSS2"}).with_user(self.head_user)
        rate = rule.rate_ids
        self.assertFalse(rate.is_used)
        self.assertEqual(rate.display_name, "LOSS2 from 2020-01-01")
        rate.bracket_ids[-1].write({"upper": 20000})
        top = {"rate_id": rate.id, "lower": 20000, "percent": 5}
        self.assertEqual(rate.bracket_ids.create(top), rate.bracket_ids[-1])
        self.assertEqual(rule.compute(30000)[0], 1875.0 + 1000.0 + 500.0)
        rule.write({"code": "LOSS3", "scale_mode": "flat"})
        self.assertEqual(rate.display_name, "LOSS3 from 2020-01-01")
        rate.unlink()
        rule.unlink()
        self.assertFalse(rule.exists())

    def test_what_was_used_keeps_code_and_company(self):
        """PAY-15: what the past was computed with cannot become another rule."""
        self._propose("LATE")
        rule = self._rule("LATE").with_user(self.head_user)
        for values in (
            {"code": "LATER"},
            {"payslip_code": False},
            {"company_id": self.company.id},
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(FrozenFactError, "was already applied"),
            ):
                rule.write(values)
        rule.write({"confirm_limit": 300.0, "note": "As of today"})

    def test_steps_of_a_ladder_follow_each_other_by_one(self):
        """PAY-15: 1 and 2 are neighbours, 1 and 3 leave a hole, 1-2 and 2 collide."""
        rate = self._rule("COMPLAINT").copy({"code": "COMPLAINT2"}).rate_ids
        self.assertFalse(rate.bracket_warning)
        rate.bracket_ids[1].lower = 3
        self.assertIn("between 1", rate.bracket_warning)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            rate.bracket_ids[1].lower = 1
        rate.bracket_ids[0].upper = 2
        self.assertFalse(rate.bracket_warning)

    def test_the_payslip_line_follows_the_kind(self):
        """PAY-15: chosen on the form, the kind says where it is added up."""
        rules = self.env["aftersales.pay.rule"].with_user(self.head_user)
        with Form(rules) as form:
            form.code, form.name = "NEW", "New Rule"
            for kind, code in (
                ("penalty", "AS_PENALTY"),
                ("reward", "AS_REWARD"),
                ("charge", False),
                ("allowance", "AS_ALLOWANCE"),
            ):
                form.kind = kind
                with self.subTest(kind):
                    self.assertEqual(form.payslip_code, code)
            form.kind = False
            self.assertFalse(form.payslip_code)
            form.kind = "allowance"
        rule = form.record
        self.assertEqual(rule.display_name, "New Rule")

    def test_the_step_of_each_method_is_named(self):
        """PAY-15: a scale names its slices, everything else the rule."""
        meal = self._rule("MEAL")
        (step,) = meal.compute(0.0, 7)[1]
        named = {"label": meal.name, "base": 7.0, "rate": 15.0, "amount": 105.0}
        self.assertEqual(step, named)
        (step,) = self._rule("AT_COST").compute(285.4)[1]
        self.assertEqual((step["rate"], step["amount"]), (285.4, 285.4))
        (step,) = self._rule("STORE_FINE").compute(120.0)[1]
        self.assertEqual((step["base"], step["rate"]), (1.0, 120.0))
