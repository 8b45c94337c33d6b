from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    FactTimeError,
    MissingError,
    TransitionError,
)
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimStock(ClaimCommon):
    """Parts from the shelf to the unit, and the old ones back (PART-11)."""

    def test_issue_goes_from_stock_to_the_technician(self):
        """PART-11: from Stock to the technician, by serial, at the cost of that day."""
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
        """PART-16: a technician's stock stands beside Stock."""
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
        """PART-11: nothing is prepared before the approval."""
        self._stock(self.valve, 1, ["V-1"])
        claim = self._verified()
        with self.assertRaises(MissingError):
            claim.with_user(self.dispatcher_user).action_issue()
        self.assertFalse(claim.sudo().picking_ids)

    def test_technicians_issue_nothing(self):
        """PART-11: the warehouse hands out, not the technician."""
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

    def test_part_12_an_issue_is_no_sale(self):
        """PART-12: an operation of its own, to no customer, that bills nobody."""
        self._stock(self.filter_part, 5)
        claim = self._issued(self.filter_part, 2)
        claim.line_ids.action_consume(2)
        issue = self.warehouse.aftersales_issue_type_id
        self.assertNotEqual(issue, self.warehouse.out_type_id)
        pickings = claim.sudo().picking_ids
        self.assertIn(issue, pickings.picking_type_id)
        self.assertNotIn(self.warehouse.out_type_id, pickings.picking_type_id)
        sold = [
            name for name in ("sale_id", "sale_line_id") if name in pickings._fields
        ]
        self.assertFalse(any(pickings[name] for name in sold))
        if "account.move" in self.env:
            bills = self.env["account.move"].search(
                [("partner_id", "child_of", self.customer.ids)]
            )
            self.assertFalse(bills)

    def test_part_12_a_sale_uses_no_place_of_claims(self):
        """PART-12: goods on a technician leave by his claim alone."""
        self._stock(self.filter_part, 5)
        claim = self._issued(self.filter_part, 2)
        move = self.env["stock.move"].create(
            {
                "product_id": self.filter_part.id,
                "product_uom_qty": 1,
                "location_id": claim.sudo().location_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "picking_type_id": self.warehouse.out_type_id.id,
                "company_id": self.company.id,
            }
        )
        move._action_confirm()
        move.write({"quantity": 1, "picked": True})
        with self.assertRaises(UserError):
            move._action_done()

    def test_partial_issue_keeps_the_rest_open(self):
        """PART-11: a partial issue leaves the rest to a backorder of the claim."""
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
        """PART-11: a claim that lacks parts is on the list of those waiting."""
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

    def test_cancelling_releases_what_was_reserved(self):
        """PART-11: cancelling a claim cancels its open moves."""
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
        """WARR-01, WARR-06: parts the customer pays wait for his word."""
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

    def test_part_13_the_cost_stands_in_the_report(self):
        """PART-13, PART-06: the report adds up to the cost of the claims."""
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
