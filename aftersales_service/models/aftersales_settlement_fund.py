from odoo import api, models


class AftersalesSettlement(models.Model):
    """Fines that payslips took go to the activity fund, where one is kept (PEN-17)."""

    _inherit = "aftersales.settlement"

    @api.model
    def _record(self, entries):
        lines = super()._record(entries)
        if any(entry["kind"] in ("post", "reverse") for entry in entries):
            lines._feed_fund()
        return lines

    def _feed_fund(self):
        """Write into the fund what these lines took, or gave back."""
        fines = self.sudo().filtered(  # sudo: settings and rules behind a payslip
            lambda line: (
                line.kind in ("post", "reverse")
                and line.company_id.aftersales_fund_enabled
                and line.rule_id.kind == "penalty"
                and line.rule_id.is_for_fund
            )
        )
        pages = self.env["aftersales.fund"].sudo()  # sudo: the fund's only writer
        entries = []
        for company, lines in fines.grouped("company_id").items():
            fund, today = pages._get_current(company)
            entries += [line._prepare_fund_line(fund, today) for line in lines]
        if entries:
            pages.env["aftersales.fund.line"]._enter(entries)

    def _prepare_fund_line(self, fund, today):
        """Return the entry of one fine that was paid, or paid back."""
        amount = -self.signed_amount if self.kind == "reverse" else self.signed_amount
        return {
            "fund_id": fund.id,
            "date": today,
            "kind": "fine" if amount > 0 else "repaid",
            "amount": amount,
            "settlement_id": self.id,
            "employee_id": self.employee_id.id,
            "rule_id": self.rule_id.id,
            "key": f"settlement:{self.id}",
        }
