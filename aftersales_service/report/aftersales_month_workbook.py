from collections import defaultdict

from odoo import models

SUMMARY_KINDS = ("allowance", "reward", "penalty")


class AftersalesMonthWorkbookReport(models.AbstractModel):
    """Writes the workbook: plain values, never a formula."""

    _name = "report.aftersales_service.month_workbook"
    _inherit = "report.report_xlsx.abstract"
    _description = "Month Workbook Writer"

    def get_workbook_options(self):
        """Return options that keep a text that begins with ``=`` a text."""
        return {
            **super().get_workbook_options(),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd",
        }

    def _get_objs_for_report(self, docids, data):
        return self.env["aftersales.month.workbook"].browse(docids)

    def generate_xlsx_report(self, workbook, data, objs):
        """Write a sheet of sums and a sheet of entries for each period.

        :param workbook: ``xlsxwriter.Workbook``
        :param data: not used
        :param objs: ``aftersales.month.workbook`` records
        """
        formats = {
            "head": workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            "money": workbook.add_format({"num_format": "#,##0.00"}),
            "sum": workbook.add_format(
                {"num_format": "#,##0.00", "bold": True, "top": 1}
            ),
            "bold": workbook.add_format({"bold": True, "top": 1}),
            "text": workbook.add_format({"text_wrap": True, "valign": "top"}),
        }
        for wizard in objs:
            wizard._check_hr()
            entries = wizard._get_adjustments()
            self._write_summary(workbook, formats, wizard, entries)
            self._write_entries(workbook, formats, wizard, entries)

    def _write_summary(self, workbook, formats, wizard, entries):
        """Write one line per employee: sums by kind, on payslips, still owed."""
        env = self.env
        sheet = self._add_sheet(
            workbook,
            formats,
            env._("Payroll"),
            [
                (env._("Employee"), 24),
                (env._("Allowances"), 14),
                (env._("Rewards"), 14),
                (env._("Penalties"), 14),
                (env._("Together"), 14),
                (env._("Settled"), 14),
                (env._("Still Owed"), 14),
            ],
        )
        totals = [0.0] * 6
        row = 1
        for employee, mine in entries.grouped("employee_id").items():
            figures = self._get_figures(mine)
            sheet.write_string(row, 0, employee.name or "", formats["text"])
            for column, figure in enumerate(figures):
                sheet.write_number(row, column + 1, figure, formats["money"])
                totals[column] += figure
            row += 1
        sheet.write_string(row, 0, env._("Total"), formats["bold"])
        for column, figure in enumerate(totals):
            rounded = wizard.company_id.currency_id.round(figure)
            sheet.write_number(row, column + 1, rounded, formats["sum"])

    def _get_figures(self, entries):
        """Return the sums of one employee as the columns show them, signed."""
        sums = defaultdict(float)
        currency = entries.currency_id
        for entry in entries:
            sums[entry.kind] += entry.signed_amount
            sums["owed"] += entry.owed_amount
            sums["settled"] += entry.signed_amount - entry.owed_amount
        by_kind = [sums[kind] for kind in SUMMARY_KINDS]
        figures = [*by_kind, sum(by_kind), sums["settled"], sums["owed"]]
        return [currency.round(figure) for figure in figures]

    def _write_entries(self, workbook, formats, wizard, entries):
        """Write one line per adjustment, with its clause and its evidence."""
        env = self.env
        sheet = self._add_sheet(
            workbook,
            formats,
            env._("Entries"),
            [
                (env._("Date"), 12),
                (env._("Number"), 16),
                (env._("Employee"), 20),
                (env._("Rule"), 26),
                (env._("Clause"), 22),
                (env._("Amount"), 12),
                (env._("Status"), 12),
                (env._("Waits For"), 28),
                (env._("Source Document"), 20),
                (env._("Evidence"), 60),
            ],
        )
        states = dict(entries._fields["state"]._description_selection(env))
        for row, entry in enumerate(entries, start=1):
            rule = entry.rule_id
            clause = " ".join(filter(None, (rule.document_name, rule.document_clause)))
            texts = {
                1: entry.name,
                2: entry.employee_id.name,
                3: rule.name,
                4: clause,
                6: states.get(entry.state),
                7: entry.blocked_reason,
                8: entry.source_name,
                9: entry.facts,
            }
            sheet.write_datetime(row, 0, entry.date)
            sheet.write_number(row, 5, entry.signed_amount, formats["money"])
            for column, text in texts.items():
                sheet.write_string(row, column, text or "", formats["text"])

    def _add_sheet(self, workbook, formats, name, columns):
        """Add a sheet with its heading row.

        :param columns: list of (heading, width in characters)
        """
        sheet = workbook.add_worksheet(name)
        for index, (heading, width) in enumerate(columns):
            sheet.set_column(index, index, width)
            sheet.write_string(0, index, heading, formats["head"])
        sheet.freeze_panes(1, 0)
        return sheet
