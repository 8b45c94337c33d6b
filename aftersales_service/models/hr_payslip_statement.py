from odoo import models
from odoo.tools import format_amount


class HrPayslip(models.Model):
    """The printed statement: every amount with the fact behind it."""

    _inherit = "hr.payslip"

    def _get_statement_lang(self):
        """Return the language the employee reads, else the user's own."""
        employee = self.employee_id.sudo()  # sudo: the language of an employee
        partner = employee.user_id.partner_id or employee.work_contact_id
        return partner.lang or self.env.lang

    def _get_statement(self):
        """Return what the statement of one payslip shows.

        :return: dict with ``sections`` (one per payslip code: title, lines, total)
            and ``pay`` (the computed lines with the codes people look for)
        """
        self.ensure_one()
        currency = self.company_id.currency_id
        titles = {
            "AS_ALLOWANCE": self.env._("Allowances"),
            "AS_REWARD": self.env._("Rewards"),
            "AS_PENALTY": self.env._("Penalties"),
        }
        by_code = self.aftersales_line_ids.grouped("payslip_code")
        sections = []
        for code, title in titles.items():
            lines = by_code.get(code, self.aftersales_line_ids.browse())
            lines = lines.sorted(lambda line: (line.date, line.id))
            sign = -1 if code == "AS_PENALTY" else 1
            amounts = [sign * line.signed_amount for line in lines]
            sections.append(
                {
                    "title": title,
                    "lines": [
                        line._prepare_statement_line(sign, currency) for line in lines
                    ],
                    "total": format_amount(self.env, sum(amounts), currency),
                }
            )
        return {
            "sections": [section for section in sections if section["lines"]],
            "pay": [
                (line.name, format_amount(self.env, line.total, currency))
                for line in self.line_ids.sorted("sequence")
                if line.total or line.code in ("GROSS", "NET")
            ],
        }
