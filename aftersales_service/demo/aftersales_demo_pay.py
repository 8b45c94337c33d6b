"""Adjustments and payslips of the demo history."""

from dateutil.relativedelta import relativedelta

from odoo import Command, api, models

from .aftersales_demo_stock import TECHNICIANS


class AftersalesDemo(models.AbstractModel):
    _inherit = "aftersales.demo"

    @api.model
    def _setup_pay(self):
        """Put the technicians on the payroll structure of field service."""
        structure = self._record("payroll_structure")
        for name in TECHNICIANS:
            self._record(f"employee_{name}").version_id.struct_id = structure

    @api.model
    def _settle_pay(self, _jobs):
        """Verify, confirm and pay what followed from the facts, month by month."""
        this_month = self._today().replace(day=1)
        last_month = this_month - relativedelta(months=1)
        self._confirm_adjustments(this_month - relativedelta(days=5))
        for first in (last_month - relativedelta(months=1), last_month):
            names = [n for n in TECHNICIANS if first != last_month or n != "wang"]
            self._pay_month(first, names)

    @api.model
    def _confirm_adjustments(self, until):
        """Let the head verify and HR confirm what happened before a day."""
        head, hr, manager = (self._act(name) for name in ("head", "hr", "manager"))
        domain = [("company_id", "=", self._record("company").id), ("date", "<", until)]
        adjustments = self.env["aftersales.adjustment"].search(domain)
        proposed = adjustments.filtered(lambda entry: entry.state == "proposed")
        proposed.with_env(head).action_verify()
        large = adjustments.filtered("is_above_limit")
        large.with_env(manager).action_confirm()
        (adjustments - large).with_env(hr).action_confirm()

    @api.model
    def _pay_month(self, first, names):
        """Make the payslips of a month in one batch and confirm them."""
        env = self._act("hr")
        last = first + relativedelta(months=1, days=-1)
        run = env["hr.payslip.run"].create(
            {
                "name": f"Field Service {first:%B %Y}",
                "date_start": first,
                "date_end": last,
                "company_id": self._record("company").id,
                "struct_id": self._record("payroll_structure").id,
            }
        )
        employees = [self._record(f"employee_{name}").id for name in names]
        wizard = env["hr.payslip.employees"].with_context(active_id=run.id)
        wizard.create({"employee_ids": [Command.set(employees)]}).compute_sheet()
        slips = run.slip_ids
        slips.action_payslip_done()
        run.close_payslip_run()
