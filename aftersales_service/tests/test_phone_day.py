from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .field_common import FieldCommon, picture


class PhoneCommon(FieldCommon):
    """Orders on the technician's phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.kit_checklist_id = cls.kit

    def _day(self, user=None):
        orders = self.env["aftersales.order"].with_user(user or self.technician_user)
        return orders.get_my_day()

    def _row(self, order):
        return next(row for row in self._day()["orders"] if row["id"] == order.id)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestMyDay(PhoneCommon):
    """One answer holds the technician's whole day."""

    def test_day_in_order_of_time_and_own_only(self):
        """DISP-09, ROLE-03: the jobs stand in order of time, only the own ones."""
        late = self._walk("dispatched")
        early = self._order()
        early.action_schedule(self._at("08:00"))
        later = self._order()
        later.action_schedule(self._at("09:00") + timedelta(days=2))
        foreign = self._walk(
            "dispatched", worker_ids=[(0, 0, {"employee_id": self.technician2.id})]
        )
        rows = self._day()["orders"]
        self.assertEqual(
            [(row["id"], row["day"]) for row in rows],
            [(early.id, "today"), (late.id, "today"), (later.id, "next")],
        )
        others = self._day(self.technician2_user)["orders"]
        self.assertEqual([row["id"] for row in others], foreign.ids)

    def test_day_is_for_technicians(self):
        """ROLE-03: who is no technician is refused, with a word what to do."""
        for user in (self.dispatcher_user, self.employee_user, self.hr_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._day(user)

    def test_day_costs_the_same_for_one_and_for_many(self):
        """DISP-09: the number of queries does not grow with the number of jobs."""

        def more(count):
            for number in range(count):
                order = self._order(ticket_id=self._ticket().id)
                order.action_schedule(self._at("10:00") + timedelta(minutes=number))
                order.action_dispatch()
                self._go(order.with_user(self.technician_user))
            self.env.flush_all()

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._day()
            return self.env.cr.sql_log_count - before

        more(2)
        count()
        few = count()
        more(10)
        self.assertLessEqual(count(), few)

    def test_missing_in_plain_words(self):
        """DISP-17, DISP-30: what blocks the next step is said before it is tried."""
        order = self._walk("dispatched")
        missing = self._row(order)["missing"]
        self.assertIn("Cleaning cloth", missing["depart"][0]["reason"])
        self._go(order.with_user(self.technician_user))
        fields_missing = {item["field"] for item in self._row(order)["missing"]["sign"]}
        self.assertEqual(
            fields_missing,
            {"cause_id", "solution", "customer_opinion", "test_run", "fix_confidence"},
        )

    def test_what_is_owed(self):
        """DISP-26, PART-17: a done order without its report is owed."""
        order = self._walk("on_site")
        self._findings(order)
        order.action_sign("Li Hua", picture(), self._at("11:00"))
        order.with_user(self.dispatcher_user).sudo()._unguarded().write(
            {"customer_opinion": False}
        )
        order.with_user(self.technician_user).sudo().action_done(self._at("11:05"))
        order.sudo()._unguarded().write({"reported_on": False})
        sheets = self._day()["owed"]["sheets"]
        self.assertEqual([sheet["id"] for sheet in sheets], order.ids)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestPhoneFacts(PhoneCommon):
    """What the phone records, each fact once."""

    def setUp(self):
        super().setUp()
        self.order = self._walk("on_site").with_user(self.technician_user)

    def test_findings_once(self):
        """DISP-30, DISP-44: findings are written once, whatever the network does."""
        finding = {"id": self.order.unit_ids.id, "cause_id": self.cause.id}
        for _again in range(2):
            result = self.order.action_record_findings(
                {"solution": "Valve changed.", "units": [finding]},
                self._at("10:10"),
                "find-1",
            )
        self.assertEqual(result, self.order)
        self.assertEqual(self.order.cause_id, self.cause)
        self.order.action_record_findings(
            {"solution": "Cleaned."}, request_key="find-2"
        )
        self.order.action_record_findings(
            {"solution": "Old text sent again"}, request_key="find-2"
        )
        self.assertEqual(self.order.solution, "Cleaned.")

    def test_findings_refused(self):
        """DISP-30: what is no finding, or comes after the signature, is refused."""
        foreign = self._walk("on_site").unit_ids.id
        for wrong in (
            {"partner_id": self.customer2.id},
            {"units": [{"id": foreign, "cause_id": self.cause.id}]},
            {"units": [{"id": self.order.unit_ids.id, "cause_id": self.symptom.id}]},
            {"units": [{"id": self.order.unit_ids.id, "equipment_id": 1}]},
            {"units": "x"},
            {"test_run": "maybe"},
            {"solution": 5},
            {},
            "x",
        ):
            with self.subTest(wrong), self.assertRaises(UserError):
                self.order.action_record_findings(wrong)
        with self.assertRaises(AccessError):
            self.order.with_user(self.technician2_user).action_record_findings(
                {"solution": "Not mine"}
            )
        self._findings(self.order)
        self.order.action_sign("Li Hua", picture(), self._at("11:00"))
        with self.assertRaises(UserError):
            self.order.action_record_findings({"solution": "Afterwards"})

    def test_kit_reason(self):
        """DISP-17: another missing item needs its reason, then departure is free."""
        order = self._walk("dispatched").with_user(self.technician_user)
        cloth, book = order.check_ids.sorted("sequence")
        cloth.action_answer(True)
        book.action_answer(False)
        with self.assertRaisesRegex(UserError, "Receipt book"):
            order.action_depart(self._at("09:00"))
        book.action_explain("None left", request_key="why")
        book.action_explain("None left", request_key="why")
        order.action_depart(self._at("09:00"))
        with self.assertRaises(UserError):
            book.action_explain("Later")

    def test_photos(self):
        """DISP-31: a photo is drawn again and kept with the order, once."""
        for _again in range(2):
            self.order.action_add_photos([picture()], request_key="photo-1")
        self.assertEqual(self._row(self.order)["photos"], 1)
        for wrong in ([], ["x"], "x", [picture()] * 11):
            with self.subTest(str(wrong)[:9]), self.assertRaises(UserError):
                self.order.action_add_photos(wrong)
        with self.assertRaises(AccessError):
            self.order.with_user(self.technician2_user).action_add_photos([picture()])

    def test_second_person(self):
        """DISP-09: the lead adds a helper on site, once; a stranger cannot."""
        for key in ("a", "a", "b"):
            self.order.action_add_colleague(self.technician2.id, request_key=key)
        self.assertEqual(len(self.order.worker_ids), 2)
        helper = self.order.with_user(self.technician2_user)
        self.assertEqual(self._day(self.technician2_user)["orders"][0]["id"], helper.id)
        with self.assertRaises(AccessError):
            helper.action_add_colleague(self.technician.id)
        for wrong in (True, "x", None, 0):
            with self.subTest(wrong), self.assertRaises(UserError):
                self.order.action_add_colleague(wrong)

    def test_late_reason_once(self):
        """PEN-02: the reason of being late takes a key like every fact."""
        order = self._order(ticket_id=self._ticket().id)
        order.action_schedule(self._at("09:30"), promised_start=self._at("09:30"))
        order.action_dispatch()
        order = order.with_user(self.technician_user)
        self._go(order)
        self.assertEqual(self._row(order)["workers"][0]["late_minutes"], 20)
        for _again in range(2):
            order.action_report_late("traffic", request_key="late")
        self.assertEqual(order.worker_ids.late_reason, "traffic")

    def test_place_only_with_consent(self):
        """DISP-16: the place is kept where company and technician want it."""
        place = (25.0389, 102.7183, 12)
        with self.assertRaises(UserError):
            self.order.action_stamp_place(*place)
        self.company.aftersales_place_stamps = True
        with self.assertRaises(UserError):
            self.order.action_stamp_place(*place)
        self.technician_user.with_user(self.technician_user).action_set_place_consent(
            True
        )
        self.order.action_stamp_place(*place, request_key="place")
        worker = self.order.worker_ids
        self.assertEqual(
            (worker.arrived_latitude, worker.arrived_accuracy), (25.0389, 12)
        )
        for wrong in ((91, 0), (0, 181), ("x", 0), (True, 0), (None, None)):
            with self.subTest(wrong), self.assertRaises(UserError):
                self.order.action_stamp_place(*wrong)
        with self.assertRaises(UserError):
            worker.arrived_latitude = 1.0
        with self.assertRaises(AccessError):
            self.technician_user.with_user(
                self.technician2_user
            ).action_set_place_consent(True)

    def test_earned_this_month(self):
        """PEN-22: the month shows own adjustments and trips with their reasons."""
        adjustments = self.env["aftersales.adjustment"]
        for employee in (self.technician, self.technician2):
            adjustments._propose(
                [
                    {
                        "rule": "LATE",
                        "employee": employee,
                        "date": fields.Date.to_date("2026-03-02"),
                        "event": self.order.worker_ids,
                        "source": self.order.sudo(),
                        "facts": f"{employee.name} was 20 minutes late.",
                    }
                ]
            )
        month = adjustments.with_user(self.technician_user).get_my_month()
        self.assertEqual(month["total"], -50.0)
        self.assertEqual(len(month["adjustments"]), 1)
        self.assertIn("Wang Lei was 20", month["adjustments"][0]["reason"])
        with self.assertRaises(AccessError):
            adjustments.with_user(self.dispatcher_user).get_my_month()
