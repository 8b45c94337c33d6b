from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    TransitionError,
)
from .field_common import FieldCommon


@tagged("post_install", "-at_install")
class TestCallbackAfter(FieldCommon):
    """What follows from an answer, and answers that come without a call."""

    def _callback(self, **values):
        """Return the call-back of an unsure repair, as the clerk sees it."""
        if values:
            self.policy.callback_rule_ids.write(values)
        order = self._walk("done", findings={"fix_confidence": "unsure"})
        return order.sudo().callback_ids.with_user(self.callback_user)

    def _dissatisfied(self):
        callback = self._callback()
        callback.action_record(
            "dissatisfied", "Leaks again", {"attitude": 4}, "quality"
        )
        return callback

    def _finish_rework(self, callback, **findings):
        order = callback.rework_order_id.with_user(self.dispatcher_user)
        order.worker_ids or order.write(
            {"worker_ids": [(0, 0, {"employee_id": self.technician.id})]}
        )
        order.action_schedule(self._at("15:30"))
        order.action_dispatch()
        field = order.with_user(self.technician_user)
        field.check_ids.action_answer(True)
        field.action_depart(self._at("15:30"))
        field.action_arrive(self._at("15:50"))
        self._findings(order, **findings)
        field.action_sign("Li Hua", self._picture(), self._at("16:30"))
        field.action_call_headquarters(self._at("16:31"))
        field.action_leave(self._at("16:32"))
        field.action_done(self._at("16:33"))
        return order

    def _picture(self):
        from .field_common import picture

        return picture("blue")

    # -- answers

    def test_topics_of_the_script(self):
        """CB-06, CB-11, F50: product, fit, attitude as marks, improvement in words."""
        callback = self._callback()
        for scores in (
            {"improvement": 5},
            {"product": 6},
            {"fit": "5"},
            {"wish": "x"},
        ):
            with self.assertRaises(ArgumentError):
                callback.action_record("satisfied", scores=scores)
        callback.action_record(
            "satisfied",
            scores={
                "product": 4,
                "fit": 5,
                "attitude": 3,
                "improvement": "Come with a longer hose",
            },
        )
        self.assertEqual(
            (callback.score_product, callback.score_fit, callback.score_attitude),
            (4, 5, 3),
        )
        self.assertEqual(callback.improvement, "Come with a longer hose")
        self.assertEqual(callback.credited_id, self.technician)
        self.assertEqual(callback.answered_by, "call")
        for values in ({"improvement": "x"}, {"credited_id": self.technician2.id}):
            with self.assertRaises(GuardedFieldError):
                callback.write(values)

    def test_poor_attitude_opens_a_review_without_a_fine(self):
        """COND-08: a mark of 1 or 2 opens a case, once, and no penalty."""
        callback = self._callback()
        callback.action_record("satisfied", scores={"attitude": 2})
        case = self.env["aftersales.case"].search(
            [("source_model", "=", callback._name), ("source_id", "=", callback.id)]
        )
        self.assertEqual(case.kind, "attitude")
        self.assertEqual(case.state, "draft")
        self.assertEqual(case.share_ids.employee_id, self.technician)
        self.assertFalse(
            self.env["aftersales.adjustment"].search(
                [
                    ("employee_id", "=", self.technician.id),
                    ("rule_id.kind", "=", "penalty"),
                ]
            )
        )
        fair = self._callback()
        fair.action_record("satisfied", scores={"attitude": 3})
        self.assertFalse(fair.sudo().case_id)

    # -- dissatisfied

    def test_dissatisfied_opens_a_liability_review(self):
        """DISP-06, PEN-14: a draft case is linked; the caller does not see it."""
        callback = self._dissatisfied()
        case = callback.sudo().case_id
        self.assertEqual((case.kind, case.state), ("dissatisfied", "draft"))
        self.assertIn("Leaks again", case.facts)
        with self.assertRaises(AccessError):
            callback.read(["case_id"])
        with self.assertRaises(AccessError):
            case.with_user(self.callback_user).read(["facts"])
        self.assertTrue(callback.with_user(self.head_user).read(["case_id"]))

    def test_head_tracks_to_the_end(self):
        """ESC-03, DISP-06: nothing closes before the head's tick, at the end."""
        ticket = self._ticket()
        order = self._walk(
            "done", findings={"fix_confidence": "unsure"}, ticket_id=ticket.id
        )
        callback = order.sudo().callback_ids.with_user(self.callback_user)
        callback.action_record("dissatisfied", aspect="quality")
        rework = callback.rework_order_id
        self.assertEqual(rework.escalation_owner_id, self.head_user)
        self.assertTrue(order.needs_tracking)
        with self.assertRaises(MissingError):
            order.action_close()
        head = rework.with_user(self.head_user)
        with self.assertRaises(MissingError):
            head.action_track()
        self._finish_rework(callback)
        self.assertFalse(ticket.closed)
        with self.assertRaises(MissingError):
            head.action_track()  # the second call is still owed
        second = rework.sudo().callback_ids
        self.assertEqual(second.round, 2)
        with freeze_time(self._at("20:00")):
            second.with_user(self.callback_user).action_record(
                "satisfied", at=self._at("19:40")
            )
        with self.assertRaises(AccessError):
            rework.with_user(self.dispatcher_user).action_track()
        head.action_track()
        head.action_track()
        self.assertFalse(order.needs_tracking or rework.needs_tracking)
        self.assertTrue(ticket.closed)
        summaries = rework.sudo().activity_ids.mapped("summary")
        self.assertFalse([text for text in summaries if "Dissatisfied" in (text or "")])
        rework.with_user(self.dispatcher_user).action_close()
        self.assertEqual(rework.state, "closed")
        with self.assertRaises(FrozenFactError):
            order.sudo().tracked_on = False

    def test_second_dissatisfaction_begins_again(self):
        """DISP-06, CB-03: until satisfied: a third call after the second rework."""
        first = self._dissatisfied()
        self._finish_rework(first)
        second = first.rework_order_id.sudo().callback_ids
        with freeze_time(self._at("23:00")):
            second.with_user(self.callback_user).action_record(
                "dissatisfied", aspect="speed", at=self._at("20:00")
            )
        third = self.env["aftersales.callback"]._create_for(
            second.rework_order_id, {}, self._at("22:00")
        )
        self.assertEqual(third.round, 3)
        self.assertTrue(first.order_id.needs_tracking)

    def test_tick_with_words_where_nobody_was_satisfied(self):
        """ESC-03: a case that ends without a satisfied answer needs its story."""
        callback = self._dissatisfied()
        callback.rework_order_id.with_user(self.dispatcher_user).action_cancel("Sold")
        head = callback.order_id.with_user(self.head_user)
        with self.assertRaises(MissingError):
            head.action_track()
        head.action_track("The customer sold the machine.")
        self.assertFalse(callback.order_id.needs_tracking)

    def test_second_call_after_a_call_without_a_rule(self):
        """CB-16, DISP-06: the remedy call too is followed by a second one."""
        order = self._walk("done")
        today = self.env["aftersales.callback"]._owe_today(order)
        today.with_user(self.callback_user).action_record(
            "dissatisfied", aspect="quality"
        )
        again = self.env["aftersales.callback"]._create_for(
            today.rework_order_id, {}, self._at("16:00")
        )
        self.assertEqual(again.round, 2)
        self.assertFalse(
            self.env["aftersales.callback"]._create_for(today.rework_order_id, {})
        )

    def test_false_satisfaction_opens_a_case_and_a_call_the_same_day(self):
        """CB-16, PEN-15: case opened, call-back due the same day."""
        order = self._walk("done")
        with freeze_time("2026-03-03 04:00:00"):
            order.with_user(self.head_user).action_doubt()
            order.with_user(self.head_user).action_doubt()
        call = order.sudo().callback_ids
        self.assertEqual(len(call), 1)
        self.assertEqual(call.due_on, self._local("2026-03-04 00:00"))
        case = self.env["aftersales.case"].search(
            [("source_model", "=", order._name), ("source_id", "=", order.id)]
        )
        self.assertEqual(case.kind, "falsification")
        self.assertEqual(order.with_user(self.head_user).case_count, 1)

    def _get_falsifications(self, order):
        return self.env["aftersales.case"].search(
            [
                ("kind", "=", "falsification"),
                ("source_model", "=", order._name),
                ("source_id", "=", order.id),
            ]
        )

    def test_pen_15_refuses_who_is_no_head_and_what_is_honest(self):
        """PEN-15: no case by another role, before the end, or about a clean sheet."""
        running = self._walk("on_site")
        with self.assertRaises(TransitionError):
            running.with_user(self.head_user).action_doubt()
        honest = self._walk("done")
        honest.with_user(self.dispatcher_user).action_receive_sheet()
        missing = self._walk("done")
        with freeze_time("2026-03-03 04:00:00"):
            with self.assertRaises(MissingError):
                honest.with_user(self.head_user).action_doubt()
            with self.assertRaises(MissingError):
                (honest | missing).with_user(self.head_user).action_doubt()
            for user in (
                self.technician_user,
                self.technician2_user,
                self.dispatcher_user,
                self.quality_vp_user,
                self.gm_user,
                self.hr_user,
            ):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    missing.with_user(user).action_doubt()
        for order in (running, honest, missing):
            self.assertFalse(self._get_falsifications(order))
            self.assertFalse(order.sudo().callback_ids)

    def test_pen_15_a_case_fines_nobody_by_itself(self):
        """PEN-15: no fine before the decision, none without a rule or an amount."""
        order = self._walk("done")
        with freeze_time("2026-03-03 04:00:00"):
            order.with_user(self.head_user).action_doubt()
        case = self._get_falsifications(order).with_user(self.quality_vp_user)
        domain = [("source_model", "=", case._name), ("source_id", "=", case.id)]
        adjustments = self.env["aftersales.adjustment"]
        self.assertFalse(adjustments.search(domain))
        with self.assertRaises(AccessError):
            case.with_user(self.head_user).outcome = "fine"
        case.write(
            {
                "outcome": "fine",
                "loss_kind": "image",
                "determination": "Signed by the technician himself.",
                "member_ids": [(6, 0, self.hr_user.ids)],
            }
        )
        case.share_ids.percent = 100.0
        with self.assertRaises(MissingError):
            case.action_determine()
        case.breached_rule_id = self.env.ref("aftersales_service.pay_rule_free_fine")
        case.fine_amount = 80.0
        case.action_determine()
        self.assertFalse(adjustments.search(domain))
        with self.assertRaises(AccessError):
            case.action_decide("Fined")
        manager = case.with_user(self.gm_user)
        manager.action_review()
        manager.action_decide("Fined")
        fine = adjustments.search(domain)
        self.assertEqual((fine.amount, fine.employee_id), (80.0, self.technician))

    def test_dissatisfied_during_the_work(self):
        """CB-13: a call during the work tells the head; no second order is made."""
        self.env["aftersales.policy.callback"].create(
            {
                "policy_id": self.policy.id,
                "name": "During",
                "trigger": "started",
                "delay_hours": 0.0,
                "window_hours": 2.0,
            }
        )
        order = self._walk("on_site")
        callback = order.sudo().callback_ids.with_user(self.callback_user)
        callback.action_record("dissatisfied", aspect="attitude", at=self._at("10:30"))
        self.assertFalse(callback.rework_order_id)
        self.assertEqual(order.escalation_owner_id, self.head_user)
        self.assertFalse(order.sudo().rework_ids)

    # -- ratings

    def test_nobody_rates_for_the_customer(self):
        """CB-11: the technician can neither write nor make a rating."""
        order = self._walk("done")
        order.sudo()._customer_rate(2, "Rude", self.customer)
        rating = order.sudo().rating_ids
        self.assertEqual(rating.rated_partner_id, self.technician_user.partner_id)
        for user in (self.technician_user, self.head_user):
            with self.assertRaises(FrozenFactError):
                rating.with_user(user).rating = 5
            with self.assertRaises(FrozenFactError):
                self.env["rating.rating"].with_user(user).create(
                    {
                        "res_model_id": self.env["ir.model"]._get_id(order._name),
                        "res_id": order.id,
                        "rating": 5,
                        "consumed": True,
                    }
                )
        with self.assertRaises(FrozenFactError):
            order.with_user(self.head_user).customer_score = 5

    # -- reports

    def test_summary_counts_results_suggestions_and_coverage(self):
        """CB-10, CB-11, F51: counts, coverage red below the target, filed for good."""
        self.customer.is_aftersales_member = True
        first = self._callback()
        first.action_record("satisfied", scores={"improvement": "Longer hose"})
        second = self._callback()
        second.action_record("average", aspect="speed")
        summary = (
            self.env["aftersales.callback.summary"]
            .with_user(self.callback_user)
            .create({"date_from": "2026-03-01", "date_to": "2026-03-31"})
        )
        self.assertEqual(
            (summary.owed_count, summary.satisfied_count, summary.average_count),
            (2, 1, 1),
        )
        self.assertIn("Longer hose", summary.suggestions)
        self.assertEqual((summary.coverage, summary.is_below_target), (100.0, False))
        self._callback()
        summary.action_count()
        self.assertEqual((summary.owed_count, summary.coverage), (3, 0.0))
        self.assertTrue(summary.is_below_target)
        with self.assertRaises(GuardedFieldError):
            summary.owed_count = 1
        summary.action_file()
        with self.assertRaises(FrozenFactError):
            summary.analysis = "Later"
        with self.assertRaises(FrozenFactError):
            summary.action_count()
        with self.assertRaises(AccessError):
            summary.with_user(self.technician_user).read(["owed_count"])

    def test_forms_print_in_one_go(self):
        """F50, F51, F79: record, questionnaire and summary print, several at once."""
        callbacks = self._callback() | self._callback()
        callbacks[0].action_record("satisfied", "Fine", {"product": 4})
        reports = self.env["ir.actions.report"].with_user(self.callback_user)
        html = reports._render_qweb_html(
            "aftersales_service.report_aftersales_callback", callbacks.ids
        )[0].decode()
        for callback in callbacks:
            self.assertIn(callback.name, html)
        self.assertIn("Fit for the Need", html)
        summary = self.env["aftersales.callback.summary"].create(
            {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        )
        html = reports._render_qweb_html(
            "aftersales_service.report_aftersales_callback_summary", summary.ids
        )[0].decode()
        self.assertIn("Coverage", html)
