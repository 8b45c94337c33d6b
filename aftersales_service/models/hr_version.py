from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare


class HrVersion(models.Model):
    """A wage does not rise while a decided case forbids it (PEN-12, ACC-07)."""

    _inherit = "hr.version"

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        for version in versions:
            earlier = version.employee_id.version_ids.filtered(
                lambda one, version=version: one.date_version < version.date_version
            ).sorted("date_version")[-1:]
            if earlier:
                version._check_pay_freeze(earlier.wage)
        return versions

    def write(self, vals):
        wages = {version: version.wage for version in self} if "wage" in vals else {}
        result = super().write(vals)
        for version, wage in wages.items():
            version._check_pay_freeze(wage)
        return result

    def _check_pay_freeze(self, wage):
        """Refuse a rise that begins, or is entered, while a freeze lasts.

        :param float wage: what was paid before
        :raise ValidationError: naming the case and the day it ends
        """
        if float_compare(self.wage, wage, precision_digits=2) <= 0:
            return
        day = max(self.date_version, fields.Date.context_today(self))
        freeze = self.env["aftersales.case.sanction"].sudo()  # sudo: HR sees no cases
        freeze = freeze._find_pay_freeze(self.employee_id, day)
        if freeze:
            raise ValidationError(
                self.env._(
                    "%(case)s allows %(employee)s no pay rise %(until)s.",
                    case=freeze.case_id.name,
                    employee=self.employee_id.name,
                    until=self.env._("until %s", freeze.date_to)
                    if freeze.date_to
                    else self.env._("for good"),
                )
            )
