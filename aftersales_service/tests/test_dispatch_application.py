from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from .dispatch_common import DispatchCommon

FACTS = {
    "occurred_on": "2026-03-02 01:00:00",
    "damage_degree": "stopped",
    "presumed_cause": "Bearing seized",
    "inspection_record": "Vibration high in February",
    "working_conditions": "Dusty, 20 hours a day",
    "production_date": "2025-06-01",
    "analysis": "Bearing; change it on site.",
}


class ApplicationCommon(DispatchCommon):
    """Orders under a policy that demands an application."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.needs_application = True

    def _applied(self, **values):
        """Return a scheduled order whose application waits for the decision."""
        order = self._planned(**values)
        order.write(FACTS)
        return order.action_apply_dispatch()

    def _claim(self, order):
        """Return an approved claim for an order, made past its own steps."""
        claim = self.env["aftersales.claim"].create(
            {
                "order_id": order.id,
                "equipment_id": self.equipment.id,
                "line_ids": [
                    (0, 0, {"product_id": self.filter_part.id, "quantity": 1})
                ],
            }
        )
        for state in ("submitted", "verified", "approved"):
            claim._set_state(state)
        return claim


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestDispatchApplication(ApplicationCommon):
    """Whether anybody travels is applied for and decided."""

    def test_without_the_degree_of_damage_nothing_is_submitted(self):
        """DISP-33: each fact that lacks is named; then the application waits."""
        order = self._planned()
        order.write({**FACTS, "damage_degree": False})
        with self.assertRaisesRegex(MissingError, "Degree of Damage"):
            order.action_apply_dispatch()
        self.assertEqual(
            [item["field"] for item in order.missing("application")],
            ["damage_degree"],
        )
        order.damage_degree = "stopped"
        order.action_apply_dispatch()
        self.assertEqual(order.application_state, "submitted")
        self.assertEqual(order.application_by_id, self.dispatcher_user)

    def test_the_register_fills_in_what_it_knows(self):
        """DISP-33: model, quantity, production date and cause are proposals."""
        self.equipment.manufacture_date = "2025-05-05"
        order = self._planned()
        order.unit_ids.expected_cause_id = self.cause
        self.assertEqual(order.damage_model, self.equipment._aftersales_model_text())
        self.assertEqual(order.damage_quantity, 1)
        self.assertEqual(str(order.production_date), "2025-05-05")
        self.assertEqual(order.presumed_cause, self.cause.name)

    def test_nobody_travels_before_the_decision(self):
        """DISP-33: no application, one that waits, one declined: no dispatch."""
        order = self._planned()
        with self.assertRaisesRegex(MissingError, "Apply for staff"):
            order.action_dispatch()
        order = self._applied(clock="14:00")
        with self.assertRaisesRegex(MissingError, "not decided"):
            order.action_dispatch()
        order.with_user(self.sales_vp_user).action_decide_dispatch(True)
        self.assertEqual(order.send_decided_by_id, self.sales_vp_user)
        order.action_dispatch()
        self.assertEqual(order.state, "dispatched")

    def test_no_dispatch_goes_the_remote_way(self):
        """DISP-33, DISP-34, SITE-06: by phone, and called back with priority."""
        ticket = self._ticket()
        order = self._applied(ticket_id=ticket.id)
        order.with_user(self.sales_vp_user).action_decide_dispatch(
            False, "The customer's fitter changes it"
        )
        self.assertEqual(order.application_state, "declined")
        self.assertEqual(order.mode, "remote")
        self.assertEqual(ticket.resolution_path, "remote")
        self.assertTrue(self.customer.is_aftersales_priority)
        with self.assertRaises(TransitionError):
            order.action_dispatch()
        self.assertEqual(order.state, "scheduled", "open until its result is known")

    def test_priority_customers_are_an_audience(self):
        """SITE-06, DISP-34: the flag makes the call-back that a rule owes."""
        self.env["aftersales.policy.callback"].create(
            {
                "policy_id": self.policy.id,
                "name": "Handled by phone",
                "trigger": "repair",
                "audience": "priority",
            }
        )
        callbacks = self.env["aftersales.callback"]
        order = self._order()
        fired = {order.id: {"repair"}}
        self.assertFalse(callbacks._create_for(order, fired, self._at("10:00")))
        self.customer.is_aftersales_priority = True
        self.assertTrue(callbacks._create_for(order, fired, self._at("10:00")))

    def test_only_another_of_the_right_group_decides(self):
        """DISP-33: not the desk, not the manager, never the applicant."""
        order = self._applied()
        for user in (self.head_user, self.gm_user, self.quality_vp_user):
            with self.subTest(user.login), self.assertRaises(NotEntitledError):
                order.with_user(user).action_decide_dispatch(True)
        self.assertFalse(order.with_user(self.gm_user).can_decide_dispatch)
        self.assertTrue(order.with_user(self.sales_vp_user).can_decide_dispatch)
        self.dispatcher_user.group_ids |= self.env.ref(
            "aftersales_service.group_sales_vp"
        )
        with self.assertRaises(NotEntitledError):
            order.action_decide_dispatch(True)
        with self.assertRaises(AccessError):
            order.with_user(self.technician2_user).action_decide_dispatch(True)

    def test_the_policy_names_who_decides(self):
        """DISP-33, DISP-38: the general manager where the policy says so."""
        self.policy.application_decider = "general_manager"
        order = self._applied()
        with self.assertRaises(NotEntitledError):
            order.with_user(self.sales_vp_user).action_decide_dispatch(True)
        order.with_user(self.gm_user).action_decide_dispatch(True)
        self.assertEqual(order.application_state, "approved")

    def test_a_deputy_decides_in_his_principals_right(self):
        """DISP-33, ROLE-04: who stands in for the vice president is told and may."""
        self.env["aftersales.deputy"].create(
            {
                "principal_id": self.sales_vp_user.id,
                "deputy_id": self.quality_vp_user.id,
                "scope": "approvals",
                "date_from": "2026-03-01",
                "date_to": "2026-03-05",
                "company_id": self.company.id,
            }
        )
        order = self._applied()
        kind = self.env.ref("aftersales_service.activity_application")
        told = order.activity_ids.filtered(lambda one: one.activity_type_id == kind)
        self.assertEqual(told.user_id, self.quality_vp_user)
        order.with_user(self.quality_vp_user).action_decide_dispatch(True)
        self.assertEqual(order.application_state, "approved")
        self.assertFalse(told.exists())

    def test_twice_is_once_and_the_other_way_is_refused(self):
        """DISP-33: one decision; another one needs another application."""
        order = self._applied()
        order.action_apply_dispatch()
        decider = order.with_user(self.sales_vp_user)
        with self.assertRaises(ArgumentError):
            decider.action_decide_dispatch(False)
        decider.action_decide_dispatch(False, "Too far")
        stamp = order.send_decided_on
        decider.action_decide_dispatch(False, "Too far")
        self.assertEqual(order.send_decided_on, stamp)
        with self.assertRaises(TransitionError):
            decider.action_decide_dispatch(True)
        order.action_apply_dispatch()
        decider.action_decide_dispatch(True)
        self.assertEqual(order.mode, "onsite")

    def test_what_was_sent_in_stands_fast(self):
        """DISP-33: facts and decision cannot be written."""
        order = self._applied()
        with self.assertRaises(FrozenFactError):
            order.damage_degree = "minor"
        with self.assertRaises(GuardedFieldError):
            order.application_state = "approved"
        for wrong in ("yes", 1, None):
            with self.subTest(wrong), self.assertRaises(ArgumentError):
                order.with_user(self.sales_vp_user).action_decide_dispatch(wrong)

    def test_applying_is_for_the_desk_before_the_dispatch(self):
        """DISP-33: by dispatchers, where the policy demands it, in time."""
        order = self._planned()
        with self.assertRaises(AccessError):
            order.with_user(self.technician_user).action_apply_dispatch()
        self.policy.needs_application = False
        with self.assertRaisesRegex(TransitionError, "no application"):
            order.action_apply_dispatch()
        order.action_dispatch()
        self.policy.needs_application = True
        with self.assertRaisesRegex(TransitionError, "before the dispatch"):
            order.action_apply_dispatch()

    def test_only_the_equipment_maker_demands_it_as_shipped(self):
        """DISP-33: the setting is on for one profile."""
        policies = self.env["aftersales.policy"].search(
            [("needs_application", "=", True), ("company_id", "=", False)]
        )
        self.assertEqual(policies, self.env.ref("aftersales_service.policy_equip"))

    def test_the_window_asks_and_decides(self):
        """DISP-33: the vice president decides from his screen."""
        order = self._applied().with_user(self.sales_vp_user)
        action = order.action_open_decide_dispatch()
        wizards = order.env["aftersales.order.decide"]
        wizard = wizards.with_context(**action["context"]).create(
            {"send": "no", "reason": "By phone"}
        )
        wizard.action_confirm()
        self.assertEqual(order.application_state, "declined")

    def test_parts_wait_for_the_application(self):
        """DISP-35: neither prepared nor handed out before the approval."""
        self._stock(self.filter_part, 5)
        order = self._planned()
        claim = self._claim(order).with_user(self.dispatcher_user)
        self.assertIn("order_id", {item["field"] for item in claim.missing("issue")})
        with self.assertRaisesRegex(MissingError, "Apply for staff"):
            claim.action_issue()
        order.write(FACTS)
        order.action_apply_dispatch()
        order.with_user(self.sales_vp_user).action_decide_dispatch(True)
        picking = claim.action_issue().with_user(self.warehouse_user)
        picking.button_validate()
        self.assertEqual(claim.state, "issued")

    def test_the_shelf_refuses_by_any_door(self):
        """DISP-35: a transfer made before is not validated without approval."""
        self._stock(self.filter_part, 5)
        self.policy.needs_application = False
        order = self._planned()
        claim = self._claim(order).with_user(self.dispatcher_user)
        picking = claim.action_issue().with_user(self.warehouse_user)
        self.policy.needs_application = True
        with self.assertRaisesRegex(UserError, "approved applications only"):
            picking.button_validate()
        self.assertEqual(claim.state, "approved")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestDispatchTechnical(ApplicationCommon):
    """The technical department phones the customer and decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write({"needs_application": False, "technical_decision": True})
        function = cls.env.ref("aftersales_service.function_technical")
        cls.env["aftersales.function.holder"].create(
            {
                "function_id": function.id,
                "company_id": cls.company.id,
                "user_ids": [(6, 0, cls.callback_user.ids)],
            }
        )

    def test_a_visit_needs_decision_and_approved_request(self):
        """DISP-38: decided by the technical department, then applied for."""
        order = self._planned()
        with self.assertRaisesRegex(MissingError, "phones the customer"):
            order.action_dispatch()
        order.with_user(self.callback_user).action_decide_technical(
            "onsite", "Sensor must be measured"
        )
        self.assertEqual(order.technical_by_id, self.callback_user)
        with self.assertRaisesRegex(MissingError, "Apply for staff"):
            order.action_dispatch()
        order.write(FACTS)
        order.action_apply_dispatch()
        order.with_user(self.sales_vp_user).action_decide_dispatch(True)
        order.action_dispatch()
        self.assertEqual(order.state, "dispatched")

    def test_answered_goes_on_by_phone(self):
        """DISP-38: no visit; the order waits for its result."""
        order = self._planned()
        order.with_user(self.head_user).action_decide_technical("answered", "Reset it")
        self.assertEqual(order.mode, "remote")
        with self.assertRaises(TransitionError):
            order.action_dispatch()

    def test_back_to_the_factory_sends_nobody(self):
        """DISP-38: the unit comes back; the ticket goes to the depot."""
        ticket = self._ticket()
        order = self._planned(ticket_id=ticket.id)
        order.with_user(self.callback_user).action_decide_technical("factory", "Board")
        self.assertEqual(ticket.resolution_path, "depot")
        with self.assertRaisesRegex(MissingError, "nobody goes"):
            order.action_dispatch()

    def test_others_do_not_decide(self):
        """DISP-38: the decider is of the technical department, or the head."""
        order = self._planned()
        with self.assertRaises(NotEntitledError):
            order.action_decide_technical("answered", "Reset it")
        self.assertFalse(order.can_decide_technical)
        self.assertTrue(order.with_user(self.callback_user).can_decide_technical)
        decider = order.with_user(self.callback_user)
        for decision, note in (("maybe", "x"), ("answered", ""), (True, "x")):
            with self.subTest(decision), self.assertRaises(ArgumentError):
                decider.action_decide_technical(decision, note)
        with self.assertRaises(GuardedFieldError):
            order.technical_decision = "answered"

    def test_asked_once_decided_once(self):
        """DISP-38: twice in a row is once; another decision is refused."""
        order = self._planned()
        order.action_ask_technical()
        order.action_ask_technical()
        kind = self.env.ref("aftersales_service.activity_technical")
        asked = order.activity_ids.filtered(lambda one: one.activity_type_id == kind)
        self.assertEqual(asked.user_id, self.callback_user | self.head_user)
        self.assertEqual(len(asked), 2)
        decider = order.with_user(self.callback_user)
        decider.action_decide_technical("answered", "Reset it")
        decider.action_decide_technical("answered", "Reset it")
        self.assertFalse(asked.exists())
        with self.assertRaises(TransitionError):
            decider.action_decide_technical("onsite", "After all")
        self.policy.technical_decision = False
        with self.assertRaises(TransitionError):
            self._planned(clock="14:00").action_ask_technical()
