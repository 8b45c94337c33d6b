from odoo.tests import tagged

from .common_claim import ClaimCommon
from .common_integrity import IntegrityControls


@tagged("post_install", "-at_install")
class TestIntegrityParts(IntegrityControls, ClaimCommon):
    """L6 to L9 hold on a claim's way, and find what SQL broke."""

    def setUp(self):
        super().setUp()
        self._stock(self.filter_part, 5)

    def _held(self):
        """Return a claim of which one piece was used and two are still held."""
        claim = self._issued(self.filter_part, 3)
        claim.line_ids.action_consume(1)
        return claim

    def test_laws_hold_at_every_step(self):
        """PART-11: laws hold at every step."""
        claim = self._approved(self.filter_part, 3)
        self._assert_holds()
        picking = claim.with_user(self.warehouse_user).action_issue()
        self._assert_holds()
        self._validate(picking)
        self._assert_holds()
        claim.line_ids.action_consume(2)
        self._assert_holds()
        claim.line_ids.action_return_unused(1)
        claim.line_ids.action_return_old(2)
        self._assert_holds()
        self._receive(claim)
        self._assert_holds()
        claim.action_close()
        self._assert_holds()

    def test_l6_unbalanced(self):
        """PART-11: l6 unbalanced."""
        claim = self._held()
        self._sql(
            "UPDATE aftersales_claim_line SET open_qty = 1 WHERE claim_id = %s",
            claim.id,
        )
        self._assert_broken("L6", claim, "parts_unbalanced")

    def test_l6_balanced_but_not_what_the_moves_say(self):
        """PART-11: l6 balanced but not what the moves say."""
        claim = self._held()
        self._sql(
            "UPDATE aftersales_claim_line SET consumed_qty = 3, open_qty = 0 "
            "WHERE claim_id = %s",
            claim.id,
        )
        self._assert_broken("L6", claim, "parts_differ")

    def test_l6_a_move_changed_behind_the_claim(self):
        """PART-11: l6 a move changed behind the claim."""
        claim = self._held()
        self._sql(
            "UPDATE stock_move_line SET quantity_product_uom = 2 FROM stock_move move "
            "WHERE move.id = move_id AND move.claim_line_id = %s "
            "AND stock_move_line.quantity_product_uom = 3",
            claim.line_ids.id,
        )
        self._assert_broken("L6", claim, "parts_differ")

    def test_l6_a_loss_without_its_case(self):
        """PART-17: what is lost stands in a case, or the law is broken."""
        claim = self._held()
        claim.line_ids.action_report_lost(1, "Fell off the roof")
        self._assert_holds("L6")
        self._sql(
            "UPDATE aftersales_claim_loss SET case_id = NULL WHERE claim_id = %s",
            claim.id,
        )
        self._assert_broken("L6", claim, "loss_uncased")

    def test_l6_old_parts_that_nobody_owes(self):
        """PART-17: old parts used = back + scrapped + kept + cased + owed."""
        claim = self._held()
        self._sql(
            "UPDATE aftersales_claim_line SET old_owed_qty = 0 WHERE claim_id = %s",
            claim.id,
        )
        self._assert_broken("L6", claim, "old_unbalanced")

    def test_l6_a_serial_that_left_twice(self):
        """PART-11: the balance holds for each serial, not for the sum alone."""
        lots = self._stock(self.valve, 2, ["V-1", "V-2"])
        claim = self._issued(quantity=2)
        claim.line_ids.action_consume(1, lot_id=lots[0].id)
        self._assert_holds("L6")
        self._sql(
            "UPDATE stock_move_line piece SET lot_id = %s FROM stock_move move "
            "WHERE move.id = piece.move_id AND move.claim_line_id = %s "
            "AND piece.lot_id = %s AND piece.location_id = %s",
            self._stock(self.valve, 1, ["V-3"]).id,
            claim.line_ids.id,
            lots[0].id,
            claim.sudo().location_id.id,
        )
        self._assert_broken("L6", claim, "serial_negative")

    def test_l6_more_out_than_approved(self):
        """PART-11: l6 more out than approved."""
        claim = self._held()
        self._sql(
            "UPDATE aftersales_claim_line SET quantity = 2 WHERE claim_id = %s",
            claim.id,
        )
        self._assert_broken("L6", claim, "over_approved")

    def test_l7_stock_that_no_move_explains(self):
        """PART-11: l7 stock that no move explains."""
        claim = self._held()
        self._sql(
            "UPDATE stock_quant SET quantity = quantity + 1 WHERE location_id = %s",
            claim.sudo().location_id.id,
        )
        self._assert_broken("L7", self.filter_part, "stock_differs")

    def test_l7_stock_below_zero(self):
        """PART-11: l7 stock below zero."""
        claim = self._held()
        self._sql(
            "UPDATE stock_quant SET quantity = -1 WHERE location_id = %s",
            claim.sudo().location_id.id,
        )
        self._assert_broken("L7", self.filter_part, "stock_negative")

    def test_l8_reserved_by_nobody(self):
        """PART-11: l8 reserved by nobody."""
        self._approved(self.filter_part, 3).with_user(
            self.warehouse_user
        ).action_issue()
        self._assert_holds("L8")
        self._sql(
            "UPDATE stock_quant SET reserved_quantity = reserved_quantity + 1 "
            "WHERE product_id = %s AND location_id = %s",
            self.filter_part.id,
            self.warehouse.lot_stock_id.id,
        )
        self._assert_broken("L8", self.filter_part, "reserved_differs")

    def test_l8_promised_but_not_there(self):
        """PART-11: l8 promised but not there."""
        self._approved(self.filter_part, 3).with_user(
            self.warehouse_user
        ).action_issue()
        self._sql(
            "UPDATE stock_quant SET quantity = 2 "
            "WHERE product_id = %s AND location_id = %s",
            self.filter_part.id,
            self.warehouse.lot_stock_id.id,
        )
        self._assert_broken("L8", self.filter_part, "promised_too_much")

    def test_l8_a_serial_promised_twice(self):
        """PART-11: l8 a serial promised twice."""
        lots = self._stock(self.valve, 2, ["V-1", "V-2"])
        self._approved(quantity=2).with_user(self.warehouse_user).action_issue()
        self._assert_holds("L8")
        self._sql(
            "UPDATE stock_move_line SET lot_id = %s WHERE lot_id = %s",
            lots[0].id,
            lots[1].id,
        )
        self._assert_broken("L8", lots[0], "serial_twice")

    def test_l9_two_open_issues(self):
        """PART-11: l9 two open issues."""
        claim = self._approved(self.filter_part, 3)
        picking = claim.with_user(self.warehouse_user).action_issue()
        self._assert_holds("L9")
        self._sql(
            "INSERT INTO stock_picking (name, state, picking_type_id, company_id, "
            "location_id, location_dest_id, move_type, claim_id) "
            "SELECT 'COPY', state, picking_type_id, company_id, location_id, "
            "location_dest_id, move_type, claim_id FROM stock_picking WHERE id = %s",
            picking.id,
        )
        self._assert_broken("L9", claim, "issue_twice")

    def test_l9_a_transfer_that_lost_its_claim(self):
        """PART-11: l9 a transfer that lost its claim."""
        claim = self._held()
        picking = claim.sudo().picking_ids[:1]
        self._sql("UPDATE stock_picking SET claim_id = NULL WHERE id = %s", picking.id)
        self._assert_broken("L9", picking, "no_claim")

    def test_l5_who_asked_or_verified_does_not_approve(self):
        """PART-11: l5 who asked or verified does not approve."""
        claim = self._held()
        self._assert_holds("L5")
        for column in ("requested_by_id", "verified_by_id"):
            with self.subTest(column), self.env.cr.savepoint() as savepoint:
                self._sql(
                    f"UPDATE aftersales_claim SET {column} = %s WHERE id = %s",
                    self.head_user.id,
                    claim.id,
                )
                self._assert_broken("L5", claim, "own_case")
                savepoint.rollback()
                self.env.invalidate_all()
