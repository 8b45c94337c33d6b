from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .field_common import FieldCommon, picture

MODELS = (
    "aftersales.order",
    "aftersales.order.unit",
    "aftersales.order.worker",
    "aftersales.check",
)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestOrderAccess(FieldCommon):
    """Who sees and changes orders and what belongs to them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.kit_checklist_id = cls.kit

    def setUp(self):
        super().setUp()
        self.own = self._walk("dispatched").sudo()
        self.foreign = self._walk(
            "dispatched", worker_ids=[(0, 0, {"employee_id": self.technician2.id})]
        ).sudo()

    def _parts(self, order):
        """Return an order and its children, by model."""
        return {
            "aftersales.order": order,
            "aftersales.order.unit": order.unit_ids,
            "aftersales.order.worker": order.worker_ids,
            "aftersales.check": order.check_ids,
        }

    def _assert_sees(self, user, order, sees):
        for model, records in self._parts(order).items():
            with self.subTest(user=user.login, model=model):
                self.assertTrue(records)
                found = (
                    self.env[model].with_user(user).search([("id", "in", records.ids)])
                )
                self.assertEqual(found.ids, records.ids if sees else [])
                if sees:
                    records.with_user(user).read(["display_name"])
                    continue
                with self.assertRaises(AccessError):
                    records.with_user(user).read(["display_name"])

    def _assert_nothing(self, user):
        for model in MODELS:
            for operation in ("read", "write", "create", "unlink"):
                with self.subTest(user=user.login, model=model, right=operation):
                    self.assertFalse(
                        self.env[model].with_user(user).has_access(operation)
                    )

    def test_technicians_see_the_orders_they_work_on(self):
        self._assert_sees(self.technician_user, self.own, True)
        self._assert_sees(self.technician_user, self.foreign, False)
        self._assert_sees(self.technician2_user, self.foreign, True)
        self._assert_sees(self.technician2_user, self.own, False)

    def test_desk_and_board_see_all(self):
        for user in (
            self.dispatcher_user,
            self.head_user,
            self.quality_vp_user,
            self.sales_vp_user,
            self.gm_user,
        ):
            self._assert_sees(user, self.own, True)
            self._assert_sees(user, self.foreign, True)

    def test_board_and_warehouse_only_read(self):
        for user in (
            self.quality_vp_user,
            self.sales_vp_user,
            self.gm_user,
            self.warehouse_user,
        ):
            for model in MODELS:
                for operation in ("write", "create", "unlink"):
                    with self.subTest(user=user.login, model=model, right=operation):
                        self.assertFalse(
                            self.env[model].with_user(user).has_access(operation)
                        )

    def test_the_warehouse_sees_orders_that_need_parts(self):
        self.env["aftersales.claim"].create(
            {"order_id": self.own.id, "equipment_id": self.equipment.id}
        )
        self._assert_sees(self.warehouse_user, self.own, True)
        self._assert_sees(self.warehouse_user, self.foreign, False)

    def test_others_have_no_orders(self):
        for user in (self.hr_user, self.employee_user, self.portal_user):
            self._assert_nothing(user)

    def test_other_companies_are_closed(self):
        head2 = self.head_user.copy(
            {
                "login": "as_head_2",
                "company_ids": [(6, 0, self.company2.ids)],
                "company_id": self.company2.id,
            }
        )
        for model, records in self._parts(self.own).items():
            theirs = self.env[model].with_user(head2)
            theirs = theirs.with_context(allowed_company_ids=self.company2.ids)
            with self.subTest(model=model):
                self.assertFalse(theirs.search([("id", "in", records.ids)]))
                with self.assertRaises(AccessError):
                    theirs.browse(records.ids).read(["display_name"])

    def test_technicians_record_findings_and_plan_nothing(self):
        order = self.own.with_user(self.technician_user)
        for name, value in {
            "partner_id": self.customer2.id,
            "site_id": False,
            "service_type": "visit",
            "mode": "remote",
            "policy_id": False,
            "category": "paid",
            "lead_id": self.technician2.id,
            "worker_ids": [(0, 0, {"employee_id": self.technician2.id})],
        }.items():
            with self.subTest(field=name), self.assertRaises(AccessError):
                order.write({name: value})
        for name, value in {
            "equipment_id": self.equipment.id,
            "expected_cause_id": self.cause.id,
            "sequence": 1,
        }.items():
            with self.subTest(unit=name), self.assertRaises(AccessError):
                order.unit_ids.write({name: value})
        for name, value in {"role": "member", "share": 10.0}.items():
            with self.subTest(worker=name), self.assertRaises(AccessError):
                order.worker_ids.write({name: value})
        with self.assertRaises(AccessError):
            order.worker_ids.unlink()
        with self.assertRaises(AccessError):
            order.create({"partner_id": self.customer.id})
        self._findings(order)
        self.assertEqual(order.solution, "Valve changed.")

    def test_technicians_act_only_on_their_own_orders(self):
        order = self.foreign.with_user(self.technician_user)
        for name, arguments in {
            "action_depart": (),
            "action_arrive": (),
            "action_no_access": ("Nobody",),
            "action_call_headquarters": (),
            "action_leave": (),
            "action_sign": ("Li Hua", "x"),
            "action_refuse_signature": ("No",),
            "action_done": (),
            "action_report_late": ("traffic",),
            "missing": ("done",),
        }.items():
            with self.subTest(step=name), self.assertRaises(AccessError):
                getattr(order, name)(*arguments)
        with self.assertRaises(AccessError):
            order.unit_ids.action_check_warranty()

    def test_the_board_and_the_warehouse_record_no_facts(self):
        for user in (self.gm_user, self.sales_vp_user, self.warehouse_user):
            order = self.own.with_user(user)
            for name in ("action_depart", "action_done", "action_close"):
                label = f"{user.login} {name}"
                with self.subTest(label), self.assertRaises(AccessError):
                    getattr(order, name)()

    def test_my_orders_are_mine(self):
        Order = self.env["aftersales.order"].with_user(self.technician_user)
        self.assertEqual(Order.search([("is_mine", "=", True)]).ids, self.own.ids)
        office = self.env["aftersales.order"].with_user(self.head_user)
        self.assertFalse(office.search([("is_mine", "=", True)]))
        mine = office.search([("is_mine", "=", False), ("id", "in", self.own.ids)])
        self.assertEqual(mine.ids, self.own.ids)
        self.assertTrue(self.own.with_user(self.technician_user).is_mine)

    def test_site_18_technicians_read_what_colleagues_did_to_the_unit(self):
        self._walk("closed").with_user(self.dispatcher_user)
        colleague = self.foreign.with_user(self.technician2_user)
        self.assertIn("Valve broken", colleague.recent_services)

    def test_windows_open_for_their_people(self):
        order = self.own.with_user(self.technician_user)
        for name in (
            "action_open_claim",
            "action_open_no_access",
            "action_open_trips",
        ):
            with self.subTest(window=name):
                self.assertEqual(
                    getattr(order, name)()["type"], "ir.actions.act_window"
                )
        claim = order.action_open_claim()
        self.assertEqual(claim["context"]["default_order_id"], order.id)
        self.assertEqual(claim["context"]["default_equipment_id"], self.equipment.id)
        office = self.own.with_user(self.dispatcher_user)
        for name in (
            "action_open_schedule",
            "action_open_cancel",
            "action_open_callbacks",
            "action_open_reworks",
            "action_open_rework_of",
            "action_open_ticket",
            "action_open_unit_history",
        ):
            with self.subTest(window=name):
                self.assertEqual(
                    getattr(office, name)()["type"], "ir.actions.act_window"
                )

    def test_the_dialogs_take_their_steps(self):
        office = self._order()
        wizard = self.env["aftersales.order.schedule"].with_user(self.dispatcher_user)
        wizard = wizard.create(
            {
                "order_ids": [(6, 0, office.ids)],
                "planned_start": self._at("10:00"),
                "is_promised": True,
            }
        )
        wizard.action_confirm()
        self.assertEqual(office.state, "scheduled")
        self.assertEqual(office.promised_start, self._at("10:00"))
        reason = self.env["aftersales.order.reason"].with_user(self.dispatcher_user)
        reason.create(
            {"order_ids": [(6, 0, office.ids)], "step": "cancel", "reason": "Solved"}
        ).action_confirm()
        self.assertEqual(office.state, "cancel")

    def test_the_signature_dialog_records_opinion_and_signature(self):
        field = self.own.with_user(self.technician_user)
        self._go(field)
        self._findings(field, customer_opinion=False)
        action = field.action_open_sign()
        wizard = self.env["aftersales.order.sign"].with_user(self.technician_user)
        wizard = wizard.with_context(**action["context"]).create(
            {"customer_opinion": "Good work", "name": "Li Hua", "signature": picture()}
        )
        wizard.action_sign()
        self.assertEqual(field.signed_by, "Li Hua")
        self.assertEqual(field.customer_opinion, "Good work")
