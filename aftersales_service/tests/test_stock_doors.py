from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from ..exceptions import GuardedFieldError, NotEntitledError
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestStockDoors(ClaimCommon):
    """PART-11: the less obvious doors of the stock application."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shelf = cls.warehouse.lot_stock_id
        cls._stock(cls.filter_part, 20)

    def _refused(self, method, *args, error=UserError, **kwargs):
        with self.assertRaises(error), self.env.cr.savepoint():
            method(*args, **kwargs)
            self.env.flush_all()

    def _quant(self, claim):
        return self.env["stock.quant"].search(
            [
                ("location_id", "=", claim.sudo().location_id.id),
                ("product_id", "=", self.filter_part.id),
            ]
        )

    def test_relocating_stock_takes_nothing_from_a_technician(self):
        """PART-11: the wizard that relocates quants is one more transfer."""
        claim = self._issued(self.filter_part, 3)
        wizard = self.env["stock.quant.relocate"].create(
            {
                "quant_ids": [(6, 0, self._quant(claim).ids)],
                "dest_location_id": self.shelf.id,
            }
        )
        self._refused(wizard.action_relocate_quants, error=NotEntitledError)
        self._assert_conserved(claim.line_ids)

    def _get_doors(self, picking, wizard):
        """Return each named way to validate a transfer, as a function."""

        def scan():
            # what a scanner's client saves, piece by piece
            pieces = [(1, piece.id, {"picked": True}) for piece in piece_ids]
            picking.write({"move_line_ids": pieces})
            picking.with_context(skip_backorder=True).button_validate()

        def call():
            forged = {
                "skip_backorder": True,
                "aftersales_guard": True,
                "aftersales_unwatched": [1],
            }
            call_kw(
                self._as_warehouse("stock.picking"),
                "button_validate",
                [picking.ids],
                {"context": forged},
            )

        piece_ids = picking.move_line_ids
        return {
            "screen": picking.with_context(skip_backorder=True).button_validate,
            "backorder wizard": wizard.process,
            "no backorder": wizard.process_cancel_backorder,
            "barcode scan": scan,
            "RPC": call,
            "state of the move": lambda: picking.move_ids.write({"state": "done"}),
            "state of the piece": lambda: piece_ids.write({"state": "done"}),
            "move by move": picking.move_ids._action_done,
        }

    def _as_warehouse(self, model):
        return self.env[model].with_user(self.warehouse_user)

    def _prepared(self, quantity):
        """Return an approved claim of 3 with so many picked, and the wizard."""
        claim = self._approved(self.filter_part, 3)
        picking = claim.with_user(self.warehouse_user).action_issue()
        picking.move_ids.write({"quantity": quantity, "picked": True})
        wizard = (
            self._as_warehouse("stock.backorder.confirmation")
            .with_context(
                button_validate_picking_ids=picking.ids,
                default_pick_ids=[(4, picking.id)],
            )
            .create({})
        )
        return claim, picking, wizard

    def test_every_named_door_is_shut_before_the_approval(self):
        """PART-11: screen, wizards, barcode scan, backorder, RPC: not approved."""
        claim, picking, wizard = self._prepared(1)
        claim.sudo()._set_state("verified")
        for name, door in self._get_doors(picking, wizard).items():
            with self.subTest(name):
                self._refused(door)
                self.assertNotEqual(picking.state, "done")
        self.assertFalse(claim.line_ids.issued_qty)

    def test_every_named_door_is_shut_above_the_quantity(self):
        """PART-11: 3 approved, 4 picked, by screen, wizard, barcode scan or RPC."""
        claim, picking, wizard = self._prepared(4)
        for name, door in self._get_doors(picking, wizard).items():
            with self.subTest(name):
                self._refused(door)
                self.assertNotEqual(picking.state, "done")
        self.assertFalse(claim.line_ids.issued_qty)

    def test_packing_is_allowed(self):
        """PART-11: pick and pack: packages change nothing of what was approved."""
        claim = self._approved(self.filter_part, 3)
        picking = claim.with_user(self.warehouse_user).action_issue()
        picking.move_ids.picked = True
        picking.action_put_in_pack()
        self.assertTrue(picking.move_line_ids.result_package_id)
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(claim.line_ids.issued_qty, 3)
        self._assert_conserved(claim.line_ids)

    def test_a_return_on_its_way_is_not_edited(self):
        """PART-11: what was handed in cannot be led elsewhere, or made more."""
        claim = self._issued(self.filter_part, 3)
        claim.line_ids.action_return_unused(1)
        coming = claim.sudo().picking_ids.filtered("aftersales_announced_on")
        issued = claim.sudo().picking_ids - coming
        coming = coming.with_user(self.warehouse_user)
        defective = self.warehouse.aftersales_defective_location_id
        for records, vals in (
            (coming, {"location_dest_id": defective.id}),
            (coming.move_ids, {"location_dest_id": defective.id}),
            (coming.move_ids, {"product_uom_qty": 3.0}),
            (coming.move_ids, {"product_id": self.valve.id}),
            (coming.move_line_ids, {"move_id": issued.move_ids[0].id}),
        ):
            with self.subTest(vals):
                self._refused(records.write, vals, error=GuardedFieldError)
        coming.move_ids.quantity = 5
        coming.move_ids.picked = True
        self._refused(
            coming.with_context(skip_backorder=True).button_validate,
            error=NotEntitledError,
        )

    def test_the_client_saves_nothing_either(self):
        """PART-11: web_save and a forged key open no more than write does."""
        claim = self._approved(self.filter_part, 3)
        picking = claim.with_user(self.warehouse_user).action_issue()
        forged = picking.move_ids.with_context(aftersales_guard=True)
        self._refused(forged.web_save, {"product_uom_qty": 9.0}, {}, error=UserError)
        command = {"move_ids": [(1, picking.move_ids.id, {"product_uom_qty": 9.0})]}
        self._refused(picking.web_save, command, {}, error=UserError)
        foreign = {
            "product_id": self.valve.id,
            "product_uom_qty": 1.0,
            "location_id": self.shelf.id,
            "location_dest_id": picking.location_dest_id.id,
        }
        self._refused(picking.web_save, {"move_ids": [(0, 0, foreign)]}, {})

    def test_lost_parts_do_not_come_back_by_an_ordinary_transfer(self):
        """PART-17: what is lost is found on its loss, and counted there."""
        claim = self._issued(self.filter_part, 3)
        claim.line_ids.action_report_lost(1, "Gone")
        lost = self.warehouse.aftersales_lost_location_id
        self.assertEqual(lost.usage, "inventory")
        used = claim.sudo().picking_ids.filtered(
            lambda picking: picking.location_dest_id == lost
        )
        self.assertEqual(used.claim_id, claim)
        self._refused(
            used.move_ids.with_user(self.warehouse_user).write,
            {"state": "draft"},
            error=GuardedFieldError,
        )

    def test_technicians_reach_no_transfer(self):
        """PART-11: a technician can neither read nor validate transfers."""
        claim = self._approved(self.filter_part)
        picking = claim.with_user(self.warehouse_user).action_issue()
        for name in ("read", "button_validate", "action_cancel", "action_assign"):
            with self.assertRaises(AccessError):
                getattr(picking.with_user(self.technician_user), name)()

    def test_the_core_alone_is_enough(self):
        """PART-12: claims need neither the sales nor the repair application."""
        modules = self.env["ir.module.module"].search(
            [("name", "=", "aftersales_service")]
        )
        needed = modules.dependencies_id.mapped("name")
        self.assertFalse({"sale", "sale_stock", "repair", "purchase"} & set(needed))
