from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..exceptions import ArgumentError, NotEntitledError, TransitionError
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimBackEdges(ClaimCommon):
    """Parts that are lost and found, or that somebody takes back."""

    def setUp(self):
        super().setUp()
        self._stock(self.filter_part, 20)

    def _trail(self, claim):
        return self.env["aftersales.audit"].search(
            [("model", "=", claim._name), ("res_id", "=", claim.id)], order="sequence"
        )

    # -- losses

    def test_part_17_a_loss_is_worth_what_was_handed_out(self):
        """PART-17: the cost of that day, times the pieces; the day in the case."""
        with freeze_time("2026-03-02 01:00:00"):
            claim = self._issued(self.filter_part, 3)
        self.filter_part.standard_price = 120.0
        line = claim.line_ids
        with freeze_time("2026-03-05 01:00:00"):
            line.action_report_lost(2, "Stolen", at="2026-03-03 01:00:00")
        loss = line.loss_ids
        self.assertEqual((loss.amount, loss.kind, loss.quantity), (190.0, "new", 2))
        self.assertEqual(str(loss.reported_on), "2026-03-03 01:00:00")
        self.assertEqual(loss.reported_by_id, self.technician_user)
        self.assertEqual(str(loss.sudo().case_id.happened_on), "2026-03-03")
        self.assertIn("2 × Oil Filter", loss.display_name)
        rows = self._trail(claim).filtered(lambda row: row.event == "part_lost")
        row = rows.filtered("reason")
        self.assertEqual(
            (row.reason, row.detail),
            ("Stolen", {"line": line.id, "kind": "new", "quantity": 2.0}),
        )

    def test_part_17_a_lost_serial_is_found_as_itself(self):
        """PART-17: the desk finds it, while the claim is open, not before it went."""
        (lot,) = self._stock(self.valve, 1, ["V-1"])
        with freeze_time("2026-03-02 01:00:00"):
            claim = self._issued()
        line = claim.line_ids
        line.action_report_lost(1, "Gone")
        loss = line.loss_ids
        self.assertEqual(loss.sudo().lot_id, lot)
        line.invalidate_recordset()
        self.assertFalse(line.serials)
        with self.assertRaises(AccessError):
            loss.action_open_case()
        desk = loss.with_user(self.dispatcher_user)
        self.assertEqual(desk.action_found(), loss)
        line.invalidate_recordset()
        self.assertEqual((line.lost_qty, line.serials), (0, "V-1"))
        self.assertEqual(loss.found_by_id, self.dispatcher_user)
        self.assertTrue(loss.found_on)
        self.assertEqual(self._trail(claim)[-1].event, "part_found")
        window = loss.with_user(self.quality_vp_user).action_open_case()
        self.assertEqual(window["res_id"], loss.sudo().case_id.id)
        with self.assertRaises(ArgumentError):
            loss.browse().action_open_case()

    def test_part_17_nothing_is_found_after_the_end(self):
        """PART-17: a closed claim keeps its account."""
        claim = self._issued(self.filter_part, 1)
        line = claim.line_ids
        line.action_report_lost(1, "Gone")
        claim.action_close()
        with self.assertRaises(TransitionError):
            line.loss_ids.with_user(self.warehouse_user).action_found()
        self.assertEqual(line.lost_qty, 1)

    def test_part_17_an_old_part_in_a_case_does_not_come_back_as_well(self):
        """PART-17: one of two in a case: one may be brought, found again two."""
        line = self._issued(self.filter_part, 2).line_ids
        line.action_consume(2)
        line.action_report_old_lost(1, "Thrown away")
        keeper = line.with_user(self.warehouse_user)
        with self.assertRaises(NotEntitledError):
            keeper.action_return_old(2)
        keeper.action_return_old(1)
        self.assertEqual((line.old_owed_qty, line.old_cased_qty), (0, 1))
        keeper.loss_ids.action_found()
        with self.assertRaises(NotEntitledError):
            keeper.action_return_old(2)
        keeper.action_return_old(1)
        self.assertEqual((line.old_owed_qty, line.old_returned_qty), (0, 2))

    # -- taken back

    def test_part_17_a_scrap_taken_back_is_held_again(self):
        """PART-17: as much as was scrapped, no more."""
        claim = self._issued(self.filter_part, 2)
        line = claim.line_ids
        issue = claim.sudo().picking_ids
        line.action_consume(1)
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.filter_part.id,
                "scrap_qty": 1,
                "picking_id": issue.id,
                "company_id": self.company.id,
            }
        )
        scrap.with_user(self.warehouse_user).do_scrap()
        self.assertEqual((line.scrapped_qty, line.open_qty), (1, 0))
        with self.assertRaises(NotEntitledError), self.env.cr.savepoint():
            self._take_back(scrap.move_ids, 2)
        self.assertEqual(self._take_back(scrap.move_ids, 1).claim_line_id, line)
        self.assertEqual((line.scrapped_qty, line.open_qty), (0, 1))

    def _take_back(self, move, quantity):
        """Bring back parts that a move without a transfer took away."""
        back = self.env["stock.move"].create(
            {
                "product_id": move.product_id.id,
                "product_uom_qty": quantity,
                "location_id": move.location_dest_id.id,
                "location_dest_id": move.location_id.id,
                "origin_returned_move_id": move.id,
                "company_id": self.company.id,
            }
        )
        back._action_confirm()
        back.write({"quantity": quantity, "picked": True})
        return back._action_done()

    def test_part_17_an_old_part_given_back_to_the_customer_is_owed(self):
        """PART-17: the return of a receipt; not more than came in."""
        line = self._issued(self.filter_part, 2).line_ids
        line.action_consume(2)
        line.with_user(self.warehouse_user).action_return_old(1)
        receipt = line.sudo().move_ids.picking_id.filtered(
            lambda picking: picking.location_dest_id.aftersales_use == "defective"
        )
        back = self._return(receipt, 1)
        back.move_ids.quantity = 2
        back.move_ids.picked = True
        with self.assertRaises(UserError), self.env.cr.savepoint():
            back.with_context(skip_backorder=True).button_validate()
        self._validate(back, quantity=1)
        line.invalidate_recordset()
        self.assertEqual((line.old_returned_qty, line.old_owed_qty), (0, 2))
