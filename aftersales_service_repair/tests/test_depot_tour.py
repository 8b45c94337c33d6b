"""The intake of a unit, clicked through at the depot's desk."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.aftersales_service.tests.common import AftersalesCommon
from odoo.addons.aftersales_service.tests.field_common import picture


@tagged("post_install", "-at_install")
class TestDepotTour(HttpCase, AftersalesCommon):
    """Sheet, photo, receipt, estimate, hand-over."""

    def test_depot_06_intake_at_the_desk(self):
        """DEPOT-03, DEPOT-06, DEPOT-07: the sheet, the estimate, the hand-over."""
        # Out of warranty: the customer pays the labour of the estimate.
        self.equipment.purchase_date = fields.Date.today() - timedelta(days=900)
        order = self._create_order()
        order.unit_ids.result = "needs_depot"
        order.with_user(self.technician_user).action_take_in()
        rma = order.sudo().rma_ids
        photo = (
            self.env["ir.attachment"]
            .with_user(self.warehouse_user)
            .create({"name": "unit.png", "datas": picture()})
        )
        rma.with_user(self.warehouse_user).photo_ids = photo
        self.env.flush_all()
        self.start_tour(
            "/odoo/depot-cases",
            "aftersales_depot_intake",
            login=self.warehouse_user.login,
        )
        self.assertEqual(rma.state, "received")
        self.assertEqual(rma.amount_labour, 200.0)
        self.assertEqual(rma.note_ids.acknowledged_by_id, self.warehouse_user)
