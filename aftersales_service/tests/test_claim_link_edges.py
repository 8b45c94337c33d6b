from odoo.tests import tagged

from .. import guard
from ..exceptions import ArgumentError, FrozenFactError, GuardedFieldError
from .common_claim_transfer import ClaimTransferCommon


@tagged("post_install", "-at_install")
class TestClaimLinkEdges(ClaimTransferCommon):
    """What ties transfers to claims: scraps, keys, documents, companies."""

    def test_part_17_a_scrap_belongs_to_the_line_that_holds_the_piece(self):
        """PART-17: by serial, and not to a line that has used its piece."""
        lots = self._stock(self.valve, 2, ["V-1", "V-2"])
        claim = self._issued(
            line_ids=[(0, 0, {"product_id": self.valve.id}) for _index in range(2)]
        )
        picking = claim.sudo().picking_ids

        def scrap(product, lot=None):
            made = self._as_warehouse("stock.scrap").create(
                {
                    "product_id": product.id,
                    "scrap_qty": 1,
                    "lot_id": lot.id if lot else False,
                    "picking_id": picking.id,
                    "company_id": self.company.id,
                }
            )
            made.do_scrap()

        second = claim.line_ids[1]
        scrap(self.valve, lots.filtered(lambda lot: lot.name == second.serials))
        self.assertEqual(claim.line_ids.mapped("scrapped_qty"), [0, 1])
        vals = {"product_id": self.filter_part.id, "quantity": 2}
        claim = self._issued(line_ids=[(0, 0, vals), (0, 0, {**vals, "quantity": 1})])
        picking = claim.sudo().picking_ids
        scrap(self.filter_part)
        self.assertEqual(claim.line_ids.mapped("scrapped_qty"), [1, 0])
        claim.line_ids[0].action_consume(1)
        scrap(self.filter_part)
        self.assertEqual(claim.line_ids.mapped("scrapped_qty"), [1, 1])
        self._refused(scrap, self.filter_part)

    def test_part_17_a_scrap_in_dozens_counts_in_pieces(self):
        """PART-17: one dozen of fifteen is scrapped: three are held."""
        claim = self._issued(self.filter_part, 15)
        scrap = self._as_warehouse("stock.scrap").create(
            {
                "product_id": self.filter_part.id,
                "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
                "scrap_qty": 1,
                "picking_id": claim.sudo().picking_ids.id,
                "company_id": self.company.id,
            }
        )
        scrap.do_scrap()
        line = claim.line_ids
        self.assertEqual((line.scrapped_qty, line.open_qty), (12, 3))
        self._assert_conserved(line)

    def test_part_11_links_to_claims_are_not_forged(self):
        """PART-11: neither claim nor key of an ordinary transfer, by nobody."""
        ordinary = self._move_now(self.stock, self.warehouse.wh_input_stock_loc_id)
        claim = self._approved(self.filter_part)
        picking = claim.with_user(self.warehouse_user).action_issue()
        for vals in ({"claim_key": "claim:1:issue:1"}, {"claim_id": claim.id}):
            with self.subTest(vals):
                self._refused(ordinary.sudo().write, vals, error=GuardedFieldError)
                self._refused(ordinary.sudo().copy, vals, error=GuardedFieldError)
        forged = self._as_warehouse("stock.picking").with_context(
            default_claim_key="claim:0:issue:1"
        )
        made = forged.create({"picking_type_id": self.warehouse.int_type_id.id})
        self.assertFalse(made.sudo().claim_key)
        picking.write({"location_id": picking.location_id.id})  # the same again
        made.unlink()
        self._refused(picking.sudo().unlink, error=FrozenFactError)

    def test_part_11_a_move_names_its_claim_as_its_document(self):
        """PART-11: the forecast of a part leads to the claim that takes it."""
        claim = self._approved(self.filter_part)
        picking = claim.with_user(self.warehouse_user).action_issue()
        document = picking.move_ids._get_source_document()
        self.assertEqual(document, claim)
        self.assertEqual(document.env.user, self.warehouse_user)
        self.assertFalse(document.env.su)
        ordinary = self._move_now(self.stock, self.warehouse.wh_input_stock_loc_id)
        self.assertNotEqual(ordinary.move_ids._get_source_document(), claim)
        with self.assertRaises(ArgumentError):
            (picking | ordinary).action_open_claim()
        opened = picking._aftersales_open()
        self.assertTrue(guard.is_open(opened.env))
        self.assertFalse(guard.is_open(opened._aftersales_guarded_again().env))
        self.assertFalse(guard.is_open(picking.env))

    def test_part_11_only_claims_carry_a_hand_out_time(self):
        """PART-11: an ordinary transfer is done when it is validated."""
        picking = self._as_warehouse("stock.picking").create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "aftersales_handed_on": "2020-01-01 01:00:00",
                "move_ids": [
                    (0, 0, {"product_id": self.filter_part.id, "product_uom_qty": 1})
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        self.assertGreater(picking.date_done.year, 2020)

    def test_role_03_a_transfer_takes_no_van_of_another_company(self):
        """ROLE-03, PART-16: neither when it is made nor later."""
        self.env["stock.warehouse"].create(
            {"company_id": self.company2.id, "name": "West", "code": "WEST"}
        )
        west = self.env["hr.employee"].create(
            {"name": "West", "company_id": self.company2.id}
        )
        van = self.env["aftersales.van"].create(
            {"employee_id": west.id, "company_id": self.company2.id}
        )
        vals = {"picking_type_id": self.warehouse.int_type_id.id}
        pickings = self.env["stock.picking"]
        self._refused(pickings.create, {**vals, "aftersales_van_id": van.id})
        picking = pickings.create(vals)
        self._refused(picking.write, {"aftersales_van_id": van.id})
        picking.write({"origin": "By hand"})
        self.assertFalse(picking.aftersales_van_id)
        vals["picking_type_id"] = van.warehouse_id.int_type_id.id
        vals["claim_id"] = self._approved(self.filter_part).id
        self._refused(pickings._aftersales_open().create, vals)
