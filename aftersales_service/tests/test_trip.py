import base64
from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    FactTimeError,
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    TransitionError,
)
from ..models.aftersales_trip_line import AftersalesTripLine
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 04:00:00")
class TestTrip(PayCommon):
    """Journeys pay by day, by dated rates (PAY-02..06, PAY-15)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Where another addon reimburses costs, this still tests the payslip's way.
        cls.startClassPatcher(
            patch.object(
                type(cls.env["aftersales.trip.line"]),
                "_get_payable",
                AftersalesTripLine._get_payable,
            )
        )

    def _trip(self, start="2026-03-10T08:00", end="2026-03-12T21:00", **values):
        """Return a returned trip; the times are on the clock in Shanghai."""
        trip = (
            self.env["aftersales.trip"]
            .with_user(self.technician_user)
            .create({"destination": "Kunming", **values})
        )
        trip.action_depart(self._local(start))
        trip.action_return(self._local(end))
        trip.action_propose_lines()
        return trip

    def _receipt(self):
        return (
            self.env["ir.attachment"]
            .with_user(self.technician_user)
            .create({"name": "toll.png", "datas": base64.b64encode(b"x")})
        )

    def _meals(self, trip, *counts):
        lines = trip.line_ids.filtered(lambda line: line.kind == "meal").sorted("date")
        for line, count in zip(lines, counts, strict=True):
            line.quantity = count

    def _cost(self, trip, amount, day="2026-03-10", receipt=True):
        return trip.line_ids.create(
            {
                "trip_id": trip.id,
                "kind": "cost",
                "date": day,
                "amount_asked": amount,
                "receipt_ids": [(6, 0, self._receipt().ids)] if receipt else False,
            }
        )

    def _finish(self, trip):
        trip.action_submit()
        trip.with_user(self.head_user).action_confirm()
        return self.env["aftersales.adjustment"].search(
            [("source_model", "=", "aftersales.trip"), ("source_id", "=", trip.id)]
        )

    def _sum(self, adjustments, code):
        return sum(
            adjustments.filtered(lambda made: made.rule_id.code == code).mapped(
                "amount"
            )
        )

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

    def test_pay_11_phone_allowance_once_it_is_set(self):
        """PAY-11: phone allowance once it is set."""
        self.env.ref("aftersales_service.pay_rate_trip_phone").amount = 60.0
        made = self._finish(self._trip("2026-03-10T08:00", "2026-03-10T21:00"))
        self.assertEqual(made.mapped("rule_id.code"), ["TRIP_PHONE"])
        self.assertEqual(made.amount, 60.0)

    def _phone_off(self, on="2026-03-11"):
        return self.env["aftersales.adjustment"]._propose_phone_off(
            [
                {
                    "employee": self.technician,
                    "date": date.fromisoformat(on),
                    "event": self._fact(),
                    "facts": "Not answered at 21:30.",
                }
            ]
        )

    def test_pen_04_a_phone_off_withdraws_the_allowance_of_its_trip_once(self):
        """PEN-04, PAY-11: the trip's allowance goes, at most as much as it was."""
        self.env.ref("aftersales_service.pay_rate_trip_phone").amount = 60.0
        allowance = self._finish(self._trip())
        allowance = allowance.filtered(lambda one: one.rule_id.code == "TRIP_PHONE")
        self.assertFalse(self._phone_off())
        self.assertEqual(allowance.state, "cancel")
        self.assertFalse(self._phone_off())

    def test_pen_04_a_paid_allowance_is_reversed(self):
        """PEN-04, PAY-11: what was paid comes back on the next payslip."""
        self.env.ref("aftersales_service.pay_rate_trip_phone").amount = 60.0
        made = self._finish(self._trip())
        made.with_user(self.hr_user).action_confirm()
        slip = self._slip()
        slip.compute_sheet()
        slip.action_payslip_done()
        self.assertFalse(self._phone_off())
        april = self._slip(month="2026-04", days=30)
        april.compute_sheet()
        self.assertEqual(self._totals(april)["AS_ALLOWANCE"], -60.0)

    def test_pen_04_without_an_allowance_each_time_is_fined(self):
        """PEN-04: 10.00 for each time, outside a trip or without an allowance."""
        self._finish(self._trip())
        fines = self._phone_off() | self._phone_off("2026-03-20")
        self.assertEqual(fines.mapped("amount"), [10.0, 10.0])

    def test_facts_corrected_take_their_consequences_along(self):
        """PEN-19: a corrected fact cancels its proposal, with the reason."""
        event = self._fact()
        late = self._propose("LATE", event=event)
        self.env["aftersales.adjustment"]._withdraw_facts(event, "Wrong order")
        self.assertEqual(late.state, "cancel")
        self.assertFalse(
            self.env["aftersales.adjustment"]._withdraw_facts(event, "Again")
        )

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
        self.assertFalse(nights.approved_by_id)
        nights[0].amount_asked = 150.0

    def test_closed_trips_and_approvals_cannot_be_written(self):
        """PAY-02, PAY-03: closed trips and approvals cannot be written."""
        trip = self._trip()
        with self.assertRaises(GuardedFieldError):
            trip.line_ids[0].approved_by_id = self.technician_user
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
