from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import GuardedFieldError, TransitionError
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
class TestPayslipEdges(PayCommon):
    """The cent, the sign and the day on which a payslip turns (AMB-15, L1 to L3)."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._check_laws)

    def _check_laws(self):
        """Whatever a test did, no money was lost or paid twice."""
        found = self.env["aftersales.integrity"].run(["L1", "L2", "L3", "L5"])
        self.assertFalse([law for law in found if not law["ok"]])

    def _change_contract(self):
        """End the technician's contract within the month; another one follows."""
        self.contract.contract_date_end = "2026-03-15"
        self.technician.create_version(
            {
                "date_version": "2026-03-16",
                "contract_date_start": "2026-03-16",
                "contract_date_end": False,
                "wage": 5000.0,
                "struct_id": self.structure.id,
            }
        )

    def _computed(self, *args, **kwargs):
        slip = self._slip(*args, **kwargs)
        slip.compute_sheet()
        return slip

    def _paid(self, *args, **kwargs):
        slip = self._computed(*args, **kwargs)
        slip.action_payslip_done()
        return slip

    def _april(self, act="_computed", **values):
        return getattr(self, act)(month="2026-04", days=30, **values)

    # -- cap and floor

    def test_a_reversal_makes_room_under_the_cap(self):
        """AMB-15, PEN-20: 50.00 back and a cap of 42.00 let 92.00 of 100.00 through."""
        penalty = self._confirmed("LATE")
        self._paid()
        penalty.with_user(self.hr_user).action_reverse("Wrong person")
        fine = self._confirmed("DISOBEY", on="2026-04-02")
        self._confirmed("LODGING", on="2026-04-02")
        self.company.aftersales_deduction_cap = 1.0
        april = self._april()
        # 1 % of 4,200.00 + 100.00
        self.assertEqual(
            self._inputs(april), {"AS_PENALTY": 43.0, "AS_ALLOWANCE": 100.0}
        )
        self.assertEqual(fine.reserved_amount, 93.0)
        self.assertEqual(penalty.reversal_ids.reserved_amount, 50.0)
        april.action_payslip_done()
        self.assertEqual((fine.state, fine.residual_amount), ("confirmed", 7.0))

    def test_an_allowance_taken_back_makes_no_room_for_penalties(self):
        """AMB-15: only what penalties give back is free for other penalties."""
        night = self._confirmed("LODGING")
        self._paid()
        night.with_user(self.hr_user).action_reverse("He slept at home")
        self._confirmed("DISOBEY", on="2026-04-02")
        self.company.aftersales_deduction_cap = 1.0
        # 1 % of 4,200.00 - 100.00
        self.assertEqual(
            self._inputs(self._april()), {"AS_PENALTY": 41.0, "AS_ALLOWANCE": -100.0}
        )

    def test_a_limit_does_not_concern_who_has_no_penalty(self):
        """AMB-15: with a cap and a floor, a meal is paid as ever."""
        self.company.aftersales_deduction_cap = 1.0
        self.company.aftersales_deduction_floor = 4190.0
        self._confirmed("MEAL")
        self._confirmed("LATE", employee=self.technician2)
        slips = self._slip() | self._slip(self.technician2)
        slips.compute_sheet()
        self.assertEqual(self._inputs(slips[0]), {"AS_ALLOWANCE": 15.0})
        self.assertEqual(self._inputs(slips[1]), {"AS_PENALTY": 10.0})

    def test_the_floor_takes_not_even_a_cent_below(self):
        """AMB-15: nothing is left above the floor, so 0.90 stay for later."""
        self.company.aftersales_deduction_floor = 4200.0
        small = self._confirmed("LOSS", amount=3.0)
        slip = self._computed()
        self.assertEqual((small.amount, self._inputs(slip)), (0.9, {}))
        self.assertEqual(small.reserved_amount, 0.0)
        self.company.aftersales_deduction_floor = 4199.4
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 0.6})
        self.assertEqual(slip.aftersales_line_ids.rest_amount, -0.3)

    def test_what_the_cap_cut_away_is_not_counted(self):
        """AMB-15: two of three penalties stand on the slip, the third on none."""
        self.company.aftersales_deduction_cap = 1.0
        first = self._confirmed("REPORT", on="2026-03-01")
        second = self._confirmed("LATE", on="2026-03-02")
        third = self._confirmed("DISOBEY", on="2026-03-03")
        slip = self._computed()
        line = slip.sudo().input_line_ids.filtered("is_aftersales")
        self.assertEqual((line.amount, line.amount_qty), (42.0, 2))
        reserved = (first | second | third).mapped("reserved_amount")
        self.assertEqual(reserved, [20.0, 22.0, 0.0])
        self.assertFalse(third.settlement_ids)

    def test_a_structure_without_gross_and_net_counts_what_is_paid(self):
        """AMB-15: gross is all that is paid, net is what is left of it."""
        flat = self.structure.copy({"company_id": self.company.id, "code": "FLAT"})
        flat.rule_ids = flat.rule_ids.filtered(
            lambda rule: rule.code not in ("GROSS", "NET")
        )
        self._confirmed("LODGING")
        self._confirmed("LATE")
        self.company.aftersales_deduction_cap = 1.0
        slip = self._computed(struct_id=flat.id)
        both = {"AS_ALLOWANCE": 100.0}
        self.assertEqual(self._inputs(slip), {**both, "AS_PENALTY": 43.0})
        self.company.aftersales_deduction_cap = 0.0
        self.company.aftersales_deduction_floor = 4270.0
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {**both, "AS_PENALTY": 30.0})

    def test_two_contracts_have_one_cap(self):
        """AMB-15, PEN-20: gross is the sum of both halves of the month."""
        self.company.aftersales_deduction_cap = 1.0
        self._confirmed("DISOBEY")
        self._change_contract()
        slip = self._computed(contract_id=False)
        totals = self._totals(slip)
        cap = round(totals["GROSS"] / 100, 2)
        self.assertEqual(totals["GROSS"], totals["BASIC"])
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": cap})

    def test_the_warning_begins_above_its_share(self):
        """PEN-20: 840.00 are 20 % of 4,200.00: no warning; 860.00 are more."""
        self._confirmed("LOSS", amount=3575.0)
        slip = self._computed()
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 840.0})
        self.assertFalse(slip.aftersales_warning)
        self._confirmed("REPORT")
        slip.compute_sheet()
        self.assertIn("860.00", slip.aftersales_warning.replace("\ufeff", ""))
        self.company.aftersales_deduction_warning = 0
        slip.invalidate_recordset(["aftersales_warning"])
        self.assertFalse(slip.aftersales_warning)

    # -- the ledger

    def test_each_line_of_the_ledger_says_who_and_when_and_once(self):
        """PEN-20: reserved, posted, given back and taken again: one key each."""
        penalty = self._confirmed("LATE")
        with freeze_time("2026-04-01 03:00:00"):
            slip = self._computed()
        with freeze_time("2026-04-02 04:00:00"):
            slip.with_user(self.hr2_user).action_payslip_done()
        action = slip.refund_sheet()
        self.assertEqual(action["res_model"], "hr.payslip")
        self._computed()
        lines = penalty.settlement_ids.sorted("id")
        reserve, post, reverse, again = lines
        start = f"adj:{penalty.id}"
        self.assertEqual(
            lines.mapped("key"),
            [
                f"{start}:reserve:1",
                f"{start}:close:1",
                f"settlement:{post.id}:reverse",
                f"{start}:reserve:2",
            ],
        )
        self.assertEqual(reserve.create_date, datetime(2026, 4, 1, 3))
        self.assertEqual(post.create_date, datetime(2026, 4, 2, 4))
        self.assertEqual(
            (reserve.create_uid, post.create_uid), (self.hr_user, self.hr2_user)
        )
        self.assertEqual((lines.payslip_id[0], post.payslip_ref), (slip, slip.id))
        self.assertEqual((post.closes_id, reverse.closes_id), (reserve, post))
        self.assertEqual(reverse.refund_id, slip.refunded_id)
        self.assertEqual(
            set(lines.mapped("payslip_ref")), {slip.id, again.payslip_id.id}
        )
        self.assertEqual(
            (lines.company_id, lines.employee_id), (self.company, self.technician)
        )
        self.assertEqual(again.input_id.payslip_id, again.payslip_id)
        self.assertEqual(again.display_name, f"{penalty.name} Reserved")

    def test_a_payslip_and_its_lines_are_up_to_date_at_once(self):
        """PEN-20: what was looked at before the act shows the act afterwards."""
        penalty = self._confirmed("LATE")
        slip = self._slip()
        self.assertFalse(slip.aftersales_line_ids or slip.aftersales_settlement_ids)
        slip.compute_sheet()
        reserve = slip.aftersales_line_ids
        self.assertEqual((reserve.kind, slip.aftersales_line_count), ("reserve", 1))
        self.assertEqual(slip.aftersales_settlement_ids, reserve)
        self.assertFalse(reserve.closed_by_ids)
        slip.action_payslip_done()
        post = reserve.closed_by_ids
        self.assertEqual((post.kind, slip.aftersales_line_ids), ("post", post))
        self.assertEqual(slip.aftersales_settlement_ids, reserve | post)
        action = slip.action_open_aftersales()
        self.assertTrue(action.pop("name"))
        self.assertEqual(
            action,
            {
                "type": "ir.actions.act_window",
                "res_model": penalty._name,
                "view_mode": "list,form",
                "domain": [("id", "in", penalty.ids)],
            },
        )
        with self.assertRaises(AccessError):
            slip.with_user(self.technician_user).action_open_aftersales()

    def test_a_refund_is_undone_while_its_money_is_free_to_the_cent(self):
        """PEN-20: 42.00 were given back; 8.50 elsewhere are too much, 8.00 are not."""
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("payroll.allow_cancel_payslips", "True")
        self.company.aftersales_deduction_cap = 1.0
        penalty = self._confirmed("LATE")
        march = self._paid()
        march.refund_sheet()
        self.company.aftersales_deduction_cap = 0.0
        self.company.aftersales_deduction_floor = 4191.5
        april = self._april()
        self.assertEqual(self._inputs(april), {"AS_PENALTY": 8.5})
        with (
            self.assertRaisesRegex(TransitionError, "stands on another payslip"),
            self.env.cr.savepoint(),
        ):
            march.refunded_id.action_payslip_cancel()
        self.company.aftersales_deduction_floor = 4192.0
        april.compute_sheet()
        march.refunded_id.action_payslip_cancel()
        figures = (
            penalty.settled_amount,
            penalty.reserved_amount,
            penalty.residual_amount,
        )
        self.assertEqual(figures, (42.0, 8.0, 8.0))
        keys = penalty.settlement_ids.sorted("id")[-2:].mapped("key")
        names = [key.removeprefix(f"adj:{penalty.id}:") for key in keys]
        self.assertEqual(names, ["reserve:5", "close:5"])
        april.action_payslip_done()
        self.assertEqual((penalty.state, penalty.settled_amount), ("settled", 50.0))

    def test_a_cancelled_penalty_is_not_posted_by_undoing_a_refund(self):
        """PEN-20: given back and cancelled since: March does not take it again."""
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("payroll.allow_cancel_payslips", "True")
        penalty = self._confirmed("LATE")
        march = self._paid()
        march.refund_sheet()
        penalty.with_user(self.hr_user).action_cancel("Wrong person")
        with self.assertRaises(TransitionError), self.env.cr.savepoint():
            march.refunded_id.action_payslip_cancel()
        self.assertEqual((penalty.state, penalty.settled_amount), ("cancel", 0.0))

    # -- the slip

    def test_changed_dates_count_before_they_are_stored(self):
        """PEN-20: a slip shortened to the 15th leaves the fact of the 20th alone."""
        late = self._confirmed("LATE", on="2026-03-20")
        meal = self._confirmed("MEAL", on="2026-03-15")
        slip = self._computed()
        both = {"AS_PENALTY": 50.0, "AS_ALLOWANCE": 15.0}
        self.assertEqual(self._inputs(slip), both)
        slip.date_to = "2026-03-15"
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_ALLOWANCE": 15.0})
        self.assertEqual(slip.aftersales_line_ids.adjustment_id, meal)
        early = self._confirmed("LATE", on="2026-03-14")
        slip.date_to = "2026-03-31"
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {**both, "AS_PENALTY": 100.0})
        slip.date_to = "2026-03-19"
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), both)
        self.assertEqual(slip.aftersales_line_ids.adjustment_id, meal | early)
        self.assertEqual(late.reserved_amount, 0.0)

    def test_another_fact_of_the_same_amount_is_another_fact(self):
        """PEN-20: 50.00 of the 20th give way to 50.00 of the 10th, line by line."""
        late = self._confirmed("LATE", on="2026-03-20")
        slip = self._computed()
        early = self._confirmed("LATE", on="2026-03-10")
        slip.date_to = "2026-03-15"
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 50.0})
        self.assertEqual((early.reserved_amount, late.reserved_amount), (50.0, 0.0))

    def test_an_input_that_got_lost_comes_back(self):
        """PEN-20: what another door deleted is made again by computing."""
        self._confirmed("LATE")
        self._confirmed("MEAL")
        slip = self._computed()
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM hr_payslip_input WHERE payslip_id = %s AND code = %s",
            [slip.id, "AS_PENALTY"],
        )
        self.env.invalidate_all()
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 50.0, "AS_ALLOWANCE": 15.0})
        self.assertEqual(self._totals(slip)["NET"], 4165.0)

    def test_a_line_that_is_off_by_little_is_off(self):
        """PEN-20: half a yuan or a cent, more or less: compute it again first."""
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("payroll.prevent_compute_on_confirm", "True")
        self._confirmed("LATE")
        slip = self._computed()
        line = slip.line_ids.filtered(lambda line: line.code == "AS_PENALTY")
        for amount in (-49.5, -50.01, -49.99):
            line.amount = amount
            with (
                self.subTest(amount),
                self.assertRaisesRegex(TransitionError, "do not match"),
                self.env.cr.savepoint(),
            ):
                slip.action_payslip_done()
        line.amount = -50.0
        self.assertTrue(slip.action_payslip_done())
        self.assertEqual(slip.state, "done")
        self.assertTrue(slip.action_payslip_done())

    def test_what_may_not_be_paid_is_not_posted_by_any_door(self):
        """PEN-20, L2: under appeal, or of another company: refused when confirmed."""
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("payroll.prevent_compute_on_confirm", "True")
        penalty = self._confirmed("LATE")
        slip = self._computed()
        penalty._unguarded().write({"appeal_state": "open"})
        with self.assertRaisesRegex(TransitionError, "do not match"):
            slip.action_payslip_done()
        penalty._unguarded().write({"appeal_state": "upheld"})
        slip.sudo().company_id = self.company2
        both = [self.company.id, self.company2.id]
        with self.assertRaisesRegex(TransitionError, "do not match"):
            slip.sudo().with_context(allowed_company_ids=both).action_payslip_done()
        slip.sudo().company_id = self.company
        slip.action_payslip_done()
        self.assertEqual(penalty.state, "settled")

    def test_confirmed_without_computing_takes_what_was_computed(self):
        """PEN-20: a sheet confirmed as it is takes nothing that came later."""
        self._confirmed("LATE")
        slip = self._computed()
        later = self._confirmed("REPORT")
        as_it_is = slip.with_context(without_compute_sheet=True)
        self.assertTrue(as_it_is.action_payslip_done())
        self.assertEqual((slip.state, later.state), ("done", "confirmed"))
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 50.0})

    def test_a_paid_slip_written_back_by_another_door_owes_again(self):
        """PEN-20, L2: whatever sets a confirmed slip back takes its posts back."""
        penalty = self._confirmed("LATE")
        slip = self._paid()
        self.assertTrue(slip.write({"state": "verify"}))
        self.assertEqual((penalty.state, penalty.settled_amount), ("confirmed", 0.0))
        self.assertFalse(self._inputs(slip))
        self.assertFalse(slip.sudo().aftersales_period_key)
        slip.compute_sheet()
        slip.action_payslip_done()
        self.assertEqual((penalty.state, penalty.settled_amount), ("settled", 50.0))

    def test_another_structure_chosen_on_the_form_gives_back_first(self):
        """PEN-20: what the form refetches is reserved anew by computing."""
        penalty = self._confirmed("LATE")
        slip = self._computed()
        slip.onchange_struct_id()
        self.assertEqual(penalty.reserved_amount, 0.0)
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 50.0})

    def test_a_slip_of_one_of_two_contracts_pays_by_that_one(self):
        """PEN-20: the contract on the slip counts, not the last one of the month."""
        self._confirmed("LATE")
        self._change_contract()
        slip = self._computed(contract_id=self.contract.id)
        self.assertEqual(slip.sudo().input_line_ids.contract_id, self.contract)
        self.assertEqual(self._totals(slip)["AS_PENALTY"], -50.0)

    def test_the_structure_of_the_contract_counts_where_the_slip_has_none(self):
        """PEN-20: a slip without a structure pays by its contract's, and once."""
        self._confirmed("LATE")
        slip = self._computed(struct_id=False)
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 50.0})
        self.assertTrue(slip.sudo().aftersales_period_key)
        second = self._slip(struct_id=False)
        with self.assertRaisesRegex(TransitionError, "more than one payslip"):
            second.compute_sheet()

    def test_an_input_names_what_it_is(self):
        """PEN-20: one input for each kind of money, tied to the contract."""
        self._confirmed("LATE")
        self._confirmed("MEAL", quantity=2)
        self._confirmed("PRAISE")
        slip = self._computed()
        lines = slip.sudo().input_line_ids.filtered("is_aftersales")
        named = {line.code: (line.name, line.amount, line.amount_qty) for line in lines}
        self.assertEqual(
            named,
            {
                "AS_PENALTY": ("After-sales penalties", 50.0, 1),
                "AS_ALLOWANCE": ("After-sales allowances", 30.0, 1),
                "AS_REWARD": ("After-sales rewards", 10.0, 1),
            },
        )
        self.assertEqual(lines.contract_id, self.contract)

    def test_no_other_input_becomes_one_of_ours(self):
        """PEN-20: a bonus typed in is neither marked nor renamed into a penalty."""
        slip = self._slip()
        values = {"name": "Bonus", "code": "BONUS", "amount": 7.0}
        bonus = slip.input_line_ids.create(
            {**values, "payslip_id": slip.id, "contract_id": self.contract.id}
        )
        for change in ({"is_aftersales": True}, {"code": "AS_PENALTY"}):
            with self.subTest(change), self.assertRaises(GuardedFieldError):
                bonus.write(change)
        self.assertTrue(bonus.write({"code": "EXTRA", "amount": 8.0}))
        self.assertEqual((bonus.code, bonus.amount), ("EXTRA", 8.0))
        bonus.unlink()
        self.assertFalse(slip.input_line_ids)

    def test_a_copy_keeps_the_inputs_of_others(self):
        """PEN-20: a bonus typed in is copied, what stands for adjustments is not."""
        self._confirmed("LATE")
        slip = self._computed()
        values = {"name": "Bonus", "code": "BONUS", "amount": 7.0}
        slip.input_line_ids.create(
            {**values, "payslip_id": slip.id, "contract_id": self.contract.id}
        )
        copy = slip.copy()
        self.assertEqual(copy.input_line_ids.mapped("code"), ["BONUS"])
        self.assertFalse(copy.aftersales_period_key)

    def test_the_statement_says_what_each_amount_stands_for(self):
        """PEN-20, PEN-21: number, rule, clause, fact, amount and what is carried."""
        self.company.aftersales_deduction_cap = 20.0
        loss = self._confirmed("LOSS", amount=7300.0)
        meal = self._confirmed("MEAL", quantity=2)
        statement = self._computed()._get_statement()
        earned, deducted = statement["sections"]
        (line,) = deducted["lines"]
        texts = {
            name: value.replace("\ufeff", "").replace("\xa0", " ")
            for name, value in line.items()
            if isinstance(value, str)
        }
        self.assertEqual((texts["number"], line["date"]), (loss.name, loss.date))
        self.assertEqual(texts["rule"], loss.rule_id.name)
        self.assertEqual(
            texts["clause"],
            f"{loss.rule_id.document_name} {loss.rule_id.document_clause}",
        )
        self.assertEqual(texts["source"], loss.source_name)
        self.assertEqual(texts["facts"], "Seen on the order.")
        self.assertIn("30 % of 500.00", texts["breakdown"])
        self.assertIn("-846.00", texts["amount"])
        self.assertIn("-624.00", texts["rest"])
        self.assertEqual(earned["lines"][0]["number"], meal.name)
        self.assertFalse(earned["lines"][0]["rest"])
        self.assertIn("30.00", earned["total"])
        self.assertIn("-846.00", deducted["total"].replace("\ufeff", ""))
