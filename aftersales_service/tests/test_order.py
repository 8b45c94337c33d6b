from datetime import datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import (
    ArgumentError,
    FactTimeError,
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    TransitionError,
)
from .field_common import STATES, FieldCommon, picture


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestOrderLife(FieldCommon):
    """An order from draft to closed, and every refusal on the way."""

    def test_order_walks_from_draft_to_closed(self):
        order = self._walk("closed")
        self.assertEqual(order.lead_id, self.technician)
        self.assertEqual(order.departed_on, self._at("09:00"))
        self.assertEqual(order.arrived_on, self._at("09:50"))
        self.assertEqual(order.left_on, self._at("11:10"))
        self.assertEqual(order.hq_called_on, self._at("11:05"))
        self.assertEqual(order.done_on, self._at("11:15"))
        self.assertEqual(order.reported_on, self._at("11:15"))
        self.assertTrue(order.report_complete)
        self.assertFalse(order.is_late)

    def test_every_transition_refuses_every_wrong_state(self):
        steps = {
            "action_dispatch": (("scheduled", "dispatched"), ()),
            "action_depart": (("dispatched", "on_site"), ()),
            "action_arrive": (("dispatched", "on_site"), ()),
            "action_no_access": (("dispatched", "on_site"), ("Nobody there",)),
            "action_call_headquarters": (("on_site", "done"), ()),
            "action_leave": (("on_site", "done"), ()),
            "action_sign": (("on_site",), ("Li Hua", picture())),
            "action_refuse_signature": (("on_site",), ("In a hurry",)),
            "action_done": (("on_site", "done"), ()),
            "action_close": (("done", "closed"), ()),
            "action_cancel": (
                ("draft", "scheduled", "dispatched", "cancel"),
                ("Not needed",),
            ),
            "action_schedule": (
                ("draft", "scheduled", "dispatched"),
                ("2026-03-03 02:00:00",),
            ),
            "action_rework": (("done", "closed"), ()),
        }
        orders = {state: self._walk(state) for state in STATES}
        for name, (allowed, arguments) in steps.items():
            for state, order in orders.items():
                if state in allowed:
                    continue
                with self.subTest(step=name, state=state):
                    with self.assertRaises(TransitionError):
                        getattr(order, name)(*arguments)
                    self.assertEqual(order.state, state)

    def test_pressing_twice_is_harmless(self):
        order = self._walk("closed")
        count = len(order.callback_ids)
        self.assertEqual(order.action_close(), order)
        done = self._walk("done")
        done.action_done()
        self.assertEqual(done.done_on, self._at("11:15"))
        self.assertEqual(len(order.callback_ids), count)

    def test_state_and_stamps_cannot_be_written(self):
        order = self._walk("dispatched")
        for name, value in {
            "state": "closed",
            "signed_by": "Nobody",
            "hq_called_on": datetime(2026, 3, 2),
            "planned_start": datetime(2026, 3, 2),
            "promised_start": datetime(2026, 3, 2),
        }.items():
            with self.subTest(field=name), self.assertRaises(GuardedFieldError):
                order.write({name: value})
        with self.assertRaises(GuardedFieldError):
            order.worker_ids.write({"arrived_on": datetime(2026, 3, 2)})

    def test_orders_are_never_deleted(self):
        with self.assertRaises(FrozenFactError):
            self._create_order().unlink()

    # -- schedule

    def test_schedule_takes_iso_text_and_proposes_the_site_technician(self):
        order = self._order(worker_ids=[])
        result = order.action_schedule("2026-03-03T02:00:00Z", "2026-03-03 04:00:00")
        self.assertEqual(result, order)
        self.assertEqual(order.state, "scheduled")
        self.assertEqual(order.planned_start, datetime(2026, 3, 3, 2))
        self.assertEqual(order.planned_end, datetime(2026, 3, 3, 4))
        self.assertEqual(order.lead_id, self.technician)

    def test_schedule_again_keeps_the_length_and_replaces_the_lead(self):
        order = self._order()
        order.action_schedule("2026-03-03 02:00:00", "2026-03-03 04:00:00")
        order.action_schedule("2026-03-04 02:00:00", employee_id=self.technician2.id)
        self.assertEqual(order.planned_end, datetime(2026, 3, 4, 4))
        self.assertEqual(order.lead_id, self.technician2)
        self.assertEqual(len(order.worker_ids), 1)

    def test_schedule_refuses_nonsense(self):
        order = self._order()
        for arguments in (
            (None,),
            ("",),
            ("tomorrow",),
            (5,),
            ("2026-03-03 02:00:00", "2026-03-03 01:00:00"),
        ):
            with self.subTest(arguments=arguments), self.assertRaises(FactTimeError):
                order.action_schedule(*arguments)
        for employee in (True, "1", -1, 0.5, [1]):
            with self.subTest(employee=employee), self.assertRaises(ArgumentError):
                order.action_schedule("2026-03-03 02:00:00", employee_id=employee)
        self.assertEqual(order.state, "draft")

    def test_technician_cannot_plan(self):
        order = self._walk("scheduled").with_user(self.technician_user)
        for name, arguments in {
            "action_schedule": ("2026-03-03 02:00:00",),
            "action_dispatch": (),
            "action_cancel": ("No",),
            "action_close": (),
            "action_rework": (),
            "action_open_schedule": (),
            "action_open_cancel": (),
        }.items():
            with self.subTest(step=name), self.assertRaises(AccessError):
                getattr(order, name)(*arguments)

    def test_disp_01_an_appointment_replaces_the_promise_of_arrival(self):
        order = self._order()
        self.env["aftersales.commitment"]._start(order.sudo(), ["arrive"])
        order.action_schedule(
            "2026-03-03 02:00:00", promised_start="2026-03-03 02:00:00"
        )
        promise = order.commitment_ids.filtered(lambda one: one.state == "open")
        self.assertEqual(promise.milestone, "arrive")
        self.assertEqual(promise.deadline, datetime(2026, 3, 3, 2))

    # -- dispatch

    def test_site_07_dispatch_needs_lead_unit_and_symptom(self):
        order = self._order(unit_ids=[], site_id=False, worker_ids=[])
        order.action_schedule(self._at("10:00"))
        fields = [item["field"] for item in order.missing("dispatch")]
        self.assertEqual(fields, ["lead_id", "unit_ids"])
        with self.assertRaises(MissingError):
            order.action_dispatch()
        order.write(
            {
                "lead_id": self.technician.id,
                "unit_ids": [(0, 0, {"equipment_id": self.equipment.id})],
            }
        )
        self.assertEqual(
            [item["field"] for item in order.missing("dispatch")], ["symptom_id"]
        )
        order.symptom_id = self.symptom
        self.assertFalse(order.missing("dispatch"))
        order.action_dispatch()
        self.assertEqual(order.state, "dispatched")

    def test_disp_10_dispatch_needs_the_analysis_of_the_ticket(self):
        ticket = self._ticket(triage_note=False)
        order = self._order(ticket_id=ticket.id)
        order.action_schedule(self._at("10:00"))
        with self.assertRaises(MissingError):
            order.action_dispatch()
        ticket.triage_note = "Intake valve, change it, one valve."
        order.action_dispatch()
        self.assertEqual(order.state, "dispatched")

    def test_dispatch_tells_the_technician(self):
        order = self._walk("dispatched")
        self.assertEqual(order.activity_ids.user_id, self.technician_user)
        self._go(order.with_user(self.technician_user))
        self.assertFalse(order.activity_ids)

    def test_remote_work_is_not_dispatched(self):
        order = self._order(mode="remote")
        order.action_schedule(self._at("10:00"))
        with self.assertRaises(TransitionError):
            order.action_dispatch()

    # -- no access

    def test_disp_16_no_access_gives_the_order_back_to_the_dispatcher(self):
        order = self._walk("dispatched").with_user(self.technician_user)
        order.check_ids.action_answer(True)
        with self.assertRaises(MissingError):
            order.action_no_access("Nobody there", at=self._at("09:10"))
        order.action_depart(self._at("09:00"))
        with self.assertRaises(ArgumentError):
            order.action_no_access("  ")
        order.action_no_access("Nobody there", card_left=True, at=self._at("09:50"))
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.planned_start)
        self.assertFalse(order.departed_on)
        trail = self.env["aftersales.audit"].search(
            [("model", "=", order._name), ("res_id", "=", order.id)], order="id"
        )
        self.assertIn("Nobody there", trail.mapped("reason"))
        self.assertIn("arrived", trail.mapped("event"))

    def test_an_order_can_go_again_after_no_access(self):
        self.policy.kit_checklist_id = self.kit
        order = self._walk("on_site")
        order.with_user(self.technician_user).action_no_access("Gate locked")
        order.action_schedule(self._at("15:00"))
        order.action_dispatch()
        self.assertEqual(set(order.check_ids.mapped("state")), {"open"})
        self._go(order.with_user(self.technician_user))
        self.assertEqual(order.state, "on_site")

    # -- cancel and rework

    def test_cancel_needs_a_reason_and_drops_the_promise(self):
        order = self._order()
        self.env["aftersales.commitment"]._start(order.sudo(), ["arrive"])
        with self.assertRaises(ArgumentError):
            order.action_cancel("")
        order.action_cancel("Customer solved it")
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.commitment_ids.filtered(lambda one: one.state == "open"))

    def test_disp_06_rework_is_one_open_order_with_the_same_units_and_lead(self):
        ticket = self._ticket()
        order = self._walk("done", ticket_id=ticket.id)
        rework = order.action_rework()
        self.assertEqual(rework.state, "draft")
        self.assertEqual(rework.service_type, "rework")
        self.assertEqual(rework.rework_of_id, order)
        self.assertEqual(rework.ticket_id, ticket)
        self.assertEqual(rework.site_id, self.site)
        self.assertEqual(rework.lead_id, self.technician)
        self.assertEqual(rework.equipment_id, self.equipment)
        self.assertEqual(rework.unit_ids.expected_cause_id, self.cause)
        self.assertFalse(rework.cause_id)
        self.assertFalse(ticket.stage_id.closed)
        self.assertEqual(order.action_rework(), rework)
        rework.action_cancel("Opened by mistake")
        self.assertNotEqual(order.action_rework(), rework)

    def test_rework_returns_records_that_stay_guarded(self):
        rework = self._walk("done").action_rework()
        with self.assertRaises(GuardedFieldError):
            rework.write({"state": "closed"})

    @mute_logger("odoo.sql_db")
    def test_the_database_allows_one_open_rework(self):
        order = self._walk("done")
        rework = order.action_rework()
        with self.assertRaises(IntegrityError):
            rework.sudo()._unguarded().copy({"rework_of_id": order.id})
            self.env.flush_all()

    # -- arguments and batches

    def test_missing_refuses_an_unknown_step(self):
        for step in ("nothing", None, 5, "__class__"):
            with self.subTest(step=step), self.assertRaises(UserError):
                self._order().missing(step)

    def test_all_steps_accept_no_order_at_all(self):
        none = self.env["aftersales.order"].with_user(self.dispatcher_user)
        none.action_schedule("2026-03-03 02:00:00")
        none.action_dispatch()
        none.action_depart()
        none.action_arrive()
        none.action_done()
        none.action_close()
        none.action_cancel("None")
        self.assertFalse(none.action_rework())
        self.assertEqual(none.missing("close"), [])

    def test_closing_takes_the_same_queries_for_two_and_for_forty(self):
        def count(orders):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders.action_close()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        def finished(number):
            orders = self.env["aftersales.order"].union(
                *[
                    self._create_order(
                        mode="remote",
                        solution="Reset",
                        customer_opinion="Fine",
                        test_run="passed",
                        fix_confidence="sure",
                        category="service",
                    )
                    for _index in range(number)
                ]
            )
            orders.unit_ids.result = "fixed"
            orders.action_done()
            return orders.with_user(self.dispatcher_user)

        count(finished(2))
        few, many = count(finished(2)), count(finished(40))
        self.assertLessEqual(many, few + 3)
