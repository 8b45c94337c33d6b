"""Equipment from our template, through the import page of the web client."""

import io

from openpyxl import load_workbook

from odoo.tests import HttpCase, tagged

from .common import AftersalesCommon

UNITS = [
    {"serial": f"A-{number}", "brand": "Atlas", "model": "GA37"}
    for number in range(1, 6)
]
# What is wrong in the first file: an unknown site, no maker, a serial number twice.
FAULTS = {2: {"site_id": "Yunan"}, 3: {"brand": "", "model": ""}, 4: {"serial": "A-1"}}


@tagged("post_install", "-at_install")
class TestImportTour(HttpCase, AftersalesCommon):
    """The desk keeps the register: what is wrong is said, and nothing is halved."""

    def _get_template(self):
        """Return our template as the import page offers it, without its example."""
        self.dispatcher_user.password = self.dispatcher_user.login
        self.authenticate(self.dispatcher_user.login, self.dispatcher_user.login)
        model = self.env["aftersales.equipment"].with_user(self.dispatcher_user)
        response = self.url_open(model.get_import_templates()[0]["template"])
        book = load_workbook(io.BytesIO(response.content))
        book.active.delete_rows(2)
        return book

    def _offer(self, name, rows):
        """Put rows into the template, and the file where the tour finds it."""
        book = self._get_template()
        sheet = book.active
        labels = self.env["aftersales.equipment"].fields_get(attributes=["string"])
        places = {cell.value: cell.column for cell in sheet[1]}
        for number, row in enumerate(rows, start=2):
            values = {"site_id": self.site.code, **row}
            for field, value in values.items():
                sheet.cell(number, places[labels[field]["string"]], value)
        stream = io.BytesIO()
        book.save(stream)
        self.env["ir.attachment"].create(
            {
                "name": name,
                "url": f"/aftersales-tour/{name}",
                "raw": stream.getvalue(),
                "public": True,
            }
        )

    def _serials(self):
        units = self.env["aftersales.equipment"].search([("serial", "=like", "A-%")])
        return sorted(units.mapped("serial"))

    def test_three_bad_rows_then_the_corrected_file(self):
        """SITE-09: three rows are wrong, each is named; corrected, all five pass."""
        bad = [{**unit, **FAULTS.get(place, {})} for place, unit in enumerate(UNITS)]
        self._offer("units-bad.xlsx", bad)
        self._offer("units-good.xlsx", UNITS)
        url = "/odoo/action-aftersales_service.aftersales_equipment_action"
        login = self.dispatcher_user.login
        self.start_tour(url, "aftersales_import_bad_rows", login=login, timeout=120)
        self.assertFalse(self._serials())
        self.start_tour(url, "aftersales_import_corrected", login=login, timeout=120)
        self.assertEqual(self._serials(), ["A-1", "A-2", "A-3", "A-4", "A-5"])
