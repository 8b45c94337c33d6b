"""A chargeable job, walked from its cause to the money by its own people."""

from odoo.addons.aftersales_service.tests.field_common import FieldCommon, picture


class ChargeCommon(FieldCommon):
    """Jobs in any state. It is noon in UTC on Monday, 2 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_charge_required = True
        cls.sales_user = cls._create_user("as_sales", "sales_team.group_sale_salesman")
        cls.accountant_user = cls._create_user(
            "as_accountant", "account.group_account_invoice"
        )
        cls.head2_user = cls._create_user("as_head2", "aftersales_service.group_head")
        cls.customer.email = "purchasing@example.com"
        cls.filter_part.list_price = 280.0
        cls._stock(cls.filter_part, 5)
        cls.equipment.write(
            {"purchase_date": "2025-03-01", "warranty_months": 12}
        )  # the last covered day was 28 February 2026
        cls.labour = cls.env.ref("aftersales_service_sale.product_labour")
        cls.travel = cls.env.ref("aftersales_service_sale.product_travel")
        cls.visit_fee = cls.env.ref("aftersales_service_sale.product_visit_fee")
        cls.upgrade = cls.labour.copy({"name": "Controller Upgrade"})
        (cls.labour | cls.travel | cls.visit_fee | cls.upgrade).taxes_id = False
        cls.filter_part.taxes_id = False
        cls.tariff = cls._tariff("Tariff 2026", "2026-01-01", 150.0)
        cls.tariff.with_user(cls.gm_user).action_approve()

    @classmethod
    def _tariff(cls, name, day, labour):
        return (
            cls.env["aftersales.tariff"]
            .with_user(cls.head_user)
            .create(
                {
                    "name": name,
                    "company_id": cls.company.id,
                    "date_from": day,
                    "terms": "We repair what we can, and say what it costs before.",
                    "line_ids": [
                        (
                            0,
                            0,
                            {
                                "code": code,
                                "kind": kind,
                                "product_id": product.id,
                                "price": price,
                            },
                        )
                        for code, kind, product, price in (
                            ("L1", "labour", cls.labour, labour),
                            ("T1", "travel", cls.travel, 60.0),
                            ("V1", "visit_fee", cls.visit_fee, 80.0),
                            ("U1", "upgrade", cls.upgrade, 100.0),
                        )
                    ],
                }
            )
        )

    def _paid_order(self, **values):
        """Return an order on site whose unit is out of warranty."""
        order = self._order(**values)
        order.action_tell_cost(150.0, "Li Hua", self._at("08:00"))
        order.action_schedule(self._at("10:00"))
        order.action_dispatch()
        self._go(order.with_user(self.technician_user))
        order.unit_ids.cause_id = self.cause
        return order

    def _job(self, order=None, with_claim=False):
        """Return the draft job as the technician sees it."""
        order = order or self._paid_order()
        if with_claim:
            self._claim(order)
        order.with_user(self.technician_user).action_open_charge()
        return order.charge_ids.with_user(self.technician_user)

    def _claim(self, order):
        photo = (
            self.env["ir.attachment"]
            .with_user(self.technician_user)
            .create({"name": "filter.png", "datas": picture()})
        )
        return (
            self.env["aftersales.claim"]
            .with_user(self.technician_user)
            .create(
                {
                    "order_id": order.id,
                    "equipment_id": self.equipment.id,
                    "evidence_note": "Clogged",
                    "evidence_ids": [(6, 0, photo.ids)],
                    "line_ids": [
                        (
                            0,
                            0,
                            {
                                "product_id": self.filter_part.id,
                                "payer": "customer",
                                "old_part": "customer",
                            },
                        )
                    ],
                }
            )
        )

    def _line(self, job, product, **values):
        return job.env["aftersales.charge.line"].create(
            {"charge_id": job.id, "product_id": product.id, **values}
        )

    def _told(self, **kwargs):
        job = self._job(**kwargs)
        job.action_show_tariff(self._at("09:55"))
        job.action_report("Valve worn, out of warranty", self._at("10:00"))
        job.with_user(self.head_user).action_tell(self._at("10:10"))
        return job

    def _quoted(self, **kwargs):
        job = self._told(**kwargs)
        self._line(job, self.labour)
        job.action_record_opinion("repair", "Li Hua", at=self._at("10:20"))
        job.with_user(self.dispatcher_user).action_quote()
        return job

    def _approved(self, **kwargs):
        job = self._quoted(**kwargs)
        self._sign(job)
        return job

    def _sign(self, job, name="Li Hua"):
        """Do what the portal does when the customer signs."""
        order = job.sudo().sale_order_id
        order.write(
            {
                "signed_by": name,
                "signed_on": "2026-03-02 11:00:00",
                "signature": picture(),
            }
        )
        order._validate_order()
