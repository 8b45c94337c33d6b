"""A chargeable job clicked through: technician, head, the customer's portal."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.aftersales_service.tests.common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestChargeTour(HttpCase, AftersalesCommon):
    """From the cause to the customer's signature."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.equipment.purchase_date = fields.Date.today() - timedelta(days=900)
        cls.labour = cls.env.ref("aftersales_service_sale.product_labour")
        cls.labour.taxes_id = False
        tariff = cls.env["aftersales.tariff"].create(
            {
                "name": "Tariff",
                "company_id": cls.company.id,
                "date_from": "2020-01-01",
                "terms": "We say what it costs before.",
                "line_ids": [
                    (0, 0, {"code": "L1", "product_id": cls.labour.id, "price": 150.0})
                ],
            }
        )
        tariff.action_approve()

    def test_warr_01_from_the_cause_to_the_portal(self):
        """WARR-01, WARR-03: technician, head and customer each do their step."""
        order = self._create_order()
        desk = order.with_user(self.dispatcher_user)
        desk.action_schedule(fields.Datetime.now())
        desk.action_dispatch()
        order.unit_ids.cause_id = self.cause
        self.start_tour(
            f"/odoo/aftersales.order/{order.id}",
            "aftersales_charge_cause",
            login=self.technician_user.login,
        )
        job = order.charge_ids
        self.assertEqual(job.state, "reported")
        self.env["aftersales.charge.line"].with_user(self.technician_user).create(
            {"charge_id": job.id, "product_id": self.labour.id}
        )
        self.env.flush_all()
        self.start_tour(
            f"/odoo/aftersales.charge/{job.id}",
            "aftersales_charge_told",
            login=self.head_user.login,
        )
        self.assertEqual(job.state, "quoted")
        page = f"/my/service/order/{order.id}"
        self.start_tour(page, "aftersales_charge_approve", login=self.portal_user.login)
        self.assertEqual((job.state, job.approved_how), ("approved", "portal"))
        self.assertEqual(job.approved_by, "Li Hua")
        sale = job.sale_order_id
        self.assertEqual((sale.state, sale.amount_untaxed), ("sale", 150.0))
        self._check_other_customer(order, sale)

    def _check_other_customer(self, order, sale):
        """Another customer finds neither the visit nor the quotation."""
        self.authenticate(self.portal2_user.login, self.portal2_user.login)
        self.assertEqual(
            self.url_open(f"/my/service/order/{order.id}").status_code, 404
        )
        answer = self.url_open(f"/my/orders/{sale.id}", allow_redirects=False)
        self.assertNotEqual(answer.status_code, 200)
        refused = self.make_jsonrpc_request(
            f"/my/orders/{sale.id}/accept", {"name": "Other", "signature": "x"}
        )
        self.assertIn("error", refused)
