from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.aftersales_service.tests.common import AftersalesCommon

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestQuotation(AftersalesCommon):
    """Chargeable parts: offered, approved, issued once, ready to invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._stock(cls.filter_part, 5)
        cls.equipment.warranty_months = 1  # its warranty has ended
        cls.filter_part.list_price = 180.0

    def _create_claim(self, payer="customer"):
        order = self._create_order()
        order.with_user(self.dispatcher_user).action_schedule("2026-01-05 01:00:00")
        photo = (
            self.env["ir.attachment"]
            .with_user(self.technician_user)
            .create({"name": "filter.png", "datas": PIXEL})
        )
        return (
            self.env["aftersales.claim"]
            .with_user(self.technician_user)
            .create(
                {
                    "order_id": order.id,
                    "equipment_id": self.equipment.id,
                    "evidence_note": "Filter clogged",
                    "evidence_ids": [(6, 0, photo.ids)],
                    "line_ids": [
                        (
                            0,
                            0,
                            {
                                "product_id": self.filter_part.id,
                                "quantity": 2,
                                "payer": payer,
                                "old_part": "customer",
                            },
                        )
                    ],
                }
            )
        )

    def _approve(self, claim):
        claim.action_submit()
        claim.with_user(self.dispatcher_user).action_verify()
        claim.with_user(self.sales_vp_user).action_approve()
        claim.with_user(self.gm_user).action_approve()

    def test_sale_05_confirmed_quotation_is_the_customers_approval(self):
        claim = self._create_claim()
        quotation = claim.with_user(self.dispatcher_user).action_create_quotation()
        self.assertEqual(quotation.order_line.product_uom_qty, 2)
        self.assertEqual(quotation.order_line.price_unit, 180.0)
        again = claim.with_user(self.dispatcher_user).action_create_quotation()
        self.assertEqual(again, quotation, "one live quotation a claim")
        self._approve(claim)
        with self.assertRaises(UserError):
            claim.with_user(self.dispatcher_user).action_issue()
        quotation.sudo().action_confirm()
        self.assertTrue(claim.customer_approved_on)
        self.assertFalse(quotation.sudo().picking_ids, "parts leave by the claim alone")

    def test_part_12_used_parts_are_delivered_on_the_order_once(self):
        claim = self._create_claim()
        quotation = claim.with_user(self.dispatcher_user).action_create_quotation()
        quotation = quotation.sudo()
        quotation.action_confirm()
        self._approve(claim)
        claim.with_user(self.dispatcher_user).action_issue()
        picking = claim.sudo().picking_ids
        picking.with_user(self.warehouse_user).with_context(
            skip_sms=True
        ).button_validate()
        self.assertEqual(quotation.order_line.qty_delivered, 0)
        claim.line_ids.with_user(self.technician_user).action_consume(2)
        self.assertEqual(quotation.order_line.qty_delivered, 2)
        self.assertEqual(len(quotation.order_line), 1, "no line of its own")

    def test_sale_05_refuses_what_the_company_pays(self):
        claim = self._create_claim(payer="company")
        with self.assertRaises(UserError):
            claim.with_user(self.dispatcher_user).action_create_quotation()

    def test_sale_02_technician_makes_no_quotation(self):
        claim = self._create_claim()
        with self.assertRaises(AccessError):
            claim.action_create_quotation()
