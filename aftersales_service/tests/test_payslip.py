from datetime import date

from psycopg2.errors import RestrictViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
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
        """PEN-20: computing twice changes nothing."""
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
        """PEN-20: form and batch give the same inputs."""
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
        """PEN-20: confirm posts what was reserved and never searches again."""
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
        """PEN-20: confirm recomputes where the payroll does."""
        self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        self._confirmed("REPORT")
        slip.action_payslip_done()
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 70.0})
        self.assertEqual(self._totals(slip)["AS_PENALTY"], -70.0)

    def test_confirming_many_at_once_and_twice_is_harmless(self):
        """PEN-20: confirming many at once and twice is harmless."""
        self._confirmed("LATE")
        slips = self._slip() | self._slip(self.technician2)
        slips.compute_sheet()
        slips.action_payslip_done()
        slips.action_payslip_done()
        self.assertEqual(set(slips.mapped("state")), {"done"})

    def test_amb_07_a_late_fact_goes_on_the_next_payslip(self):
        """AMB-07: a late fact goes on the next payslip."""
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
        """PEN-20: facts after the period stay off."""
        self._confirmed("LATE", on="2026-04-01")
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {})

    def test_what_is_not_confirmed_stays_off(self):
        """PEN-20: what is not confirmed stays off."""
        self._propose("LATE")
        self._verified("REPORT")
        cancelled = self._confirmed("DISOBEY")
        cancelled.with_user(self.hr_user).action_cancel("Entered by mistake")
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {})

    def test_two_slips_of_one_employee_share_nothing(self):
        """PEN-20: two slips of one employee share nothing."""
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

    def test_changed_lines_cannot_be_confirmed(self):
        """PEN-20: changed lines cannot be confirmed."""
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
        """PEN-20: l3 inputs of ours cannot be touched."""
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
        """PEN-20: refetching gives back first."""
        adjustment = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.onchange_employee()
        self.assertEqual(adjustment.reserved_amount, 0.0)
        self.assertFalse(slip.input_line_ids)
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 50.0})

    def test_two_contracts_in_a_month_pay_once(self):
        """PEN-20: two contracts in a month pay once."""
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
        """PEN-20: structure without our rules takes nothing until they are added."""
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
        """PEN-20: a contract outside the period takes nothing."""
        adjustment = self._confirmed("LATE")
        self.contract.contract_date_end = "2026-02-15"
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {})
        self.assertEqual(adjustment.reserved_amount, 0.0)
        slip.action_payslip_done()

    def test_companies_are_kept_apart(self):
        """PEN-20: companies are kept apart."""
        adjustment = self._confirmed("LATE")
        slip = self._slip()
        slip.sudo().company_id = self.company2
        slip.sudo().with_context(
            allowed_company_ids=[self.company.id, self.company2.id]
        ).compute_sheet()
        self.assertFalse(adjustment.settlement_ids)

    def test_settlements_are_append_only(self):
        """PEN-20: settlements are append only."""
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
        """PEN-20: employee changed after computing is noticed."""
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
        """PEN-20: technicians do not compute."""
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
        """PEN-20: dates of a slip are still checked."""
        with self.assertRaises(ValidationError):
            self._slip(date_to="2026-02-01")

    def test_our_part_costs_the_same_for_one_and_for_many(self):
        """PEN-20: our part costs the same for one and for many."""

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
