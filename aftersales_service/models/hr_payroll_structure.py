from odoo import models

from .hr_payslip_input import CODES


class HrPayrollStructure(models.Model):
    """Structures can be given the salary rules that carry adjustments."""

    _inherit = "hr.payroll.structure"

    def action_add_aftersales_rules(self):
        """Add the salary rules of allowances, rewards and penalties.

        :return: the structures
        """
        self.check_access("write")
        rules = self.env["hr.salary.rule"].union(
            *(
                self.env.ref(f"aftersales_service.salary_rule_{code.lower()}")
                for code in sorted(CODES)
            )
        )
        for structure in self:
            structure.rule_ids |= rules
        return self

    def _get_aftersales_codes(self):
        """Return our payslip codes that these structures have a line for."""
        rules = self.get_structure_with_parents().get_all_rules()
        return CODES.intersection(rules.mapped("code"))
