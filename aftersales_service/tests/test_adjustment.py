from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
class TestAdjustment(PayCommon):
    """From the fact to the confirmed amount, by four hands (PEN-19)."""

    def _rule(self, code):
        return self.env.ref(f"aftersales_service.pay_rule_{code.lower()}")

    def _enter(self, code="DISOBEY", user=None, **values):
        return (
            self.env["aftersales.adjustment"]
            .with_user(user or self.head_user)
            .create(
                {
                    "employee_id": self.technician.id,
                    "rule_id": self._rule(code).id,
                    "date": "2026-03-10",
                    "reason": "Refused the second call",
                    **values,
                }
            )
        )

    # -- proposed by facts

    def test_a_fact_is_counted_once(self):
        fact = self._fact()
        first = self._propose("LATE", event=fact)
        self.assertEqual((first.amount, first.signed_amount), (50.0, -50.0))
        self.assertEqual(first.state, "proposed")
        self.assertFalse(self._propose("LATE", event=fact))
        self.assertTrue(self._propose("REPORT", event=fact))
        self.assertTrue(self._propose("LATE", employee=self.technician2, event=fact))

    def test_one_call_with_the_same_fact_twice_counts_it_once(self):
        proposal = {
            "rule": "LATE",
            "employee": self.technician,
            "date": "2026-03-10",
            "event": self._fact(),
            "facts": "x",
        }
        made = self.env["aftersales.adjustment"]._propose([proposal, dict(proposal)])
        self.assertEqual(len(made), 1)

    def test_a_cancelled_fact_is_not_proposed_again(self):
        fact = self._fact()
        self._propose("LATE", event=fact).with_user(self.head_user).action_cancel("No")
        self.assertFalse(self._propose("LATE", event=fact))

    def test_proposing_freezes_rate_breakdown_and_evidence(self):
        fact = self._fact()
        made = self._propose("LOSS", event=fact, amount=7300.0)
        self.assertEqual(made.amount, 1470.0)
        self.assertEqual(len(made.breakdown), 4)
        self.assertEqual(made.rate_id, self._rule("LOSS").rate_ids)
        self.assertEqual(made.facts, "Seen on the order.")
        self.assertEqual(made.source_name, fact.display_name)
        self.assertIn("30 % of 500.00", made.breakdown_text)

    def test_nothing_is_owed_without_a_rule_or_a_rate(self):
        self.assertFalse(self._propose("NO_SUCH_RULE"))
        self.assertFalse(self._propose("LATE", on="2019-12-31"))
        self._rule("LATE").active = False
        self.assertFalse(self._propose("LATE"))

    def test_dispatchers_propose_by_their_acts_and_see_nothing(self):
        made = (
            self.env["aftersales.adjustment"]
            .with_user(self.dispatcher_user)
            ._propose(
                [
                    {
                        "rule": "LATE",
                        "employee": self.technician.with_user(self.dispatcher_user),
                        "date": "2026-03-10",
                        "event": self._fact().with_user(self.dispatcher_user),
                        "facts": "x",
                    }
                ]
            )
        )
        self.assertEqual(len(made), 1)
        self.assertFalse(made.env.su)
        with self.assertRaises(AccessError):
            made.read(["amount"])
        self.assertEqual(made.sudo().proposed_by_id, self.dispatcher_user)

    def test_proposals_of_a_batch_cost_constant_queries(self):
        def propose(count):
            events = [self._fact() for _index in range(count)]
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            made = self.env["aftersales.adjustment"]._propose(
                [
                    {
                        "rule": "LATE",
                        "employee": self.technician,
                        "date": "2026-03-10",
                        "event": event,
                        "facts": "x",
                    }
                    for event in events
                ]
            )
            self.env.flush_all()
            self.assertEqual(len(made), count)
            return self.env.cr.sql_log_count - before

        propose(1)
        self.assertLessEqual(propose(40), propose(1) + 2)

    # -- entered by hand

    def test_a_head_enters_manual_rules_with_a_reason(self):
        entry = self._enter()
        self.assertEqual((entry.amount, entry.state), (100.0, "proposed"))
        self.assertEqual(entry.proposed_by_id, self.head_user)
        self.assertEqual(entry.facts, "Refused the second call")
        with self.assertRaises(MissingError):
            self._enter(reason=" ")
        with self.assertRaises(UserError):
            self._enter("LATE")
        with self.assertRaises(NotEntitledError):
            self._enter("STORE_FINE", base_amount=250.0)
        with self.assertRaises(ArgumentError):
            self._enter("SECONDMENT", quantity=-1)
        with self.assertRaises(NotEntitledError):
            self._enter(date="2019-05-01")
        self.assertEqual(self._enter("STORE_FINE", base_amount=10.0).amount, 10.0)

    def test_pen_19_the_same_order_under_the_same_clause_is_refused(self):
        order = self._fact()
        self._enter(order_id=order.id)
        with self.assertRaises(FrozenFactError):
            self._enter(order_id=order.id)
        self._enter("PRAISE", order_id=order.id)

    def test_only_heads_enter(self):
        for user in (
            self.technician_user,
            self.dispatcher_user,
            self.hr_user,
            self.gm_user,
            self.employee_user,
        ):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._enter(user=user)

    def test_amounts_and_states_cannot_be_brought_along_or_written(self):
        for values in (
            {"amount": 1.0},
            {"state": "confirmed"},
            {"effect": "reversal"},
            {"confirmed_by_id": self.hr_user.id},
            {"appeal_state": "granted"},
        ):
            with self.subTest(values), self.assertRaises(GuardedFieldError):
                self._enter(**values)
        entry = self._enter()
        for values in (
            {"amount": 1.0},
            {"state": "confirmed"},
            {"employee_id": self.technician2.id},
            {"reason": "other"},
            {"date": "2026-05-01"},
            {"rule_id": self._rule("PRAISE").id},
        ):
            with self.subTest(values), self.assertRaises(GuardedFieldError):
                entry.write(values)
        with self.assertRaises(UserError):
            entry.sudo().unlink()

    # -- verified and confirmed

    def test_the_way_of_a_penalty(self):
        penalty = self._propose("LATE")
        with self.assertRaises(TransitionError):
            penalty.with_user(self.hr_user).action_confirm()
        for user in (self.hr_user, self.gm_user, self.quality_vp_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                penalty.with_user(user).action_verify()
        self.assertEqual(penalty.with_user(self.head_user).action_verify(), penalty)
        self.assertEqual(penalty.verified_by_id, self.head_user)
        notice = penalty.activity_ids
        self.assertEqual(notice.user_id, self.technician_user)
        for user in (self.head_user, self.gm_user, self.quality_vp_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                penalty.with_user(user).action_confirm()
        penalty.with_user(self.hr_user).action_confirm()
        self.assertEqual((penalty.state, penalty.residual_amount), ("confirmed", 50.0))
        penalty.with_user(self.hr_user).action_confirm()
        self.assertEqual(penalty.confirmed_by_id, self.hr_user)

    def test_above_the_limit_the_general_manager_confirms(self):
        at_limit = self._verified("LODGING", quantity=2)
        above = self._verified("LOSS", amount=700.01)
        self.assertEqual((at_limit.amount, above.amount), (200.0, 200.0))
        above = self._verified("LOSS", amount=701.0)
        self.assertEqual(above.amount, 200.25)
        self.assertIn("general manager", above.blocked_reason)
        with self.assertRaises(AccessError):
            above.with_user(self.hr_user).action_confirm()
        with self.assertRaises(AccessError):
            at_limit.with_user(self.gm_user).action_confirm()
        above.with_user(self.gm_user).action_confirm()
        at_limit.with_user(self.hr_user).action_confirm()

    def test_nobody_decides_about_himself(self):
        payroll = self.env.ref("payroll.group_payroll_user")
        boss = self._create_employee("Boss", self.head_user)
        own = self._propose("MEAL", employee=boss)
        with self.assertRaises(AccessError):
            own.with_user(self.head_user).action_verify()
        own.with_user(self.head2_user).action_verify()
        self.head_user.group_ids |= payroll
        with self.assertRaises(AccessError):
            own.with_user(self.head_user).action_confirm()
        with self.assertRaises(AccessError):
            own.with_user(self.head_user).action_cancel("mine")
        self.head2_user.group_ids |= payroll
        with self.assertRaises(AccessError):
            own.with_user(self.head2_user).action_confirm()
        own.with_user(self.hr_user).action_confirm()

    def test_an_amount_of_zero_settles_when_confirmed(self):
        entry = self._enter("DEMERIT")
        entry.action_verify()
        entry.with_user(self.hr_user).action_confirm()
        self.assertEqual(entry.state, "settled")

    def test_pay_08_a_charge_never_reaches_a_payslip(self):
        entry = self._enter("SECONDMENT", quantity=2)
        self.assertEqual((entry.amount, entry.signed_amount), (200.0, 0.0))
        entry.action_verify()
        entry.with_user(self.hr_user).action_confirm()
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {})
        self.assertIn("borrowing group", entry.blocked_reason)

    def test_blocked_reason_says_who_is_next(self):
        penalty = self._propose("LATE")
        self.assertIn("head", penalty.blocked_reason)
        penalty.with_user(self.head_user).action_verify()
        self.assertIn("HR", penalty.blocked_reason)
        penalty.with_user(self.technician_user).action_appeal("It was the traffic")
        self.assertIn("appeal", penalty.blocked_reason)
        penalty.with_user(self.quality_vp_user).action_decide_appeal(
            False, "No traffic"
        )
        penalty.with_user(self.hr_user).action_confirm()
        self.assertFalse(penalty.blocked_reason)

    # -- cancelled and reversed

    def test_cancel_needs_a_reason_and_the_right_person(self):
        penalty = self._propose("LATE")
        for reason in ("", "  ", None, 5):
            with self.subTest(reason), self.assertRaises(ArgumentError):
                penalty.with_user(self.head_user).action_cancel(reason)
        with self.assertRaises(AccessError):
            penalty.with_user(self.technician_user).action_cancel("mine")
        penalty.with_user(self.head_user).action_cancel("Traffic after all")
        self.assertEqual(penalty.state, "cancel")
        confirmed = self._confirmed("LATE")
        with self.assertRaises(AccessError):
            confirmed.with_user(self.head_user).action_cancel("too late")
        confirmed.with_user(self.hr_user).action_cancel("Traffic after all")

    def test_cancelling_takes_it_off_a_draft_payslip(self):
        penalty, other = self._confirmed("LATE"), self._confirmed("REPORT")
        slip = self._slip()
        slip.compute_sheet()
        penalty.with_user(self.hr2_user).action_cancel("Traffic after all")
        self.assertEqual(slip.state, "draft")
        self.assertEqual(self._inputs(slip), {})
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": other.amount})

    def test_settled_money_is_reversed_once_never_cancelled(self):
        penalty = self._confirmed("LATE")
        with self.assertRaises(TransitionError):
            penalty.with_user(self.hr_user).action_reverse("not paid yet")
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        with self.assertRaises(TransitionError):
            penalty.with_user(self.hr_user).action_cancel("x")
        with self.assertRaises(AccessError):
            penalty.with_user(self.head_user).action_reverse("x")
        entry = penalty.with_user(self.hr_user).action_reverse("Wrong person")
        self.assertEqual((entry.effect, entry.reverses_id), ("reversal", penalty))
        self.assertEqual((entry.amount, entry.signed_amount), (50.0, 50.0))
        self.assertEqual(penalty.state, "settled")
        with self.assertRaises(TransitionError):
            penalty.with_user(self.hr_user).action_reverse("again")
        self.assertFalse(entry.env.context.get("aftersales_guard"))

    # -- appealed

    def test_only_the_employee_appeals_and_only_penalties(self):
        penalty = self._verified("LATE")
        self.assertTrue(penalty.with_user(self.technician_user).can_appeal)
        for user in (self.technician2_user, self.head_user, self.hr_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                penalty.with_user(user).action_appeal("for a friend")
        with self.assertRaises(ArgumentError):
            penalty.with_user(self.technician_user).action_appeal("")
        penalty.with_user(self.technician_user).action_appeal("Road closed")
        self.assertEqual(penalty.appeal_state, "open")
        with self.assertRaises(TransitionError):
            penalty.with_user(self.technician_user).action_appeal("again")
        meal = self._verified("MEAL")
        with self.assertRaises(TransitionError):
            meal.with_user(self.technician_user).action_appeal("more")

    def test_an_open_appeal_keeps_it_off_the_payslip(self):
        penalty = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        penalty.with_user(self.technician_user).action_appeal("Road closed")
        self.assertEqual(slip.state, "draft")
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {})
        penalty.with_user(self.quality_vp_user).action_decide_appeal(
            False, "It was not"
        )
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": 50.0})

    def test_an_appealed_one_is_not_confirmed(self):
        penalty = self._verified("LATE")
        penalty.with_user(self.technician_user).action_appeal("Road closed")
        with self.assertRaises(TransitionError):
            penalty.with_user(self.hr_user).action_confirm()

    def test_only_the_quality_vp_decides_and_not_who_verified(self):
        penalty = self._propose("LATE")
        both = self._create_user(
            "as_both",
            "aftersales_service.group_head,aftersales_service.group_quality_vp",
        )
        penalty.with_user(both).action_verify()
        with self.assertRaises(TransitionError):
            penalty.with_user(self.quality_vp_user).action_decide_appeal(True, "x")
        penalty.with_user(self.technician_user).action_appeal("Road closed")
        for user in (both, self.head_user, self.hr_user, self.gm_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                penalty.with_user(user).action_decide_appeal(True, "x")
        for values in [("yes", "x"), (1, "x"), (True, "")]:
            with self.subTest(values), self.assertRaises(ArgumentError):
                penalty.with_user(self.quality_vp_user).action_decide_appeal(*values)
        penalty.with_user(self.quality_vp_user).action_decide_appeal(True, "It was")
        self.assertEqual((penalty.state, penalty.appeal_state), ("cancel", "granted"))

    def test_settled_penalties_are_not_appealed(self):
        penalty = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        with self.assertRaises(TransitionError):
            penalty.with_user(self.technician_user).action_appeal("late")

    def test_a_granted_appeal_gives_back_what_was_partly_paid(self):
        self.company.aftersales_deduction_cap = 1.0
        penalty = self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        self.assertEqual(penalty.settled_amount, 42.0)
        penalty._unguarded().write({"appeal_state": "open"})
        penalty.with_user(self.quality_vp_user).action_decide_appeal(True, "It was")
        self.assertEqual(penalty.reversal_ids.state, "confirmed")
        self.assertEqual(penalty.reversal_ids.amount, 50.0)
        april = self._slip(month="2026-04", days=30)
        april.compute_sheet()
        self.assertEqual(self._inputs(april), {"AS_PENALTY": -42.0})

    def test_appeals_end_with_their_window(self):
        self.company.aftersales_appeal_days = 3
        with freeze_time("2026-03-12 02:00:00"):
            penalty = self._confirmed("LATE")
            meal = self._confirmed("MEAL")
        self.assertEqual(penalty.appeal_until, datetime(2026, 3, 15, 2))
        self.assertFalse(meal.appeal_until)
        with freeze_time("2026-03-15 02:00:01"), self.assertRaises(TransitionError):
            penalty.with_user(self.technician_user).action_appeal("late")

    def test_dialogs_do_what_they_were_opened_for(self):
        penalty = self._verified("LATE").with_user(self.technician_user)
        action = penalty.action_open_appeal()
        dialog = (
            self.env[action["res_model"]]
            .with_user(self.technician_user)
            .with_context(**action["context"])
            .create({"text": "Road closed"})
        )
        dialog.action_apply()
        self.assertEqual(penalty.appeal_text, "Road closed")
        decision = penalty.with_user(self.quality_vp_user)
        action = decision.action_open_grant()
        decision.env[action["res_model"]].with_context(**action["context"]).create(
            {"text": "It was"}
        ).action_apply()
        self.assertEqual(penalty.state, "cancel")

    def test_source_opens_for_who_may_read_it(self):
        penalty = self._propose("LATE")
        action = penalty.with_user(self.head_user).action_open_source()
        self.assertEqual(action["res_id"], penalty.source_id)
        with self.assertRaises(UserError):
            self._enter().action_open_source()
