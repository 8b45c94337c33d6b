from odoo import api, models
from odoo.exceptions import AccessError

from .hr_payslip_input import CODES

MANAGER = "payroll.group_payroll_manager"


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

    @api.model
    def action_add_aftersales_structure(self):
        """Give the company its own copy of the structure of field service.

        A structure belongs to one company; contracts of another cannot have it.

        :return: the structures of this company that pay adjustments
        :raise AccessError: for others than managers of the payroll
        """
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only a manager of the payroll adds structures.")
            )
        company = self.env.company
        found = self.search([("company_id", "=", company.id)])
        found = found.filtered(lambda item: item._get_aftersales_codes() == CODES)
        if found:
            return found
        # sudo: the shipped structure belongs to the first company
        template = self.env.ref("aftersales_service.payroll_structure_field").sudo()
        made = template.copy({"company_id": company.id})
        made.code = template.code
        return self.browse(made.id)

    def _get_aftersales_codes(self):
        """Return our payslip codes that these structures have a line for."""
        rules = self.get_structure_with_parents().get_all_rules()
        return CODES.intersection(rules.mapped("code"))
