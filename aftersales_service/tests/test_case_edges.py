"""Cases: what goes on record, whom it waits for, and the first and last day."""

from datetime import datetime

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from .case_common import CaseCommon
from .common_pay import PayCommon

# Of the case that decides again, as the first one had them.
COPIED = (
    "company_id",
    "kind",
    "subject",
    "happened_on",
    "source_model",
    "source_id",
    "source_name",
    "breached_rule_id",
    "loss_kind",
    "loss_amount",
    "outcome",
    "keep_fixed_fine",
    "fine_amount",
)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 04:00:00")
class TestCaseEdges(CaseCommon):
    """Every step of a case leaves its name, its moment and its list of work."""

    def _trail(self, case):
        return (
            self.env["aftersales.audit"]
            .search([("model", "=", case._name), ("res_id", "=", case.id)])
            .sorted("id")
        )

    def _waits_for(self, case):
        case.invalidate_recordset(["activity_ids"])
        return case.sudo().activity_ids.user_id

    def _said(self, case):
        return " ".join(map(str, case.sudo().message_ids.mapped("body")))

    # -- on record, and on whose list

    def test_each_step_is_on_record_with_its_moment(self):
        """ACC-02: determined, reviewed and decided, by whom, when and why."""
        case = self._report()
        case.action_determine()
        manager = case.with_user(self.gm_user)
        with freeze_time("2026-03-11 05:00:00"):
            self.assertEqual(manager.action_review("Read"), case)
        with freeze_time("2026-03-12 06:00:00"):
            self.assertEqual(manager.action_decide("As found."), case)
        steps = [
            ("determined", self.quality_vp_user, datetime(2026, 3, 10, 4)),
            ("reviewed", self.gm_user, datetime(2026, 3, 11, 5)),
            ("decided", self.gm_user, datetime(2026, 3, 12, 6)),
        ]
        for step, user, moment in steps:
            with self.subTest(step):
                self.assertEqual(case[f"{step}_by_id"], user)
                self.assertEqual(case[f"{step}_on"], moment)
        events = ["determined", "findings", "reviewed", "decided"]
        trail = self._trail(case).filtered(lambda row: row.event in events)
        self.assertEqual(trail.mapped("event"), events)
        self.assertEqual(trail[2:].mapped("reason"), ["Read", "As found."])
        self.assertIn("Read", self._said(case))
        found = trail[1].detail
        self.assertEqual((found["loss"], found["penalty"]), (7300.0, 1470.0))
        self.assertEqual(found["outcome"], "accident")
        self.assertEqual(found["members"], [self.member_user.login])
        self.assertEqual(
            found["shares"],
            [
                [share.display_name, share.percent, share.amount]
                for share in case.share_ids
            ],
        )

    def test_a_case_stands_on_the_list_of_who_is_next(self):
        """ACC-02, ROLE-03: the manager, the vice president again, then nobody."""
        case = self._report()
        case.action_determine()
        self.assertEqual(self._waits_for(case), self.gm_user)
        manager = case.with_user(self.gm_user)
        with self.assertRaises(ArgumentError):
            manager.action_return("")
        self.assertEqual(manager.action_return("Ask the supplier"), case)
        self.assertEqual(
            (case.state, self._waits_for(case)), ("draft", self.quality_vp_user)
        )
        self.assertIn("Ask the supplier", self._said(case))
        self.assertEqual(self._trail(case)[-1].reason, "Ask the supplier")
        self.assertEqual(case.action_determine(), case)
        self.assertEqual(self._waits_for(case), self.gm_user)
        manager.action_review()
        manager.action_decide("As found.")
        self.assertFalse(self._waits_for(case))
        with self.assertRaises(TransitionError):
            manager.action_return("Too late")

    def test_a_case_dismissed_says_why_and_waits_for_nobody(self):
        """ACC-02: pressed again it stays; who judges nothing is refused."""
        case = self._report()
        case.action_determine()
        manager = case.with_user(self.gm_user)
        with self.assertRaises(ArgumentError):
            manager.action_dismiss(" ")
        self.assertEqual(manager.action_dismiss("Nothing in it"), case)
        self.assertFalse(self._waits_for(case))
        self.assertIn("Nothing in it", self._said(case))
        for user in (self.gm_user, self.quality_vp_user):
            case.with_user(user).action_dismiss("Nothing in it")
        self.assertEqual(case.state, "dismissed")
        rows = self._trail(case).filtered(lambda row: row.event == "dismissed")
        self.assertEqual(rows.mapped("reason"), ["Nothing in it"])
        with self.assertRaises(AccessError):
            case.with_user(self.head_user).action_dismiss("Nothing in it")

    def test_determined_cases_are_left_alone(self):
        """ACC-02: two at once, one of them determined before: only the other moves."""
        first, second = self._report(), self._report()
        first.action_determine()
        with freeze_time("2026-03-11 05:00:00"):
            (first | second).action_determine()
        stamps = [case.determined_on.day for case in first | second]
        self.assertEqual(stamps, [10, 11])
        first.with_user(self.gm_user).action_review()
        with self.assertRaises(TransitionError):
            first.action_determine()

    # -- money

    def test_a_penalty_explains_the_share_it_is(self):
        """ACC-06, PEN-19: 60 % of 1,470.00, with findings, decision and loss."""
        case = self._decided()
        penalty = self._penalties(case).filtered(
            lambda entry: entry.employee_id == self.technician
        )
        (step,) = penalty.breakdown
        figures = step["base"], step["rate"], step["amount"]
        self.assertEqual(figures, (1470.0, 60.0, 882.0))
        self.assertEqual((penalty.base_amount, penalty.reason), (7300.0, "As found."))
        self.assertEqual(penalty.source_name, case.display_name)
        self.assertEqual(penalty.company_id, case.company_id)
        lines = penalty.facts.split("\n")
        self.assertEqual(lines[:2], [case.subject, case.determination])
        self.assertEqual(lines[-1], step["label"])

    def test_a_fine_is_split_whatever_the_company_does_with_losses(self):
        """ACC-06, AMB-16: 120.00 at 60/40 are 72.00 and 48.00 in both modes."""
        values = {
            "loss_kind": "image",
            "loss_amount": 0.0,
            "outcome": "fine",
            "fine_amount": 120.0,
            "breached_rule_id": self.env.ref(
                "aftersales_service.pay_rule_store_fine"
            ).id,
        }
        for mode in ("total", "person"):
            self.company.aftersales_loss_split = mode
            case = self._decided(**values)
            with self.subTest(mode):
                self.assertEqual(case.penalty_amount, 120.0)
                self.assertEqual(case.share_ids.mapped("amount"), [72.0, 48.0])
                penalties = self._penalties(case)
                self.assertEqual(set(penalties.rule_id.mapped("code")), {"STORE_FINE"})
                self.assertEqual(sorted(penalties.mapped("amount")), [48.0, 72.0])

    def test_a_loss_costs_by_its_own_scale_whichever_rule_was_breached(self):
        """ACC-04, PEN-14: breached were the store rules, the loss is 7,300.00."""
        breached = self.env.ref("aftersales_service.pay_rule_store_fine")
        self.company.aftersales_pay_proposals = False
        case = self._decided(breached_rule_id=breached.id)
        self.assertEqual(case.penalty_amount, 1470.0)
        penalties = self._penalties(case)
        self.assertEqual(penalties.rule_id, self.loss_rule)
        self.assertEqual(sorted(penalties.mapped("amount")), [588.0, 882.0])

    def test_what_follows_for_somebody_names_somebody(self):
        """ACC-01, ACC-06: no warning, fine or loss that only the supplier bears."""
        for outcome in ("warning", "fine", "accident", "none"):
            case = self._report([(100.0, "supplier")], outcome=outcome)
            if outcome == "none":
                self.assertEqual(case.action_determine().state, "determined")
                continue
            with (
                self.subTest(outcome),
                self.assertRaisesRegex(MissingError, "Nobody of the house"),
            ):
                case.action_determine()

    def test_a_fine_by_a_rule_per_unit_is_for_one(self):
        """ACC-01: one breach is one unit, and the fine is split like any other."""
        late = self.env.ref("aftersales_service.pay_rule_late")
        rule = late.copy({"code": "EACH", "method": "per_unit"})
        case = self._decided(outcome="fine", breached_rule_id=rule.id)
        self.assertEqual(case.penalty_amount, 50.0)
        self.assertEqual(case.share_ids.mapped("amount"), [30.0, 20.0])
        self.assertEqual(self._penalties(case).rule_id, rule)

    def test_a_warning_costs_nothing(self):
        """ACC-01: neither in total nor for anybody."""
        case = self._decided(outcome="warning")
        self.assertEqual((case.penalty_amount, case.breakdown), (0.0, False))
        self.assertEqual(case.share_ids.mapped("amount"), [0.0, 0.0])
        self.assertFalse(self._penalties(case))

    def test_without_the_rule_of_losses_nothing_is_determined(self):
        """ACC-04: asked for in words, and the case stays as it was."""
        case = self._report()
        self.loss_rule.active = False
        with self.assertRaisesRegex(NotEntitledError, "no pay rule LOSS"):
            case.action_determine()
        self.assertEqual((case.state, case.penalty_amount), ("draft", 0.0))

    # -- decided again

    def test_the_case_that_decides_again_begins_with_the_first_one(self):
        """ACC-02: same facts and shares, the reason, and a new start."""
        case = self._decided()
        draft = self._report()
        with self.assertRaisesRegex(TransitionError, "is not decided yet"):
            draft.with_user(self.gm_user).action_reverse("New facts")
        with self.assertRaises(ArgumentError):
            (case | draft).with_user(self.gm_user).action_reverse("New facts")
        again = case.with_user(self.gm_user).action_reverse("The gasket was faulty")
        for name in COPIED:
            with self.subTest(name):
                self.assertEqual(again[name], case[name])
        self.assertEqual(
            (again.reverses_id, again.facts), (case, "The gasket was faulty")
        )
        self.assertEqual((again.state, again.penalty_amount), ("draft", 0.0))
        bearers = [(one.party, one.employee_id, one.percent) for one in again.share_ids]
        self.assertEqual(
            bearers,
            [(one.party, one.employee_id, one.percent) for one in case.share_ids],
        )
        self.assertFalse(again.determination or again.member_ids)
        self.assertEqual(self._waits_for(again), self.quality_vp_user)
        opened = self._trail(again).filtered(lambda row: row.event == "opened")
        self.assertEqual(opened.mapped("reason"), ["The gasket was faulty"])
        again.with_user(self.quality_vp_user).action_dismiss("It was not")
        third = case.with_user(self.quality_vp_user).action_reverse("It was")
        self.assertNotEqual(third, again)
        self.assertFalse(case.is_reversed)

    # -- sanctions

    def test_the_first_and_the_last_day_of_a_freeze(self):
        """PEN-12, ACC-07: in force from its day to its day, once it is decided."""
        case = self._report()
        days = {"date_from": "2026-04-01", "date_to": "2026-06-30"}
        case.sanction_ids = [
            (0, 0, {"employee_id": self.technician.id, "kind": kind, **days})
            for kind in ("pay_freeze", "demotion")
        ]
        freeze = case.sanction_ids.filtered(lambda one: one.kind == "pay_freeze")

        def found(day, employee=self.technician):
            day = fields.Date.to_date(day)
            return self.env["aftersales.case.sanction"]._find_pay_freeze(employee, day)

        self.assertFalse(found("2026-05-01"))
        case.action_determine()
        case.with_user(self.gm_user).action_review()
        case.with_user(self.gm_user).action_decide("As found.")
        inside = [
            bool(found(day))
            for day in ("2026-03-31", "2026-04-01", "2026-06-30", "2026-07-01")
        ]
        self.assertEqual(inside, [False, True, True, False])
        self.assertEqual(found("2026-05-01"), freeze)
        self.assertFalse(found("2026-05-01", self.technician2))
        self.assertEqual(
            freeze.display_name,
            "No Pay Rise, Wang Lei, from 2026-04-01 until 2026-06-30",
        )
        self.assertIn(freeze.display_name, case.sanctions)

    # -- statements

    def test_a_statement_has_its_moment_and_the_last_one_counts(self):
        """ACC-08: what he says stands on his share and in the trail of the case."""
        case = self._report()
        share = case.share_ids[0].with_user(self.technician_user)
        action = share.action_open_statement()
        self.assertEqual(action["type"], "ir.actions.act_window")
        self.assertEqual((action["view_mode"], action["target"]), ("form", "new"))
        self.assertTrue(action["name"])
        dialog = self.env[action["res_model"]].with_user(self.technician_user)
        dialog = dialog.with_context(**action["context"]).create({"text": "Not me"})
        dialog.action_apply()
        self.assertEqual(share.statement, "Not me")
        self.assertEqual(
            share.action_open_statement()["context"]["default_text"], "Not me"
        )
        with freeze_time("2026-03-11 05:00:00"):
            self.assertEqual(share.action_state("The box was empty"), share)
        self.assertEqual(share.statement, "The box was empty")
        self.assertEqual(share.stated_on, datetime(2026, 3, 11, 5))
        stated = self._trail(case).filtered(lambda row: row.event == "stated")
        self.assertEqual(stated.mapped("reason"), ["Not me", "The box was empty"])
        self.assertEqual(set(stated.mapped("user_login")), {self.technician_user.login})
        with self.assertRaises(AccessError):
            share.browse().action_state("Nobody's")
        with self.assertRaises(ArgumentError):
            case.share_ids.with_user(self.quality_vp_user).action_open_statement()

    def test_a_statement_comes_before_the_decision(self):
        """ACC-08: once it is decided he appeals against the penalty instead."""
        share = self._decided().share_ids[0].with_user(self.technician_user)
        with self.assertRaisesRegex(TransitionError, "Appeal against the penalty"):
            share.action_state("Too late")
        self.assertFalse(share.statement or share.stated_on)

    def test_what_is_determined_gets_no_further_share(self):
        """ACC-02: neither a new one nor one of another case; drafts may change."""
        case, draft = self._report(), self._report()
        case.action_determine()
        share = {"percent": 10.0, "party": "supplier"}
        with self.assertRaises(FrozenFactError):
            case.share_ids.create({**share, "case_id": case.id})
        made = draft.share_ids.create({**share, "case_id": draft.id})
        with self.assertRaises(FrozenFactError):
            made.write({"case_id": case.id})
        self.assertTrue(made.write({"percent": 5.0}))
        self.assertEqual((len(case.share_ids), len(draft.share_ids)), (2, 3))

    def test_nobody_changes_his_own_share_along_with_others(self):
        """ACC-02, ROLE-02: his own among others: refused, as is a statement for all."""
        himself = self._create_employee("VP", self.quality_vp_user)
        case = self._report([(50.0, "technician")])
        case.with_user(self.head_user).write(
            {"share_ids": [(0, 0, {"percent": 50.0, "employee_id": himself.id})]}
        )
        both = case.share_ids
        self.assertEqual(both.mapped("is_mine"), [False, True])
        for attempt in (
            lambda: both.write({"percent": 10.0}),
            lambda: both.unlink(),
            lambda: both.action_state("For both of us"),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()
        self.assertEqual(both.mapped("percent"), [50.0, 50.0])
        self.assertEqual(both.mapped("statement"), [False, False])

    def test_a_share_is_named_after_who_bears_it(self):
        """ACC-06: the employee, or the party that is none."""
        case = self._report([(60.0, "technician"), (40.0, "supplier")])
        names = case.share_ids.mapped("display_name")
        self.assertEqual(names, [f"{case.name} Wang Lei", f"{case.name} Supplier"])

    def test_a_share_given_to_another_party_names_nobody(self):
        """ACC-06: chosen on the form, the customer bears it and no employee does."""
        case = self._report([(100.0, "technician")])
        with Form(case) as form, form.share_ids.edit(0) as line:
            line.party = "customer"
            self.assertFalse(line.employee_id)
        self.assertEqual(case.share_ids.party, "customer")
        self.assertFalse(case.share_ids.employee_id)


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 04:00:00")
class TestCasePaid(CaseCommon, PayCommon):
    """A decision that is undone after payday."""

    def test_what_was_paid_comes_back_and_what_was_not_is_cancelled(self):
        """ACC-02, PEN-19: 882.00 of one are given back, 588.00 never taken."""
        case = self._decided()
        paid, unpaid = self._penalties(case).sorted("amount", reverse=True)
        paid.with_user(self.head_user).action_verify()
        paid.with_user(self.gm_user).action_confirm()
        march = self._slip()
        march.compute_sheet()
        march.action_payslip_done()
        self.assertEqual(self._totals(march)["AS_PENALTY"], -882.0)
        again = case.with_user(self.gm_user).action_reverse("The gasket was faulty")
        again = again.with_user(self.quality_vp_user)
        again.write(
            {
                "outcome": "none",
                "determination": "Faulty gasket.",
                "member_ids": [(6, 0, self.member_user.ids)],
            }
        )
        again.action_determine()
        again.with_user(self.gm_user).action_review()
        self.assertEqual((paid.state, unpaid.state), ("settled", "proposed"))
        again.with_user(self.gm_user).action_decide("The supplier pays.")
        back = paid.reversal_ids
        self.assertEqual((back.amount, back.state), (882.0, "confirmed"))
        self.assertEqual(back.reason, "The supplier pays.")
        self.assertEqual((unpaid.state, unpaid.reversal_ids.ids), ("cancel", []))
        april = self._slip(month="2026-04", days=30)
        april.compute_sheet()
        self.assertEqual(self._totals(april)["AS_PENALTY"], 882.0)
