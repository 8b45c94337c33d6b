from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    GuardedFieldError,
    TransitionError,
)
from .field_common import FieldCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestDispatchReturn(FieldCommon):
    """Units that leave the customer: returned, or fetched into the depot."""

    def _request(self):
        """Return the request that a technician's record opened."""
        order = self._walk("on_site")
        order.with_user(self.technician_user).action_refuse_service(
            "wants_return", "Third fault this month", at=self._at("10:30")
        )
        return order.return_ids

    def test_wants_return_opens_one_request(self):
        """DISP-15: the work item carries the customer's reason and who heard it."""
        request = self._request()
        self.assertEqual(len(request), 1)
        self.assertEqual(request.state, "open")
        self.assertEqual(request.reason, "Third fault this month")
        self.assertEqual(request.requested_by_id, self.technician_user)
        self.assertEqual(request.partner_id, self.customer)
        request.order_id._request_return("Again")
        self.assertEqual(len(request.order_id.return_ids), 1)

    def test_another_refusal_opens_none(self):
        """DISP-15: a refused repair is no return."""
        order = self._walk("on_site")
        order.with_user(self.technician_user).action_refuse_service(
            "refused_repair", "Wants an offer", at=self._at("10:30")
        )
        self.assertFalse(order.return_ids)

    def test_the_head_accepts_and_the_unit_comes_back(self):
        """DISP-15: accepted with its terms, received into the depot, once each."""
        self.assertEqual(self.equipment.state, "in_service")
        request = self._request().with_user(self.head_user)
        with self.assertRaises(ArgumentError):
            request.action_accept()
        request.answer = "Credit of the full price"
        request.action_accept()
        request.action_accept()
        self.assertEqual(request.decided_by_id, self.head_user)
        kind = self.env.ref("aftersales_service.activity_return_request")
        self.assertNotIn(kind, request.order_id.activity_ids.activity_type_id)
        request = request.with_user(self.dispatcher_user)
        request.action_receive()
        stamp = request.received_on
        request.action_receive()
        self.assertEqual(request.received_on, stamp)
        self.assertEqual(self.equipment.state, "in_depot")

    def test_returns_refuse_others_and_wrong_steps(self):
        """DISP-15: by the head, from open; what was told stays."""
        request = self._request()
        for user in (self.dispatcher_user, self.technician_user, self.gm_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                request.with_user(user).action_accept("Yes")
        with self.assertRaises(AccessError):
            request.with_user(self.technician2_user).read(["reason"])
        head = request.with_user(self.head_user)
        with self.assertRaises(TransitionError):
            head.action_receive()
        head.action_decline("Repaired free of charge instead")
        with self.assertRaises(TransitionError):
            head.action_accept("After all")
        with self.assertRaises(FrozenFactError):
            head.answer = "Something else"
        with self.assertRaises(GuardedFieldError):
            head.reason = "Something else"
        with self.assertRaises(AccessError):
            head.unlink()

    def test_a_unit_for_the_depot_reaches_the_head(self):
        """DISP-20: who cannot repair on site has the unit fetched, with a loaner."""
        order = self._order(needs_loaner=True)
        order.action_schedule(self._at("10:00"))
        order.action_dispatch()
        field = order.with_user(self.technician_user)
        self._go(field)
        # The depot takes in products alone; the others are told of.
        self.equipment.product_id = False
        self._finish(field, {"result": "needs_depot"})
        kind = self.env.ref("aftersales_service.activity_depot")
        asked = order.activity_ids.filtered(lambda one: one.activity_type_id == kind)
        self.assertEqual(len(asked), 1)
        self.assertEqual(asked.user_id, order.company_id._aftersales_get_head())
        self.assertIn("loaner", asked.summary)

    def test_what_is_fixed_on_site_stays_there(self):
        """DISP-20: nobody fetches a unit that runs."""
        order = self._walk("done")
        kind = self.env.ref("aftersales_service.activity_depot")
        self.assertNotIn(kind, order.activity_ids.activity_type_id)

    def test_disp_15_a_return_that_nobody_decides_comes_back(self):
        """DISP-15: the head is asked again after each interval, until he decides."""
        request = self._request()
        kind = self.env.ref("aftersales_service.activity_return_request")
        cron = self.env.ref("aftersales_service.ir_cron_remind_incidents").sudo()

        def asked():
            self.env.invalidate_all()
            activities = request.order_id.sudo().activity_ids
            return activities.filtered(lambda one: one.activity_type_id == kind)

        first = asked()
        self.assertEqual(first.user_id, self.head_user)
        with freeze_time("2026-03-04 03:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
            again = asked()
            self.assertEqual(len(again), 1)
            self.assertNotEqual(again, first)
            cron.method_direct_trigger()
            self.assertEqual(asked(), again)
            request.with_user(self.head_user).action_decline("Repaired instead")
        with freeze_time("2026-03-06 03:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
            self.assertFalse(asked())
