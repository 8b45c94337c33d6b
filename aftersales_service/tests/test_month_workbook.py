from io import BytesIO
from zipfile import ZipFile

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .common_pay import PayCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-28 04:00:00")
class TestMonthWorkbook(PayCommon):
    """The reward-and-penalty sheet of a month as a workbook."""

    def _wizard(self, user=None, **values):
        wizards = self.env["aftersales.month.workbook"].with_user(user or self.hr_user)
        return wizards.with_company(self.company).create(values)

    def _write(self, wizard):
        writer = self.env["report.aftersales_service.month_workbook"]
        writer = writer.with_user(wizard.env.user).with_company(self.company)
        content, kind = writer.create_xlsx_report(wizard.ids, {})
        self.assertEqual(kind, "xlsx")
        return content

    def _cells(self, content, sheet):
        """Return the texts and numbers of one sheet, row by row."""
        with ZipFile(BytesIO(content)) as archive:
            strings = archive.read("xl/sharedStrings.xml").decode()
            xml = archive.read(f"xl/worksheets/sheet{sheet}.xml").decode()
        return strings, xml

    def test_sums_and_entries(self):
        """PEN-20: sums of each employee, every entry with clause and evidence."""
        self._confirmed("LATE")
        self._confirmed("MEAL", quantity=7)
        self._propose("REPORT")
        content = self._write(self._wizard())
        strings, summary = self._cells(content, 1)
        self.assertIn("Wang Lei", strings)
        for figure in ("<v>105</v>", "<v>-70</v>", "<v>35</v>"):
            self.assertIn(figure, summary)
        strings, entries = self._cells(content, 2)
        self.assertIn("Seen on the order.", strings)
        self.assertEqual(entries.count("<row "), 4)

    def test_a_text_that_looks_like_a_formula_stays_a_text(self):
        """PEN-20: values, never formulas, whatever somebody typed."""
        self._propose("LATE", facts="=cmd|' /C calc'!A0")
        content = self._write(self._wizard())
        strings, entries = self._cells(content, 2)
        self.assertIn("=cmd|", strings)
        self.assertNotIn("<f>", entries)

    def test_other_months_and_cancelled_entries_stay_out(self):
        self._propose("LATE", on="2026-02-10")
        self._propose("LATE").with_user(self.head_user).action_cancel("Wrong person")
        _strings, entries = self._cells(self._write(self._wizard()), 2)
        self.assertEqual(entries.count("<row "), 1)

    def test_only_hr_and_only_a_real_period(self):
        """ROLE-03: wages are for HR; a period runs forward."""
        with self.assertRaises(AccessError):
            self._wizard(self.dispatcher_user)
        with self.assertRaises(ValidationError):
            self._wizard(date_from="2026-04-01", date_to="2026-03-01")
        wizard = self._wizard()
        with self.assertRaises(AccessError):
            self._write(wizard.with_user(self.technician_user))
        action = wizard.action_print()
        self.assertEqual(action["report_type"], "xlsx")
