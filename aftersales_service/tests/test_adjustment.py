from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

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
        """PEN-19: a fact is counted once."""
        fact = self._fact()
        first = self._propose("LATE", event=fact)
        self.assertEqual((first.amount, first.signed_amount), (50.0, -50.0))
        self.assertEqual(first.state, "proposed")
        self.assertFalse(self._propose("LATE", event=fact))
        self.assertTrue(self._propose("REPORT", event=fact))
        self.assertTrue(self._propose("LATE", employee=self.technician2, event=fact))

    def test_one_call_with_the_same_fact_twice_counts_it_once(self):
        """PEN-19: one call with the same fact twice counts it once."""
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
        """PEN-19: a cancelled fact is not proposed again."""
        fact = self._fact()
        self._propose("LATE", event=fact).with_user(self.head_user).action_cancel("No")
        self.assertFalse(self._propose("LATE", event=fact))

    def test_proposing_freezes_rate_breakdown_and_evidence(self):
        """PEN-19: proposing freezes rate breakdown and evidence."""
        fact = self._fact()
        made = self._propose("LOSS", event=fact, amount=7300.0)
        self.assertEqual(made.amount, 1470.0)
        self.assertEqual(len(made.breakdown), 4)
        self.assertEqual(made.rate_id, self._rule("LOSS").rate_ids)
        self.assertEqual(made.facts, "Seen on the order.")
        self.assertEqual(made.source_name, fact.display_name)
        self.assertIn("30 % of 500.00", made.breakdown_text)

    def test_nothing_is_owed_without_a_rule_or_a_rate(self):
        """PEN-19: nothing is owed without a rule or a rate."""
        self.assertFalse(self._propose("NO_SUCH_RULE"))
        self.assertFalse(self._propose("LATE", on="2019-12-31"))
        self._rule("LATE").active = False
        self.assertFalse(self._propose("LATE"))

    def test_dispatchers_propose_by_their_acts_and_see_nothing(self):
        """PEN-19: dispatchers propose by their acts and see nothing."""
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
        """PEN-19: proposals of a batch cost constant queries."""

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
        """PEN-19: a head enters manual rules with a reason."""
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
        """PEN-19: the same order under the same clause is refused."""
        order = self._fact()
        self._enter(order_id=order.id)
        with self.assertRaises(FrozenFactError):
            self._enter(order_id=order.id)
        self._enter("PRAISE", order_id=order.id)

    def test_only_heads_enter(self):
        """PEN-19: only heads enter."""
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
        """PEN-19: amounts and states cannot be brought along or written."""
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
        """PEN-19: the way of a penalty."""
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
        """PEN-19: above the limit the general manager confirms."""
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
        """PEN-19: nobody decides about himself."""
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
        """PEN-19: an amount of zero settles when confirmed."""
        entry = self._enter("DEMERIT")
        entry.action_verify()
        entry.with_user(self.hr_user).action_confirm()
        self.assertEqual(entry.state, "settled")

    def test_pay_08_a_charge_never_reaches_a_payslip(self):
        """PAY-08: a charge never reaches a payslip."""
        entry = self._enter("SECONDMENT", quantity=2)
        self.assertEqual((entry.amount, entry.signed_amount), (200.0, 0.0))
        entry.action_verify()
        entry.with_user(self.hr_user).action_confirm()
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {})
        self.assertIn("borrowing group", entry.blocked_reason)

    def test_blocked_reason_says_who_is_next(self):
        """PEN-19: blocked reason says who is next."""
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
        """PEN-19: cancel needs a reason and the right person."""
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
        """PEN-19: cancelling takes it off a draft payslip."""
        penalty, other = self._confirmed("LATE"), self._confirmed("REPORT")
        slip = self._slip()
        slip.compute_sheet()
        penalty.with_user(self.hr2_user).action_cancel("Traffic after all")
        self.assertEqual(slip.state, "draft")
        self.assertEqual(self._inputs(slip), {})
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_PENALTY": other.amount})

    def test_settled_money_is_reversed_once_never_cancelled(self):
        """PEN-19: settled money is reversed once never cancelled."""
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

    def test_dialogs_do_what_they_were_opened_for(self):
        """PEN-19: dialogs do what they were opened for."""
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
        """PEN-19: source opens for who may read it."""
        penalty = self._propose("LATE")
        action = penalty.with_user(self.head_user).action_open_source()
        self.assertEqual(action["res_id"], penalty.source_id)
        with self.assertRaises(UserError):
            self._enter().action_open_source()
