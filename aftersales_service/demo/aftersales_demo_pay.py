"""Adjustments and payslips of the demo history."""

from dateutil.relativedelta import relativedelta

from odoo import Command, api, models

from .aftersales_demo_stock import TECHNICIANS

# Rule, technician, day, month before last as -1, and why.
BY_HAND = (
    ("PRAISE", "liu", 8, -1, "Letter of thanks from Suzhou Fine Optics"),
    ("PRAISE", "zheng", 19, -1, "Praised on the hotline by Hebei Plains Foods"),
    ("PRAISE", "sun", 11, 0, "Banner from Hangzhou Spring Tea Drinks"),
    ("PRAISE", "zhao", 22, 0, "Stayed over noon to finish at Mianyang"),
    ("PHONE_OFF", "feng", 16, -1, "Phone off from 14:10 to 16:00, no reason given"),
    ("PHONE_OFF", "wu", 21, 0, "Refused two calls of the duty officer"),
    ("DISOBEY", "zhou", 24, 0, "Did not go to Hefei although sent there"),
)


class AftersalesDemo(models.AbstractModel):
    _inherit = "aftersales.demo"

    @api.model
    def _setup_pay(self):
        """Put the technicians on the payroll structure of field service."""
        self._record("company").aftersales_fund_enabled = True
        structure = self._record("payroll_structure")
        for name in TECHNICIANS:
            self._record(f"employee_{name}").version_id.struct_id = structure

    @api.model
    def _settle_pay(self, _jobs):
        """Verify, confirm and pay what followed from the facts, month by month."""
        this_month = self._today().replace(day=1)
        last_month = this_month - relativedelta(months=1)
        self._enter_by_hand(last_month)
        self._confirm_adjustments(this_month - relativedelta(days=5))
        self._lend_people(last_month)
        self._appraise(last_month)
        for first in (last_month - relativedelta(months=1), last_month):
            names = [n for n in TECHNICIANS if first != last_month or n != "wang"]
            self._pay_month(first, names)

    @api.model
    def _enter_by_hand(self, month):
        """Let the head enter what no document records: praise and discipline."""
        env = self._act("head")
        codes = {code for code, _name, _day, _months, _reason in BY_HAND}
        rules = self.env["aftersales.pay.rule"].search([("code", "in", codes)])
        by_code = {rule.code: rule.id for rule in rules}
        env["aftersales.adjustment"].create(
            [
                {
                    "employee_id": self._record(f"employee_{name}").id,
                    "rule_id": by_code[code],
                    "date": month + relativedelta(months=months, day=day),
                    "reason": reason,
                }
                for code, name, day, months, reason in BY_HAND
            ]
        )

    @api.model
    def _lend_people(self, month):
        """Lend two technicians to the workshop for two days, and ask for one more."""
        secondments = self._act("head")["aftersales.secondment"]
        department = self._record("department_workshop")
        for day, names, note in (
            (9, ("feng", "wu"), "Trial runs of the new screw units"),
            (23, ("sun",), "Test bench of the workshop"),
        ):
            made = secondments.create(
                {
                    "department_id": department.id,
                    "employee_ids": [
                        Command.link(self._record(f"employee_{name}").id)
                        for name in names
                    ],
                    "date_from": month + relativedelta(day=day),
                    "date_to": month + relativedelta(day=day + 1),
                    "note": note,
                }
            )
            if len(names) > 1:
                made.action_confirm()

    @api.model
    def _appraise(self, month):
        """Give everybody a mark for the month, as the head does (PAY-13)."""
        marks = self._act("head")["aftersales.appraisal"].action_prepare_month(month)
        for number, mark in enumerate(marks.sorted("employee_id")):
            mark.score = 78.0 + number * 7 % 20
        marks.action_give()

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
