"""The first day: balances of before, from files."""

from datetime import date

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import (
    FrozenFactError,
    GuardedFieldError,
    MissingError,
)
from .common_integrity import IntegrityControls
from .import_common import ImportCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestOpening(ImportCommon, IntegrityControls):
    """The first day: balances come in once, by the doors of daily work."""

    def _open(self, kind, *rows):
        model = self.env["aftersales.opening"].with_context(default_kind=kind)
        names = [name for name, _ in model._get_import_columns()]
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

    def _make_rows(self, kind, count):
        """Return opening balances of a kind, as a file of so many rows makes them."""
        units = self.env["aftersales.equipment"].create(
            [{"name": f"U{kind}", "site_id": self.site.id} for _each in range(count)]
        )
        own = {
            "ticket": {"partner_id": self.customer.id, "name": "No pressure"},
            "warranty": {"name": "Contract 2024-17"},
            "deduction": {
                "name": "Loss of 2025",
                "rule_id": self.env.ref("aftersales_service.pay_rule_loss").id,
                "amount": 12.5,
                "employee_id": self.technician.id,
            },
            "van": {
                "employee_id": self.technician.id,
                "product_id": self.filter_part.id,
                "quantity": 2,
            },
        }[kind]
        return self.env["aftersales.opening"].create(
            [
                {
                    "kind": kind,
                    "key": f"{kind} {count} {number}",
                    "company_id": self.company.id,
                    "date": fields.Date.add(date(2026, 2, 1), days=number % 20),
                    **({"equipment_id": unit.id} if kind == "warranty" else {}),
                    **own,
                }
                for number, unit in enumerate(units)
            ]
        )

    def test_a_large_file_is_posted_in_one_go(self):
        """PART-17, WARR-12, HOT-04: no row costs queries but those of core's own.

        Stock moves each piece, and helpdesk_mgmt makes each ticket, with a few.
        """
        core = {"ticket": 3, "van": 5, "warranty": 0, "deduction": 0}
        for kind, each in core.items():
            counts = []
            for count in (10, 40):
                rows = self._make_rows(kind, count).with_user(self.head_user)
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                rows.action_post()
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
            with self.subTest(kind=kind):
                self.assertLessEqual(counts[1] - counts[0], 10 + 30 * each, counts)

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
