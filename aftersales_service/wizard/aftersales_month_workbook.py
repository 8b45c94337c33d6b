from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..arguments import check_single

HR = "payroll.group_payroll_user"


class AftersalesMonthWorkbook(models.TransientModel):
    """The reward-and-penalty sheet of a period as a workbook (F64)."""

    _name = "aftersales.month.workbook"
    _description = "Month Workbook"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
    )
    date_to = fields.Date(
        string="To",
        required=True,
        default=lambda self: (
            fields.Date.context_today(self) + relativedelta(day=1, months=1, days=-1)
        ),
    )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for wizard in self:
            if wizard.date_from > wizard.date_to:
                raise ValidationError(
                    self.env._("The first day lies after the last one. Swap them.")
                )

    def action_print(self):
        """Download the workbook of this period (HR).

        :return: report action
        :raise AccessError: for others than HR
        """
        check_single(self)
        self._check_hr()
        report = self.env.ref("aftersales_service.action_report_month_workbook")
        return report.report_action(self)

    def _check_hr(self):
        if not self.env.user.has_group(HR):
            raise AccessError(self.env._("Only HR takes the workbook of a month."))
        if self.company_id not in self.env.companies:
            raise AccessError(
                self.env._("Switch to the company whose workbook you need.")
            )

    def _get_adjustments(self):
        """Return the adjustments dated in the period, by employee."""
        found = self.env["aftersales.adjustment"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
                ("state", "!=", "cancel"),
            ],
            order="date, id",
        )
        return found.sorted(lambda entry: (entry.employee_id.name or "", entry.date))
