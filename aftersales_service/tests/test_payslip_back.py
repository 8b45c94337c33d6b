from odoo.exceptions import UserError
from odoo.tests import tagged

from ..exceptions import TransitionError
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
class TestPayslipBack(PayCommon):
    """Drafts, cancellations, deletions and refunds give the money back (L1 to L3)."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._check_laws)

    def _check_laws(self):
        """Whatever a test did, no money was lost or paid twice."""
        found = self.env["aftersales.integrity"].run(["L1", "L2", "L3", "L5"])
        self.assertFalse([law for law in found if not law["ok"]])

    def _ledger(self, adjustment):
        return adjustment.settlement_ids.sorted("id").mapped("kind")

    def test_draft_cancel_and_delete_release(self):
        """PEN-20: draft cancel and delete release."""
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
        """PEN-20: cancelling a done slip reverses."""
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
        """PEN-20: done slips are not computed again."""
        self._confirmed("LATE")
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        with self.assertRaises(TransitionError):
            slip.compute_sheet()
        self.assertEqual(slip.state, "done")

    def test_refund_once_and_what_it_gives_back(self):
        """PEN-20: refund once and what it gives back."""
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
        """PEN-20: cancelling a refund posts again or is refused."""
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
        """PEN-20: copies carry nothing and cannot pay."""
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

    def test_a_refund_stays_once_its_money_stands_elsewhere(self):
        """PEN-20: what April's payslip holds is not posted on March's again."""
        self.env["ir.config_parameter"].set_param(
            "payroll.allow_cancel_payslips", "True"
        )
        penalty = self._confirmed("LATE")
        march = self._slip()
        march.compute_sheet()
        march.action_payslip_done()
        march.refund_sheet()
        april = self._slip(month="2026-04", days=30)
        for act in ("compute_sheet", "action_payslip_done"):
            getattr(april, act)()
            with (
                self.subTest(act),
                self.assertRaisesRegex(TransitionError, "stands on another payslip"),
                self.env.cr.savepoint(),
            ):
                march.refunded_id.action_payslip_cancel()
        self.assertEqual(penalty.settled_amount, 50.0)
        self.assertEqual(march.refunded_id.state, "done")

    def test_a_payslip_shows_what_it_took_before_and_after(self):
        """PEN-20: planned, paid and given back; the input counts its penalties."""
        penalties = self._confirmed("LATE") | self._confirmed("REPORT")
        slip = self._slip()
        slip.compute_sheet()
        shown = slip.sudo()
        penalty_input = shown.input_line_ids.filtered("is_aftersales")
        self.assertEqual((penalty_input.amount, penalty_input.amount_qty), (70.0, 2))
        for act, kinds in (
            (lambda: None, {"reserve"}),
            (slip.action_payslip_done, {"post"}),
            (slip.refund_sheet, set()),
        ):
            act()
            shown.invalidate_recordset(["aftersales_line_ids"])
            with self.subTest(kinds):
                lines = shown.aftersales_line_ids
                self.assertEqual(set(lines.mapped("kind")), kinds)
                self.assertEqual(shown.aftersales_line_count, len(lines))
                if kinds:
                    self.assertEqual(lines.adjustment_id, penalties)
