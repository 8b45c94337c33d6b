from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FactTimeError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimStock(ClaimCommon):
    """Parts from the shelf to the unit, and the old ones back (PART-11, PART-17)."""

    def test_issue_goes_from_stock_to_the_technician(self):
        (lot,) = self._stock(self.valve, 1, ["V-1"])
        claim = self._approved()
        picking = claim.with_user(self.warehouse_user).action_issue()
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(picking.location_id, self.warehouse.lot_stock_id)
        location = self.technician.aftersales_location_id
        self.assertEqual(picking.location_dest_id, location)
        self.assertEqual(
            location.location_id, self.warehouse.aftersales_technician_location_id
        )
        self.assertEqual(picking.move_ids.lot_ids, lot)
        self.assertFalse(claim.line_ids.issued_qty)
        self._validate(picking)
        self.assertEqual(claim.state, "issued")
        self.assertEqual(claim.line_ids.issued_qty, 1)
        self.assertEqual(claim.line_ids.unit_cost, 620.0)
        self.assertEqual(claim.cost_total, 620.0)
        self._assert_conserved(claim.line_ids)

    def test_technicians_stock_stands_beside_stock(self):
        location = self.technician._aftersales_get_location()
        self.assertEqual(location, self.technician._aftersales_get_location())
        self.assertFalse(location._child_of(self.warehouse.lot_stock_id))
        self.assertTrue(location._child_of(self.warehouse.view_location_id))

    def test_setup_of_warehouses_is_repeatable(self):
        before = self.env["stock.picking.type"].search_count([])
        self.warehouse._aftersales_ensure_setup()
        self.assertEqual(self.env["stock.picking.type"].search_count([]), before)
        new = self.env["stock.warehouse"].create(
            {"name": "Second", "code": "SEC", "company_id": self.company.id}
        )
        self.assertTrue(new.aftersales_issue_type_id)
        self.assertEqual(
            new.aftersales_issue_type_id.return_picking_type_id,
            new.aftersales_return_type_id,
        )
        self.assertEqual(new.aftersales_defective_location_id.usage, "internal")

    def test_issue_twice_makes_one_transfer(self):
        """D2: one effect, one key."""
        self._stock(self.valve, 1, ["V-1"])
        claim = self._approved()
        first = claim.with_user(self.warehouse_user).action_issue()
        second = claim.with_user(self.dispatcher_user).action_issue()
        self.assertEqual(first, second)
        self.assertEqual(len(claim.sudo().picking_ids), 1)

    def test_issue_before_approval_is_refused(self):
        self._stock(self.valve, 1, ["V-1"])
        claim = self._verified()
        with self.assertRaises(MissingError):
            claim.with_user(self.dispatcher_user).action_issue()
        self.assertFalse(claim.sudo().picking_ids)

    def test_technicians_issue_nothing(self):
        self._stock(self.valve, 1, ["V-1"])
        claim = self._approved()
        with self.assertRaises(AccessError):
            claim.action_issue()

    def test_a_cancelled_transfer_can_be_made_again(self):
        self._stock(self.filter_part, 5)
        claim = self._approved(self.filter_part, 2)
        first = claim.with_user(self.warehouse_user).action_issue()
        first.action_cancel()
        second = claim.with_user(self.warehouse_user).action_issue()
        self.assertNotEqual(first, second)
        self._validate(second)
        self.assertEqual(claim.line_ids.issued_qty, 2)

    def test_partial_issue_keeps_the_rest_open(self):
        self._stock(self.filter_part, 5)
        claim = self._approved(self.filter_part, 3)
        picking = claim.with_user(self.warehouse_user).action_issue()
        self._validate(picking, quantity=2)
        self.assertEqual(claim.state, "issued")
        self.assertEqual(claim.line_ids.issued_qty, 2)
        rest = claim.with_user(self.warehouse_user).action_issue()
        self.assertEqual(rest.backorder_id, picking)
        self.assertEqual(rest.claim_id, claim)
        self.assertEqual(rest.move_ids.claim_line_id, claim.line_ids)
        self._validate(rest)
        self.assertEqual(claim.line_ids.issued_qty, 3)
        self._assert_conserved(claim.line_ids)

    def test_d3_the_short_one_waits_and_says_by_how_much(self):
        self._stock(self.filter_part, 2)
        claim = self._approved(self.filter_part, 5)
        claim.with_user(self.warehouse_user).action_issue()
        self.assertEqual(claim.line_ids.short_qty, 3)
        self.assertTrue(claim.is_short)
        waiting = self.env.ref("aftersales_service.aftersales_claim_action_waiting")
        self.assertIn(
            claim, self.env["aftersales.claim"].search([("is_short", "=", True)])
        )
        self.assertIn("is_short", waiting.domain)
        self.assertIn("short by 3", claim.message_ids[0].body)

    def test_d3_the_turnstile_is_passed_before_reserving(self):
        self._stock(self.filter_part, 2)
        claim = self._approved(self.filter_part, 2)
        claim.with_user(self.warehouse_user).action_issue()
        alloc = self.env["aftersales.alloc"].search(
            [
                ("product_id", "=", self.filter_part.id),
                ("location_id", "=", self.warehouse.lot_stock_id.id),
            ]
        )
        self.assertGreaterEqual(alloc.turn, 1)

    def test_two_lines_of_one_part_do_not_merge(self):
        self._stock(self.filter_part, 5)
        claim = self._approved(
            line_ids=[
                (0, 0, {"product_id": self.filter_part.id, "quantity": 1}),
                (0, 0, {"product_id": self.filter_part.id, "quantity": 2}),
            ]
        )
        picking = claim.with_user(self.warehouse_user).action_issue()
        self.assertEqual(len(picking.move_ids), 2)
        self._validate(picking)
        self.assertEqual(claim.line_ids.mapped("issued_qty"), [1, 2])

    def test_serial_issue_use_and_old_part_back(self):
        """The story of the valve, design 5."""
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
        self.assertEqual(line.old_part_due, fields.Date.today() + timedelta(days=14))
        self.assertIn("V-OLD → V-2", self.equipment.message_ids[0].body)
        self.assertEqual(lots[1].location_id, self.customer.property_stock_customer)
        self.assertEqual(self.equipment.part_ids, line)
        self.assertEqual(line.used_on, fields.Date.today())
        self.assertEqual(self.equipment.claim_count, 1)
        self.assertEqual(self.site.claim_count, 1)
        with self.assertRaises(MissingError):
            claim.action_close()
        line.action_return_old()
        self.assertEqual(line.old_owed_qty, 0)
        self._assert_conserved(line)
        claim.action_close()
        self.assertEqual(claim.state, "closed")

    def test_old_parts_come_in_as_the_customers(self):
        self._stock(self.valve, 1, ["V-1"])
        line = self._issued().line_ids
        line.action_consume(1)
        line.action_return_old(serial="V-OLD")
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
        """3 issued, 2 used, 1 returned: the technician's stock is empty."""
        self._stock(self.filter_part, 5)
        claim = self._issued(self.filter_part, 3)
        line = claim.line_ids
        line.action_consume(2)
        self._assert_conserved(line)
        with self.assertRaises(MissingError):
            claim.action_close()
        line.action_return_unused(1)
        self._assert_conserved(line)
        self.assertEqual(line.returned_qty, 1)
        self.assertEqual(line.open_qty, 0)
        self.assertEqual(claim.cost_purchase, 190.0)
        shelf = self.env["stock.quant"]._get_available_quantity(
            self.filter_part, self.warehouse.lot_stock_id
        )
        self.assertEqual(shelf, 3)

    def test_nobody_uses_more_than_he_holds(self):
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
        self._stock(self.filter_part, 5)
        line = self._approved(self.filter_part).line_ids
        with self.assertRaises(UserError):
            line.action_consume(1)

    def test_a_return_of_the_transfer_counts_as_returned(self):
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

    def _return(self, picking, quantity):
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.warehouse_user)
            .with_context(
                active_id=picking.id,
                active_ids=picking.ids,
                active_model="stock.picking",
            )
            .create({})
        )
        wizard.product_return_moves.quantity = quantity
        return wizard._create_return()

    def test_a_scrap_of_the_transfer_counts_as_scrapped(self):
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

    def test_cancelling_releases_what_was_reserved(self):
        self._stock(self.filter_part, 5)
        claim = self._approved(self.filter_part, 3)
        picking = claim.with_user(self.warehouse_user).action_issue()
        with self.assertRaises(AccessError):
            claim.action_cancel("Not needed")
        claim.with_user(self.dispatcher_user).action_cancel("Not needed")
        self.assertEqual(picking.state, "cancel")
        shelf = self.env["stock.quant"]._get_available_quantity(
            self.filter_part, self.warehouse.lot_stock_id
        )
        self.assertEqual(shelf, 5)

    def test_issued_claims_cannot_be_cancelled(self):
        self._stock(self.filter_part, 5)
        claim = self._issued(self.filter_part)
        with self.assertRaises(TransitionError):
            claim.with_user(self.head_user).action_cancel("Too late")

    def test_customer_paid_parts_wait_for_his_word(self):
        self._stock(self.filter_part, 5)
        claim = self._claim(self.filter_part)
        claim.line_ids.payer = "customer"
        claim.action_submit()
        claim.with_user(self.dispatcher_user).action_set_emergency("Down")
        claim.with_user(self.dispatcher_user).action_verify()
        claim.with_user(self.head_user).action_approve()
        with self.assertRaisesRegex(MissingError, "agrees to pay"):
            claim.with_user(self.warehouse_user).action_issue()
        claim.action_record_customer_approval("Mr. Li")
        self._validate(claim.with_user(self.warehouse_user).action_issue())
        self.assertEqual(claim.state, "issued")

    def test_closing_withdraws_what_was_not_drawn(self):
        self._stock(self.filter_part, 1)
        claim = self._approved(self.filter_part, 2)
        picking = claim.with_user(self.warehouse_user).action_issue()
        self._validate(picking, quantity=1)
        claim.line_ids.action_consume(1)
        claim.line_ids.action_return_old(1)
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
        self.assertEqual(line.old_returned_qty, 1)

    def test_part_13_the_cost_stands_in_the_report(self):
        self._stock(self.filter_part, 5)
        self.order.unit_ids.cause_id = self.cause
        claim = self._issued(self.filter_part, 2)
        claim.with_user(self.dispatcher_user).cost_shipping = 10.0
        self.env.flush_all()
        row = self.env["aftersales.claim.report"].search([("claim_id", "=", claim.id)])
        self.assertEqual(row.cost, 200.0)
        self.assertEqual(row.cost_parts, 190.0)
        self.assertEqual(row.cause_id, self.cause)
        self.assertEqual(row.site_id, self.site)
        self.assertEqual(row.equipment_id, self.equipment)
        groups = (
            self.env["aftersales.claim.report"]
            .with_user(self.head_user)
            ._read_group([("claim_id", "=", claim.id)], ["product_id"], ["cost:sum"])
        )
        self.assertEqual(groups, [(self.filter_part, 200.0)])

    def test_the_warehouse_may_book_a_hand_out_later(self):
        self._stock(self.filter_part, 5)
        with freeze_time("2026-03-02 02:00:00"):
            claim = self._approved(self.filter_part)
        with freeze_time("2026-03-03 02:00:00"):
            picking = claim.with_user(self.warehouse_user).action_issue()
            picking.aftersales_handed_on = "2026-03-01 00:00:00"
            with self.assertRaises(FactTimeError), self.env.cr.savepoint():
                self._validate(picking)
            picking.aftersales_handed_on = "2026-03-02 03:00:00"
            self._validate(picking)
        self.assertEqual(str(claim.issued_on), "2026-03-02 03:00:00")
        self.assertEqual(str(picking.move_ids.date), "2026-03-02 03:00:00")

    def test_steps_are_dated_in_their_order(self):
        with freeze_time("2026-03-02 08:00:00"):
            claim = self._claim(self.filter_part)
            claim.action_submit(at="2026-03-02 02:00:00")
            desk = claim.with_user(self.dispatcher_user)
            desk.action_set_emergency("Down")
            with self.assertRaises(FactTimeError):
                desk.action_verify(at="2026-03-02 01:00:00")
            desk.action_verify(at="2026-03-02 03:00:00")
            head = claim.with_user(self.head_user)
            with self.assertRaises(FactTimeError):
                head.action_approve(at="2026-03-02 02:30:00")
            head.action_approve(at="2026-03-02 04:00:00", request_key="a1")
            head.action_approve(at="2026-03-02 04:00:00", request_key="a1")
        approval = claim.sudo().approval_ids
        self.assertEqual(str(approval.decided_on), "2026-03-02 04:00:00")
        self.assertEqual(str(claim.approved_on), "2026-03-02 04:00:00")
