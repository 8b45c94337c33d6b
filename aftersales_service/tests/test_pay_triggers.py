from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..exceptions import MissingError, NotAllowedError, TransitionError
from .common_pay import PayCommon
from .field_common import FieldCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestPayTriggers(FieldCommon):
    """Facts that propose pay by themselves, once, and take it back."""

    def _entries(self, record, code):
        return self.env["aftersales.adjustment"].search(
            [
                ("event_model", "=", record._name),
                ("event_id", "=", record.id),
                ("rule_id.code", "=", code),
            ]
        )

    # -- praise

    def test_rew_02_praise_rewards_each_worker_once(self):
        """REW-02: recorded by the desk when the work is done, once."""
        order = self._walk("on_site")
        with self.assertRaises(TransitionError):
            order.action_praise("Very quick")
        order = self._walk("done")
        with self.assertRaises(AccessError):
            order.with_user(self.technician_user).action_praise("I was great")
        order.action_praise("Very quick", request_key="praise-1")
        order.action_praise("Very quick", request_key="praise-1")
        entry = self._entries(order, "PRAISE")
        self.assertEqual((entry.amount, entry.state), (10.0, "proposed"))
        self.assertIn("Very quick", entry.facts)
        with self.assertRaises(TransitionError):
            order.action_praise("Again")

    def test_rew_02_praise_taken_back(self):
        """REW-02: a mistake takes the reward along; praise may come again."""
        order = self._walk("done")
        with self.assertRaises(MissingError):
            order.action_withdraw_praise("None")
        order.action_praise("Very quick")
        order.action_withdraw_praise("It was about another order")
        self.assertEqual(self._entries(order, "PRAISE").state, "cancel")
        order.action_praise("This time really")
        states = self._entries(order, "PRAISE").mapped("state")
        self.assertEqual(sorted(states), ["cancel", "proposed"])

    # -- repeat repairs

    def _repeat(self, minute=30):
        """Return a second ticket of the same fault, with a finished visit."""
        first = self._ticket(received_on=self._at(f"08:{minute}"))
        self._walk("done", ticket_id=first.id)
        second = self._ticket(received_on=self._at(f"08:{minute + 1}"))
        self.assertEqual(second.repeat_of_id, first)
        self._walk("done", ticket_id=second.id)
        return second

    def _judge(self, ticket, reason="personal"):
        return ticket.with_user(self.head_user).action_judge_repeat(
            reason, "Valve mounted askew"
        )

    def _propose_trip(self, trip, code, quantity):
        """Propose what a trip pays."""
        facts = {
            "rule": code,
            "employee": self.technician,
            "date": fields.Date.to_date("2026-03-02"),
            "event": trip,
            "facts": "On the road",
            "quantity": quantity,
        }
        self.env["aftersales.adjustment"]._propose([facts])

    def test_pen_07_first_a_warning_then_the_costs(self):
        """PEN-07, AMB-10: the second repeat of a year costs trip and parts."""
        ticket = self._repeat()
        self._judge(ticket)
        warning = self._entries(ticket, "REPEAT")
        self.assertEqual((warning.amount, warning.employee_id), (0.0, self.technician))
        self._judge(ticket)
        self.assertEqual(self._entries(ticket, "REPEAT"), warning)
        again = self._repeat(40)
        trip = self.env["aftersales.trip"].create(
            {
                "employee_id": self.technician.id,
                "order_ids": [(6, 0, again.order_ids.ids)],
            }
        )
        for code, quantity in (("LODGING", 2), ("MEAL", 7)):
            self._propose_trip(trip, code, quantity)
        claim = self.env["aftersales.claim"].create(
            {
                "order_id": again.order_ids.id,
                "equipment_id": self.equipment.id,
                "company_id": self.company.id,
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE aftersales_claim SET cost_total = 120 WHERE id = %s", [claim.id]
        )
        claim.invalidate_recordset(["cost_total"])
        self._judge(again)
        entry = self._entries(again, "REPEAT")
        self.assertEqual((entry.base_amount, entry.amount), (425.0, 425.0))
        self.assertTrue(entry.is_above_limit)

    def test_pen_07_only_poor_work_costs(self):
        """PEN-07: a part or the customer is no personal reason; it takes back."""
        ticket = self._repeat()
        self._judge(ticket, "part")
        self.assertFalse(self._entries(ticket, "REPEAT"))
        self._judge(ticket)
        self._judge(ticket, "customer")
        self.assertEqual(self._entries(ticket, "REPEAT").state, "cancel")

    def test_pen_07_not_about_ones_own_repair(self):
        """PEN-07, ROLE-02: who led the first repair does not say why it came back."""
        ticket = self._repeat()
        self._judge(ticket)
        self.technician_user.group_ids |= self.env.ref("aftersales_service.group_head")
        own = ticket.with_user(self.technician_user)
        for reason in ("customer", "personal"):
            with self.subTest(reason), self.assertRaises(NotAllowedError):
                own.action_judge_repeat(reason, "As I say")
        self.assertEqual(self._entries(ticket, "REPEAT").state, "proposed")

    def test_pen_07_who_judges_and_what(self):
        """PEN-07: heads alone, and only a case that repeats another."""
        ticket = self._repeat()
        with self.assertRaises(AccessError):
            ticket.with_user(self.dispatcher_user).action_judge_repeat("part", "x")
        with self.assertRaises(UserError):
            self._judge(ticket, "weather")
        other = self._ticket(symptom_id=False)
        with self.assertRaises(MissingError):
            self._judge(other)


@tagged("post_install", "-at_install")
class TestPaySwitches(PayCommon):
    """Switches, ladders by hand, and what a decided case forbids."""

    def test_kill_switch_of_a_company(self):
        """PEN-19: nothing is proposed while a company has switched it off."""
        self.company.aftersales_pay_proposals = False
        self.assertFalse(self._propose("LATE"))
        self.company.aftersales_pay_proposals = True
        self.assertTrue(self._propose("LATE"))

    def test_kill_switch_of_a_rule(self):
        """PEN-19: one rule is stopped in one company; the others go on."""
        rule = self.env.ref("aftersales_service.pay_rule_late")
        rule.stopped_company_ids = self.company
        self.assertFalse(self._propose("LATE"))
        self.assertTrue(self._propose("REPORT"))
        rule.stopped_company_ids = self.company2
        self.assertTrue(self._propose("LATE"))

    def test_pen_16_desk_discipline(self):
        """PEN-16: the first time 10.00, the second 30.00, the third a review."""
        rule = self.env["aftersales.pay.rule"].with_context(active_test=False)
        rule = rule.search([("code", "=", "DESK_USE")])
        rule.active = True
        entries = self.env["aftersales.adjustment"]
        for day in ("2026-03-02", "2026-03-09", "2026-03-16"):
            entries |= entries.with_user(self.head_user).create(
                {
                    "employee_id": self.technician.id,
                    "rule_id": rule.id,
                    "date": day,
                    "reason": "Private videos at the desk",
                }
            )
        self.assertEqual(entries.mapped("amount"), [10.0, 30.0, 0.0])
        entries[0].with_user(self.head_user).action_cancel("It was the supplier's site")
        live = entries._find_live({(self.technician.id, rule.id)})
        self.assertEqual(sum(live.mapped("amount")), 40.0)

    def test_ladder_looks_at_its_own_period_only(self):
        """PEN-10: one more complaint reads the month, not the whole career."""
        ladder = self.env["aftersales.adjustment"]

        def complain(day):
            return ladder._propose_on_ladder(
                [
                    {
                        "rule": "COMPLAINT",
                        "employee": self.technician,
                        "date": fields.Date.to_date(day),
                        "event": self._fact(),
                        "facts": "Verified.",
                    }
                ]
            )

        complain("2026-03-01")
        counts = []
        for month in range(4, 10):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            complain(f"2026-{month:02}-15")
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(max(counts[1:]) - min(counts[1:]), 2)
        self.assertEqual(complain("2026-03-31").amount, 100.0)

    # -- phones

    def _phone_off(self, day, count=1):
        return self.env["aftersales.adjustment"]._propose_phone_off(
            [
                {
                    "employee": self.technician,
                    "date": fields.Date.to_date(day),
                    "event": self._fact(),
                    "facts": "Not answered.",
                }
                for _each in range(count)
            ]
        )

    def _paid_trip(self):
        self.env.ref("aftersales_service.pay_rate_trip_phone").amount = 60.0
        trip = self.env["aftersales.trip"].create({"employee_id": self.technician.id})
        trip._unguarded().write(
            {"departed_on": "2026-03-10 01:00", "returned_on": "2026-03-12 13:00"}
        )
        trip._unguarded()._set_state("returned")
        trip._set_state("submitted")
        trip.with_user(self.head_user).action_confirm()

    def test_pen_04_fined_each_time_where_the_company_says_so(self):
        """PEN-04, AMB-11: fines instead of the trip's allowance."""
        self._paid_trip()
        self.company.aftersales_phone_mode = "fine"
        fines = self._phone_off("2026-03-11", 3)
        self.assertEqual(fines.mapped("amount"), [10.0, 10.0, 10.0])

    def test_pen_04_many_calls_cost_the_same_queries(self):
        """PEN-04: what is proposed is looked up for all calls at once."""
        counts = []
        for size in (2, 2, 20):
            events = [self._fact() for _each in range(size)]
            proposals = [
                {
                    "employee": self.technician,
                    "date": fields.Date.to_date("2026-03-20"),
                    "event": event,
                    "facts": "Not answered.",
                }
                for event in events
            ]
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["aftersales.adjustment"]._propose_phone_off(proposals)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 2)

    # -- pay freeze

    def _freeze(self, **dates):
        case = (
            self.env["aftersales.case"]
            ._unguarded()
            .create(
                {
                    "subject": "Accident",
                    "kind": "accident",
                    "state": "decided",
                    "company_id": self.company.id,
                    "sanction_ids": [
                        (
                            0,
                            0,
                            {
                                "employee_id": self.technician.id,
                                "kind": "pay_freeze",
                                "date_from": "2026-01-01",
                                **dates,
                            },
                        ),
                        (
                            0,
                            0,
                            {
                                "employee_id": self.technician.id,
                                "kind": "demotion",
                                "date_from": "2026-02-01",
                            },
                        ),
                    ],
                }
            )
        )
        return self.env["aftersales.case"].browse(case.ids)

    def test_pen_12_no_pay_rise_while_it_is_frozen(self):
        """PEN-12, ACC-07: raises are refused until the day, cuts are not."""
        until = fields.Date.today() + timedelta(days=30)
        self._freeze(date_to=until)
        version = self.technician.version_id
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            version.wage = 5000.0
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.technician.create_version(
                {"date_version": until - timedelta(days=1), "wage": 5000.0}
            )
        version.wage = 4000.0
        later = self.technician.create_version(
            {"date_version": until + timedelta(days=1), "wage": 5000.0}
        )
        self.assertEqual(later.wage, 5000.0)
        self.technician2.version_id.wage = 6000.0

    def test_pen_12_a_freeze_that_is_over_or_undone_holds_nothing(self):
        """PEN-12: neither a past freeze nor one of a reversed or open case."""
        case = self._freeze(date_to="2026-02-28")
        self.technician.version_id.wage = 4300.0
        self.env.cr.execute(
            "UPDATE aftersales_case_sanction SET date_to = NULL WHERE case_id = %s",
            [case.id],
        )
        self.env.invalidate_all()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.technician.version_id.wage = 4400.0
        case._unguarded().is_reversed = True
        self.technician.version_id.wage = 4400.0
        self.assertEqual(self.technician.version_id.wage, 4400.0)

    # -- subcontractors

    def test_pay_16_subcontractors_get_no_allowance(self):
        """PAY-16: no meals by hand and no trip for who bears his own costs."""
        self.technician.version_id.employee_type = "contractor"
        with self.assertRaises(UserError):
            self.env["aftersales.adjustment"].with_user(self.head_user).create(
                {
                    "employee_id": self.technician.id,
                    "rule_id": self.env.ref("aftersales_service.pay_rule_praise").id,
                    "date": "2026-03-02",
                    "reason": "x",
                }
            )
        trip = self.env["aftersales.trip"].create({"employee_id": self.technician.id})
        trip._unguarded().write(
            {"departed_on": "2026-03-10 01:00", "returned_on": "2026-03-10 13:00"}
        )
        trip._unguarded()._set_state("returned")
        with self.assertRaises(MissingError):
            trip.with_user(self.technician_user).action_submit()

    # -- notices

    def test_a_penalty_is_acknowledged_by_who_pays_it(self):
        """PEN-19: the notice is read by the employee himself, once, on record."""
        penalty = self._propose("LATE")
        own = penalty.with_user(self.technician_user)
        self.assertFalse(own.can_acknowledge)
        with self.assertRaises(TransitionError):
            own.action_acknowledge()
        penalty.with_user(self.head_user).action_verify()
        self.assertTrue(own.can_acknowledge and own.can_appeal)
        for user in (self.technician2_user, self.head_user, self.hr_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                penalty.with_user(user).action_acknowledge()
        own.action_acknowledge()
        first = penalty.acknowledged_on
        self.assertTrue(first)
        self.assertFalse(penalty.activity_ids)
        own.action_acknowledge()
        self.assertEqual(penalty.acknowledged_on, first)
        self.assertTrue(own.can_appeal)
        with self.assertRaises(UserError):
            own.write({"acknowledged_on": False})
