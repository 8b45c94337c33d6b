from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FactTimeError,
    FrozenFactError,
    MissingError,
    TransitionError,
)
from .field_common import FieldCommon, picture


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestOrderFacts(FieldCommon):
    """Stamps, lateness, the call to headquarters and the complete report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Adjustment = cls.env["aftersales.adjustment"]

    def _on_site(self, arrived, due="10:00", **values):
        """Return an order on which the technician arrived at a time."""
        order = self._order(**values)
        order.action_schedule(self._at("10:00"), promised_start=self._at(due))
        order.action_dispatch()
        field = order.with_user(self.technician_user)
        field.action_depart(self._at("09:00"))
        field.action_arrive(self._at(arrived))
        return field

    def _proposals(self, order, rule):
        return self.Adjustment.search(
            [
                ("source_model", "=", order._name),
                ("source_id", "=", order.id),
                ("rule_id.code", "=", rule),
            ]
        )

    # -- stamps

    def test_stamps_lie_on_the_worker_who_calls(self):
        order = self._order()
        order.action_schedule(self._at("10:00"))
        order.worker_ids = [
            (0, 0, {"employee_id": self.technician2.id, "role": "member"})
        ]
        order.action_dispatch()
        order.with_user(self.technician2_user).action_depart(self._at("08:40"))
        lead = order._get_leads()
        member = order.worker_ids - lead
        self.assertEqual(member.departed_on, self._at("08:40"))
        self.assertFalse(lead.departed_on)
        order.action_depart(self._at("09:00"))  # the dispatcher, for the lead
        self.assertEqual(lead.departed_on, self._at("09:00"))
        order.with_user(self.technician2_user).action_arrive(self._at("09:20"))
        self.assertEqual(order.state, "on_site")
        order.with_user(self.technician_user).action_arrive(self._at("09:50"))
        self.assertEqual(lead.arrived_on, self._at("09:50"))
        self.assertEqual(order.arrived_on, self._at("09:50"))

    def test_event_and_entry_time_are_both_kept(self):
        order = self._on_site("09:50")
        row = self.env["aftersales.audit"].search(
            [
                ("model", "=", order._name),
                ("res_id", "=", order.id),
                ("event", "=", "arrived"),
            ]
        )
        self.assertEqual(row.happened_on, self._at("09:50"))
        self.assertTrue(row.recorded_on)
        self.assertEqual(row.user_login, self.technician_user.login)

    def test_stamps_follow_each_other(self):
        order = self._walk("dispatched").with_user(self.technician_user)
        with self.assertRaises(MissingError):
            order.action_arrive(self._at("09:50"))
        order.action_depart(self._at("09:00"))
        with self.assertRaises(FactTimeError):
            order.action_arrive(self._at("08:59"))
        order.action_arrive("2026-03-02T09:50:00+08:00")
        self.assertEqual(order.arrived_on, self._at("09:50"))
        for step in ("action_leave", "action_call_headquarters", "action_done"):
            self._findings(order)
            with self.subTest(step=step), self.assertRaises(UserError):
                getattr(order, step)(self._at("09:49"))
        with self.assertRaises(FactTimeError):
            order.action_sign("Li Hua", picture(), self._at("09:49"))

    def test_stamps_are_neither_in_the_future_nor_too_old(self):
        order = self._walk("dispatched").with_user(self.technician_user)
        for at in (
            datetime(2026, 3, 2, 12, 0, 1),
            datetime(2026, 3, 2, 12) - timedelta(days=61),
            "soon",
            5,
        ):
            with self.subTest(at=at), self.assertRaises(FactTimeError):
                order.action_depart(at)
        self.assertFalse(order.departed_on)

    def test_pressing_again_keeps_the_first_stamp(self):
        order = self._on_site("09:50")
        order.action_depart(self._at("09:30"))
        order.action_arrive(self._at("09:55"))
        self.assertEqual(order.departed_on, self._at("09:00"))
        self.assertEqual(order.arrived_on, self._at("09:50"))

    def test_the_same_request_key_gives_the_same_answer(self):
        order = self._walk("dispatched").with_user(self.technician_user)
        first = order.action_depart(self._at("09:00"), request_key="phone-1")
        again = order.action_depart(self._at("09:10"), request_key="phone-1")
        self.assertEqual(first, again)
        self.assertEqual(order.departed_on, self._at("09:00"))

    def test_disp_17_departure_waits_for_the_mandatory_kit(self):
        self.policy.kit_checklist_id = self.kit
        order = self._walk("dispatched").with_user(self.technician_user)
        cloth, receipts = order.check_ids
        self.assertEqual(cloth.checklist_version, self.kit.version)
        receipts.action_answer(True)
        with self.assertRaisesRegex(MissingError, "Cleaning cloth"):
            order.action_depart()
        cloth.action_answer(True)
        receipts.action_answer(False)
        with self.assertRaisesRegex(MissingError, "Receipt book"):
            order.action_depart()
        receipts.note = "Sold out, the office posts it"
        order.action_depart()
        self.assertTrue(order.departed_on)

    # -- arrival and lateness

    def test_disp_01_arrival_in_time_keeps_the_promise(self):
        order = self._on_site("10:00")
        self.assertFalse(order.is_late)
        self.assertEqual(order.sudo().commitment_ids.state, "met")

    def test_disp_01_five_minutes_late_are_five_minutes_late(self):
        order = self._on_site("10:05")
        worker = order.worker_ids
        self.assertTrue(worker.is_late)
        self.assertEqual(worker.late_minutes, 5)
        self.assertEqual(worker.due_on, self._at("10:00"))
        self.assertTrue(order.is_late_open)
        self.assertEqual(order.sudo().commitment_ids.state, "missed")

    def test_without_an_appointment_the_promise_of_the_ticket_counts(self):
        ticket = self._ticket()
        promise = ticket.commitment_ids.filtered(lambda one: one.milestone == "arrive")
        self.assertTrue(promise)
        order = self._order(ticket_id=ticket.id)
        order.action_schedule(self._at("10:00"))
        self.assertEqual(order.arrival_due, promise.due_on)
        promise._unguarded().deadline = self._at("09:30")
        order.action_dispatch()
        order.action_depart(self._at("09:00"))
        order.action_arrive(self._at("09:31"))
        self.assertEqual(order.worker_ids.late_minutes, 1)

    def test_pen_02_a_confirmed_personal_reason_proposes_the_fine_once(self):
        order = self._on_site("10:20")
        order.action_report_late("traffic")
        self.assertEqual(order.worker_ids.late_reason, "traffic")
        self.assertFalse(self._proposals(order, "LATE"))
        worker = order.worker_ids.with_user(self.dispatcher_user)
        worker.action_confirm_late("personal")
        fine = self._proposals(order, "LATE")
        self.assertEqual(len(fine), 1)
        self.assertEqual(fine.employee_id, self.technician)
        self.assertEqual(fine.state, "proposed")
        self.assertEqual(fine.date, datetime(2026, 3, 2).date())
        self.assertEqual(fine.amount, 50.0)
        self.assertIn("2026-03-02 10:20", fine.facts)
        self.assertFalse(order.is_late_open)
        with self.assertRaises(FrozenFactError):
            worker.action_confirm_late("personal")
        with self.assertRaises(FrozenFactError):
            order.action_report_late("personal")

    def test_pen_02_another_reason_proposes_nothing(self):
        order = self._on_site("10:20")
        order.worker_ids.with_user(self.head_user).action_confirm_late("traffic")
        self.assertFalse(self._proposals(order, "LATE"))

    def test_pen_02_a_bare_plan_is_nobodys_promise(self):
        """PEN-02, DISP-01: late is who misses what the customer was told, no plan."""
        order = self._order()
        order.action_schedule(self._at("10:00"))
        self.assertFalse(order.sudo().commitment_ids)
        self.assertFalse(order.arrival_due)
        order.action_dispatch()
        field = order.with_user(self.technician_user)
        field.action_depart(self._at("09:00"))
        field.action_arrive(self._at("11:50"))
        self.assertFalse(order.worker_ids.is_late)
        with self.assertRaises(TransitionError):
            order.worker_ids.with_user(self.head_user).action_confirm_late("personal")
        self.assertFalse(self._proposals(order, "LATE"))

    def test_pen_02_once_per_order_however_often_it_is_rescheduled(self):
        order = self._on_site("10:20")
        office = order.with_user(self.dispatcher_user)
        order.worker_ids.with_user(self.dispatcher_user).action_confirm_late("personal")
        order.action_no_access("Gate locked", at=self._at("10:30"))
        office.action_schedule(self._at("13:00"), promised_start=self._at("13:00"))
        office.action_dispatch()
        order.action_depart(self._at("12:00"))
        order.action_arrive(self._at("13:30"))
        self.assertEqual(order.worker_ids.late_minutes, 20)
        self.assertEqual(len(self._proposals(order, "LATE")), 1)

    def test_pen_02_nobody_on_the_order_confirms(self):
        self.technician_user.group_ids += self.env.ref("aftersales_service.group_head")
        worker = self._on_site("10:20").worker_ids
        for user in (self.technician_user, self.technician2_user, self.hr_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                worker.with_user(user).action_confirm_late("traffic")
        self.assertFalse(worker.late_reason_confirmed)

    def test_only_late_workers_have_a_reason(self):
        order = self._on_site("09:50")
        with self.assertRaises(TransitionError):
            order.action_report_late("traffic")
        with self.assertRaises(TransitionError):
            order.worker_ids.with_user(self.head_user).action_confirm_late("traffic")
        for reason in ("weather", "", None, 5):
            with self.subTest(reason=reason), self.assertRaises(ArgumentError):
                order.action_report_late(reason)

    # -- headquarters

    def test_pen_01_leaving_without_a_call_proposes_the_fine(self):
        order = self._on_site("09:50")
        order.action_leave(self._at("11:10"))
        fine = self._proposals(order, "NO_CALL")
        self.assertEqual(len(fine), 1)
        self.assertEqual(fine.amount, 50.0)
        self.assertEqual(fine.employee_id, self.technician)
        order.action_leave(self._at("11:20"))
        self.assertEqual(len(self._proposals(order, "NO_CALL")), 1)

    def test_disp_27_a_call_before_leaving_proposes_nothing(self):
        order = self._on_site("09:50")
        order.action_call_headquarters(self._at("11:05"))
        order.action_leave(self._at("11:10"))
        self.assertFalse(self._proposals(order, "NO_CALL"))

    def test_disp_27_a_call_after_leaving_comes_too_late(self):
        order = self._on_site("09:50")
        order.action_call_headquarters(self._at("11:15"))
        order.action_leave(self._at("11:10"))
        self.assertEqual(len(self._proposals(order, "NO_CALL")), 1)

    # -- report

    def test_disp_30_the_technician_cannot_hand_in_half_a_report(self):
        for missing in ("solution", "cause_id", "customer_opinion"):
            with self.subTest(missing=missing):
                order = self._findings(self._on_site("09:50"), **{missing: False})
                self.assertFalse(order.report_complete)
                fields = [item["field"] for item in order.missing("report")]
                self.assertEqual(fields, [missing])
                with self.assertRaises(MissingError):
                    order.action_sign("Li Hua", picture())
                with self.assertRaises(MissingError):
                    order.action_done()

    def test_pen_03_half_a_paper_report_proposes_one_fine_at_closing(self):
        order = self._findings(
            self._on_site("09:50"), solution=False, customer_opinion=False
        )
        office = order.with_user(self.dispatcher_user)
        office.action_sign("Li Hua", picture())
        office.action_done()
        self.assertFalse(order.reported_on)
        office.action_close()
        fine = self._proposals(order, "REPORT")
        self.assertEqual(len(fine), 1)
        self.assertEqual(fine.amount, 20.0)
        self.assertEqual(fine.employee_id, self.technician)
        office.action_close()
        self.assertEqual(len(self._proposals(order, "REPORT")), 1)

    def test_pen_03_a_complete_report_proposes_nothing(self):
        order = self._walk("closed")
        self.assertFalse(self._proposals(order, "REPORT"))

    def test_disp_30_a_changed_part_must_be_named(self):
        self.remedy.changes_part = True
        order = self._findings(self._on_site("09:50"))
        self.assertEqual(
            [item["field"] for item in order.missing("report")], ["claim_ids"]
        )
        self.assertFalse(order.report_complete)

    def test_a_unit_without_a_fault_needs_no_cause(self):
        order = self._findings(
            self._on_site("09:50"), cause_id=False, result="no_fault"
        )
        self.assertTrue(order.report_complete)

    # -- units

    def test_findings_of_an_order_are_those_of_its_single_unit(self):
        order = self._findings(self._on_site("09:50"))
        unit = order.unit_ids
        self.assertEqual(unit.cause_id, self.cause)
        self.assertEqual(unit.remedy_id, self.remedy)
        self.assertEqual(unit.result, "fixed")
        self.assertEqual(order.equipment_id, self.equipment)

    def test_several_units_take_their_findings_one_by_one(self):
        other = self.equipment.copy({"name": "CP-0008", "serial": "SN-8"})
        order = self._order()
        order.unit_ids = [(0, 0, {"equipment_id": other.id})]
        self.assertFalse(order.equipment_id)
        with self.assertRaisesRegex(Exception, "each unit"):
            order.cause_id = self.cause
        order.unit_ids.write({"cause_id": self.cause.id})
        self.assertEqual(order.unit_ids.cause_id, self.cause)

    def test_warr_12_the_cause_found_judges_the_warranty(self):
        order = self._order(ticket_id=self._ticket(received_on=self._at("08:00")).id)
        order.unit_ids.action_check_warranty()
        first = order.unit_ids.warranty_check_id
        self.assertEqual(first.on_date, datetime(2026, 3, 2).date())
        self.assertFalse(first.cause_id)
        field = order.with_user(self.technician_user)
        field.cause_id = self.cause_misuse
        judged = order.unit_ids.warranty_check_id
        self.assertNotEqual(judged, first)
        self.assertEqual(judged.cause_id, self.cause_misuse)
        self.assertEqual(judged.verdict, "void")
        self.assertEqual(order.coverage, "void")

    def test_the_verdict_of_another_unit_is_refused(self):
        other = self.equipment.copy({"name": "CP-0008", "serial": "SN-8"})
        check = other.check_warranty()
        with self.assertRaisesRegex(Exception, "another unit"):
            self._order(
                unit_ids=[
                    (
                        0,
                        0,
                        {
                            "equipment_id": self.equipment.id,
                            "warranty_check_id": check.id,
                        },
                    )
                ]
            )
