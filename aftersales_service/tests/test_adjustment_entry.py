from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    MissingError,
    NotEntitledError,
)
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
class TestAdjustmentEntry(PayCommon):
    """What heads enter by hand, what facts propose, and what both bring along."""

    def _rule(self, code):
        return self.env.ref(f"aftersales_service.pay_rule_{code.lower()}")

    def _enter(self, code="DISOBEY", **values):
        rule = self._rule(code) if isinstance(code, str) else code
        entries = self.env["aftersales.adjustment"].with_user(self.head_user)
        return entries.create(
            {
                "employee_id": self.technician.id,
                "rule_id": rule.id,
                "date": "2026-03-10",
                "reason": "Refused the second call",
                **values,
            }
        )

    def _facts(self, **values):
        return {
            "rule": "LATE",
            "employee": self.technician,
            "date": "2026-03-10",
            "event": self._fact(),
            **values,
        }

    # -- by hand

    def test_an_entry_without_an_order_has_no_document_behind_it(self):
        """PEN-19: nothing to open where a head typed it in without an order."""
        entry = self._enter()
        names = ["event_model", "event_id", "source_model", "source_id", "source_name"]
        self.assertEqual([entry[name] or False for name in names], [False] * 5)
        with self.assertRaisesRegex(UserError, "entered by hand"):
            entry.action_open_source()

    def test_an_entry_about_an_order_leads_to_it(self):
        """PEN-19: the order is the fact and the document, and opens from the entry."""
        order = self._fact()
        entry = self._enter(order_id=order.id)
        fact = entry.event_model, entry.event_id
        self.assertEqual(fact, ("aftersales.order", order.id))
        source = entry.source_model, entry.source_id, entry.source_name
        self.assertEqual(source, ("aftersales.order", order.id, order.display_name))
        action = entry.action_open_source()
        opened = action["res_model"], action["res_id"]
        self.assertEqual(opened, ("aftersales.order", order.id))

    def test_the_document_of_one_entry_at_a_time_and_of_who_may_read_it(self):
        """PEN-19: not of two, not of none, and not to HR, who reads no orders."""
        entries = self._propose("LATE") | self._propose("REPORT")
        for some in (entries, entries.browse()):
            with self.subTest(len(some)), self.assertRaises(ArgumentError):
                some.with_user(self.head_user).action_open_source()
        for user in (self.hr_user, self.dispatcher_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                entries[0].with_user(user).action_open_source()

    @freeze_time("2026-03-10 16:30:00")
    def test_an_entry_without_a_date_is_of_today(self):
        """PEN-19: the day on the clock of who enters it, for one unit."""
        entry = self._enter("SECONDMENT", date="2026-03-09")
        self.assertEqual((entry.quantity, entry.amount), (1.0, 100.0))
        entries = self.env["aftersales.adjustment"].with_user(self.head_user)
        entry = entries.create(
            {
                "employee_id": self.technician.id,
                "rule_id": self._rule("SECONDMENT").id,
                "reason": "Helped out",
            }
        )
        self.assertEqual(entry.date, fields.Date.to_date("2026-03-11"))
        self.assertEqual((entry.quantity, entry.amount), (1.0, 100.0))
        none = self._enter("SECONDMENT", quantity=0)
        self.assertEqual((none.quantity, none.amount), (0.0, 0.0))

    def test_an_entry_says_whom_it_is_about_and_by_which_rule(self):
        """PEN-19: asked for in words, and never the first that comes along."""
        for values in ({"employee_id": False}, {"rule_id": False}):
            with (
                self.subTest(values),
                self.assertRaisesRegex(MissingError, "Choose the employee"),
            ):
                self._enter(**values)

    def test_who_enters_nothing_is_told_who_does(self):
        """PEN-19: HR reads who enters adjustments, not which table it may not write."""
        entries = self.env["aftersales.adjustment"].with_user(self.hr_user)
        values = {"employee_id": self.technician.id, "reason": "Refused"}
        with self.assertRaisesRegex(AccessError, "Only a head of department enters"):
            entries.create({**values, "rule_id": self._rule("DISOBEY").id})

    def test_an_entry_at_cost_is_what_was_asked(self):
        """PAY-04: 35.50 for a taxi, on record with rate, step and reason."""
        rule = self._rule("AT_COST").copy({"code": "TAXI", "trigger": "manual"})
        entry = self._enter(rule, base_amount=35.5, reason="  Taxi at night ")
        self.assertEqual((entry.base_amount, entry.amount), (35.5, 35.5))
        self.assertEqual(entry.rate_id, rule.rate_ids)
        self.assertEqual([step["amount"] for step in entry.breakdown], [35.5])
        self.assertEqual((entry.reason, entry.facts), ("Taxi at night",) * 2)
        self.assertEqual(entry.company_id, self.company)
        self.assertEqual(self._enter(rule).amount, 0.0)

    def test_a_subcontractor_is_fined_and_gets_nothing(self):
        """PAY-16: neither allowances nor rewards by hand; a fine as for all."""
        taxi = self._rule("AT_COST").copy({"code": "TAXI", "trigger": "manual"})
        self.technician.version_id.employee_type = "contractor"
        for rule in (self._rule("PRAISE"), taxi):
            with (
                self.subTest(rule.code),
                self.assertRaisesRegex(NotEntitledError, "bears his costs himself"),
            ):
                self._enter(rule, base_amount=10.0)
        self.assertEqual(self._enter("DISOBEY").amount, 100.0)

    def test_an_order_is_counted_once_by_hand_too(self):
        """PEN-19: not twice in one call; again once the first was cancelled."""
        order = self._fact()
        rule = self._rule("DISOBEY")
        values = {
            "rule_id": rule.id,
            "date": "2026-03-10",
            "reason": "Refused",
            "order_id": order.id,
        }
        entries = self.env["aftersales.adjustment"].with_user(self.head_user)
        with self.assertRaisesRegex(FrozenFactError, "already counted"):
            entries.create([{**values, "employee_id": self.technician.id}] * 2)
        both = entries.create(
            [
                {**values, "employee_id": employee.id}
                for employee in self.technician | self.technician2
            ]
        )
        self.assertEqual(both.mapped("amount"), [100.0, 100.0])
        both[0].action_cancel("A mix-up of names")
        self.assertEqual(self._enter(order_id=order.id).state, "proposed")
        with self.assertRaisesRegex(FrozenFactError, "already counted"):
            self._enter(order_id=order.id)

    # -- by facts

    def test_a_proposal_stands_in_the_trail_and_names_its_fact(self):
        """PEN-19: with nothing but a fact, the fact itself is the evidence."""
        order = self._fact()
        entries = self.env["aftersales.adjustment"].with_user(self.dispatcher_user)
        entry = entries._propose([self._facts(event=order)]).sudo()
        self.assertEqual((entry.facts, entry.reason), (order.display_name, False))
        self.assertEqual((entry.quantity, entry.base_amount), (1.0, 0.0))
        source = entry.source_model, entry.source_id, entry.source_name
        self.assertEqual(source, (order._name, order.id, order.display_name))
        trail = self.env["aftersales.audit"].search(
            [("model", "=", entry._name), ("res_id", "=", entry.id)]
        )
        self.assertEqual(trail.mapped("event"), ["proposed"])
        self.assertEqual(trail.user_login, self.dispatcher_user.login)

    def test_what_was_approved_replaces_the_standard(self):
        """PAY-02: two nights of 100.00, approved at 255.555: 255.56 are paid."""
        entry = self.env["aftersales.adjustment"]._propose(
            [
                self._facts(
                    rule="LODGING", quantity=2, approved_amount=255.555, reason="Fair"
                )
            ]
        )
        self.assertEqual((entry.amount, entry.quantity), (255.56, 2.0))
        self.assertEqual(entry.reason, "Fair")
        (step,) = entry.breakdown
        self.assertEqual(
            (step["base"], step["rate"], step["amount"]), (255.56, 1.0, 255.56)
        )
        self.assertEqual(entry.base_amount, 0.0)
        steps = [{"label": "Two rooms", "base": 2.0, "rate": 150.0, "amount": 300.0}]
        rooms = self._propose(
            "LODGING", approved_amount=300.0, breakdown=steps, source=self.customer
        )
        self.assertEqual((rooms.breakdown, rooms.amount), (steps, 300.0))
        source = rooms.source_model, rooms.source_id, rooms.source_name
        self.assertEqual(
            source, ("res.partner", self.customer.id, self.customer.display_name)
        )
        self.assertEqual(rooms.event_model, "aftersales.order")
        nothing = self._propose("LODGING", quantity=2, approved_amount=0.0)
        self.assertEqual(nothing.amount, 0.0)
        plain = self._propose("LODGING", quantity=2)
        self.assertEqual(plain.amount, 200.0)

    def test_a_fact_of_no_company_counts_in_the_employees(self):
        """PEN-19: a customer of all companies; the employee's rules apply."""
        entries = self.env["aftersales.adjustment"].with_company(self.company2)
        entry = entries._propose([self._facts(event=self.customer)])
        self.assertEqual(entry.company_id, self.company)

    def test_the_limit_counts_in_the_currency_of_its_company(self):
        """PEN-19: 200.25 are above 200.00, also seen from where no cents are paid."""
        self.company2.currency_id = self.env.ref("base.JPY")
        entries = self.env["aftersales.adjustment"].with_company(self.company2)
        entry = entries._propose([self._facts(rule="LOSS", amount=701.0)])
        self.assertTrue(entry.is_above_limit)
        self.assertEqual((entry.amount, entry.residual_amount), (200.25, 200.25))
        at_limit = entries._propose([self._facts(rule="LODGING", quantity=2)])
        self.assertFalse(at_limit.is_above_limit)

    # -- who decides, and what it waits for

    def test_a_step_of_the_system_is_nobodys_own_decision(self):
        """PEN-19, ROLE-02: what runs by itself is asked for no role, a person is."""
        boss = self._create_employee("Boss", self.head_user)
        large = self._propose("LOSS", employee=boss, amount=701.0)
        fine = self._propose("LATE", employee=boss)
        system = (large | fine).with_user(self.head_user).sudo()
        with self.assertRaisesRegex(AccessError, "concerns yourself"):
            (large | fine).with_user(self.head_user).action_verify()
        system.action_verify()
        system.action_confirm()
        self.assertEqual(set(system.mapped("state")), {"confirmed"})
        fine.with_user(self.head_user).action_appeal("I was not there")
        system[1].action_decide_appeal(True, "He was not")
        self.assertEqual((fine.state, fine.appeal_state), ("cancel", "granted"))

    def test_what_is_closed_waits_for_nothing(self):
        """PEN-20: no reason stands beside what is paid or cancelled."""
        penalty, charge = self._confirmed("LATE"), self._enter("SECONDMENT")
        self.assertIn("The head has not verified", charge.blocked_reason)
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        charge.action_cancel("They stayed")
        self.company.aftersales_deduction_mode = "record_only"
        self.technician.version_id.struct_id = False
        both = (penalty | charge).with_user(self.hr_user)
        both.invalidate_recordset(["blocked_reason"])
        self.assertEqual(both.mapped("state"), ["settled", "cancel"])
        self.assertEqual([one.blocked_reason or "" for one in both], ["", ""])
        self.assertEqual(set(both.mapped("work_step")), {"done"})

    def test_the_amounts_of_one_person_have_one_sign(self):
        """PEN-20: owed, planned and paid; a charge is never owed to anybody."""
        penalty, meal = self._confirmed("LATE"), self._confirmed("MEAL", quantity=2)
        charge = self._enter("SECONDMENT")
        entries = penalty | meal | charge
        names = ["owed_amount", "signed_reserved_amount", "signed_settled_amount"]

        def figures():
            return [[entry[name] for name in names] for entry in entries]

        self.assertEqual(figures(), [[-50, 0, 0], [30, 0, 0], [0, 0, 0]])
        self.assertEqual(charge.residual_amount, 100.0)
        self.assertEqual(penalty.work_step, "payslip")
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(figures(), [[-50, -50, 0], [30, 30, 0], [0, 0, 0]])
        self.assertEqual((penalty.work_step, charge.work_step), ("reserved", "verify"))
        self.assertIn(slip.number or slip.name, penalty.blocked_reason)
        slip.action_payslip_done()
        self.assertEqual(figures(), [[0, 0, -50], [0, 0, 30], [0, 0, 0]])
        self.assertEqual(
            (penalty.work_step, penalty.blocked_reason or ""), ("done", "")
        )

    def test_own_and_other_peoples_entries_are_told_apart(self):
        """PEN-19: the filter of one's own, and its opposite."""
        own = self._propose("LATE", employee=self._create_employee("F", self.hr_user))
        other = self._propose("LATE")
        seen = (own | other).with_user(self.hr_user)
        self.assertEqual(seen.mapped("is_mine"), [True, False])
        for operator, value, found in (
            ("=", True, own),
            ("!=", True, other),
            ("=", False, other),
        ):
            with self.subTest(operator=operator, value=value):
                domain = [("id", "in", seen.ids), ("is_mine", operator, value)]
                self.assertEqual(seen.search(domain, order="id"), found)

    def test_what_people_decided_is_proposed_past_the_switches(self):
        """PEN-19: switched off, facts propose nothing; a decided case still does."""
        self.company.aftersales_pay_proposals = False
        entries = self.env["aftersales.adjustment"]
        self.assertFalse(entries._propose([self._facts()]))
        decided = entries._propose([self._facts(decided=True)])
        self.assertEqual(decided.amount, 50.0)
        self.company.aftersales_pay_proposals = True
        self._rule("LATE").stopped_company_ids = self.company
        self.assertFalse(entries._propose([self._facts()]))
        self.assertTrue(entries._propose([self._facts(decided=True)]))
        self.assertFalse(entries._propose([self._facts(decided=True, rule="NONE")]))
