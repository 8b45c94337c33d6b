from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import MissingError, TransitionError
from .common_trip import TripCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 04:00:00")
class TestTripReadings(TripCommon):
    """What the rule books leave open about a journey, each way (AMB-36 to 44)."""

    def _nights(self, trip):
        return trip.line_ids.filtered(lambda line: line.kind == "lodging")

    def _lodging(self, trip):
        return self._sum(self._finish(trip), "LODGING")

    def test_amb_36_nights_or_days(self):
        """PAY-02, AMB-36: three days and two nights are 200.00, or 300.00."""
        self.assertEqual(self._lodging(self._trip()), 200.0)
        self.company.aftersales_lodging_basis = "days"
        trip = self._trip("2026-03-20T08:00", "2026-03-22T21:00")
        self.assertEqual(self._lodging(trip), 300.0)
        self.company.aftersales_lodging_basis = "nights"

    def test_amb_36_a_day_without_a_night_pays_none(self):
        """PAY-05, AMB-36: also where days count, one day pays no lodging."""
        self.company.aftersales_lodging_basis = "days"
        trip = self._trip("2026-03-10T08:00", "2026-03-10T21:00")
        self.assertFalse(self._nights(trip))

    def test_amb_37_a_room_or_each_person(self):
        """PAY-02, AMB-37: two people in a room for a night are 100.00, or 200.00."""
        for unit, total in (("room", 100.0), ("person", 200.0)):
            self.company.aftersales_lodging_unit = unit
            day = "10" if unit == "room" else "20"
            period = f"2026-03-{day}T08:00", f"2026-03-{int(day) + 1}T12:00"
            host = self._trip(*period)
            guest = self.env["aftersales.trip"].create(
                {
                    "employee_id": self.technician2.id,
                    "shared_with_trip_id": host.id,
                }
            )
            guest.action_depart(self._local(period[0]))
            guest.action_return(self._local(period[1]))
            guest = guest.with_user(self.technician2_user)
            guest.action_propose_lines()
            with self.subTest(unit):
                paid = self._lodging(host) + self._lodging(guest)
                self.assertEqual(paid, total)

    def test_amb_38_a_ceiling_pays_what_the_bill_says(self):
        """PAY-02, AMB-38: 80.00 of a bill of 80.00; 100.00 of 140.00 unless agreed."""
        self.company.aftersales_lodging_mode = "ceiling"
        trip = self._trip("2026-03-10T08:00", "2026-03-13T12:00")
        with self.assertRaises(MissingError):
            trip.action_submit()
        nights = self._nights(trip).sorted("date")
        for night, bill in zip(nights, (80.0, 140.0, 140.0), strict=True):
            night.amount_asked = bill
        trip.action_submit()
        nights[2].with_user(self.head_user).action_approve()
        self.assertEqual(nights.mapped("amount_payable"), [80.0, 100.0, 140.0])
        trip.with_user(self.head_user).action_confirm()
        made = trip.with_user(self.head_user).adjustment_ids
        self.assertEqual(self._sum(made, "LODGING"), 320.0)
        self.assertIn("Actual cost", made.sorted("date")[0].breakdown[0]["label"])

    def test_amb_38_flat_pays_the_standard_whatever_the_bill(self):
        """PAY-02, AMB-38: the default pays 100.00 for a bill of 80.00."""
        trip = self._trip("2026-03-10T08:00", "2026-03-11T12:00")
        self._nights(trip).amount_asked = 80.0
        self.assertEqual(self._lodging(trip), 100.0)

    def test_pay_14_extra_days_need_the_head(self):
        """PAY-14: days beyond those expected are paid once the head agreed."""
        trip = self._trip("2026-03-10T08:00", "2026-03-14T21:00", expected_days=3)
        head = trip.with_user(self.head_user)
        with self.assertRaises(TransitionError):
            head.action_approve_days("Part came late")
        trip.action_submit()
        with self.assertRaises(MissingError):
            head.action_confirm()
        with self.assertRaises(AccessError):
            trip.action_approve_days("I needed it")
        head.action_approve_days("Part came late")
        self.assertEqual(trip.days_note, "Part came late")
        head.action_confirm()
        self.assertEqual(self._sum(head.adjustment_ids, "LODGING"), 400.0)

    def test_pay_14_sent_back_days_are_approved_anew(self):
        """PAY-14: a trip sent back loses the approval."""
        trip = self._trip("2026-03-10T08:00", "2026-03-14T21:00", expected_days=3)
        trip.action_submit()
        head = trip.with_user(self.head_user)
        head.action_approve_days("Part came late")
        head.action_send_back("Wrong return")
        self.assertFalse(trip.days_approved_by_id)

    def test_a_stopped_rule_keeps_a_trip_waiting(self):
        """PEN-19: a switch never loses a traveller's money, it waits."""
        trip = self._trip()
        self.env.ref(
            "aftersales_service.pay_rule_lodging"
        ).stopped_company_ids = self.company
        with self.assertRaises(MissingError):
            trip.action_submit()
        self.company.aftersales_pay_proposals = False
        with self.assertRaises(MissingError):
            trip.action_submit()
