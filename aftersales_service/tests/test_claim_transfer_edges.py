from odoo.tests import tagged

from ..exceptions import GuardedFieldError, NotEntitledError
from .common_claim_transfer import ClaimTransferCommon


@tagged("post_install", "-at_install")
class TestClaimTransferEdges(ClaimTransferCommon):
    """PART-11: transfers of claims, single pieces of them, and ordinary ones."""

    # -- what a technician holds

    def test_part_11_the_last_piece_of_a_claim_stays_with_it(self):
        """PART-11: one is held: it leaves by no ordinary transfer, from no place."""
        claim = self._issued(self.filter_part)
        place = claim.sudo().location_id
        self._refused(
            self._move_now, place, self.stock, error=NotEntitledError, words=claim.name
        )
        # by a move from the place above, with a piece from the technician's
        picking = self._as_warehouse("stock.picking").create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_id": place.location_id.id,
                "location_dest_id": self.stock.id,
                "move_ids": [(0, 0, self._vals(place.location_id, self.stock))],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self.assertEqual(picking.move_line_ids.location_id, place)
        picking.move_ids.picked = True
        self._refused(picking.button_validate, error=NotEntitledError)
        self._assert_conserved(claim.line_ids)

    def test_part_11_of_two_serials_the_free_one_may_go(self):
        """PART-11: the claim's serial stays, the technician's own leaves."""
        (held,) = self._stock(self.valve, 1, ["V-1"])
        place = self._issued().sudo().location_id
        (own,) = self._stock(self.valve, 1, ["V-9"])
        self._move_now(self.stock, place, self.valve, lot=own)
        self._refused(
            self._move_now,
            place,
            self.stock,
            self.valve,
            lot=held,
            error=NotEntitledError,
        )
        picking = self._move_now(place, self.stock, self.valve, lot=own)
        self.assertEqual(picking.state, "done")

    def test_part_11_parts_that_are_not_counted_move_as_well(self):
        """PART-11: a part without stock figures is handed out, used and returned."""
        paste = self.env["product.product"].create(
            {"name": "Sealing Paste", "is_storable": False, "standard_price": 5.0}
        )
        claim = self._issued(paste, 3)
        line = claim.line_ids
        line.action_consume(1)
        line.with_user(self.warehouse_user).action_return_unused(1)
        self.assertEqual(
            (line.issued_qty, line.consumed_qty, line.returned_qty, line.open_qty),
            (3, 1, 1, 1),
        )
        with self.assertRaises(NotEntitledError):
            line.action_consume(2)

    # -- quantity

    def test_part_11_two_transfers_at_once_are_added_up(self):
        """PART-11: 3 approved, split into 1 and 2, 2 and 2 picked together."""
        claim = self._approved(self.filter_part, 3)
        picking = claim.with_user(self.warehouse_user).action_issue()
        picking.move_ids.quantity = 1
        picking.action_split_transfer()
        both = claim.sudo().picking_ids.with_user(self.warehouse_user)
        self.assertEqual(len(both), 2)
        both.move_ids.quantity = 2
        both.move_ids.picked = True
        self._refused(
            both.with_context(skip_backorder=True).button_validate,
            error=NotEntitledError,
            words="allows 3 × .*, not 4",
        )
        self.assertFalse(claim.line_ids.issued_qty)

    def test_part_11_what_is_not_picked_does_not_leave(self):
        """PART-11: of two serials laid out, the one that was scanned goes."""
        lots = self._stock(self.valve, 2, ["V-1", "V-2"])
        claim = self._approved(quantity=2)
        picking = claim.with_user(self.warehouse_user).action_issue()
        picking.move_line_ids[0].picked = True
        picking.move_line_ids[1].picked = False
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(claim.line_ids.issued_qty, 1)
        self.assertIn(claim.line_ids.serials, lots.mapped("name"))

    def _done_with(self, quantity):
        """Return a claim that is handed out, and what adds a move to its transfer."""
        claim = self._approved(self.filter_part, quantity)
        picking = claim.with_user(self.warehouse_user).action_issue()
        self._validate(picking)
        picking.is_locked = False
        origin = {
            "picking_id": picking.id,
            "origin_returned_move_id": picking.move_ids.id,
        }

        def prepare(source, destination, quantity, **values):
            more = {"product_uom_qty": quantity, "quantity": quantity, **values}
            return self._vals(source, destination, **{**origin, **more})

        return claim, prepare

    def test_part_11_nothing_is_added_to_what_is_done(self):
        """PART-11: core books it at once: no more than approved, held or out."""
        claim, prepare = self._done_with(3)
        place = claim.sudo().location_id
        customers = self.env.ref("stock.stock_location_customers")
        create = self._as_warehouse("stock.move").create
        for source, destination, quantity in (
            (self.stock, place, 1),
            (place, self.stock, 4),
            (customers, place, 1),
        ):
            vals = prepare(source, destination, quantity)
            self._refused(create, vals, error=NotEntitledError)
        create(prepare(place, self.stock, 1))
        line = claim.line_ids
        line.invalidate_recordset()
        self.assertEqual((line.returned_qty, line.open_qty), (1, 2))
        self._assert_conserved(line)

    def test_part_11_nothing_else_is_added_to_what_is_done(self):
        """PART-11: no other part, way, technician or transfer, alone or beside."""
        claim, prepare = self._done_with(3)
        place = claim.sudo().location_id
        customers = self.env.ref("stock.stock_location_customers")
        other = self.technician2._aftersales_get_location()
        foreign = self._issued(self.filter_part, 1).sudo().picking_ids
        create = self._as_warehouse("stock.move").create
        legal = prepare(place, self.stock, 1)
        for vals in (
            prepare(self.stock, customers, 1),
            prepare(self.stock, other, 1),
            prepare(place, self.stock, 1, product_id=self.valve.id),
            prepare(place, self.stock, 1, picking_id=foreign.id),
        ):
            self._refused(create, vals, error=GuardedFieldError)
        ordinary = self._move_now(self.stock, self.warehouse.wh_input_stock_loc_id)
        sneaky = self._vals(place, self.stock, picking_id=ordinary.id, quantity=1)
        self._refused(create, [legal, sneaky], error=GuardedFieldError)
        free = self._vals(self.stock, customers)
        made = create([legal, free])
        self.assertEqual(made.mapped("state"), ["done", "draft"])
        self.assertEqual(claim.line_ids.returned_qty, 1)

    # -- the way of a piece

    def test_part_11_a_piece_may_come_from_any_shelf_of_the_stock(self):
        """PART-11: a place inside Stock is Stock; saving the same again is harmless."""
        shelf = self.env["stock.location"].create(
            {"name": "Shelf 3", "location_id": self.stock.id}
        )
        self.env["stock.quant"]._update_available_quantity(self.filter_part, shelf, 5)
        claim = self._approved(self.filter_part, 2)
        picking = claim.with_user(self.warehouse_user).action_issue()
        piece = picking.move_line_ids
        piece.write(
            {"move_id": piece.move_id.id, "location_id": shelf.id, "quantity": 2.0}
        )
        self._validate(picking)
        self.assertEqual(claim.line_ids.issued_qty, 2)
        quants = self.env["stock.quant"]
        self.assertEqual(quants._get_available_quantity(self.filter_part, shelf), 3)

    def test_part_11_each_edit_of_a_piece_says_why_it_is_refused(self):
        """PART-11: another part, way, move or state of a piece on its way."""
        claim = self._approved(self.filter_part, 2)
        picking = claim.with_user(self.warehouse_user).action_issue()
        other = self._approved(self.filter_part, 2)
        foreign = other.with_user(self.warehouse_user).action_issue()
        piece = picking.move_line_ids
        inbound = self.warehouse.wh_input_stock_loc_id
        for vals, words in (
            ({"location_dest_id": self.stock.id}, "not what the parts claim"),
            ({"location_id": inbound.id}, "not what the parts claim"),
            ({"picking_id": foreign.id}, "not what the parts claim"),
            ({"move_id": foreign.move_ids.id}, "stay with their move"),
            ({"state": "done"}, "stay with their move"),
            ({"quantity_product_uom": 5.0}, "stay with their move"),
            (
                {"state": piece.state, "move_id": foreign.move_ids.id},
                "stay with their move",
            ),
        ):
            with self.subTest(vals):
                self._refused(piece.write, vals, error=GuardedFieldError, words=words)
        self._validate(picking)
        picking.is_locked = False
        for vals in ({"quantity": 1}, {"quantity": 1, "location_id": self.stock.id}):
            self._refused(piece.write, vals, error=GuardedFieldError, words="on record")

    def test_part_11_a_piece_is_added_as_approved_or_not_at_all(self):
        """PART-11: neither from another place nor of another part."""
        claim = self._approved(self.filter_part, 2)
        picking = claim.with_user(self.warehouse_user).action_issue()
        inbound = self.warehouse.wh_input_stock_loc_id
        for product, source in (
            (self.filter_part, inbound),
            (self.valve, self.stock),
        ):
            vals = {
                "move_id": picking.move_ids.id,
                "picking_id": picking.id,
                "product_id": product.id,
                "quantity": 1,
                "location_id": source.id,
                "location_dest_id": picking.location_dest_id.id,
            }
            self._refused(
                self._as_warehouse("stock.move.line").create,
                vals,
                error=GuardedFieldError,
                words="not what the parts claim",
            )

    def test_part_11_what_went_to_a_technician_without_a_claim_stays(self):
        """PART-11: done pieces to or from his place are on record as well."""
        place = self.technician._aftersales_get_location()
        for ends in ((self.stock, place), (place, self.stock)):
            picking = self._move_now(*ends)
            picking.is_locked = False
            with self.subTest(ends[0].name):
                self._refused(
                    picking.move_line_ids.write,
                    {"quantity": 2},
                    error=GuardedFieldError,
                )
                vals = self._vals(*ends, picking_id=picking.id, quantity=1)
                self._refused(self._as_warehouse("stock.move").create, vals)
