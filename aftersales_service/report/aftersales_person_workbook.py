from odoo import models

from ..models.aftersales_person import PEOPLE

# What a column can show; pictures are named only.
SHOWN = (
    *("char", "text", "html", "integer", "float", "monetary", "boolean"),
    *("date", "datetime", "selection", "many2one", "json"),
)
LONGEST = 31  # of a sheet's name
FORBIDDEN = "[]:*?/\\"  # in one


class AftersalesPersonReport(models.AbstractModel):
    """Writes everything that is kept about a person: a sheet a kind of document."""

    _name = "report.aftersales_service.person"
    _inherit = "report.report_xlsx.abstract"
    _description = "Personal Data Writer"

    def get_workbook_options(self):
        """Return options that keep a text that begins with ``=`` a text."""
        return {
            **super().get_workbook_options(),
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }

    def _get_objs_for_report(self, docids, data):
        return self.env["aftersales.person.request"].browse(docids)

    def generate_xlsx_report(self, workbook, data, objs):
        """Write the person's own records, then the documents that name him.

        :param workbook: ``xlsxwriter.Workbook``
        :param data: not used
        :param objs: ``aftersales.person.request`` records
        """
        service = self.env["aftersales.person"]
        bold = workbook.add_format({"bold": True, "bottom": 1})
        for request in objs:
            person = request._get_person()
            identity = service._get_identity(person)
            own = {name: identity[name] for name in PEOPLE if identity[name]}
            if person._name == "hr.employee":
                own["hr.version"] = person.version_ids
            for name, records in {**own, **service._find(identity)}.items():
                self._write_sheet(workbook, bold, name, records)

    def _write_sheet(self, workbook, bold, name, records):
        """Write a row a record and a column for each field that says something."""
        fields = [
            field
            for field in records._fields.values()
            if field.store and field.type in SHOWN
        ]
        rows = [
            [self._as_text(record, field) for field in fields] for record in records
        ]
        used = [
            place for place in range(len(fields)) if any(row[place] for row in rows)
        ]
        sheet = workbook.add_worksheet(self._get_sheet_name(workbook, name))
        sheet.freeze_panes(1, 1)
        labels = records.fields_get([field.name for field in fields], ["string"])
        for column, place in enumerate(used):
            label = labels[fields[place].name]["string"]
            sheet.write_string(0, column, label, bold)
            sheet.set_column(column, column, 20)
            for number, row in enumerate(rows, start=1):
                sheet.write_string(number, column, row[place])

    def _get_sheet_name(self, workbook, name):
        """Return a name that no other sheet has."""
        title = self.env["aftersales.person"]._get_kind(name)
        for sign in FORBIDDEN:
            title = title.replace(sign, " ")
        title = title[:LONGEST]
        taken = {sheet.get_name().lower() for sheet in workbook.worksheets()}
        return name[-LONGEST:] if title.lower() in taken else title

    def _as_text(self, record, field):
        """Return the value of a field as the person reads it."""
        value = record[field.name]
        if field.type == "many2one":
            return value.sudo().display_name or ""  # sudo: names of what is held
        if field.type == "selection":
            choices = dict(field._description_selection(self.env))
            return str(choices.get(value, value) or "")
        return str(value) if value or value == 0 and field.type != "boolean" else ""
