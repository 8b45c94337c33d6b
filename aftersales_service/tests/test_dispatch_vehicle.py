from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    GuardedFieldError,
    NotEntitledError,
    TransitionError,
)
from .field_common import FieldCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestDispatchVehicle(FieldCommon):
    """Special cars, where a policy allows them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.vehicle_requests = True

    def _request(self, order=None, **values):
        order = order or self._order()
        return (
            self.env["aftersales.order.vehicle"]
            .with_user(self.dispatcher_user)
            .create(
                {
                    "order_id": order.id,
                    "reason": "Six customers in one valley",
                    "cost_estimate": 300.0,
                    **values,
                }
            )
        )

    def test_asked_for_approved_and_on_the_order(self):
        """DISP-41: reason, the head's approval, cost on the order; once each."""
        request = self._request()
        kind = self.env.ref("aftersales_service.activity_vehicle")
        self.assertEqual(request.activity_ids.activity_type_id, kind)
        with self.assertRaises(TransitionError):
            request.action_record_cost(280)
        head = request.with_user(self.head_user)
        head.action_approve()
        stamp = request.decided_on
        head.action_approve()
        self.assertEqual(request.decided_on, stamp)
        self.assertFalse(request.activity_ids)
        self.assertFalse(request.order_id.vehicle_cost)
        request.action_record_cost(280)
        request.action_record_cost(285.5)
        self.assertEqual(request.order_id.vehicle_cost, 285.5)

    def test_declined_vehicles_cost_nothing(self):
        """DISP-41: with the reason; it stays declined."""
        request = self._request()
        head = request.with_user(self.head_user)
        with self.assertRaises(ArgumentError):
            head.action_decline()
        head.action_decline("There is a bus")
        self.assertEqual(request.answer, "There is a bus")
        with self.assertRaises(TransitionError):
            head.action_approve()
        with self.assertRaises(TransitionError):
            head.action_record_cost(10)
        with self.assertRaises(FrozenFactError):
            request.reason = "Urgent"
        with self.assertRaises(FrozenFactError):
            head.sudo().unlink()

    def test_off_unless_the_policy_allows_it(self):
        """DISP-41: off by default; refused then, and for work that is over."""
        policies = self.env["aftersales.policy"].search([("company_id", "=", False)])
        self.assertFalse(policies.filtered("vehicle_requests"))
        with self.assertRaises(TransitionError):
            self._request(self._walk("done"))
        self.policy.vehicle_requests = False
        with self.assertRaises(TransitionError):
            self._request()

    def test_vehicles_refuse_others_and_nonsense(self):
        """DISP-41: by the desk with a reason; approved by another one, a head."""
        request = self._request()
        with self.assertRaises(ValidationError):
            self._request(reason=" ")
        for user in (self.dispatcher_user, self.technician_user, self.gm_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                request.with_user(user).action_approve()
        with self.assertRaises(GuardedFieldError):
            request.cost = 5
        with self.assertRaises(AccessError):
            self._request().with_user(self.technician_user).copy()
        own = request.with_user(self.head_user).create(
            {"order_id": request.order_id.id, "reason": "Urgent"}
        )
        with self.assertRaises(NotEntitledError):
            own.action_approve()
        request.with_user(self.head_user).action_approve()
        for amount in (-1, "5", True):
            with self.subTest(amount), self.assertRaises(ArgumentError):
                request.action_record_cost(amount)

    def test_the_window_records_the_cost(self):
        """DISP-41: proposed from the estimate."""
        request = self._request()
        request.with_user(self.head_user).action_approve()
        action = request.action_open_cost()
        wizards = request.env["aftersales.order.vehicle.cost"]
        wizards.with_context(**action["context"]).create({}).action_confirm()
        self.assertEqual(request.cost, 300.0)
