import io

from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import AftersalesCommon
from .import_common import ImportCommon


@tagged("post_install", "-at_install")
class TestRegisterImport(ImportCommon):
    """Equipment and sites from a file: all of it, or a message for each bad row."""

    FIELDS = ("site_id", "product_id", "brand", "model", "serial", "install_date")

    def _rows(self, *rows):
        return [self.FIELDS, *rows]

    def _count(self):
        return self.env["aftersales.equipment"].search_count([])

    def test_a_file_registers_units(self):
        """SITE-09: own make, bought elsewhere, and without serial, in one file."""
        self.compressor.default_code = "CP-37"
        result = self._import(
            "aftersales.equipment",
            self._rows(
                [self.site.code, "CP-37", "", "", "SN-1", "2026-02-01"],
                [self.site.name, "", "Atlas", "GA37", "SN-1", "2026-02-02"],
                [self.site.code, "", "Atlas", "GA37", "", "2026-02-03"],
            ),
        )
        self.assertFalse(result["messages"])
        units = self.env["aftersales.equipment"].browse(result["ids"])
        self.assertEqual(units.site_id, self.site)
        self.assertEqual(units[0].product_id, self.compressor)
        self.assertEqual(units[0].partner_id, self.customer)
        self.assertEqual(units[1].name, "Atlas GA37 SN-1")
        self.assertFalse(units[2].serial)

    def test_empty_cells_are_what_the_fields_propose(self):
        """SITE-09: our own template with its last column left empty, as it is sent."""
        result = self._import(
            "aftersales.equipment",
            [
                ("site_id", "brand", "model", "serial", "warranty_basis", "name"),
                [self.site.code, "Atlas", "GA37", "E-1", "", ""],
                [self.site.code, "Atlas", "GA37", "E-2", "", "Pump of hall 2"],
            ],
        )
        self.assertFalse(result["messages"])
        units = self.env["aftersales.equipment"].browse(result["ids"])
        self.assertEqual(units.mapped("name"), ["Atlas GA37 E-1", "Pump of hall 2"])

    def test_three_bad_rows_get_three_messages_and_nothing_is_written(self):
        """SITE-09: each bad row says what is wrong and where; no row is written."""
        before = self._count()
        result = self._import(
            "aftersales.equipment",
            self._rows(
                [self.site.code, "", "Atlas", "GA37", "A-1", ""],
                ["No such site", "", "Atlas", "GA37", "A-2", ""],
                [self.site.code, "", "", "", "A-3", ""],
                [self.site.code, self.compressor.name, "", "", "sn-cp-0007", ""],
                [self.site.code, "", "Atlas", "GA37", "A-4", ""],
            ),
        )
        self.assertFalse(result["ids"])
        self.assertEqual(self._count(), before)
        *messages, summary = result["messages"]
        self.assertEqual([message["record"] for message in messages], [3, 4, 5])
        self.assertIn("3 of 5 rows", summary["message"])
        texts = [message["message"] for message in messages]
        self.assertIn("No such site", texts[0])
        self.assertIn("brand and model", texts[1])
        self.assertIn("on file already: CP-0007", texts[2])

    def test_a_serial_twice_in_the_file_is_named(self):
        """SITE-09: a file that repeats a serial number says which row has it."""
        result = self._import(
            "aftersales.equipment",
            self._rows(
                [self.site.code, "", "Atlas", "GA37", "A-1", ""],
                [self.site.code, "", "atlas", "ga37", "a-1", ""],
            ),
        )
        message, _summary = result["messages"]
        self.assertEqual(message["record"], 3)
        self.assertIn("first in row 2", message["message"])
        self.assertFalse(result["ids"])

    def test_what_is_wrong_in_many_rows_is_said_once(self):
        """SITE-09: one misspelt site in three rows is one message with its rows."""
        rows = [["No such site", "", "Atlas", "GA37", f"M-{n}", ""] for n in range(3)]
        result = self._import("aftersales.equipment", self._rows(*rows))
        message, summary = result["messages"]
        self.assertEqual(message["record"], 2)
        self.assertIn("Also in rows 3, 4", message["message"])
        self.assertIn("3 of 3 rows", summary["message"])

    def test_ambiguous_names_are_not_guessed(self):
        """SITE-09: two sites of one name: the row asks for the code."""
        self.site.copy({"name": self.site.name})
        result = self._import(
            "aftersales.equipment",
            self._rows([self.site.name, "", "Atlas", "GA37", "A-1", ""]),
        )
        self.assertIn("code", result["messages"][0]["message"])

    def test_trying_out_writes_nothing(self):
        """SITE-09: the Test button of the import page leaves no trace."""
        before = self._count()
        rows = self._rows([self.site.code, "", "Atlas", "GA37", "A-1", ""])
        result = self._import("aftersales.equipment", rows, dryrun=True)
        self.assertFalse(result["messages"])
        self.assertEqual(self._count(), before)

    def test_rows_cost_no_query_each(self):
        """SITE-09: a hundred rows more cost a few statements more, not hundreds."""
        counts = []
        for size in (10, 90):
            data = [
                [self.site.code, self.compressor.name, "", "", f"Q{size}-{index}", ""]
                for index in range(size)
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            result = self.env["aftersales.equipment"].load(list(self.FIELDS), data)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(result["ids"]), size)
        self.assertLessEqual(counts[1], counts[0] + 3)

    def test_sites_come_from_a_file_once(self):
        """SITE-01: sites with owner and team; the same site again is refused."""
        rows = [
            ("name", "partner_id", "technician_id", "team_id", "handover_date"),
            ["Dali", self.customer.name, "Wang Lei", self.team.name, "2026-01-15"],
        ]
        result = self._import("aftersales.site", rows)
        self.assertFalse(result["messages"])
        site = self.env["aftersales.site"].browse(result["ids"])
        self.assertTrue(site.code)
        self.assertEqual(site.technician_id, self.technician)
        self.assertEqual(site.team_id, self.team)
        again = self._import("aftersales.site", rows)
        self.assertIn("on file already", again["messages"][0]["message"])
        nobody = self._import("aftersales.site", [rows[0], ["X", "Nobody", "", "", ""]])
        self.assertIn("Nobody", nobody["messages"][0]["message"])

    def test_only_the_desk_imports(self):
        """SITE-17: technicians and warehouse import nothing into the register."""
        for user in (self.technician_user, self.warehouse_user):
            with self.assertRaises(AccessError):
                self.env["aftersales.equipment"].with_user(user).load(
                    ["brand"], [["Atlas"]]
                )
            with self.assertRaises(AccessError):
                self.env["aftersales.equipment"].with_user(user).get_import_templates()


