from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    MissingError,
    TransitionError,
)
from .dispatch_common import DispatchCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestDispatchTriage(DispatchCommon):
    """The four questions before anybody travels, and the parts to take."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.triage_required = True

    def test_dispatch_waits_for_the_four_answers(self):
        """DISP-10, HOT-24: each answer that lacks is named."""
        order = self._planned()
        with self.assertRaises(MissingError) as caught:
            order.action_dispatch()
        self.assertIn("probable cause", str(caught.exception))
        self.assertIn("repaired", str(caught.exception))
        self.assertEqual(
            {item["field"] for item in order.missing("dispatch")},
            {"analysis", "triage_repairable"},
        )
        order.action_triage("Valve stuck, change it", repairable="yes")
        order.action_dispatch()
        self.assertEqual(order.triage_place, "onsite")
        self.assertEqual(order.triage_on_time, "yes")
        self.assertEqual(order.triage_by_id, self.dispatcher_user)

    def test_what_the_system_knows_is_answered_already(self):
        """DISP-10: the ticket's analysis and the expected cause are proposals."""
        ticket = self._ticket()
        order = self._order(ticket_id=ticket.id)
        agreed = self._tomorrow("10:00")
        order.action_schedule(agreed, promised_start=agreed)
        order.unit_ids.expected_cause_id = self.cause
        self.assertEqual(order.analysis, ticket.triage_note)
        self.assertEqual(order.triage_repairable, "yes")
        order.action_dispatch()
        self.assertTrue(order.triage_on)
        order = self._order(ticket_id=ticket.id)
        order.action_triage("Solenoid", "yes", "yes", "onsite")
        self.assertEqual(ticket.triage_note, "Solenoid")

    def test_without_the_setting_nothing_is_asked(self):
        """DISP-10: a policy that does not demand triage dispatches without."""
        self.policy.triage_required = False
        order = self._planned()
        order.action_dispatch()
        self.assertEqual(order.state, "dispatched")
        self.assertFalse(order.triage_on)

    def test_only_compressors_demand_triage_as_shipped(self):
        """DISP-10: the setting is on for one profile."""
        policies = self.env["aftersales.policy"].search(
            [("triage_required", "=", True), ("company_id", "=", False)]
        )
        self.assertEqual(policies, self.env.ref("aftersales_service.policy_comp"))

    def test_who_cannot_be_in_time_agrees_another_time_first(self):
        """DISP-10, DISP-12: planned after the promise: not in time."""
        self.policy.milestone_ids.filtered(
            lambda rule: rule.milestone != "arrive"
        ).unlink()
        ticket = self._ticket()
        order = self._planned(ticket_id=ticket.id)
        order.action_triage(repairable="yes")
        self.assertEqual(order.triage_on_time, "no")
        with self.assertRaisesRegex(MissingError, "another time"):
            order.action_dispatch()
        order.action_schedule(
            self._tomorrow("10:00"), promised_start=self._tomorrow("10:00")
        )
        self.assertEqual(order.triage_on_time, "agreed")
        order.action_dispatch()

    def test_triage_by_phone_takes_the_remote_way(self):
        """DISP-10, DISP-34: nobody is sent; the ticket knows."""
        ticket = self._ticket()
        order = self._planned(ticket_id=ticket.id)
        order.action_triage(repairable="yes", place="remote")
        self.assertEqual(order.mode, "remote")
        self.assertEqual(ticket.resolution_path, "remote")
        with self.assertRaises(TransitionError):
            order.action_dispatch()

    def test_a_unit_for_the_depot_sends_nobody(self):
        """DISP-10: at the depot, with a loaner."""
        order = self._planned()
        order.action_triage("Rewind", "yes", "unsure", "depot", True)
        self.assertTrue(order.needs_loaner)
        with self.assertRaisesRegex(MissingError, "depot"):
            order.action_dispatch()

    def test_triage_twice_keeps_who_answered_first(self):
        """DISP-10: one effect."""
        order = self._planned()
        order.action_triage("Valve", repairable="yes")
        stamp = order.triage_on
        order.with_user(self.head_user).action_triage("Valve", repairable="yes")
        self.assertEqual(order.triage_on, stamp)
        self.assertEqual(order.triage_by_id, self.dispatcher_user)

    def test_triage_refuses_others_and_nonsense(self):
        """DISP-10: by the desk, with answers of the form."""
        order = self._planned()
        with self.assertRaises(AccessError):
            order.with_user(self.technician_user).action_triage("x")
        for arguments in (
            (5,),
            ("x", "maybe"),
            ("x", "yes", 1),
            ("x", "yes", "yes", ""),
        ):
            with self.subTest(arguments), self.assertRaises(ArgumentError):
                order.action_triage(*arguments)
        with self.assertRaises(MissingError):
            order.action_triage("Valve")

    def test_the_parts_list_fills_the_claim_once(self):
        """DISP-10: what triage expects is claimed without typing it again."""
        order = self._planned(
            part_ids=[
                (0, 0, {"product_id": self.valve.id}),
                (0, 0, {"product_id": self.filter_part.id, "quantity": 2}),
            ]
        )
        claim = order.action_claim_parts()
        self.assertEqual(
            [(line.product_id, line.quantity) for line in claim.line_ids],
            [(self.valve, 1.0), (self.filter_part, 2.0)],
        )
        self.assertEqual(claim.state, "draft")
        self.assertEqual(order.action_claim_parts(), claim)
        with self.assertRaises(MissingError):
            self._order().action_claim_parts()
        with self.assertRaises(AccessError):
            order.with_user(self.technician_user).action_claim_parts()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestDispatchConfirmation(DispatchCommon):
    """The call before the visit, and what differs from our data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"street": "Renmin Road 5", "city": "Kunming"})
        cls.other_symptom = cls.env["aftersales.code"].create(
            {"kind": "symptom", "code": "T-NOISE", "name": "Noise"}
        )

    def test_five_fields_and_a_time_stand_on_record(self):
        """DISP-11: time, address, model, purchase date, symptom."""
        order = self._planned()
        order.action_confirm_customer("Li Hua")
        record = order.confirmation_ids
        self.assertEqual(record.confirmed_start, self._tomorrow("10:00"))
        self.assertIn("Renmin Road 5", record.address)
        self.assertEqual(record.model, self.compressor.name)
        self.assertEqual(record.purchase_date, self.equipment.purchase_date)
        self.assertEqual(record.symptom_id, self.symptom)
        self.assertEqual(record.confirmed_on, order.confirmed_on)
        self.assertFalse(record.correction)
        order.action_confirm_customer("Li Hua")
        self.assertEqual(len(order.confirmation_ids), 1)
        with self.assertRaises(FrozenFactError):
            record.sudo().unlink()

    def test_what_differs_corrects_the_order_and_is_proposed_for_the_unit(self):
        """DISP-13: the order serves by the confirmed data; old values in the log."""
        order = self._planned()
        bought = self.equipment.purchase_date
        order.action_confirm_customer(
            "Li Hua",
            address="Beijing Road 9",
            model="SC-37",
            purchase_date="2025-11-11",
            symptom_id=self.other_symptom.id,
        )
        self.assertEqual(order.symptom_id, self.other_symptom)
        self.assertEqual(order.service_address, "Beijing Road 9")
        record = order.confirmation_ids
        for word in (
            "Renmin Road 5",
            "Beijing Road 9",
            "SC-37",
            "No pressure",
            "Noise",
        ):
            self.assertIn(word, record.correction)
        self.assertEqual(self.equipment.purchase_date, bought)
        record.action_apply()
        self.assertEqual(self.equipment.model, "SC-37")
        self.assertEqual(self.equipment.purchase_date, date(2025, 11, 11))
        log = self.env["mail.message"].search(
            [
                ("model", "=", "aftersales.equipment"),
                ("res_id", "=", self.equipment.id),
                ("body", "ilike", "SC-37"),
            ]
        )
        self.assertTrue(log)
        stamp = record.applied_on
        record.action_apply()
        self.assertEqual(record.applied_on, stamp)

    def test_confirm_refuses_others_and_what_nobody_knows(self):
        """DISP-11: without a time there is nothing to confirm."""
        order = self._order()
        with self.assertRaisesRegex(TransitionError, "time"):
            order.action_confirm_customer("Li Hua")
        with self.assertRaises(ArgumentError):
            order.action_confirm_customer(" ")
        with self.assertRaises(ArgumentError):
            order.action_confirm_customer("Li", purchase_date="lately")
        with self.assertRaises(AccessError):
            order.with_user(self.technician2_user).action_confirm_customer("Li")
        planned = self._planned()
        planned.with_user(self.technician_user).action_confirm_customer("Li")
        with self.assertRaises(AccessError):
            planned.confirmation_ids.with_user(self.technician_user).action_apply()

    def test_window_reads_out_what_we_have(self):
        """DISP-11: the dispatcher reads it out and writes what differs."""
        order = self._planned()
        action = order.action_open_confirm_customer()
        wizard = self.env["aftersales.order.confirm"].with_user(self.dispatcher_user)
        with Form(wizard.with_context(**action["context"])) as form:
            self.assertIn("Renmin Road 5", form.address)
            form.confirmed_with = "Li Hua"
        form.save().action_confirm()
        self.assertEqual(order.confirmation_ids.confirmed_with, "Li Hua")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestDispatchSteps(DispatchCommon):
    """Kinds of work, and the seven steps of a visit."""

    def test_planned_care_is_proactive_and_a_report_reactive(self):
        """DISP-08: every order is one or the other, and the counts add up."""
        orders = self.env["aftersales.order"]
        for service_type in ("repair", "inspection", "maintenance", "visit", "rework"):
            orders |= self._create_order(service_type=service_type)
        orders |= self._create_order(
            service_type="inspection", ticket_id=self._ticket().id
        )
        found = dict(
            orders._read_group([("id", "in", orders.ids)], ["initiative"], ["__count"])
        )
        self.assertEqual(found, {"proactive": 3, "reactive": 3})

    def test_report_shows_the_hours_between_the_steps(self):
        """DISP-09: the average counts only steps that were taken."""
        order = self._walk("closed", ticket_id=self._ticket().id)
        waiting = self._planned()
        self.env.flush_all()
        report = self.env["aftersales.order.step.report"].with_user(self.head_user)
        row = report.browse(order.id)
        self.assertEqual(row.registered_on, self._at("08:30"))
        self.assertEqual(row.arrived_on, self._at("09:50"))
        self.assertAlmostEqual(row.hours_to_report, 85 / 60, places=4)
        average = report._read_group(
            [("id", "in", (order | waiting).ids)], [], ["hours_to_report:avg"]
        )
        self.assertAlmostEqual(average[0][0], 85 / 60, places=4)
        with self.assertRaises(AccessError):
            report.with_user(self.technician_user).search_count([])

    def test_report_knows_no_hours_below_zero(self):
        """DISP-09: what was written down afterwards counts in no average."""
        late = self._walk("closed", ticket_id=self._ticket().id)
        self.assertGreater(late.dispatched_on, late.arrived_on)
        order = self._order(ticket_id=self._ticket().id)
        order.action_schedule(self._at("10:00"), promised_start=self._at("10:00"))
        order.action_dispatch()
        order._unguarded().dispatched_on = self._at("09:00")
        self._go(order.with_user(self.technician_user))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE aftersales_order SET create_date = %s, confirmed_on = %s"
            " WHERE id = %s",
            (self._at("08:45"), self._at("08:40"), order.id),
        )
        names = [name for name in self._report()._fields if name.startswith("hours_")]
        aggregates = [f"{name}:avg" for name in names]
        rows = {
            row.id: dict(zip(names, averages, strict=True))
            for row, *averages in self._report()._read_group(
                [("order_id", "in", (late | order).ids)], ["order_id"], aggregates
            )
        }
        for hours in rows.values():
            self.assertFalse([name for name, value in hours.items() if value < 0])
        known = self._report().browse(order.id)
        self.assertEqual(known.handed_on, self._at("08:45"))
        self.assertAlmostEqual(known.hours_to_order, 0.25)
        self.assertAlmostEqual(known.hours_to_dispatch, 0.25)
        self.assertAlmostEqual(known.hours_to_contact, 0.0)
        self.assertAlmostEqual(known.hours_to_arrive, 50 / 60, places=4)
        written = self._report().browse(late.id)
        self.assertFalse(written.handed_on)
        self.assertFalse(written.dispatched_on)
        self.assertEqual(written.registered_on, self._at("08:30"))
        average = self._report()._read_group(
            [("order_id", "in", (late | order).ids)], [], ["hours_to_arrive:avg"]
        )
        self.assertAlmostEqual(average[0][0], 50 / 60, places=4)

    def _report(self):
        return self.env["aftersales.order.step.report"].with_user(self.head_user)
