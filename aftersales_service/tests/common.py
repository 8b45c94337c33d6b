"""Fixtures shared by all tests of the addon."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL


class AftersalesCommon(TransactionCase):
    """A small company that can play the whole loop.

    Users, one per role: ``technician_user``, ``technician2_user``,
    ``dispatcher_user``, ``callback_user`` (a dispatcher), ``head_user``,
    ``quality_vp_user``, ``sales_vp_user``, ``gm_user``, ``hr_user``,
    ``warehouse_user``, ``employee_user`` (no role), ``portal_user`` and
    ``portal2_user`` (customers A and B).

    Records: ``company`` (CNY, Asia/Shanghai), ``company2``, ``technician`` and
    ``technician2`` (employees), ``customer``, ``customer2``, ``team``,
    ``policy``, ``territory``, ``site`` (active), ``compressor`` (product),
    ``equipment``, ``valve`` (spare part tracked by serial), ``filter_part``
    (spare part, untracked), ``symptom``, ``cause``, ``cause_misuse``, ``remedy``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_world()

    @classmethod
    def _make_world(cls):
        """Make the company in ``cls.env``; the proof makes one without a test."""
        cls.env = cls.env(
            context=dict(cls.env.context, tracking_disable=True, no_reset_password=True)
        )
        cls._setup_company()
        cls._setup_users()
        cls._setup_register()
        cls._setup_products()
        cls._setup_equipment()

    @classmethod
    def _setup_company(cls):
        cny = cls.env.ref("base.CNY")
        cny.active = True
        cls.company = cls.env["res.company"].create(
            {
                "name": "Huadong Test Service",
                "currency_id": cny.id,
                "country_id": cls.env.ref("base.cn").id,
            }
        )
        cls.company2 = cls.env["res.company"].create(
            {"name": "Other Test Service", "currency_id": cny.id}
        )
        if "aftersales_charge_required" in cls.company._fields:
            # The core stands alone here; the addon's own tests switch it on.
            cls.company.aftersales_charge_required = False
        cls.env.user.company_ids |= cls.company | cls.company2
        cls.env.user.company_id = cls.company
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        (cls.company | cls.company2).resource_calendar_id.tz = "Asia/Shanghai"
        # Odoo makes the warehouse of a new company in tests only.
        warehouses = cls.env["stock.warehouse"]
        cls.warehouse = warehouses.search(
            [("company_id", "=", cls.company.id)], limit=1
        ) or warehouses.create({"company_id": cls.company.id})

    @classmethod
    def _create_user(cls, login, groups, **kwargs):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
            tz="Asia/Shanghai",
            **kwargs,
        )

    @classmethod
    def _setup_users(cls):
        module = "aftersales_service."
        roles = {
            "technician": module + "group_technician",
            "technician2": module + "group_technician",
            "dispatcher": module + "group_dispatcher",
            "callback": module + "group_dispatcher",
            "head": module + "group_head",
            "quality_vp": module + "group_quality_vp",
            "sales_vp": module + "group_sales_vp",
            "gm": module + "group_general_manager",
            "hr": "payroll.group_payroll_manager",
            "warehouse": "stock.group_stock_user",
            "employee": "base.group_user",
        }
        # All in one create: user by user it takes most of a test class's time.
        users = cls.env["res.users"].create(
            [
                {
                    "login": f"as_{name}",
                    "password": f"as_{name}".ljust(8, "x"),
                    "name": f"as_{name} ({group})",
                    "email": "a.s@example.com",
                    "company_id": cls.company.id,
                    "company_ids": [(6, 0, cls.company.ids)],
                    "tz": "Asia/Shanghai",
                    "group_ids": [(6, 0, cls.env.ref(group).ids)],
                }
                for name, group in roles.items()
            ]
        )
        for name, user in zip(roles, users, strict=True):
            setattr(cls, f"{name}_user", user)
        cls.technician = cls._create_employee("Wang Lei", cls.technician_user)
        cls.technician2 = cls._create_employee("Zhao Min", cls.technician2_user)

    @classmethod
    def _create_employee(cls, name, user=None, wage=4200.0):
        return cls.env["hr.employee"].create(
            {
                "name": name,
                "user_id": user.id if user else False,
                "company_id": cls.company.id,
                "wage": wage,
                "contract_date_start": "2025-01-01",
                "date_version": "2025-01-01",
            }
        )

    @classmethod
    def _setup_register(cls):
        cls.customer = cls.env["res.partner"].create(
            {"name": "Yunnan Cold Chain", "phone": "+86 871 5550 1001"}
        )
        cls.customer2 = cls.env["res.partner"].create(
            {"name": "Hebei Foods", "phone": "+86 311 5550 2002"}
        )
        cls.portal_user = cls._create_portal_user("as_portal_a", cls.customer)
        cls.portal2_user = cls._create_portal_user("as_portal_b", cls.customer2)
        cls.team = cls.env["helpdesk.ticket.team"].create(
            {"name": "Field Service", "company_id": cls.company.id}
        )
        cls._setup_policy()
        cls.territory = cls.env["aftersales.territory"].create(
            {
                "name": "South-West",
                "company_id": cls.company.id,
                "is_catch_all": True,
                "technician_ids": [(6, 0, cls.technician.ids)],
            }
        )
        cls._setup_codes()

    @classmethod
    def _setup_policy(cls):
        cls.policy = cls.env["aftersales.policy"].create(
            {"name": "Test Policy", "code": "TEST", "company_id": cls.company.id}
        )
        cls.env["aftersales.policy.milestone"].create(
            [
                {
                    "policy_id": cls.policy.id,
                    "milestone": milestone,
                    "unit": unit,
                    "value": value,
                }
                for milestone, unit, value in [
                    ("reply", "minutes", 30),
                    ("arrive", "end_of_day", 0),
                    ("resolve", "working_days", 3),
                ]
            ]
        )
        cls.env["aftersales.policy.callback"].create(
            {
                "policy_id": cls.policy.id,
                "name": "Three hours after an unsure repair",
                "trigger": "unsure",
                "delay_hours": 3.0,
                "window_hours": 1.0,
            }
        )

    @classmethod
    def _setup_codes(cls):
        codes = cls.env["aftersales.code"].create(
            [
                {"kind": "symptom", "code": "T-NOPRESS", "name": "No pressure"},
                {"kind": "cause", "code": "T-VALVE", "name": "Valve broken"},
                {
                    "kind": "cause",
                    "code": "T-MISUSE",
                    "name": "Misuse",
                    "voids_warranty": True,
                    "liable_party": "customer",
                },
                {"kind": "remedy", "code": "T-CHANGE", "name": "Part changed"},
            ]
        )
        cls.symptom, cls.cause, cls.cause_misuse, cls.remedy = codes

    @classmethod
    def _create_portal_user(cls, login, partner):
        return cls.env["res.users"].create(
            {
                "login": login,
                "password": login,
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "company_ids": [(6, 0, cls.company.ids)],
                "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)],
            }
        )

    @classmethod
    def _setup_products(cls):
        cls.compressor = cls.env["product.product"].create(
            {
                "name": "Screw Compressor 37 kW",
                "is_storable": True,
                "tracking": "serial",
                "is_aftersales_equipment": True,
            }
        )
        cls.valve = cls.env["product.product"].create(
            {
                "name": "Intake Valve",
                "is_storable": True,
                "tracking": "serial",
                "standard_price": 620.0,
            }
        )
        cls.filter_part = cls.env["product.product"].create(
            {"name": "Oil Filter", "is_storable": True, "standard_price": 95.0}
        )

    @classmethod
    def _setup_equipment(cls):
        cls.site = cls.env["aftersales.site"].create(
            {
                "name": "Kunming Cold Store 1",
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                "technician_id": cls.technician.id,
                "policy_id": cls.policy.id,
                "territory_id": cls.territory.id,
                "tz": "Asia/Shanghai",
                "handover_date": "2026-01-15",
            }
        )
        cls.site._set_state("active")
        cls.equipment = cls.env["aftersales.equipment"].create(
            {
                "name": "CP-0007",
                "site_id": cls.site.id,
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "product_id": cls.compressor.id,
                "serial": "SN-CP-0007",
                "purchase_date": fields.Date.today() - timedelta(days=90),
                "warranty_months": 12,
            }
        )

    @classmethod
    def _stock(cls, product, quantity, serials=()):
        """Put parts on the shelf of the test warehouse.

        :param product: the part
        :param float quantity: how many, when it is not tracked
        :param serials: serial numbers, one piece each, when it is
        :return: the ``stock.lot`` records made
        """
        location = cls.warehouse.lot_stock_id
        lots = cls.env["stock.lot"].create(
            [{"name": serial, "product_id": product.id} for serial in serials]
        )
        quants = cls.env["stock.quant"]
        for lot in lots:
            quants._update_available_quantity(product, location, 1.0, lot_id=lot)
        if not lots:
            quants._update_available_quantity(product, location, quantity)
        return lots

    def _assert_takes_turn(self, document, act):
        """Check that an act writes the row of a document, whatever else it does.

        Who waited for the row then starts again, and sees what the act did.
        """
        table = SQL.identifier(document._table)
        query = SQL("SELECT ctid::text FROM %s WHERE id = %s", table, document.id)
        self.env.flush_all()
        before = self.env.execute_query(query)
        act()
        self.assertNotEqual(self.env.execute_query(query), before)

    def _local(self, text):
        """Return a naive UTC datetime from a time on the clock in Shanghai."""
        return datetime.fromisoformat(text) - timedelta(hours=8)

    def _create_ticket(self, **values):
        return self.env["helpdesk.ticket"].create(
            {
                "name": "No pressure",
                "description": "The compressor builds no pressure.",
                "company_id": self.company.id,
                "team_id": self.team.id,
                "partner_id": self.customer.id,
                "call_type": "repair",
                "site_id": self.site.id,
                "equipment_id": self.equipment.id,
                "symptom_id": self.symptom.id,
                **values,
            }
        )

    def _create_order(self, **values):
        return self.env["aftersales.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "site_id": self.site.id,
                "policy_id": self.policy.id,
                "unit_ids": [
                    (
                        0,
                        0,
                        {
                            "equipment_id": self.equipment.id,
                            "symptom_id": self.symptom.id,
                        },
                    )
                ],
                "worker_ids": [(0, 0, {"employee_id": self.technician.id})],
                **values,
            }
        )