@tagged("post_install", "-at_install")
class TestImportTemplate(AftersalesCommon, HttpCase):
    """The templates that the import page offers."""

    def _get(self, url, user):
        self.authenticate(user.login, user.login)
        return self.url_open(url)

    def test_templates_can_be_imported_as_they_are(self):
        """SITE-09: headings are the fields' labels, columns are explained."""
        self.dispatcher_user.password = self.dispatcher_user.login
        model = self.env["aftersales.equipment"].with_user(self.dispatcher_user)
        (template,) = model.get_import_templates()
        response = self._get(template["template"], self.dispatcher_user)
        self.assertEqual(response.status_code, 200)
        book = load_workbook(io.BytesIO(response.content))
        headings = [cell.value for cell in book.worksheets[0][1]]
        labels = {described["string"] for described in model.fields_get().values()}
        self.assertIn("Serial Number", headings)
        self.assertFalse(set(headings) - labels)
        self.assertEqual(book.worksheets[1].max_row, len(headings))

    def test_templates_are_not_for_everybody(self):
        """SITE-17: who may not import gets no template, nor one of other models."""
        for user in (self.dispatcher_user, self.technician_user):
            user.password = user.login
        base = "/aftersales/import/"
        for user, model in [
            (self.technician_user, "aftersales.equipment"),
            (self.dispatcher_user, "aftersales.opening/van"),
            (self.dispatcher_user, "res.users"),
            (self.dispatcher_user, "aftersales.import.mixin"),
            (self.dispatcher_user, "no.model"),
        ]:
            with self.subTest(user=user.login, model=model):
                self.assertEqual(self._get(base + model, user).status_code, 404)
