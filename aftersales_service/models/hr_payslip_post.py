from collections import defaultdict

from odoo import models

from .. import guard
from ..exceptions import TransitionError
from .hr_payslip_input import CODES


class HrPayslip(models.Model):
    """Posting what was reserved, and taking it back."""

    _inherit = "hr.payslip"

    def _aftersales_post(self):
        """Post the reservations of slips that become done, nothing else.

        :raise TransitionError: when reservations, inputs and lines differ
        """
        ledger = self.env["aftersales.settlement"].sudo()  # sudo: only the bridge
        live = ledger._get_live("reserve", self)
        self._aftersales_check_sheet(live)
        posts = live._close("post")
        adjustments = posts.adjustment_id
        adjustments._lock()
        self._aftersales_settle(adjustments)

    def _aftersales_check_sheet(self, live):
        """Refuse to confirm a sheet that differs from what it reserved."""
        expected, reserved = defaultdict(float), defaultdict(float)
        for line in live:
            slip, adjustment = line.payslip_id, line.adjustment_id
            reserved[slip.id, line.payslip_code] += line.signed_amount
            if (
                adjustment.state != "confirmed"
                or adjustment.appeal_state == "open"
                or adjustment.employee_id != slip.employee_id
                or adjustment.company_id != slip.company_id
            ):
                slip._aftersales_raise_stale()
        for slip in self.sudo():  # sudo: lines and inputs of the slips confirmed
            expected.clear()
            for line in slip.line_ids.filtered(lambda line: line.code in CODES):
                sign = -1 if line.code == "AS_PENALTY" else 1
                expected[line.code] += sign * line.total
            if slip.credit_note and guard.is_open(self.env):
                continue  # the refund of a slip repeats its lines
            inputs = slip.input_line_ids.filtered("is_aftersales")
            amounts = {line.code: line.amount for line in inputs}
            for code in CODES:
                held = reserved[slip.id, code]
                found = (expected[code], amounts.get(code, 0.0))
                if any(abs(held - value) > 0.004 for value in found):
                    slip._aftersales_raise_stale()

    def _aftersales_raise_stale(self):
        raise TransitionError(
            self.env._(
                "The after-sales lines of %s do not match its adjustments any more. "
                "Compute the sheet again.",
                self.display_name,
            )
        )

    def _aftersales_unpost(self):
        """Take back what slips posted that stop being done.

        A credit note that stops being done brings the posts of its slip back.
        """
        ledger = self.env["aftersales.settlement"].sudo()  # sudo: only the bridge
        self._aftersales_reverse(ledger._get_live("post", self))
        self.filtered("credit_note")._aftersales_undo_refund()

    def _aftersales_refund(self):
        """Take back what slips posted that were refunded by a credit note."""
        ledger = self.env["aftersales.settlement"].sudo()  # sudo: only the bridge
        for refund, posts in (
            ledger._get_live("post", self)
            .grouped(lambda line: line.payslip_id.refunded_id)
            .items()
        ):
            self._aftersales_reverse(posts, refund_id=refund.id)

    def _aftersales_reverse(self, posts, **values):
        """Reverse posts; their adjustments are owed again."""
        adjustments = posts.adjustment_id
        adjustments._lock()
        posts._close("reverse", **values)
        self.env["aftersales.audit"]._log(adjustments, "unposted")
        adjustments.filtered(lambda record: record.state == "settled")._set_state(
            "confirmed"
        )

    def _aftersales_undo_refund(self):
        """Post again what credit notes had reversed, if it is still there.

        :raise TransitionError: when another payslip has taken it meanwhile
        """
        refunded = self.search(
            [("refunded_id", "in", self.ids), ("state", "=", "done")]
        )
        refunded._aftersales_take_period()
        ledger = self.env["aftersales.settlement"].sudo()  # sudo: only the bridge
        reverses = ledger.search(
            [
                ("kind", "=", "reverse"),
                ("refund_id", "in", self.ids),
                ("closed_by_ids", "=", False),
            ]
        )
        reverses = reverses.filtered(lambda line: line.payslip_id.state == "done")
        adjustments = reverses.adjustment_id
        adjustments._lock()
        reverses._check_still_owed()
        reserves = ledger._record(reverses._prepare_reservations())
        reserves._close("post")
        self._aftersales_settle(adjustments)

    def _aftersales_settle(self, adjustments):
        """Log what was posted, and settle what is paid in full."""
        self.env["aftersales.audit"]._log(adjustments, "posted")
        adjustments.filtered(lambda record: not record.residual_amount)._set_state(
            "settled"
        )
