import csv
import io

from openpyxl import load_workbook
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import (
    FrozenFactError,
    GuardedFieldError,
    MissingError,
)
from .common import AftersalesCommon
from .common_integrity import IntegrityControls


def as_csv(*rows):
    """Return rows as a file in CSV."""
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode()


class ImportCommon(AftersalesCommon):
    """Files through Odoo's own import, as the import page sends them."""

    def _import(self, model, rows, user=None, dryrun=False, **context):
        """Import rows; the first one names the fields.

        :return: the answer that the import page gets
        """
        wizards = self.env["base_import.import"].with_user(user or self.dispatcher_user)
        wizard = wizards.with_context(**context).create(
            {
                "res_model": model,
                "file": as_csv(*rows),
                "file_name": "units.csv",
                "file_type": "text/csv",
            }
        )
        options = {
            "quoting": '"',
            "separator": ",",
            "has_headers": True,
            "date_format": "%Y-%m-%d",
            "float_thousand_separator": ",",
            "float_decimal_separator": ".",
        }
        return wizard.execute_import(list(rows[0]), list(rows[0]), options, dryrun)


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
        self.assertEqual(
            [message["rows"]["from"] for message in result["messages"]], [1, 2, 3]
        )
        texts = [message["message"] for message in result["messages"]]
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
        (message,) = result["messages"]
        self.assertEqual(message["record"], 1)
        self.assertIn("data row 1", message["message"])
        self.assertFalse(result["ids"])

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


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestOpening(ImportCommon, IntegrityControls):
    """The first day: balances come in once, by the doors of daily work."""

    def _open(self, kind, *rows):
        fields = self.env["aftersales.opening"].with_context(default_kind=kind)
        names = [name for name, _ in fields._get_import_columns()]
        data = [[row.get(name, "") for name in names] for row in rows]
        result = self._import(
            "aftersales.opening", [names, *data], self.head_user, default_kind=kind
        )
        self.assertFalse(result["messages"], result["messages"])
        return (
            self.env["aftersales.opening"]
            .with_user(self.head_user)
            .browse(result["ids"])
        )

    def _van(self, **values):
        return {
            "key": "V1",
            "employee_id": "Wang Lei",
            "product_id": self.filter_part.name,
            "quantity": "3",
            **values,
        }

    def test_van_stock_stands_in_the_van(self):
        """PART-17: opening van stock is counted stock of the technician, once."""
        rows = self._open(
            "van",
            self._van(),
            self._van(
                key="V2", product_id=self.valve.name, quantity="1", serial="VALVE-9"
            ),
        )
        rows.action_post()
        place = self.technician.aftersales_location_id
        stock = {
            quant.product_id: (quant.quantity, quant.lot_id.name)
            for quant in self.env["stock.quant"].search(
                [("location_id", "=", place.id)]
            )
        }
        self.assertEqual(stock[self.filter_part], (3.0, False))
        self.assertEqual(stock[self.valve], (1.0, "VALVE-9"))
        rows.action_post()
        self.assertEqual(
            place.quant_ids.filtered(
                lambda quant: quant.product_id == self.filter_part
            ).quantity,
            3.0,
        )
        self._assert_holds("L7", "L11")

    def test_a_balance_is_taken_in_once(self):
        """PART-17: the same file again is refused row by row, and by the database."""
        rows = self._open("van", self._van())
        result = self._import(
            "aftersales.opening",
            [
                ("key", "employee_id", "product_id", "quantity"),
                ["v1", "Wang Lei", self.filter_part.name, "3"],
                ["V3", "Wang Lei", self.filter_part.name, ""],
                ["V4", "Nobody", self.filter_part.name, "1"],
            ],
            self.head_user,
            default_kind="van",
        )
        texts = [message["message"] for message in result["messages"]]
        self.assertIn("taken in already", texts[0])
        self.assertIn("Quantity", texts[1])
        self.assertIn("Nobody", texts[2])
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            rows.sudo().copy({"key": "V1"})
            self.env.flush_all()
        rows.action_post()
        with self.assertRaises(FrozenFactError):
            rows.write({"quantity": 5})
        with self.assertRaises(FrozenFactError):
            rows.unlink()
        with self.assertRaises(GuardedFieldError):
            rows.sudo().write({"state": "draft"})

    def test_old_parts_are_owed_like_any_other(self):
        """PART-17: an old part of before is on the claim list and can come back."""
        rows = self._open(
            "part",
            {
                "key": "P1",
                "employee_id": "Wang Lei",
                "equipment_id": self.equipment.serial,
                "product_id": self.filter_part.name,
                "quantity": "2",
                "date": "2026-02-10",
                "due_on": "2026-03-20",
            },
            {
                "key": "P2",
                "employee_id": "Wang Lei",
                "equipment_id": self.equipment.serial,
                "product_id": self.valve.name,
                "quantity": "1",
                "date": "2026-02-11",
                "serial": "V-NEW",
                "old_serial": "V-OLD",
            },
        )
        rows.action_post()
        lines = self.env["aftersales.claim.line"].browse(rows.mapped("res_id"))
        self.assertEqual(lines.mapped("old_owed_qty"), [2.0, 1.0])
        self.assertEqual(lines.mapped("open_qty"), [0.0, 0.0])
        self.assertEqual(lines[1].old_serial, "V-OLD")
        self.assertEqual(str(lines[0].old_part_due), "2026-03-20")
        self.assertEqual(lines.claim_id.mapped("state"), ["issued", "issued"])
        self._assert_holds("L6", "L7", "L8", "L9", "L10", "L11")
        lines[1].with_user(self.warehouse_user).action_return_old(1.0, "V-OLD")
        self.assertEqual(lines[1].old_owed_qty, 0.0)
        self._assert_holds("L6", "L7")

    def test_open_tickets_keep_their_day_without_broken_promises(self):
        """HOT-04: a ticket of before is open, and breaks no promise of ours."""
        rows = self._open(
            "ticket",
            {
                "key": "T1",
                "partner_id": self.customer.name,
                "name": "No pressure",
                "date": "2026-02-01",
                "equipment_id": self.equipment.serial,
                "symptom_id": self.symptom.code,
            },
        )
        rows.action_post()
        ticket = self.env["helpdesk.ticket"].browse(rows.res_id)
        self.assertEqual(str(ticket.received_on.date()), "2026-02-01")
        self.assertEqual(ticket.site_id, self.site)
        self.assertFalse(ticket.closed)
        self.assertEqual(set(ticket.commitment_ids.mapped("state")) - {"cancel"}, set())

    def test_running_warranties_are_on_record(self):
        """WARR-12: the last covered day that was promised, with its reason."""
        rows = self._open(
            "warranty",
            {
                "key": "W1",
                "equipment_id": self.equipment.serial,
                "date": "2027-06-30",
                "name": "Contract 2024-17",
            },
        )
        rows.action_post()
        self.assertEqual(str(self.equipment.warranty_end), "2027-06-30")
        self.assertEqual(self.equipment.warranty_override_reason, "Contract 2024-17")

    def test_residual_deductions_go_the_ordinary_way(self):
        """PEN-19: what is left to deduct is proposed once, with its own amount."""
        rule = self.env.ref("aftersales_service.pay_rule_loss")
        rows = self._open(
            "deduction",
            {
                "key": "D1",
                "employee_id": "Wang Lei",
                "rule_id": "LOSS",
                "amount": "123.45",
                "date": "2026-02-28",
                "name": "Loss of 2025, last part",
            },
        )
        rows.action_post()
        entry = self.env["aftersales.adjustment"].browse(rows.res_id)
        self.assertEqual((entry.state, entry.rule_id), ("proposed", rule))
        self.assertEqual((entry.amount, entry.residual_amount), (123.45, 123.45))
        self._assert_holds("L1", "L11")
        old = self._open(
            "deduction",
            {
                "key": "D2",
                "employee_id": "Wang Lei",
                "rule_id": "LOSS",
                "amount": "10",
                "date": "1990-01-01",
                "name": "Too old",
            },
        )
        with self.assertRaises(MissingError):
            old.action_post()

    def test_a_difference_is_found(self):
        """PART-17: a ledger entry changed behind the row breaks the law."""
        rows = self._open("van", self._van())
        rows.action_post()
        self._sql("UPDATE aftersales_opening SET quantity = 4 WHERE id = %s", rows.id)
        self._assert_broken("L11", rows, "opening_differs")

    def test_incomplete_rows_and_other_people_are_refused(self):
        """PART-17: tracked parts want serials; only the head takes over."""
        row = self.env["aftersales.opening"].create(
            {
                "kind": "van",
                "key": "X",
                "company_id": self.company.id,
                "employee_id": self.technician.id,
                "product_id": self.valve.id,
                "quantity": 1,
            }
        )
        with self.assertRaises(MissingError):
            row.with_user(self.head_user).action_post()
        for user in (self.dispatcher_user, self.technician_user, self.gm_user):
            with self.assertRaises(AccessError):
                row.with_user(user).action_post()
        self.assertEqual(row.state, "draft")
