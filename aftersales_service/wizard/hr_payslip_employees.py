from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..arguments import check_single


class HrPayslipEmployees(models.TransientModel):
    """Pressing again makes what is missing and nothing twice (rule D2)."""

    _inherit = "hr.payslip.employees"

    def compute_sheet(self):
        """Generate the payslips of a batch for those who have none in it yet.

        :return: window action that closes the wizard
        :raise UserError: without a batch, or with nobody chosen
        """
        check_single(self)
        run = self.env["hr.payslip.run"].browse(self.env.context.get("active_id"))
        run = run.exists()
        if not run:
            raise UserError(
                self.env._("Open the batch that these payslips are for, and try again.")
            )
        # Who waits here starts again afterwards, and sees the slips made meanwhile.
        self.env.cr.execute(
            SQL(
                "UPDATE hr_payslip_run SET write_date = write_date WHERE id = %s",
                run.id,
            )
        )
        run.invalidate_recordset(["slip_ids"])
        served = run.slip_ids.filtered(lambda slip: slip.state != "cancel").employee_id
        missing = self.employee_ids - served
        if self.employee_ids and not missing:
            return {"type": "ir.actions.act_window_close"}
        self.employee_ids = missing
        return super().compute_sheet()
