from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..exceptions import FrozenFactError, GuardedFieldError, NotEntitledError
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestStockGuards(ClaimCommon):
    """PART-11: nothing moves but what was approved, by no door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock = cls.warehouse.lot_stock_id
        cls._stock(cls.filter_part, 20)

    def setUp(self):
        super().setUp()
        self.claim = self._approved(self.filter_part, 3)
        self.picking = self.claim.with_user(self.warehouse_user).action_issue()
        self.move = self.picking.move_ids
        self.line = self.claim.line_ids

    def _as_warehouse(self, model):
        return self.env[model].with_user(self.warehouse_user)

    def _refused(self, method, *args, error=UserError, **kwargs):
        with self.assertRaises(error), self.env.cr.savepoint():
            method(*args, **kwargs)
            self.env.flush_all()

    def _transfer(self, source, destination, product=None, quantity=1.0):
        return self._as_warehouse("stock.picking").create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": (product or self.filter_part).id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": destination.id,
                        },
                    )
                ],
            }
        )

    # -- making moves of a claim by hand

    def test_a_move_cannot_be_made_for_a_claim(self):
        """PART-11: a move cannot be made for a claim."""
        vals = {
            "product_id": self.filter_part.id,
            "product_uom_qty": 1,
            "location_id": self.stock.id,
            "location_dest_id": self.claim.sudo().location_id.id,
        }
        moves = self._as_warehouse("stock.move")
        self._refused(moves.create, {**vals, "claim_line_id": self.line.id})
        self._refused(moves.create, {**vals, "picking_id": self.picking.id})
        self._refused(
            moves.create,
            {**vals, "picking_id": self.picking.id, "claim_line_id": self.line.id},
        )
        forged = moves.with_context(
            default_claim_line_id=self.line.id, aftersales_guard=True
        ).create(vals)
        self.assertFalse(forged.claim_line_id)
        self._refused(forged.write, {"claim_line_id": self.line.id})
        self._refused(forged.write, {"picking_id": self.picking.id})

    def test_a_transfer_cannot_be_made_for_a_claim(self):
        """PART-11: a transfer cannot be made for a claim."""
        pickings = self._as_warehouse("stock.picking")
        vals = {"picking_type_id": self.warehouse.aftersales_issue_type_id.id}
        self._refused(pickings.create, {**vals, "claim_id": self.claim.id})
        forged = pickings.with_context(default_claim_id=self.claim.id).create(vals)
        self.assertFalse(forged.claim_id)
        self._refused(forged.write, {"claim_id": self.claim.id})

    def test_a_line_made_in_the_transfer_is_refused(self):
        """The detailed operations make a move for each foreign line."""
        self._refused(
            self._as_warehouse("stock.move.line").create,
            {
                "picking_id": self.picking.id,
                "product_id": self.valve.id,
                "quantity": 1,
                "location_id": self.picking.location_id.id,
                "location_dest_id": self.picking.location_dest_id.id,
            },
        )

    # -- changing them before they are done

    def test_the_approved_move_cannot_be_changed(self):
        """PART-11: the approved move cannot be changed."""
        other = self.env["stock.location"].create(
            {"name": "Elsewhere", "location_id": self.warehouse.view_location_id.id}
        )
        ordinary = self._transfer(self.stock, other)
        move = self.move.with_user(self.warehouse_user)
        for vals in (
            {"product_uom_qty": 4},
            {"product_id": self.valve.id},
            {"location_id": other.id},
            {"location_dest_id": other.id},
            {"picking_id": ordinary.id},
            {"picking_id": False},
            {"claim_line_id": False},
            {"state": "done"},
        ):
            with self.subTest(vals):
                self._refused(move.write, vals, error=GuardedFieldError)
        move.product_uom_qty = 3.0  # the same again is no change

    def test_the_transfer_cannot_be_changed(self):
        """PART-11: the transfer cannot be changed."""
        for vals in (
            {"location_dest_id": self.stock.id},
            {"location_id": self.claim.sudo().location_id.id},
            {"picking_type_id": self.warehouse.out_type_id.id},
            {"claim_id": False},
            {"owner_id": self.customer.id},
            {"state": "done"},
        ):
            with self.subTest(vals):
                self._refused(self.picking.write, vals, error=GuardedFieldError)

    def test_pieces_stay_on_their_way(self):
        """PART-11: pieces stay on their way."""
        piece = self.move.move_line_ids.with_user(self.warehouse_user)
        other = self._transfer(self.stock, self.warehouse.wh_input_stock_loc_id)
        other.action_confirm()
        for vals in (
            {"location_dest_id": self.stock.id},
            {"location_id": self.warehouse.wh_input_stock_loc_id.id},
            {"move_id": other.move_ids.id},
            {"picking_id": other.id},
            {"state": "done"},
        ):
            with self.subTest(vals):
                self._refused(piece.write, vals)
        foreign = other.move_ids.move_line_ids[:1]
        if foreign:
            self._refused(foreign.write, {"move_id": self.move.id})

    # -- quantity and approval

    def test_more_than_approved_does_not_leave(self):
        """3 approved, 4 picked."""
        self.picking.move_ids.quantity = 4
        self.picking.move_ids.picked = True
        self._refused(self.picking.button_validate, error=NotEntitledError)
        self.assertFalse(self.line.issued_qty)

    def test_nothing_leaves_once_the_claim_is_not_approved(self):
        """Even where a transfer of the claim were still open."""
        self.claim.sudo()._set_state("verified")
        self.picking.move_ids.picked = True
        for context in ({}, {"skip_backorder": True}, {"cancel_backorder": True}):
            picking = self.picking.with_context(**context)
            self._refused(picking.button_validate, error=NotEntitledError)
        self._refused(self.move._action_done, error=NotEntitledError)

    def test_customer_paid_parts_do_not_leave_by_the_form(self):
        """PART-11: customer paid parts do not leave by the form."""
        self.line._unguarded().sudo().write({"payer": "customer"})
        self.picking.move_ids.picked = True
        self._refused(self.picking.button_validate)

    def test_a_backorder_takes_no_more_than_the_rest(self):
        """PART-11: a backorder takes no more than the rest."""
        self._validate(self.picking, quantity=2)
        rest = self.claim.with_user(self.warehouse_user).action_issue()
        self._refused(rest.move_ids.write, {"product_uom_qty": 2})
        rest.move_ids.quantity = 2
        rest.move_ids.picked = True
        self._refused(rest.button_validate, error=NotEntitledError)

    def test_the_backorder_wizard_keeps_the_claim(self):
        """PART-11: the backorder wizard keeps the claim."""
        picking = self.picking.with_user(self.warehouse_user)
        picking.move_ids.quantity = 1
        picking.move_ids.picked = True
        action = picking.button_validate()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.warehouse_user)
            .with_context(**action["context"])
            .create({})
        )
        wizard.process()
        self.assertEqual(self.line.issued_qty, 1)
        rest = self.claim.sudo().picking_ids - self.picking
        self.assertEqual(rest.move_ids.claim_line_id, self.line)
        self.assertEqual(rest.move_ids.product_uom_qty, 2)

    def test_splitting_a_transfer_keeps_the_claim(self):
        """PART-11: splitting a transfer keeps the claim."""
        picking = self.picking.with_user(self.warehouse_user)
        picking.move_ids.quantity = 1
        picking.action_split_transfer()
        moves = self.line.sudo().move_ids
        self.assertEqual(sorted(moves.mapped("product_uom_qty")), [1, 2])
        self.assertEqual(moves.picking_id.claim_id, self.claim)

    def test_what_is_not_there_is_not_handed_out(self):
        """PART-11: what is not there is not handed out."""
        claim = self._approved(self.valve)
        picking = claim.with_user(self.warehouse_user).action_issue()
        lot = self.env["stock.lot"].create(
            {"name": "V-AIR", "product_id": self.valve.id}
        )
        picking.move_ids.lot_ids = lot
        picking.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "short by 1"), self.env.cr.savepoint():
            picking.with_context(skip_backorder=True).button_validate()

    # -- once done

    def test_done_pieces_stay_as_they_are(self):
        """PART-11: done pieces stay as they are."""
        self._validate(self.picking)
        self.picking.is_locked = False
        piece = self.move.move_line_ids.with_user(self.warehouse_user)
        for vals in ({"quantity": 1}, {"location_dest_id": self.stock.id}):
            self._refused(piece.write, vals, error=GuardedFieldError)
        self._refused(piece.unlink)
        self._refused(self.move.write, {"quantity": 5}, error=GuardedFieldError)
        self._refused(self.move.write, {"state": "draft"}, error=GuardedFieldError)
        self._refused(
            self._as_warehouse("stock.move.line").create,
            {"move_id": self.move.id, "quantity": 1, "picking_id": self.picking.id},
        )
        self._assert_conserved(self.line)

    def test_any_employee_edits_no_piece_of_a_claim(self):
        """base.group_user may write move lines in core."""
        self._validate(self.picking)
        piece = self.move.move_line_ids.with_user(self.technician_user)
        self._refused(piece.write, {"quantity": 1})
        # core takes a free piece, but it moves nothing
        self.env["stock.move.line"].with_user(self.technician_user).create(
            {
                "product_id": self.filter_part.id,
                "product_uom_id": self.filter_part.uom_id.id,
                "quantity": 1,
                "location_id": self.claim.sudo().location_id.id,
                "location_dest_id": self.stock.id,
                "company_id": self.company.id,
                "state": "done",
            }
        )
        held = self.env["stock.quant"].search(
            [("location_id", "=", self.claim.sudo().location_id.id)]
        )
        self.assertEqual(held.quantity, 3)

    def test_moves_and_transfers_are_not_deleted(self):
        """PART-11: moves and transfers are not deleted."""
        self.move._action_cancel()
        self._refused(self.move.sudo().unlink, error=FrozenFactError)
        self._refused(self.picking.sudo().unlink, error=FrozenFactError)

    def test_ordinary_transfers_leave_held_parts_alone(self):
        """PART-11: ordinary transfers leave held parts alone."""
        self._validate(self.picking)
        place = self.claim.sudo().location_id
        back = self._transfer(place, self.stock)
        back.action_confirm()
        back.move_ids.quantity = 1
        back.move_ids.picked = True
        self._refused(back.button_validate, error=NotEntitledError)

    def test_counting_does_not_lose_held_parts(self):
        """PART-11: counting does not lose held parts."""
        self._validate(self.picking)
        quant = self.env["stock.quant"].search(
            [
                ("location_id", "=", self.claim.sudo().location_id.id),
                ("product_id", "=", self.filter_part.id),
            ]
        )
        quant.inventory_quantity = 1
        self._refused(quant.action_apply_inventory, error=NotEntitledError)

    def test_a_scrap_without_its_transfer_is_refused(self):
        """PART-11: a scrap without its transfer is refused."""
        self._validate(self.picking)
        scrap = self._as_warehouse("stock.scrap").create(
            {
                "product_id": self.filter_part.id,
                "scrap_qty": 1,
                "location_id": self.claim.sudo().location_id.id,
                "company_id": self.company.id,
            }
        )
        self._refused(scrap.action_validate, error=NotEntitledError)

    def test_no_more_is_scrapped_than_is_held(self):
        """PART-11: no more is scrapped than is held."""
        self._validate(self.picking)
        scrap = self._as_warehouse("stock.scrap").create(
            {
                "product_id": self.filter_part.id,
                "scrap_qty": 4,
                "picking_id": self.picking.id,
                "company_id": self.company.id,
            }
        )
        self._refused(scrap.do_scrap, error=NotEntitledError)

    def test_own_stock_of_a_van_stays_free(self):
        """Parts a technician holds without a claim move by ordinary transfers."""
        self._validate(self.picking)
        place = self.claim.sudo().location_id
        self._transfer_now(self.stock, place, 2)
        self._transfer_now(place, self.stock, 2)
        self._refused(self._transfer_now, place, self.stock, 1)

    def _transfer_now(self, source, destination, quantity):
        picking = self._transfer(source, destination, quantity=quantity)
        picking.action_confirm()
        picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")

    def test_more_cannot_come_back_than_went_out(self):
        """PART-11: more cannot come back than went out."""
        self._validate(self.picking)
        wizard = (
            self._as_warehouse("stock.return.picking")
            .with_context(
                active_id=self.picking.id,
                active_ids=self.picking.ids,
                active_model="stock.picking",
            )
            .create({})
        )
        wizard.product_return_moves.quantity = 5
        back = wizard._create_return()
        back.move_ids.quantity = 5
        back.move_ids.picked = True
        self._refused(back.button_validate, error=NotEntitledError)

    def test_a_copied_transfer_is_an_ordinary_one(self):
        """PART-11: a copied transfer is an ordinary one."""
        copy = self.picking.copy()
        self.assertFalse(copy.claim_id)
        self.assertFalse(copy.move_ids.claim_line_id)

    def test_the_use_of_a_location_is_not_edited(self):
        """PART-11: the use of a location is not edited."""
        manager = self.warehouse_user
        manager.group_ids |= self.env.ref("stock.group_stock_manager")
        place = self.claim.sudo().location_id.with_user(manager)
        self._refused(place.write, {"aftersales_use": False})

    # -- stock without claims

    def test_ordinary_stock_is_untouched(self):
        """PART-11: ordinary stock is untouched."""
        out = self._as_warehouse("stock.picking").create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "partner_id": self.customer.id,
                "move_ids": [
                    (0, 0, {"product_id": self.filter_part.id, "product_uom_qty": 2}),
                    (0, 0, {"product_id": self.filter_part.id, "product_uom_qty": 3}),
                ],
            }
        )
        out.action_confirm()
        self.assertEqual(out.move_ids.product_uom_qty, 5)
        out.move_ids.product_uom_qty = 6
        out.move_ids.quantity = 6
        out.move_ids.picked = True
        out.with_context(skip_backorder=True).button_validate()
        self.assertEqual(out.state, "done")
        out.is_locked = False
        out.move_ids.quantity = 7
        self.assertEqual(out.move_ids.quantity, 7)

    def test_technicians_have_no_stock_rights(self):
        """PART-11: technicians have no stock rights."""
        with self.assertRaises(AccessError):
            self.picking.with_user(self.technician_user).read(["name"])
