from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..exceptions import TransitionError
from ..models.aftersales_adjustment_flow import REVERSED_FIELDS
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
class TestAdjustmentUndo(PayCommon):
    """What was wrong is cancelled or reversed, by whom it may be, and only that."""

    def _pay(self, **values):
        slip = self._slip(**values)
        slip.compute_sheet()
        slip.action_payslip_done()
        return slip

    def _trail(self, adjustment):
        return (
            self.env["aftersales.audit"]
            .search([("model", "=", adjustment._name), ("res_id", "=", adjustment.id)])
            .sorted("id")
        )

    # -- cancelled

    def test_who_cancels_nothing(self):
        """PEN-19: neither the judge of appeals nor the general manager cancels."""
        penalty = self._verified("LATE")
        for user in (self.quality_vp_user, self.gm_user):
            with (
                self.subTest(user.login),
                self.assertRaisesRegex(AccessError, "Only the head or HR cancels"),
            ):
                penalty.with_user(user).action_cancel("I say so")
        self.assertEqual(penalty.state, "verified")
        cancelled = penalty.with_user(self.hr_user).action_cancel("Traffic after all")
        self.assertEqual((cancelled, penalty.state), (penalty, "cancel"))

    def test_a_head_cancels_no_mixture_with_what_hr_confirmed(self):
        """PEN-19: one confirmed among others: refused, and none is cancelled."""
        both = self._verified("LATE") | self._confirmed("REPORT")
        with self.assertRaisesRegex(AccessError, "Only HR cancels what was confirmed"):
            both.with_user(self.head_user).action_cancel("Both")
        self.assertEqual(both.mapped("state"), ["verified", "confirmed"])

    def test_cancelling_one_fine_leaves_the_others_of_the_month(self):
        """PEN-19: a fixed fine does not depend on the others of its employee."""
        one, other = self._propose("LATE"), self._propose("LATE", on="2026-03-12")
        meal = self._propose("MEAL", event=self.customer)
        one.with_user(self.head_user).action_cancel("Traffic after all")
        self.assertEqual((other.state, other.amount), ("proposed", 50.0))
        self.assertEqual((meal.state, meal.amount), ("proposed", 15.0))
        rules = (one | meal).rule_id.ids
        found = self.env["aftersales.adjustment"].search([("rule_id", "in", rules)])
        self.assertEqual(
            found.filtered(lambda entry: entry.employee_id == self.technician),
            one | other | meal,
        )

    def test_a_payslip_says_why_it_has_to_be_computed_again(self):
        """PEN-20: HR reads on the payslip that something was taken off it."""
        penalty = self._confirmed("LATE")
        slip, other = self._slip(), self._slip(self.technician2)
        (slip | other).compute_sheet()
        penalty.with_user(self.hr2_user).action_cancel("Traffic after all")
        self.assertEqual((slip.state, other.state), ("draft", "verify"))
        notes = [
            " ".join(map(str, one.message_ids.mapped("body"))) for one in slip | other
        ]
        self.assertIn("Compute the sheet again", notes[0])
        self.assertNotIn("Compute the sheet again", notes[1])

    # -- reversed

    def test_a_reversal_is_the_mirror_of_what_it_undoes(self):
        """PEN-19: same person, rule, rate, day and amount; the reason is its fact."""
        penalty = self._confirmed("LOSS", amount=300.0)
        self._pay()
        back = penalty.with_user(self.hr_user).action_reverse("Wrong person")
        for name in REVERSED_FIELDS:
            with self.subTest(name):
                self.assertEqual(back[name], penalty[name])
        self.assertEqual((back.effect, back.reverses_id), ("reversal", penalty))
        self.assertEqual((back.signed_amount, back.state), (90.0, "confirmed"))
        self.assertEqual(back.reason, "Wrong person")
        self.assertEqual(back.facts, f"Reversal of {penalty.name}: Wrong person")
        self.assertEqual(back.proposed_by_id, self.hr_user)
        trail = self._trail(back)
        self.assertEqual(trail.mapped("event"), ["proposed", "verified", "confirmed"])
        self.assertEqual(trail[0].reason, "Wrong person")

    def test_above_the_limit_the_manager_confirms_the_reversal_too(self):
        """PEN-19: 200.25 go back when the general manager has confirmed it."""
        loss = self._confirmed("LOSS", amount=701.0)
        small = self._confirmed("LATE")
        self._pay()
        entries = (loss | small).with_user(self.hr_user).action_reverse("Wrong person")
        large = entries.filtered(lambda entry: entry.amount == 200.25)
        self.assertEqual(large.state, "verified")
        self.assertEqual((entries - large).state, "confirmed")
        with self.assertRaises(AccessError):
            large.with_user(self.hr2_user).action_confirm()
        large.with_user(self.gm_user).action_confirm()
        april = self._pay(month="2026-04", days=30)
        self.assertEqual(self._totals(april)["AS_PENALTY"], 250.25)
        with self.assertRaisesRegex(TransitionError, "is a reversal itself"):
            large.with_user(self.hr_user).action_reverse("Back again")

    def test_a_reversal_taken_back_makes_room_for_another(self):
        """PEN-19: reversed once; cancelled before it was paid, it may come again."""
        penalty = self._confirmed("LATE")
        self._pay()
        first = penalty.with_user(self.hr_user).action_reverse("Wrong person")
        self.assertFalse(penalty._filter_live())
        first.with_user(self.hr_user).action_cancel("It was him")
        self.env.flush_all()
        self.assertEqual(penalty._filter_live(), penalty)
        again = penalty.with_user(self.hr_user).action_reverse("It was not")
        self.assertEqual(
            (again.state, penalty.reversal_ids), ("confirmed", first | again)
        )

    def test_what_is_not_paid_is_not_reversed_along(self):
        """PEN-19: paid and unpaid together: refused by name, nothing is reversed."""
        paid = self._confirmed("LATE")
        self._pay()
        unpaid = self._confirmed("REPORT")
        with self.assertRaisesRegex(
            TransitionError, f"^{unpaid.name} was not paid yet"
        ):
            (paid | unpaid).with_user(self.hr_user).action_reverse("Both")
        self.assertFalse(paid.reversal_ids)

    # -- facts that were wrong

    def test_facts_take_back_what_they_are_asked_for(self):
        """PEN-19: by rule and by person; who keeps his, keeps it."""
        entries = self.env["aftersales.adjustment"]
        fact, other = self._fact(), self._fact()
        late = self._propose("LATE", event=fact)
        kept = self._propose("LATE", event=fact, employee=self.technician2)
        report = self._propose("REPORT", event=fact)
        elsewhere = self._propose("LATE", event=other)
        taken = entries._withdraw_facts(
            fact, "Another order", ["LATE"], keep={fact.id: self.technician2}
        )
        self.assertEqual(taken, late)
        self.assertEqual(late.state, "cancel")
        rest = kept | report | elsewhere
        self.assertEqual(set(rest.mapped("state")), {"proposed"})
        self.assertEqual(entries._withdraw_facts(fact, "None of it"), kept | report)
        self.assertEqual(elsewhere.state, "proposed")
        self.assertEqual(self._trail(report)[-1].reason, "None of it")

    def test_facts_give_back_what_was_paid_once(self):
        """PEN-19: paid is reversed, the large one for the manager; again: nothing."""
        fact = self._fact()
        late = self._confirmed("LATE", event=fact)
        loss = self._confirmed("LOSS", event=fact, amount=701.0)
        self._pay()
        later = self._propose("REPORT", event=fact)
        withdraw = self.env["aftersales.adjustment"]._withdraw_facts
        self.assertEqual(withdraw(fact, "Another order"), late | loss | later)
        self.assertEqual(late.reversal_ids.state, "confirmed")
        self.assertEqual(loss.reversal_ids.state, "verified")
        self.assertEqual(later.state, "cancel")
        self.assertFalse(withdraw(fact, "Another order"))
        self.assertEqual(len((late | loss).reversal_ids), 2)

    # -- on record, and by dialog

    def test_the_whole_life_of_a_penalty_is_on_record(self):
        """PEN-19, PEN-20: each step with its name, from the fact to the refund."""
        penalty = self._verified("LATE")
        penalty.with_user(self.technician_user).action_appeal("Road closed")
        judge = penalty.with_user(self.quality_vp_user)
        judge.action_decide_appeal(False, "It was not")
        penalty.with_user(self.technician_user).action_acknowledge()
        penalty.with_user(self.hr_user).action_confirm()
        self._pay().refund_sheet()
        trail = self._trail(penalty)
        self.assertEqual(
            trail.mapped("event"),
            [
                "proposed",
                "verified",
                "appealed",
                "appeal_upheld",
                "acknowledged",
                "confirmed",
                "posted",
                "settled",
                "unposted",
                "confirmed",
            ],
        )
        self.assertEqual(trail[2].user_login, self.technician_user.login)
        self.assertEqual(trail[2].reason, "Road closed")
        self.assertEqual(trail[3].reason, "It was not")

    def test_dialogs_cancel_uphold_and_reverse(self):
        """PEN-19: the text typed in goes on record with the act of the dialog."""
        penalty = self._verified("LATE")
        penalty.with_user(self.technician_user).action_appeal("Road closed")
        other, paid = self._propose("REPORT"), self._confirmed("DISOBEY")
        self._pay()
        for adjustment, user, method, text in (
            (penalty, self.quality_vp_user, "action_open_uphold", "It was not"),
            (other, self.head_user, "action_open_cancel", "It was complete"),
            (paid, self.hr_user, "action_open_reverse", "He did as told"),
        ):
            action = getattr(adjustment.with_user(user), method)()
            self.assertEqual(action["type"], "ir.actions.act_window")
            self.assertEqual((action["view_mode"], action["target"]), ("form", "new"))
            self.assertTrue(action["name"])
            with self.assertRaises(AccessError):
                getattr(adjustment.with_user(self.dispatcher_user), method)()
            dialogs = self.env[action["res_model"]].with_user(user)
            dialogs.with_context(**action["context"]).create(
                {"text": text}
            ).action_apply()
        self.assertEqual((penalty.appeal_state, penalty.state), ("upheld", "verified"))
        self.assertEqual(other.state, "cancel")
        self.assertEqual(paid.reversal_ids.reason, "He did as told")
        none = self.env["aftersales.adjustment"].with_user(self.head_user)
        with self.assertRaisesRegex(UserError, "Choose an adjustment first"):
            none.action_open_cancel()

    def test_the_moment_of_each_step(self):
        """PEN-19: verified and confirmed by whom, and when."""
        with freeze_time("2026-03-12 02:00:00"):
            penalty = self._verified("LATE")
        with freeze_time("2026-03-13 03:00:00"):
            penalty.with_user(self.hr_user).action_confirm()
        stamps = penalty.verified_on.isoformat(), penalty.confirmed_on.isoformat()
        self.assertEqual(stamps, ("2026-03-12T02:00:00", "2026-03-13T03:00:00"))
        people = penalty.verified_by_id, penalty.confirmed_by_id
        self.assertEqual(people, (self.head_user, self.hr_user))

    def test_each_confirms_his_own_side_of_the_limit(self):
        """PEN-19: large and small together: each is told which ones are not his."""
        large, small = self._verified("LOSS", amount=701.0), self._verified("LATE")
        for user, text in (
            (self.hr_user, f"^{large.name} is above the limit"),
            (self.gm_user, f"^{small.name} is within the limit"),
        ):
            with self.subTest(user.login), self.assertRaisesRegex(AccessError, text):
                (large | small).with_user(user).action_confirm()
        self.assertEqual({large.state, small.state}, {"verified"})
        done = small.with_user(self.hr_user).action_confirm()
        self.assertEqual((done, done.state), (small, "confirmed"))
