from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    FactTimeError,
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    TransitionError,
)
from .common_trip import TripCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 04:00:00")
class TestTripFlow(TripCommon):
    """Who enters, submits, sends back and confirms a journey, and when."""

    def test_confirming_twice_pays_once(self):
        """PAY-02, PAY-03: confirming twice pays once."""
        trip = self._trip()
        made = self._finish(trip)
        trip.with_user(self.head_user).action_confirm()
        self.assertEqual(trip.with_user(self.head_user).adjustment_ids, made)

    def test_the_head_who_travelled_is_not_the_one_who_confirms(self):
        """PAY-02, PAY-03: the head who travelled is not the one who confirms."""
        self._create_employee("Boss", self.head_user)
        trip = self.env["aftersales.trip"].with_user(self.head_user).create({})
        trip.action_depart(self._local("2026-03-10T08:00"))
        trip.action_return(self._local("2026-03-11T08:00"))
        trip.sudo().action_submit()
        with self.assertRaises(AccessError):
            trip.action_confirm()
        trip.with_user(self.head2_user).action_confirm()

    def test_only_heads_confirm_and_only_the_traveller_submits(self):
        """PAY-02, PAY-03: only heads confirm and only the traveller submits."""
        trip = self._trip()
        with self.assertRaises(AccessError):
            trip.with_user(self.dispatcher_user).action_submit()
        trip.action_submit()
        for user in (self.technician_user, self.dispatcher_user, self.hr_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                trip.with_user(user).action_confirm()

    def test_sent_back_trips_lose_their_approvals(self):
        """PAY-02, PAY-03: sent back trips lose their approvals."""
        trip = self._trip()
        nights = trip.line_ids.filtered(lambda line: line.kind == "lodging")
        nights.amount_asked = 140.0
        trip.action_submit()
        nights.with_user(self.head_user).action_approve()
        with self.assertRaises(FrozenFactError):
            nights[0].amount_asked = 500.0
        trip.with_user(self.head_user).action_send_back("Name the hotel")
        self.assertEqual(trip.state, "returned")
        self.assertFalse(nights.approved_by)
        nights[0].amount_asked = 150.0

    def test_closed_trips_and_approvals_cannot_be_written(self):
        """PAY-02, PAY-03: closed trips and approvals cannot be written."""
        trip = self._trip()
        with self.assertRaises(AccessError):
            trip.line_ids[0].approved_by = self.technician_user
        with self.assertRaises(GuardedFieldError):
            trip.departed_on = "2026-03-01 00:00:00"
        with self.assertRaises(GuardedFieldError):
            trip.employee_id = self.technician2
        self._finish(trip)
        with self.assertRaises(FrozenFactError):
            trip.destination = "Paris"
        with self.assertRaises(FrozenFactError):
            trip.line_ids[0].quantity = 9
        with self.assertRaises(FrozenFactError):
            trip.line_ids[0].unlink()
        with self.assertRaises(TransitionError):
            trip.action_cancel("too late")

    def test_stamps_follow_each_other(self):
        """PAY-02, PAY-03: stamps follow each other."""
        trip = self.env["aftersales.trip"].with_user(self.technician_user).create({})
        with self.assertRaises(TransitionError):
            trip.action_return()
        with self.assertRaises(MissingError):
            trip.sudo()._check_complete()
        trip.action_depart(self._local("2026-03-10T08:00"), request_key="k1")
        self.assertEqual(
            trip.action_depart(self._local("2026-03-10T08:00"), request_key="k1"), trip
        )
        with self.assertRaises(TransitionError):
            trip.action_depart()
        with self.assertRaises(FactTimeError):
            trip.action_return(self._local("2026-03-09T08:00"))
        with self.assertRaises(FactTimeError):
            trip.action_return("2026-05-01 00:00:00")

    def test_technicians_enter_their_own_trips_and_dispatchers_any(self):
        """PAY-02, PAY-03: technicians enter their own trips and dispatchers any."""
        trips = self.env["aftersales.trip"]
        own = trips.with_user(self.technician_user).create({})
        self.assertEqual(own.employee_id, self.technician)
        with self.assertRaises(AccessError):
            trips.with_user(self.technician_user).create(
                {"employee_id": self.technician2.id}
            )
        other = trips.with_user(self.dispatcher_user).create(
            {"employee_id": self.technician2.id}
        )
        with self.assertRaises(AccessError):
            other.with_user(self.technician_user).action_depart()
        other.action_depart(self._local("2026-03-10T08:00"))
        with self.assertRaises(AccessError):
            other.with_user(self.dispatcher_user).read(["line_ids"])
