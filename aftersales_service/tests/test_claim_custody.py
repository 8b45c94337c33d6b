from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FactTimeError,
    MissingError,
    NotEntitledError,
)
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimCustody(ClaimCommon):
    """What becomes of parts once the technician holds them (PART-17, L6)."""

    def test_serial_issue_use_and_old_part_back(self):
        """PART-11, PART-17: the story of the valve, design 5."""
        lots = self._stock(self.valve, 2, ["V-1", "V-2"])
        claim = self._approved()
        picking = claim.with_user(self.warehouse_user).action_issue()
        self._validate(picking, lots=lots[1])
        line = claim.line_ids
        self.assertEqual(line.serials, "V-2")
        line.old_serial = "V-OLD"
        with self.assertRaises(NotEntitledError):
            line.action_consume(1, lot_id=lots[0].id)
        line.action_consume(1, lot_id=lots[1].id, request_key="c1")
        line.action_consume(1, lot_id=lots[1].id, request_key="c1")
        self.assertEqual(line.consumed_qty, 1)
        self.assertEqual(line.lot_id, lots[1])
        self.assertEqual(line.old_owed_qty, 1)
        here = self.env["aftersales.site"].with_context(tz="Asia/Shanghai")
        today = fields.Date.context_today(here)
        self.assertEqual(line.old_part_due, today + timedelta(days=14))
        self.assertIn("V-OLD → V-2", self.equipment.message_ids[0].body)
        self.assertEqual(lots[1].location_id, self.customer.property_stock_customer)
        self.assertEqual(self.equipment.part_ids, line)
        self.assertEqual(line.used_on, today)
        self.assertEqual(self.equipment.claim_count, 1)
        self.assertEqual(self.site.claim_count, 1)
        with self.assertRaises(MissingError):
            claim.action_close()
        line.action_return_old()
        self.assertEqual((line.old_owed_qty, line.old_coming_qty), (1, 1))
        self._receive(claim)
        self.assertEqual(line.old_owed_qty, 0)
        self._assert_conserved(line)
        claim.action_close()
        self.assertEqual(claim.state, "closed")

    def test_old_parts_come_in_as_the_customers(self):
        """PART-17: old parts come in unvalued, to Defective Parts."""
        self._stock(self.valve, 1, ["V-1"])
        line = self._issued().line_ids
        line.action_consume(1)
        line.action_return_old(serial="V-OLD")
        self._receive(line.claim_id)
        quant = self.env["stock.quant"].search(
            [
                (
                    "location_id",
                    "=",
                    self.warehouse.aftersales_defective_location_id.id,
                ),
                ("product_id", "=", self.valve.id),
            ]
        )
        self.assertEqual(quant.lot_id.name, "V-OLD")
        self.assertEqual(quant.owner_id, self.customer)
        self.assertEqual(line.old_serial, "V-OLD")

    def test_an_old_part_has_a_serial_and_is_not_ours(self):
        """PART-11: a serial of our own shelf is no old part."""
        self._stock(self.valve, 2, ["V-1", "V-2"])
        line = self._issued().line_ids
        line.action_consume(1)
        with self.assertRaises(MissingError):
            line.action_return_old()
        shelf = self.env["stock.quant"].search(
            [("location_id", "=", self.warehouse.lot_stock_id.id), ("quantity", ">", 0)]
        )
        with self.assertRaisesRegex(NotEntitledError, "our own stock"):
            line.action_return_old(serial=shelf.lot_id[:1].name)

    def test_no_more_old_parts_than_were_replaced(self):
        """PART-17: as many old parts as were replaced."""
        self._stock(self.filter_part, 5)
        line = self._issued(self.filter_part, 2).line_ids
        with self.assertRaises(NotEntitledError):
            line.action_return_old(1)
        line.action_consume(1)
        with self.assertRaises(NotEntitledError):
            line.action_return_old(2)
        line.action_return_old(1)
        with self.assertRaises(NotEntitledError):
            line.action_return_old(1)

    def test_old_parts_that_stay_are_not_owed(self):
        """PART-17: what the customer keeps is not owed."""
        self._stock(self.filter_part, 5)
        claim = self._claim(self.filter_part)
        claim.line_ids.old_part = "customer"
        claim.action_submit()
        claim.with_user(self.dispatcher_user).action_set_emergency("Down")
        claim.with_user(self.dispatcher_user).action_verify()
        claim.with_user(self.head_user).action_approve()
        self._validate(claim.with_user(self.warehouse_user).action_issue())
        claim.line_ids.action_consume(1)
        self.assertFalse(claim.line_ids.old_owed_qty)
        claim.action_close()

    def test_part_17_unused_parts_come_back(self):
        """PART-17, PART-16: 3 issued, 2 used, 1 back: nothing is left with him."""
        self._stock(self.filter_part, 5)
        claim = self._issued(self.filter_part, 3)
        line = claim.line_ids
        line.action_consume(2)
        self._assert_conserved(line)
        with self.assertRaises(MissingError):
            claim.action_close()
        line.action_return_unused(1)
        self._assert_conserved(line)
        self.assertEqual((line.returned_qty, line.coming_qty), (0, 1))
        with self.assertRaises(MissingError):
            claim.action_close()
        self._receive(claim)
        self._assert_conserved(line)
        self.assertEqual(line.returned_qty, 1)
        self.assertEqual(line.open_qty, 0)
        self.assertEqual(claim.cost_purchase, 190.0)
        shelf = self.env["stock.quant"]._get_available_quantity(
            self.filter_part, self.warehouse.lot_stock_id
        )
        self.assertEqual(shelf, 3)

    def test_nobody_uses_more_than_he_holds(self):
        """PART-11: no more is used or returned than is held."""
        self._stock(self.filter_part, 5)
        line = self._issued(self.filter_part, 2).line_ids
        for method in ("action_consume", "action_return_unused"):
            with self.assertRaises(NotEntitledError):
                getattr(line, method)(3)
        line.action_consume(2)
        with self.assertRaises(NotEntitledError):
            line.action_consume(1)

    def test_the_serial_is_asked_for_where_several_are_held(self):
        self._stock(self.valve, 2, ["V-1", "V-2"])
        line = self._issued(quantity=2).line_ids
        with self.assertRaises(MissingError):
            line.action_consume(1)

    def test_bad_arguments_are_refused_in_words(self):
        self._stock(self.filter_part, 5)
        line = self._issued(self.filter_part, 2).line_ids
        for quantity in (0, -1, None, "1", True, float("nan"), float("inf"), []):
            with self.assertRaises(ArgumentError):
                line.action_consume(quantity)
        for lot in ("x", -5, 999999999, [1]):
            with self.assertRaises(UserError):
                line.action_consume(1, lot_id=lot)

    def test_facts_have_their_time(self):
        self._stock(self.filter_part, 5)
        with freeze_time("2026-03-02 02:00:00"):
            line = self._issued(self.filter_part, 2).line_ids
        with freeze_time("2026-03-02 08:00:00"):
            with self.assertRaises(FactTimeError):
                line.action_consume(1, at="2026-03-02 01:00:00")
            with self.assertRaises(FactTimeError):
                line.action_consume(1, at="2026-03-02 09:00:00")
            line.action_consume(1, at="2026-03-02 05:00:00")
        move = line.sudo().move_ids.filtered(
            lambda move: move.location_dest_usage == "customer"
        )
        self.assertEqual(str(move.date), "2026-03-02 05:00:00")

    def test_nothing_is_used_before_it_is_issued(self):
        """PART-11: nothing is used before it is handed out."""
        self._stock(self.filter_part, 5)
        line = self._approved(self.filter_part).line_ids
        with self.assertRaises(UserError):
            line.action_consume(1)

    def test_a_return_of_the_transfer_counts_as_returned(self):
        """PART-17: the return of a transfer counts as returned."""
        self._stock(self.filter_part, 5)
        claim = self._issued(self.filter_part, 3)
        back = self._return(claim.sudo().picking_ids, 2)
        self.assertEqual(back.claim_id, claim)
        self.assertEqual(back.location_dest_id, self.warehouse.lot_stock_id)
        self._validate(back)
        self.assertEqual(claim.line_ids.returned_qty, 2)
        self.assertEqual(claim.line_ids.open_qty, 1)
        self._assert_conserved(claim.line_ids)
        again = self._return(back, 1)
        self._validate(again)
        self.assertEqual(claim.line_ids.open_qty, 2)
        self._assert_conserved(claim.line_ids)

    def test_a_use_taken_back_counts_as_held_again(self):
        """PART-17: a use taken back is held again."""
        self._stock(self.filter_part, 5)
        claim = self._issued(self.filter_part, 1)
        line = claim.line_ids
        line.action_consume(1)
        use = claim.sudo().picking_ids.filtered(
            lambda picking: picking.location_dest_id.usage == "customer"
        )
        self._validate(self._return(use, 1))
        self.assertEqual(line.consumed_qty, 0)
        self.assertEqual(line.open_qty, 1)
        self._assert_conserved(line)

    def test_a_scrap_of_the_transfer_counts_as_scrapped(self):
        """PART-17: a scrap of the transfer counts as scrapped."""
        self._stock(self.filter_part, 5)
        claim = self._issued(self.filter_part, 3)
        picking = claim.sudo().picking_ids
        scrap = (
            self.env["stock.scrap"]
            .with_user(self.warehouse_user)
            .create(
                {
                    "product_id": self.filter_part.id,
                    "scrap_qty": 1,
                    "picking_id": picking.id,
                    "company_id": self.company.id,
                }
            )
        )
        scrap.action_validate()
        self.assertEqual(scrap.state, "done")
        self.assertEqual(claim.line_ids.scrapped_qty, 1)
        self._assert_conserved(claim.line_ids)

    def test_closing_withdraws_what_was_not_drawn(self):
        self._stock(self.filter_part, 1)
        claim = self._approved(self.filter_part, 2)
        picking = claim.with_user(self.warehouse_user).action_issue()
        self._validate(picking, quantity=1)
        claim.line_ids.action_consume(1)
        claim.line_ids.with_user(self.warehouse_user).action_return_old(1)
        claim.action_close()
        self.assertEqual(
            sorted(claim.sudo().picking_ids.mapped("state")),
            ["cancel", "done", "done", "done"],
        )
        self.assertFalse(claim.is_short)

    def test_the_technicians_small_form_books(self):
        self._stock(self.valve, 1, ["V-1"])
        line = self._issued().line_ids
        action = line.action_open_booking()
        book = (
            self.env[action["res_model"]]
            .with_user(self.technician_user)
            .with_context(**action["context"])
        )
        book.create({"old_serial": "V-OLD"}).action_book()
        self.assertEqual(line.consumed_qty, 1)
        booking = book.create({})
        self.assertEqual(booking.kind, "old")
        booking.action_book()
        self._receive(line.claim_id)
        self.assertEqual(line.old_returned_qty, 1)
