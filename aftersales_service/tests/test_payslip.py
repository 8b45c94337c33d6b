from datetime import date, datetime

from psycopg2.errors import RestrictViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import GuardedFieldError, TransitionError
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
class TestPayslip(PayCommon):
    """Payslips take confirmed adjustments exactly once (PEN-20, laws L1-L3)."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._check_laws)

    def _check_laws(self):
        """Whatever a test did, no money was lost or paid twice."""
        found = self.env["aftersales.integrity"].run(["L1", "L2", "L3", "L5"])
        self.assertFalse([law for law in found if not law["ok"]])

    def _ledger(self, adjustment):
        return adjustment.settlement_ids.sorted("id").mapped("kind")

    def test_story_penalty_meals_and_night(self):
        """Design 5: one late penalty, two meals, one night on the payslip."""
        self._confirmed("LATE")
        self._confirmed("MEAL", quantity=2)
        self._confirmed("LODGING")
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(
            self._inputs(slip), {"AS_ALLOWANCE": 130.0, "AS_PENALTY": 50.0}
        )
        self.assertEqual(
            self._totals(slip),
            {
                "BASIC": 4200.0,
                "AS_ALLOWANCE": 130.0,
                "AS_REWARD": 0.0,
                "GROSS": 4330.0,
                "AS_PENALTY": -50.0,
                "NET": 4280.0,
            },
        )
        self.assertEqual(len(slip.aftersales_line_ids), 3)
        self.assertEqual(set(slip.aftersales_line_ids.mapped("rest_amount")), {0.0})

    def test_pen_20_computing_twice_changes_nothing(self):
        penalties = self._confirmed("LATE") | self._confirmed("REPORT")
        penalties |= self._confirmed("LOSS", amount=7300.0)
        slip = self._slip()
        slip.compute_sheet()
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 1540.0})
        self.assertEqual(self._totals(slip)["AS_PENALTY"], -1540.0)
        self.assertEqual(self._ledger(penalties[0]), ["reserve"])
        slip.action_payslip_done()
        self.assertEqual(slip.state, "done")
        self.assertEqual(set(penalties.mapped("state")), {"settled"})
        self.assertEqual(sum(penalties.mapped("settled_amount")), 1540.0)
        self.assertEqual(set(penalties.mapped("residual_amount")), {0.0})

    def test_form_and_batch_give_the_same_inputs(self):
        for employee in (self.technician, self.technician2):
            self._confirmed("LATE", employee=employee)
            self._confirmed("MEAL", employee=employee, quantity=3)
        payslips = self.env["hr.payslip"].with_user(self.hr_user)
        form = Form(
            payslips.with_context(
                default_date_from="2026-03-01", default_date_to="2026-03-31"
            )
        )
        form.employee_id = self.technician
        by_form = form.save()
        by_form.compute_sheet()
        run = (
            self.env["hr.payslip.run"]
            .with_user(self.hr_user)
            .create(
                {"name": "March", "date_start": "2026-03-01", "date_end": "2026-03-31"}
            )
        )
        self.env["hr.payslip.employees"].with_user(self.hr_user).with_context(
            active_id=run.id
        ).create({"employee_ids": self.technician2.ids}).compute_sheet()
        self.assertEqual(
            self._inputs(by_form), {"AS_PENALTY": 50.0, "AS_ALLOWANCE": 45.0}
        )
        self.assertEqual(self._inputs(run.slip_ids), self._inputs(by_form))
        self.assertEqual(self._totals(run.slip_ids), self._totals(by_form))

    def test_confirm_posts_what_was_reserved_and_never_searches_again(self):
        self.env["ir.config_parameter"].set_param(
            "payroll.prevent_compute_on_confirm", "True"
        )
        first = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        late = self._confirmed("REPORT")
        slip.action_payslip_done()
        self.assertEqual(first.state, "settled")
        self.assertEqual(late.state, "confirmed")
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 50.0})

    def test_confirm_recomputes_where_the_payroll_does(self):
        self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        self._confirmed("REPORT")
        slip.action_payslip_done()
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 70.0})
        self.assertEqual(self._totals(slip)["AS_PENALTY"], -70.0)

    def test_confirming_many_at_once_and_twice_is_harmless(self):
        self._confirmed("LATE")
        slips = self._slip() | self._slip(self.technician2)
        slips.compute_sheet()
        slips.action_payslip_done()
        slips.action_payslip_done()
        self.assertEqual(set(slips.mapped("state")), {"done"})

    def test_amb_07_a_late_fact_goes_on_the_next_payslip(self):
        march = self._slip()
        march.compute_sheet()
        march.action_payslip_done()
        late = self._confirmed("LATE", on="2026-03-20")
        april = self._slip(month="2026-04", days=30)
        april.compute_sheet()
        self.assertEqual(self._inputs(april), {"AS_PENALTY": 50.0})
        april.action_payslip_done()
        self.assertEqual(late.state, "settled")

    def test_facts_after_the_period_stay_off(self):
        self._confirmed("LATE", on="2026-04-01")
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {})

    def test_what_is_not_confirmed_stays_off(self):
        self._propose("LATE")
        self._verified("REPORT")
        cancelled = self._confirmed("DISOBEY")
        cancelled.with_user(self.hr_user).action_cancel("Entered by mistake")
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {})

    def test_two_slips_of_one_employee_share_nothing(self):
        adjustment = self._confirmed("LATE")
        other = self.structure.copy({"name": "Second", "code": "SECOND"})
        slips = self._slip() | self._slip(struct_id=other.id)
        slips.compute_sheet()
        self.assertEqual(self._inputs(slips[0]), {"AS_PENALTY": 50.0})
        self.assertEqual(self._inputs(slips[1]), {})
        slips[1].compute_sheet()
        self.assertEqual(self._inputs(slips[1]), {})
        slips.action_payslip_done()
        self.assertEqual(adjustment.settled_amount, 50.0)

    def test_draft_cancel_and_delete_release(self):
        adjustment = self._confirmed("LATE")
        for leave in ("action_payslip_draft", "action_payslip_cancel", "unlink"):
            slip = self._slip()
            slip.compute_sheet()
            self.assertEqual(adjustment.reserved_amount, 50.0)
            if leave == "unlink":
                slip.action_payslip_cancel()
                slip.action_payslip_draft()
                slip.compute_sheet()
                slip.action_payslip_cancel()
            getattr(slip, leave)()
            with self.subTest(leave):
                self.assertEqual(adjustment.reserved_amount, 0.0)
                self.assertEqual(self._ledger(adjustment)[-1], "release")
                if leave != "unlink":
                    self.assertEqual(self._inputs(slip), {})
        self.assertIn(slip.id, adjustment.settlement_ids.mapped("payslip_ref"))
        self.assertFalse(
            adjustment.settlement_ids.payslip_id.filtered(lambda s: s == slip)
        )

    def test_cancelling_a_done_slip_reverses(self):
        adjustment = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        with self.assertRaises(UserError):
            slip.action_payslip_cancel()
        self.assertEqual(adjustment.state, "settled")
        self.env["ir.config_parameter"].set_param(
            "payroll.allow_cancel_payslips", "True"
        )
        slip.invalidate_recordset()
        slip.action_payslip_cancel()
        self.assertEqual(adjustment.state, "confirmed")
        self.assertEqual(adjustment.settled_amount, 0.0)
        with self.assertRaises(TransitionError):
            slip.compute_sheet()
        slip.action_payslip_draft()
        slip.compute_sheet()
        slip.action_payslip_done()
        self.assertEqual(adjustment.state, "settled")
        self.assertEqual(adjustment.settled_amount, 50.0)

    def test_done_slips_are_not_computed_again(self):
        self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        with self.assertRaises(TransitionError):
            slip.compute_sheet()
        self.assertEqual(slip.state, "done")

    def test_refund_once_and_what_it_gives_back(self):
        adjustment = self._confirmed("LATE")
        slip = self._slip()
        with self.assertRaises(TransitionError):
            slip.refund_sheet()
        slip.compute_sheet()
        slip.action_payslip_done()
        slip.refund_sheet()
        refund = slip.refunded_id
        self.assertEqual((refund.state, slip.state), ("done", "done"))
        self.assertFalse(refund.input_line_ids)
        self.assertFalse(refund.aftersales_settlement_ids)
        self.assertEqual(self._totals(refund)["AS_PENALTY"], -50.0)
        self.assertEqual(adjustment.state, "confirmed")
        with self.assertRaises(TransitionError):
            slip.refund_sheet()
        with self.assertRaises(TransitionError):
            refund.refund_sheet()
        again = self._slip()
        again.compute_sheet()
        self.assertEqual(self._inputs(again), {"AS_PENALTY": 50.0})

    def test_cancelling_a_refund_posts_again_or_is_refused(self):
        self.env["ir.config_parameter"].set_param(
            "payroll.allow_cancel_payslips", "True"
        )
        adjustment = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        slip.refund_sheet()
        other = self._slip()
        other.compute_sheet()
        with self.assertRaises(TransitionError), self.env.cr.savepoint():
            slip.refunded_id.action_payslip_cancel()
        other.action_payslip_cancel()
        slip.refunded_id.action_payslip_cancel()
        self.assertEqual(adjustment.state, "settled")
        self.assertEqual(adjustment.settled_amount, 50.0)
        slip.refund_sheet()
        self.assertEqual(adjustment.settled_amount, 0.0)
        slip.refunded_id.action_payslip_cancel()
        slip.action_payslip_cancel()
        self.assertEqual(adjustment.state, "confirmed")

    def test_copies_carry_nothing_and_cannot_pay(self):
        self.env["ir.config_parameter"].set_param(
            "payroll.prevent_compute_on_confirm", "True"
        )
        self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        copy = slip.copy()
        self.assertFalse(copy.input_line_ids)
        self.assertFalse(copy.aftersales_settlement_ids)
        with self.assertRaises(TransitionError):
            copy.action_payslip_done()
        copy.write({"credit_note": True})
        with self.assertRaises(TransitionError):
            copy.action_payslip_done()

    def test_changed_lines_cannot_be_confirmed(self):
        self.env["ir.config_parameter"].set_param(
            "payroll.prevent_compute_on_confirm", "True"
        )
        self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        line = slip.line_ids.filtered(lambda line: line.code == "AS_PENALTY")
        line.amount = -5.0
        with self.assertRaises(TransitionError):
            slip.action_payslip_done()

    def test_l3_inputs_of_ours_cannot_be_touched(self):
        self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        line = slip.input_line_ids
        values = {"name": "x", "payslip_id": slip.id, "contract_id": self.contract.id}
        attempts = [
            lambda: line.write({"amount": 1.0}),
            lambda: line.unlink(),
            lambda: slip.write({"input_line_ids": [(5, 0, 0)]}),
            lambda: slip.write({"input_line_ids": [(1, line.id, {"amount": 0})]}),
            lambda: line.create({**values, "code": "AS_PENALTY"}),
            lambda: line.create({**values, "code": "X", "is_aftersales": True}),
        ]
        for index, attempt in enumerate(attempts):
            with (
                self.subTest(index),
                self.assertRaises(GuardedFieldError),
                self.env.cr.savepoint(),
            ):
                attempt()
        other = line.create({**values, "code": "BONUS"})
        other.write({"amount": 7.0})
        slip.compute_sheet()
        self.assertIn(other, slip.input_line_ids)

    def test_refetching_gives_back_first(self):
        adjustment = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.onchange_employee()
        self.assertEqual(adjustment.reserved_amount, 0.0)
        self.assertFalse(slip.input_line_ids)
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 50.0})

    def test_two_contracts_in_a_month_pay_once(self):
        self._confirmed("LATE")
        self._confirmed("MEAL", quantity=2)
        self.contract.contract_date_end = "2026-03-15"
        later = self.technician.create_version(
            {
                "date_version": "2026-03-16",
                "contract_date_start": "2026-03-16",
                "contract_date_end": False,
                "wage": 5000.0,
                "struct_id": self.structure.id,
            }
        )
        slip = self._slip(contract_id=False)
        self.assertEqual(len(slip._get_employee_contracts()), 2)
        slip.compute_sheet()
        self.assertEqual(slip.input_line_ids.contract_id, later)
        totals = self._totals(slip)
        self.assertEqual(totals["AS_PENALTY"], -50.0)
        self.assertEqual(totals["AS_ALLOWANCE"], 30.0)
        self.assertEqual(totals["GROSS"], totals["BASIC"] + 30.0)
        self.assertEqual(totals["NET"], totals["GROSS"] - 50.0)
        slip.action_payslip_done()

    def test_structure_without_our_rules_takes_nothing_until_they_are_added(self):
        adjustment = self._confirmed("LATE")
        basic = self.env.ref("aftersales_service.salary_rule_basic")
        bare = self.structure.copy({"company_id": self.company.id, "code": "BARE"})
        bare.rule_ids = basic
        slip = self._slip(struct_id=bare.id)
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {})
        self.assertEqual(adjustment.reserved_amount, 0.0)
        bare.with_user(self.hr_user).action_add_aftersales_rules()
        bare.with_user(self.hr_user).action_add_aftersales_rules()
        self.assertEqual(len(bare.rule_ids), 4)
        slip.compute_sheet()
        self.assertEqual(self._totals(slip)["AS_PENALTY"], -50.0)

    def test_a_contract_outside_the_period_takes_nothing(self):
        adjustment = self._confirmed("LATE")
        self.contract.contract_date_end = "2026-02-15"
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {})
        self.assertEqual(adjustment.reserved_amount, 0.0)
        slip.action_payslip_done()

    def test_companies_are_kept_apart(self):
        adjustment = self._confirmed("LATE")
        slip = self._slip()
        slip.sudo().company_id = self.company2
        slip.sudo().with_context(
            allowed_company_ids=[self.company.id, self.company2.id]
        ).compute_sheet()
        self.assertFalse(adjustment.settlement_ids)

    def test_record_only_never_deducts(self):
        self.company.aftersales_deduction_mode = "record_only"
        penalty, meal = self._confirmed("LATE"), self._confirmed("MEAL")
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_ALLOWANCE": 15.0})
        self.assertIn("only records", penalty.blocked_reason)
        slip.action_payslip_done()
        self.assertEqual((penalty.state, meal.state), ("confirmed", "settled"))

    def test_amb_15_cap_carries_the_rest_over(self):
        self.company.aftersales_deduction_cap = 20.0
        loss = self._confirmed("LOSS", amount=7300.0)
        march = self._slip()
        march.compute_sheet()
        self.assertEqual(self._inputs(march), {"AS_PENALTY": 840.0})
        self.assertEqual(march.aftersales_line_ids.rest_amount, 630.0)
        self.assertEqual(self._totals(march)["NET"], 3360.0)
        march.action_payslip_done()
        self.assertEqual(
            (loss.state, loss.settled_amount, loss.residual_amount),
            ("confirmed", 840.0, 630.0),
        )
        april = self._slip(month="2026-04", days=30)
        april.compute_sheet()
        self.assertEqual(self._inputs(april), {"AS_PENALTY": 630.0})
        april.action_payslip_done()
        self.assertEqual((loss.state, loss.residual_amount), ("settled", 0.0))

    def test_cap_counts_allowances_as_gross_and_takes_the_oldest_first(self):
        self.company.aftersales_deduction_cap = 1.0
        self._confirmed("LODGING")
        newer = self._confirmed("LATE", on="2026-03-11")
        older = self._confirmed("REPORT", on="2026-03-01")
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(
            self._inputs(slip), {"AS_PENALTY": 43.0, "AS_ALLOWANCE": 100.0}
        )
        self.assertEqual((older.reserved_amount, newer.reserved_amount), (20.0, 23.0))
        slip.action_payslip_done()
        self.assertEqual((older.state, newer.state), ("settled", "confirmed"))

    def test_floor_leaves_what_the_company_says(self):
        self.company.aftersales_deduction_floor = 4180.0
        self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(self._totals(slip)["NET"], 4180.0)
        self.company.aftersales_deduction_floor = 4200.0
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {})
        slip.action_payslip_done()

    def test_warning_above_the_share_of_gross(self):
        self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        self.assertFalse(slip.aftersales_warning)
        self._confirmed("LOSS", amount=7300.0)
        slip.compute_sheet()
        self.assertIn("20 %", slip.aftersales_warning)

    def test_reversals_net_within_their_code(self):
        penalty = self._confirmed("LATE")
        march = self._slip()
        march.compute_sheet()
        march.action_payslip_done()
        reversal = penalty.with_user(self.hr_user).action_reverse("Wrong person")
        self.assertEqual((reversal.state, reversal.signed_amount), ("confirmed", 50.0))
        self._confirmed("DISOBEY", on="2026-04-02")
        april = self._slip(month="2026-04", days=30)
        april.compute_sheet()
        self.assertEqual(self._inputs(april), {"AS_PENALTY": 50.0})
        april.action_payslip_done()
        self.assertEqual(reversal.state, "settled")

    def test_a_lone_reversal_pays_the_money_back(self):
        self.company.aftersales_deduction_cap = 20.0
        penalty = self._confirmed("LATE")
        march = self._slip()
        march.compute_sheet()
        march.action_payslip_done()
        penalty.with_user(self.hr_user).action_reverse("Wrong person")
        april = self._slip(month="2026-04", days=30)
        april.compute_sheet()
        self.assertEqual(self._totals(april)["NET"], 4250.0)
        april.action_payslip_done()

    def test_appeal_window_keeps_a_penalty_off(self):
        self.company.aftersales_appeal_days = 5
        with freeze_time("2026-03-12 02:00:00"):
            penalty, meal = self._confirmed("LATE"), self._confirmed("MEAL")
            self.assertEqual(penalty.appeal_until, datetime(2026, 3, 17, 2))
            slip = self._slip()
            slip.compute_sheet()
            self.assertEqual(self._inputs(slip), {"AS_ALLOWANCE": 15.0})
            self.assertIn("2026-03-17", penalty.blocked_reason)
            meal.invalidate_recordset()
            self.assertIn(slip.number or slip.name, meal.blocked_reason)
        with freeze_time("2026-03-17 02:00:01"):
            slip.compute_sheet()
            self.assertEqual(self._inputs(slip)["AS_PENALTY"], 50.0)

    def test_settlements_are_append_only(self):
        adjustment = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        line = adjustment.settlement_ids.sudo()
        for attempt in (
            "UPDATE aftersales_settlement SET amount = 1 WHERE id = %s",
            "UPDATE aftersales_settlement SET payslip_id = -1 WHERE id = %s",
            "UPDATE aftersales_settlement SET input_id = NULL, key = 'x' WHERE id = %s",
            "DELETE FROM aftersales_settlement WHERE id = %s",
        ):
            with (
                self.subTest(attempt),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(RestrictViolation, "on record"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(attempt, [line.id])
        with self.assertRaises(UserError):
            line.write({"amount": 1.0})
        with self.assertRaises(UserError):
            line.unlink()

    def test_employee_changed_after_computing_is_noticed(self):
        self.env["ir.config_parameter"].set_param(
            "payroll.prevent_compute_on_confirm", "True"
        )
        self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.employee_id = self.technician2
        with self.assertRaises(TransitionError):
            slip.action_payslip_done()

    def test_technicians_do_not_compute(self):
        slip = self._slip()
        for method in (
            "compute_sheet",
            "action_payslip_done",
            "refund_sheet",
            "unlink",
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(slip.with_user(self.technician_user), method)()

    def test_dates_of_a_slip_are_still_checked(self):
        with self.assertRaises(ValidationError):
            self._slip(date_to="2026-02-01")

    def test_our_part_costs_the_same_for_one_and_for_many(self):
        def prepare(count, run):
            employees = self.env["hr.employee"].browse()
            for index in range(count):
                employees |= self._create_employee(f"Tech {run}-{index}")
            employees.version_id.struct_id = self.structure
            proposals = [
                {
                    "rule": rule,
                    "employee": employee,
                    "date": date(2026, 3, 10),
                    "event": self._fact(),
                    "facts": "x",
                }
                for employee in employees
                for rule in ("LATE", "MEAL")
            ]
            adjustments = self.env["aftersales.adjustment"]._propose(proposals)
            adjustments.with_user(self.head_user).action_verify()
            adjustments.with_user(self.hr_user).action_confirm()
            slips = self.env["hr.payslip"].browse()
            for employee in employees:
                slips |= self._slip(employee)
            slips.with_user(self.hr_user)._aftersales_reserve()  # warm
            self.env.flush_all()
            self.env.invalidate_all()
            return slips.with_user(self.hr_user)

        counts = []
        for size in (1, 1, 20):  # the first one fills the caches
            slips = prepare(size, len(counts))
            before = self.env.cr.sql_log_count
            slips._aftersales_reserve()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(slips.input_line_ids), 2 * size)
        self.assertEqual(counts[1], counts[2])
        self.assertLess(counts[2], 40)
