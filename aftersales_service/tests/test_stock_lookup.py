from odoo.tests import tagged

from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestStockLookup(ClaimCommon):
    """What core looks up move by move still holds when asked for once."""

    def test_part_04_a_reordering_rule_sees_the_issue(self):
        """PART-04, PART-11: what a claim takes is ordered again."""
        self._stock(self.filter_part, 10)
        rule = self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.filter_part.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "product_min_qty": 10,
                "product_max_qty": 10,
                "trigger": "manual",
            }
        )
        self.assertEqual(rule.qty_to_order, 0)
        self._issued(self.filter_part, quantity=3.0)
        self.assertEqual(rule.qty_to_order, 3)
        self.env.flush_all()
        rule.invalidate_recordset()
        self.assertEqual(rule.qty_to_order_computed, 3, "as stored")

    def test_part_11_a_push_rule_still_pushes(self):
        """PART-11: a route that leads on from the technicians' place is followed."""
        self._stock(self.filter_part, 2)
        self._issued(self.filter_part)
        location = self.technician.aftersales_location_id
        shelf = self.warehouse.lot_stock_id.copy({"name": "Next Shelf"})
        route = self.env["stock.route"].create(
            {
                "name": "Onwards",
                "product_selectable": True,
                "rule_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Onwards",
                            "action": "push",
                            "location_src_id": location.location_id.id,
                            "location_dest_id": shelf.id,
                            "picking_type_id": self.warehouse.int_type_id.id,
                            "company_id": self.company.id,
                        },
                    )
                ],
            }
        )
        self.filter_part.route_ids = route
        claim = self._issued(self.filter_part)
        pushed = claim.sudo().line_ids.move_ids.move_dest_ids
        self.assertEqual(
            (pushed.location_id, pushed.location_dest_id), (location, shelf)
        )
        self.assertFalse(pushed.claim_line_id, "an ordinary move, guarded as any other")

    def test_part_11_nobody_sends_the_answer_along(self):
        """PART-11: a client's context switches no reordering rule off."""
        moves = self.env["stock.move"].with_context(aftersales_unwatched=[1, 2])
        move = moves.new({"product_id": self.filter_part.id})
        self.assertEqual(move._aftersales_watched(), move)
