from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.aftersales_service.tests.common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestTakeIn(AftersalesCommon):
    """A unit that needs the depot becomes one repair order."""

    def _create_order_for_depot(self):
        order = self._create_order()
        order.unit_ids.result = "needs_depot"
        return order

    def test_depot_05_taken_in_once_and_back_in_service(self):
        order = self._create_order_for_depot()
        repair = order.with_user(self.technician_user).action_take_in()
        self.assertEqual(len(repair), 1)
        self.assertEqual(repair.sudo().product_id, self.compressor)
        self.assertEqual(self.equipment.state, "in_depot")
        again = order.with_user(self.dispatcher_user).action_take_in()
        self.assertEqual(again, repair, "pressed twice: one repair")
        self.assertEqual(order.repair_count, 1)
        self.equipment.lot_id = self.env["stock.lot"].create(
            {"name": self.equipment.serial, "product_id": self.compressor.id}
        )
        repair = repair.sudo()
        repair.lot_id = self.equipment.lot_id
        repair.action_validate()
        repair.action_repair_start()
        repair.action_repair_end()
        self.assertEqual(repair.state, "done")
        self.assertEqual(self.equipment.state, "in_service")

    def test_depot_05_refuses_without_the_result(self):
        order = self._create_order()
        with self.assertRaises(UserError):
            order.with_user(self.technician_user).action_take_in()

    def test_depot_05_refuses_who_has_no_part_in_it(self):
        order = self._create_order_for_depot()
        with self.assertRaises(AccessError):
            order.with_user(self.employee_user).action_take_in()
        with self.assertRaises(AccessError):
            order.with_user(self.technician2_user).action_take_in()
