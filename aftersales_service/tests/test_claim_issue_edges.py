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
class TestClaimIssueEdges(ClaimCommon):
    """Parts on their way to the technician: rests, vans, cost, whom they are for."""

    def _lines(self, *quantities, **values):
        return [
            (0, 0, {"product_id": self.filter_part.id, "quantity": quantity, **values})
            for quantity in quantities
        ]

    def _issue(self, claim):
        return claim.with_user(self.warehouse_user).action_issue()

    def _van(self, quantity):
        van = self.env["aftersales.van"].create(
            {"employee_id": self.technician.id, "company_id": self.company.id}
        )
        self.env["stock.quant"]._update_available_quantity(
            self.filter_part, van.location_id, quantity
        )
        return van

    # -- what is still to be handed out

    def test_part_11_the_rest_is_what_is_neither_out_nor_on_its_way(self):
        """PART-11: offered to the piece, and nothing once it is all out."""
        self._stock(self.filter_part, 5)
        claim = self._approved(line_ids=self._lines(1, 3))
        self.assertTrue(claim.has_rest)
        picking = self._issue(claim)
        claim.invalidate_recordset()
        self.assertFalse(claim.has_rest, "all of it is on its way")
        picking.move_ids[1].quantity = 2
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        rest = claim.sudo().picking_ids - picking
        rest.move_ids._action_cancel()
        claim.invalidate_recordset()
        self.assertEqual(claim.line_ids.mapped("issued_qty"), [1, 2])
        self.assertTrue(claim.has_rest, "one of the second line")
        again = self._issue(claim)
        self.assertEqual(again.move_ids.claim_line_id, claim.line_ids[1])
        self.assertEqual(again.move_ids.product_uom_qty, 1)
        self._validate(again)
        claim.invalidate_recordset()
        self.assertFalse(claim.has_rest)
        self.assertFalse(self._issue(claim))

    def test_part_11_what_came_back_unused_may_go_out_again(self):
        """PART-11, PART-17: one of three back: one more may be handed out."""
        self._stock(self.filter_part, 5)
        claim = self._issued(self.filter_part, 3)
        keeper = claim.line_ids.with_user(self.warehouse_user)
        keeper.action_return_unused(1)
        claim.invalidate_recordset()
        self.assertTrue(claim.has_rest)
        picking = self._issue(claim)
        self.assertEqual(picking.move_ids.product_uom_qty, 1)
        self._validate(picking)
        self.assertEqual((claim.line_ids.issued_qty, claim.line_ids.open_qty), (4, 3))
        self._assert_conserved(claim.line_ids)

    def test_part_11_each_transfer_has_its_key_and_its_people(self):
        """PART-11, D2: issue to the technician, use at the customer's, one key each."""
        self._stock(self.filter_part, 5)
        claim = self._approved(self.filter_part, 2)
        self._issue(claim).action_cancel()
        self._validate(self._issue(claim))
        line = claim.line_ids
        line.action_consume(1)
        line.with_user(self.warehouse_user).action_return_unused(1)
        transfers = claim.sudo().picking_ids.sorted("id")
        key = f"claim:{claim.id}:"
        self.assertEqual(
            transfers.mapped("claim_key"),
            [key + end for end in ("issue:1", "issue:2", "use:1", "return:1")],
        )
        self.assertEqual(
            [picking.partner_id for picking in transfers[1:3]],
            [self.technician.work_contact_id, self.customer],
        )
        self.assertEqual(set(transfers.mapped("origin")), {claim.name})
        self.assertEqual(
            transfers.picking_type_id,
            self.warehouse.aftersales_issue_type_id
            | self.warehouse.aftersales_use_type_id
            | self.warehouse.aftersales_return_type_id,
        )

    def test_part_11_parts_follow_the_lead_once_nothing_is_out(self):
        """PART-11: while he holds some, the rest goes to the same technician."""
        self._stock(self.filter_part, 5)
        claim = self._approved(line_ids=self._lines(1, 2))
        picking = self._issue(claim)
        picking.move_ids[1].quantity = 1
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        rest = claim.sudo().picking_ids - picking
        rest.move_ids._action_cancel()
        used, held = claim.line_ids
        used.action_consume(1)
        self.order.sudo().worker_ids = [
            (5,),
            (0, 0, {"employee_id": self.technician2.id}),
        ]
        self.assertEqual(self.order.lead_id, self.technician2)
        again = self._issue(claim)
        first = self.technician.aftersales_location_id
        self.assertEqual(again.location_dest_id, first)
        self.assertEqual(again.partner_id, self.technician.work_contact_id)
        again.move_ids.sudo()._action_cancel()
        held.with_user(self.warehouse_user).action_return_unused(1)
        self.assertEqual(
            self._issue(claim).location_dest_id,
            self.technician2.aftersales_location_id,
        )

    def test_part_11_without_a_lead_nobody_gets_parts(self):
        """PART-11: the order names who takes them."""
        claim = self._approved(self.filter_part)
        self.order.sudo().worker_ids.unlink()
        with self.assertRaisesRegex(TransitionError, "has no lead"):
            self._issue(claim)

    # -- what is short

    def test_part_05_short_to_a_part_of_a_piece(self):
        """PART-05: one line of two short by a half; said on claim and transfer."""
        self._stock(self.filter_part, 2.5)
        claim = self._approved(line_ids=self._lines(1, 2))
        picking = self._issue(claim)
        self.assertEqual(claim.line_ids.mapped("short_qty"), [0, 0.5])
        self.assertTrue(claim.is_short)
        for document in (claim, picking):
            self.assertIn("Oil Filter: short by 0.5", document.message_ids[0].body)
        empty = self._approved(self.filter_part, 2)
        self._issue(empty)
        self.assertEqual(empty.line_ids.short_qty, 2, "nothing on the shelf at all")

    def test_part_05_what_is_there_is_not_waited_for(self):
        """PART-05: no word about what is reserved in full."""
        self._stock(self.filter_part, 3)
        claim = self._approved(line_ids=self._lines(1, 2))
        picking = self._issue(claim)
        self.assertFalse(claim.is_short)
        for document in (claim, picking):
            bodies = " ".join(document.message_ids.mapped("body"))
            self.assertNotIn("Waits for parts", bodies)

    def test_part_05_the_turnstile_is_passed_for_what_waits(self):
        """PART-05, D3: each reservation of an issue passes it, a hand-in does not."""
        self._stock(self.filter_part, 1)
        claim = self._approved(self.filter_part, 2)
        picking = self._issue(claim)
        turnstile = self.env["aftersales.alloc"].search(
            [("product_id", "=", self.filter_part.id)]
        )
        self.assertEqual(turnstile.location_id, self.warehouse.lot_stock_id)
        before = turnstile.turn
        picking.action_assign()
        turnstile.invalidate_recordset()
        self.assertEqual(turnstile.turn, before + 1)
        self._stock(self.filter_part, 1)
        picking.action_assign()
        picking.move_ids.picked = True
        picking.move_ids._action_assign()
        turnstile.invalidate_recordset()
        self.assertEqual(turnstile.turn, before + 2, "what is picked waits no more")
        self._validate(picking)
        picking.move_ids._action_assign()
        turnstile.invalidate_recordset()
        self.assertEqual(turnstile.turn, before + 2)
        claim.line_ids.action_return_unused(1)
        gates = turnstile.search([("product_id", "=", self.filter_part.id)])
        self.assertEqual(gates, turnstile, "none at the technician's place")

    # -- who pays, and what it costs

    def test_warr_01_what_the_company_pays_does_not_wait_for_the_customer(self):
        """WARR-01: the other line goes out; pressed again, his word is asked for."""
        self._stock(self.filter_part, 5)
        claim = self._approved(
            line_ids=[*self._lines(1), *self._lines(2, payer="customer")]
        )
        picking = self._issue(claim)
        self.assertEqual(picking.move_ids.claim_line_id, claim.line_ids[0])
        self._validate(picking)
        fields = [item["field"] for item in claim.missing("issue")]
        self.assertEqual(fields, ["customer_approved_on"])
        with self.assertRaisesRegex(MissingError, "agrees to pay"):
            self._issue(claim)
        self._van(9)
        with self.assertRaisesRegex(MissingError, "agrees to pay"):
            claim.action_take_from_van()
        self.assertEqual(claim.action_record_customer_approval("Mr. Li"), claim)
        self._validate(self._issue(claim))
        self.assertEqual(claim.line_ids.mapped("issued_qty"), [1, 2])

    def test_part_07_the_cost_of_the_first_hand_out_stays(self):
        """PART-07: a dearer second half does not change what the first one cost."""
        self._stock(self.filter_part, 5)
        with freeze_time("2026-03-02 01:00:00"):
            claim = self._approved(self.filter_part, 2)
            picking = self._issue(claim)
            self._validate(picking, quantity=1)
        self.filter_part.standard_price = 120.0
        with freeze_time("2026-03-03 01:00:00"):
            self._validate(self._issue(claim))
        self.assertEqual(claim.line_ids.unit_cost, 95.0)
        self.assertEqual(claim.cost_purchase, 190.0)
        self.assertEqual(str(claim.issued_on), "2026-03-02 01:00:00")
        rows = self.env["aftersales.audit"].search(
            [("model", "=", claim._name), ("res_id", "=", claim.id)]
        )
        self.assertEqual(rows.mapped("event").count("issued"), 1)

    def test_part_07_nothing_spent_is_no_variance(self):
        """PART-07: neither before the issue, nor of parts that cost nothing."""
        claim = self._claim(self.filter_part)
        self.assertEqual((claim.cost_variance, claim.cost_variance_percent), (0, 0))
        self.filter_part.standard_price = 0.0
        free = self._approved(self.filter_part)
        free.with_user(self.dispatcher_user).cost_shipping = 30.0
        self.assertEqual((free.cost_variance, free.cost_variance_percent), (30, 0))

    @freeze_time("2026-03-02 08:00:00")
    def test_part_11_a_hand_out_stands_at_its_time(self):
        """PART-11: as the warehouse says, on transfer and claim; others are now."""
        self._stock(self.filter_part, 5)
        with freeze_time("2026-03-01 01:00:00"):
            claim = self._approved(self.filter_part)
            picking = self._issue(claim)
        picking.aftersales_handed_on = "2026-03-01 03:00:00"
        self._validate(picking)
        self.assertEqual(str(picking.date_done), "2026-03-01 03:00:00")
        other = self._issued(self.filter_part)
        self.assertEqual(str(other.issued_on), "2026-03-02 08:00:00")
        self.company.aftersales_backdate_days = 10
        with freeze_time("2026-02-01 01:00:00"):
            late = self._issue(self._approved(self.filter_part))
        late.aftersales_handed_on = "2026-02-03 01:00:00"
        with self.assertRaisesRegex(FactTimeError, "10 days"), self.env.cr.savepoint():
            self._validate(late)
        row = self.env["aftersales.audit"].search(
            [("model", "=", claim._name), ("res_id", "=", claim.id)], limit=1
        )
        self.assertEqual(
            (row.event, str(row.happened_on)), ("issued", "2026-03-01 03:00:00")
        )

    # -- vans

    def test_part_16_a_van_gives_each_line_what_is_left(self):
        """PART-16: three in the van for two, two and one: two, one and none."""
        van = self._van(3)
        claim = self._approved(line_ids=self._lines(2, 2, 1))
        self.assertEqual(claim.action_take_from_van(), claim)
        self.assertEqual(claim.line_ids.mapped("issued_qty"), [2, 1, 0])
        picking = claim.sudo().picking_ids
        self.assertEqual(len(picking.move_ids), 2)
        gates = self.env["aftersales.alloc"].search(
            [("location_id", "=", van.location_id.id)]
        )
        self.assertEqual(gates.product_id, self.filter_part)
        self.assertEqual(
            (picking.picking_type_id, picking.location_id, picking.partner_id),
            (
                self.warehouse.aftersales_issue_type_id,
                van.location_id,
                self.technician.work_contact_id,
            ),
        )
        self.assertEqual(picking.claim_key, f"claim:{claim.id}:van:1")
        with self.assertRaisesRegex(NotEntitledError, "holds nothing"):
            claim.action_take_from_van()

    @freeze_time("2026-03-02 08:00:00")
    def test_part_16_parts_leave_the_van_after_the_approval(self):
        """PART-16, PART-11: not before it; then at the time that was said."""
        self._van(3)
        with freeze_time("2026-03-02 02:00:00"):
            claim = self._approved(self.filter_part, 2)
        with self.assertRaises(FactTimeError):
            claim.action_take_from_van(at="2026-03-02 01:00:00")
        claim.action_take_from_van(at="2026-03-02 05:00:00")
        self.assertEqual(str(claim.issued_on), "2026-03-02 05:00:00")

    def test_part_16_without_a_van_there_is_nothing_to_take(self):
        """PART-16: said as such."""
        claim = self._approved(self.filter_part)
        with self.assertRaisesRegex(MissingError, "no van stock"):
            claim.action_take_from_van()

    # -- another part

    def test_part_10_what_the_customer_pays_is_exchanged_unjudged(self):
        """PART-10, WARR-06: the warranty has no say in another part he pays."""
        self.valve.product_tmpl_id.aftersales_warranty_excluded = True
        claim = self._approved(line_ids=self._lines(1, payer="customer"))
        line = claim.line_ids.with_user(self.dispatcher_user)
        line.action_substitute(self.valve, "He prefers it")
        self.assertEqual((line.product_id, claim.state), (self.valve, "verified"))
        self.assertFalse(line.warranty_check_id)

    def test_part_10_the_part_first_asked_for_stays_named(self):
        """PART-10: after two exchanges still the one of the request; no service."""
        first, second = self.env["product.product"].create(
            [
                {"name": f"Filter {index}", "is_storable": True, "standard_price": 50.0}
                for index in range(2)
            ]
        )
        claim = self._approved(self.filter_part)
        line = claim.line_ids.with_user(self.dispatcher_user)
        self.assertEqual(line.action_substitute(first.id, "Sold out"), line)
        self.assertEqual(line.warranty_check_id.verdict_parts, "covered")
        claim.with_user(self.head_user).action_approve()
        line.action_substitute(second.id, "Sold out as well")
        self.assertEqual(line.asked_product_id, self.filter_part)
        self.assertIn("Filter 1 instead of Filter 0", claim.message_ids[0].body)
        rows = self.env["aftersales.audit"].search(
            [("res_id", "=", claim.id), ("event", "=", "part_substituted")], limit=1
        )
        self.assertEqual(
            rows.detail, {"line": line.id, "old": first.id, "new": second.id}
        )
        claim.with_user(self.head_user).action_approve()
        labour = self.env["product.product"].create({"name": "Hour", "type": "service"})
        with self.assertRaisesRegex(ArgumentError, "Choose the part"):
            line.action_substitute(labour.id, "Instead")
