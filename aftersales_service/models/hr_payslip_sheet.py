from odoo import Command, models

COLLECTOR = "aftersales_payslip_lines"


class LineCollector:
    """Create values of payslip lines, kept until all slips are computed."""

    def __init__(self):
        self.values = []


class HrPayslip(models.Model):
    """The payroll's sheet, for many payslips at once.

    The payroll deletes, numbers and writes one slip at a time.  Here a batch deletes
    its old lines in one call, draws its numbers in one query, and makes all its new
    lines in one call; the lines are the same.
    """

    _inherit = "hr.payslip"

    def _aftersales_start_sheet(self):
        """Delete the old lines and number the slips before the payroll computes.

        :return: what collects the new lines, for the context
        """
        self.line_ids.unlink()
        new = self.filtered(lambda slip: not slip.number)
        # Of their own company, whichever the session begins with.
        for company, slips in new.grouped("company_id").items():
            # sudo: as the payroll itself draws them
            sequences = self.env["ir.sequence"].sudo().with_company(company)
            sequence = sequences._find_for_company("salary.slip")
            if sequence:
                numbers = sequence._next_many(len(slips))
                for slip, number in zip(slips, numbers, strict=True):
                    slip.number = number
        return LineCollector()

    def _aftersales_finish_sheet(self, collector):
        """Make the lines that the payroll computed.

        :param collector: a ``LineCollector``
        """
        self.env["hr.payslip.line"].create(collector.values)
        self.invalidate_recordset(["line_ids"], flush=False)

    def write(self, vals):
        collector = self.env.context.get(COLLECTOR)
        commands = vals.get("line_ids")
        if isinstance(collector, LineCollector) and commands and len(self) == 1:
            new = [values for kind, _id, values in commands if kind == Command.CREATE]
            if len(new) == len(commands):
                own = {"slip_id": self.id, "company_id": self.company_id.id}
                collector.values += [{**values, **own} for values in new]
                vals = {name: vals[name] for name in vals if name != "line_ids"}
        return super().write(vals)
