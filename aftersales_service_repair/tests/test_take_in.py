from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.aftersales_service.tests.common import AftersalesCommon
from odoo.addons.aftersales_service.tests.field_common import FieldCommon


@tagged("post_install", "-at_install")
class TestTakeIn(AftersalesCommon):
    """A unit that needs the depot becomes one repair order."""

    def _create_order_for_depot(self):
        order = self._create_order()
        order.unit_ids.result = "needs_depot"
        return order

    def test_depot_05_taken_in_once_with_its_depot_case(self):
        """DEPOT-05, DISP-20: one repair a unit, under one depot case."""
        order = self._create_order_for_depot()
        repair = order.with_user(self.technician_user).action_take_in()
        self.assertEqual(len(repair), 1)
        self.assertEqual(repair.sudo().product_id, self.compressor)
        self.assertEqual(self.equipment.state, "in_depot")
        again = order.with_user(self.dispatcher_user).action_take_in()
        self.assertEqual(again, repair, "pressed twice: one repair")
        self.assertEqual(order.repair_count, 1)
        rma = repair.sudo().aftersales_rma_id
        self.assertEqual((rma.kind, rma.state), ("repair", "draft"))
        self.assertEqual(rma.unit_id, order.unit_ids)

    def test_depot_05_refuses_without_the_result(self):
        """DEPOT-05, DISP-20: only units marked as needing the depot."""
        order = self._create_order()
        with self.assertRaises(UserError):
            order.with_user(self.technician_user).action_take_in()

    def test_depot_05_refuses_who_has_no_part_in_it(self):
        """DEPOT-05: by the desk and who works on the order."""
        order = self._create_order_for_depot()
        with self.assertRaises(AccessError):
            order.with_user(self.employee_user).action_take_in()
        with self.assertRaises(AccessError):
            order.with_user(self.technician2_user).action_take_in()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestAfterDone(FieldCommon):
    """What the technician could not repair on site goes to the depot by itself."""

    def _finish_for_depot(self, **values):
        order = self._walk("on_site", **values)
        self._finish(order.with_user(self.technician_user), {"result": "needs_depot"})
        return order

    def test_the_depot_takes_the_unit_in(self):
        """DISP-20: done with “Needs the Depot” opens the repair order, once."""
        order = self._finish_for_depot(needs_loaner=True)
        repair = order.sudo().repair_ids
        self.assertEqual(len(repair), 1)
        self.assertEqual(repair.product_id, self.compressor)
        self.assertTrue(repair.aftersales_needs_loaner)
        self.assertEqual(self.equipment.state, "in_depot")
        again = order.with_user(self.dispatcher_user).action_take_in()
        self.assertEqual(again, repair.sudo(False))

    def test_what_the_depot_cannot_take_in_does_not_stop_the_technician(self):
        """DISP-20: without a product there is no repair; the head is told."""
        self.equipment.product_id = False
        order = self._finish_for_depot()
        self.assertEqual(order.state, "done")
        self.assertFalse(order.sudo().repair_ids)
        kind = self.env.ref("aftersales_service.activity_depot")
        self.assertIn(kind, order.activity_ids.activity_type_id)
