from datetime import date

from odoo.tests import freeze_time, tagged

from .common_trip import TripCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 04:00:00")
class TestTripPhone(TripCommon):
    """The phone allowance of a journey, and its withdrawal (PAY-11, PEN-04)."""

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

    def _phone_allowances(self, *trips):
        entries = self.env["aftersales.adjustment"].union(*map(self._finish, trips))
        return entries.filtered(lambda one: one.rule_id.code == "TRIP_PHONE")

    def test_pen_04_the_first_and_the_last_day_of_a_trip_count(self):
        """PEN-04, PAY-11: away from the 10th to the 12th; 9th and 13th are fined."""
        self.env.ref("aftersales_service.pay_rate_trip_phone").amount = 60.0
        allowance = self._phone_allowances(self._trip())
        fines = self._phone_off("2026-03-09") | self._phone_off("2026-03-13")
        self.assertEqual(fines.mapped("amount"), [10.0, 10.0])
        self.assertEqual(fines.rule_id.mapped("code"), ["PHONE_OFF"])
        self.assertEqual(allowance.state, "verified")
        self.assertFalse(self._phone_off("2026-03-12"))
        self.assertEqual(allowance.state, "cancel")
        self.assertFalse(self._phone_off("2026-03-10"))

    def test_pen_04_of_two_trips_of_a_day_one_loses_its_allowance(self):
        """PEN-04, PAY-11: one call, one allowance; the second call takes the other."""
        self.env.ref("aftersales_service.pay_rate_trip_phone").amount = 60.0
        both = self._phone_allowances(
            self._trip("2026-03-11T08:00", "2026-03-11T12:00"),
            self._trip("2026-03-11T14:00", "2026-03-11T21:00"),
        )
        self.assertEqual(both.mapped("amount"), [60.0, 60.0])
        for left in (["cancel", "verified"], ["cancel", "cancel"]):
            self.assertFalse(self._phone_off())
            self.assertEqual(sorted(both.mapped("state")), left)

    def test_pen_04_a_colleagues_trip_is_not_touched(self):
        """PEN-04: who was not on the trip is fined, and the trip keeps its own."""
        self.env.ref("aftersales_service.pay_rate_trip_phone").amount = 60.0
        allowance = self._phone_allowances(self._trip())
        facts = {
            "employee": self.technician2,
            "date": date(2026, 3, 11),
            "event": self._fact(),
            "facts": "Not answered at 21:30.",
        }
        fine = self.env["aftersales.adjustment"]._propose_phone_off([facts])
        self.assertEqual((fine.employee_id, fine.amount), (self.technician2, 10.0))
        self.assertEqual((fine.facts, allowance.state), (facts["facts"], "verified"))

    def test_pen_04_calls_of_several_days_find_each_its_trip(self):
        """PEN-04, PAY-11: two trips and a day at home, recorded in one go."""
        self.env.ref("aftersales_service.pay_rate_trip_phone").amount = 60.0
        both = self._phone_allowances(
            self._trip("2026-03-04T08:00", "2026-03-05T21:00"),
            self._trip("2026-03-10T08:00", "2026-03-12T21:00"),
        )
        fines = self.env["aftersales.adjustment"]._propose_phone_off(
            [
                {
                    "employee": self.technician,
                    "date": date(2026, 3, day),
                    "event": self._fact(),
                    "facts": "Not answered at 21:30.",
                }
                for day in (4, 11, 20)
            ]
        )
        self.assertEqual([str(one.date) for one in fines], ["2026-03-20"])
        self.assertEqual(both.mapped("state"), ["cancel", "cancel"])
