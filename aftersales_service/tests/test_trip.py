from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    MissingError,
)
from .common_trip import TripCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 04:00:00")
class TestTrip(TripCommon):
    """Journeys pay by day, by dated rates (PAY-02..06, PAY-15)."""

    def test_pay_02_two_nights_pay_the_standard(self):
        """PAY-02: two nights pay the standard."""
        trip = self._trip()
        self.assertEqual((trip.nights, trip.actual_days), (2, 3))
        made = self._finish(trip)
        self.assertEqual(self._sum(made, "LODGING"), 200.0)
        self.assertEqual(len(made), 2)

    def test_pay_02_excess_is_paid_only_when_approved(self):
        """PAY-02: excess is paid only when approved."""
        trips = [self._trip(), self._trip("2026-03-20T08:00", "2026-03-22T21:00")]
        for trip in trips:
            nights = trip.line_ids.filtered(lambda line: line.kind == "lodging")
            nights.amount_asked = 140.0
            trip.action_submit()
        trip, approved = trips
        nights = approved.line_ids.filtered(lambda line: line.kind == "lodging")
        with self.assertRaises(AccessError):
            nights.action_approve()
        nights.with_user(self.head_user).action_approve()
        self.assertEqual(nights.mapped("amount_payable"), [140.0, 140.0])
        for each, total in [(trip, 200.0), (approved, 280.0)]:
            each.with_user(self.head_user).action_confirm()
            made = each.with_user(self.head_user).adjustment_ids
            self.assertEqual(self._sum(made, "LODGING"), total)
        self.assertIn("approved", made[0].breakdown[0]["label"])

    def test_pay_03_meals_by_count_and_at_most_three_a_day(self):
        """PAY-03: meals by count and at most three a day."""
        trip = self._trip()
        self._meals(trip, 2, 3, 2)
        self.assertEqual(self._sum(self._finish(trip), "MEAL"), 105.0)
        over = self._trip("2026-03-20T08:00", "2026-03-20T20:00")
        self._meals(over, 4)
        with self.assertRaises(MissingError):
            over.action_submit()
        over.line_ids.quantity = 1.5
        with self.assertRaises(MissingError):
            over.action_submit()

    def test_meals_of_two_trips_on_one_day_count_together(self):
        """PAY-02, PAY-03: meals of two trips on one day count together."""
        morning = self._trip("2026-03-20T06:00", "2026-03-20T11:00")
        self._meals(morning, 2)
        morning.action_submit()
        evening = self._trip("2026-03-20T12:00", "2026-03-20T22:00")
        self._meals(evening, 2)
        with self.assertRaises(MissingError):
            evening.action_submit()
        self._meals(evening, 1)
        evening.action_submit()

    def test_pay_04_costs_need_their_receipt(self):
        """PAY-04: costs need their receipt."""
        trip = self._trip()
        bare = self._cost(trip, 60.0, receipt=False)
        self.assertEqual(bare.amount_payable, 0.0)
        with self.assertRaises(MissingError):
            trip.action_submit()
        bare.receipt_ids = self._receipt()
        self._cost(trip, 180.0)
        self._cost(trip, 45.0, day="2026-03-12")
        made = self._finish(trip)
        self.assertEqual(self._sum(made, "AT_COST"), 285.0)
        self.assertEqual(bare.with_user(self.head_user).receipt_ids.name, "toll.png")

    def test_pay_05_a_trip_of_one_day_has_no_night(self):
        """PAY-05: a trip of one day has no night."""
        trip = self._trip("2026-03-10T08:00", "2026-03-10T21:00")
        self.assertFalse(trip.line_ids.filtered(lambda line: line.kind == "lodging"))
        self._meals(trip, 2)
        self._cost(trip, 20.0)
        night = trip.line_ids.create(
            {"trip_id": trip.id, "kind": "lodging", "date": "2026-03-10"}
        )
        with self.assertRaises(MissingError):
            trip.action_submit()
        night.unlink()
        made = self._finish(trip)
        self.assertEqual(sum(made.mapped("amount")), 50.0)

    def test_pay_06_a_complete_trip_reaches_the_payslip(self):
        """PAY-06: a complete trip reaches the payslip."""
        trip = self._trip()
        self._meals(trip, 2, 3, 2)
        self._cost(trip, 180.0)
        self._cost(trip, 60.0, day="2026-03-12")
        self._cost(trip, 45.0, day="2026-03-12")
        made = self._finish(trip)
        self.assertEqual(sum(made.mapped("amount")), 590.0)
        self.assertEqual(self._sum(made, "AT_COST"), 285.0)
        self.assertEqual(set(made.mapped("state")), {"verified"})
        self.assertEqual(made.verified_by_id, self.head_user)
        made.with_user(self.hr_user).action_confirm()
        slip = self._slip()
        slip.compute_sheet()
        self.assertEqual(self._inputs(slip), {"AS_ALLOWANCE": 590.0})

    def test_pay_15_a_rate_changes_during_the_trip(self):
        """PAY-15: a rate changes during the trip."""
        self.env.ref("aftersales_service.pay_rule_meal").rate_ids = [
            (0, 0, {"date_from": "2026-04-01", "amount": 18.0})
        ]
        trip = self._trip("2026-03-30T08:00", "2026-04-02T20:00")
        self._meals(trip, 2, 2, 2, 2)
        made = self._finish(trip)
        self.assertEqual(self._sum(made, "MEAL"), 132.0)
        meals = made.filtered(lambda line: line.rule_id.code == "MEAL").sorted("date")
        self.assertEqual(meals.mapped("amount"), [30.0, 30.0, 36.0, 36.0])
        self.assertEqual(meals[1].date, date(2026, 3, 31))

    def test_days_are_those_of_the_company(self):
        """22:30 on the 10th in Shanghai is still the 10th in UTC, 00:30 is not."""
        trip = self._trip("2026-03-11T00:30", "2026-03-11T23:30")
        self.assertEqual((trip.nights, trip.date_from), (0, date(2026, 3, 11)))

    def test_lines_lie_within_the_trip(self):
        """PAY-02, PAY-03: lines lie within the trip."""
        for kind, day in [
            ("meal", "2026-03-09"),
            ("meal", "2026-03-13"),
            ("lodging", "2026-03-12"),
        ]:
            with self.subTest(kind=kind, day=day), self.env.cr.savepoint() as savepoint:
                trip = self._trip()
                trip.line_ids.create({"trip_id": trip.id, "kind": kind, "date": day})
                with self.assertRaises(MissingError):
                    trip.action_submit()
                savepoint.rollback()

    def test_a_night_is_claimed_once(self):
        """PAY-02, PAY-03: a night is claimed once."""
        self._trip().action_submit()
        second = self._trip("2026-03-11T08:00", "2026-03-12T08:00")
        with self.assertRaises(MissingError):
            second.action_submit()

    def test_amb_37_several_rooms_need_a_note_and_a_shared_one_pays_once(self):
        """AMB-37: several rooms need a note and a shared one pays once."""
        trip = self._trip()
        nights = trip.line_ids.filtered(lambda line: line.kind == "lodging")
        nights[0].quantity = 2
        with self.assertRaises(MissingError):
            trip.action_submit()
        nights[0].note = "Three colleagues"
        self.assertEqual(self._sum(self._finish(trip), "LODGING"), 300.0)
        guest = self.env["aftersales.trip"].create(
            {"employee_id": self.technician2.id, "shared_with_trip_id": trip.id}
        )
        guest.action_depart(self._local("2026-03-10T08:00"))
        guest.action_return(self._local("2026-03-12T21:00"))
        guest.action_propose_lines()
        self.assertEqual(set(guest.line_ids.mapped("kind")), {"meal"})

    def test_pay_14_variance_against_the_expected_days(self):
        """PAY-14: variance against the expected days."""
        trip = self._trip("2026-03-10T08:00", "2026-03-14T21:00", expected_days=3)
        self.assertEqual(trip.variance_days, 2.0)

    def test_lines_of_one_day_and_rule_make_one_adjustment(self):
        """PAY-02, PAY-03: lines of one day and rule make one adjustment."""
        trip = self._trip("2026-03-10T08:00", "2026-03-10T21:00")
        trip.action_propose_lines()
        self.assertEqual(len(trip.line_ids), 1)
        rule = self.env.ref("aftersales_service.pay_rule_meal")
        values = {"trip_id": trip.id, "rule_id": rule.id, "date": "2026-03-10"}
        trip.line_ids.create([{**values, "quantity": 1}, {**values, "quantity": 2}])
        self._cost(trip, 20.0)
        self._cost(trip, 7.5)
        made = self._finish(trip)
        self.assertEqual(len(made), 2)
        self.assertEqual(self._sum(made, "MEAL"), 45.0)
        self.assertEqual(self._sum(made, "AT_COST"), 27.5)

    def test_a_line_claims_its_own_clause(self):
        """PAY-02, PAY-03: a line claims its own clause."""
        trip = self._trip()
        lodging = self.env.ref("aftersales_service.pay_rule_lodging")
        meal = trip.line_ids.filtered(lambda line: line.kind == "meal")[0]
        with self.assertRaises(ValidationError):
            meal.rule_id = lodging
