from collections import defaultdict

from odoo import models

from ..calc import scales

PENALTY = "AS_PENALTY"


class HrPayslip(models.Model):
    """How much a company may deduct: cap and floor (AMB-15)."""

    _inherit = "hr.payslip"

    def _aftersales_clip(self, due, inputs):
        """Cut penalties down to what the company may deduct.

        Gross and net are only known after the lines are computed, so the slips
        concerned are computed once for the figures.  Gross is before penalties
        and does not change with the cut.  The oldest penalties are taken first;
        reversals are taken in full and make room for as much.

        :param due: list of ``Due``
        :param inputs: ``{(slip id, code): input}``, amounts are corrected
        :return: the list with the amounts that may be taken
        """
        budgets = self._aftersales_get_budgets(inputs)
        if not budgets:
            return due
        for item in due:
            if item.slip_id in budgets and item.code == PENALTY and item.sign < 0:
                budgets[item.slip_id] += scales.money(item.amount)
        kept = []
        for item in due:
            if item.slip_id in budgets and item.code == PENALTY and item.sign > 0:
                amount = min(scales.money(item.amount), budgets[item.slip_id])
                budgets[item.slip_id] -= amount
                item = item._replace(amount=float(amount))
            if item.amount:
                kept.append(item)
        self._aftersales_correct_inputs(kept, inputs, budgets)
        return kept

    def _aftersales_get_budgets(self, inputs):
        """Return what slips of companies with a limit may deduct, as decimals.

        :return: ``{slip id: amount}``, without the slips that have no limit
        """
        budgets = {}
        for slip in self:
            company = slip.company_id
            limited = (
                company.aftersales_deduction_cap or company.aftersales_deduction_floor
            )
            if limited and (slip.id, PENALTY) in inputs:
                wanted = inputs[slip.id, PENALTY].amount
                budgets[slip.id] = slip._aftersales_get_budget(wanted)
        return budgets

    def _aftersales_correct_inputs(self, due, inputs, slip_ids):
        """Write the cut sums on the penalty inputs; drop what became empty."""
        sums, counts = self._aftersales_add_up(due)
        empty = self._aftersales_unguarded().env["hr.payslip.input"]
        for slip_id in slip_ids:
            key = slip_id, PENALTY
            if key in sums:
                inputs[key].write({"amount": sums[key], "amount_qty": counts[key]})
            else:
                empty += inputs[key]
        empty.unlink()

    def _aftersales_get_budget(self, wanted):
        """Return how much of the penalties this slip may deduct, as a decimal."""
        lines = [
            (line["code"], line["total"]) for line in self.get_lines_dict().values()
        ]
        gross, net = self._get_gross_and_net(lines)
        company = self.company_id
        if wanted <= 0:
            return scales.money(wanted)
        return scales.allowed_deduction(
            wanted,
            gross,
            net + wanted,
            company.aftersales_deduction_cap,
            company.aftersales_deduction_floor,
        )

    def _get_gross_and_net(self, lines):
        """Return gross pay before penalties, and net pay.

        Taken from the lines with the codes GROSS and NET; a structure without
        them counts everything that is paid, less what is deducted.

        :param lines: list of ``(code, total)``
        """
        totals = defaultdict(float)
        for code, total in lines:
            totals[code] += total
        paid = sum(total for _code, total in lines if total > 0)
        left = sum(total for _code, total in lines)
        return totals.get("GROSS", paid), totals.get("NET", left)
