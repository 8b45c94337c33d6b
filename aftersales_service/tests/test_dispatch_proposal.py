from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from ..exceptions import ArgumentError, MissingError, NotEntitledError
from .dispatch_common import DispatchCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestDispatchProposal(DispatchCommon):
    """Who is proposed for an order, and what stands against somebody."""

    def _propose(self, order, clock="10:00"):
        return order.propose_technicians(self._tomorrow(clock))

    def test_the_owner_of_the_site_comes_first_with_the_reasons(self):
        """SITE-03, SITE-05, DISP-10: owner first, then the territory, in words."""
        proposals = self._propose(self._order())
        self.assertEqual(
            [one["employee_id"] for one in proposals][0], self.technician.id
        )
        self.assertIn("Responsible for this site.", proposals[0]["reasons"])
        self.assertIn(
            f"Serves the territory {self.territory.name}.", proposals[1]["reasons"]
        )
        self.assertTrue(all(one["is_free"] for one in proposals))
        self.assertEqual(len(proposals), 3)

    def test_who_is_absent_or_busy_comes_last(self):
        """DISP-10, ROLE-04: absence and other work count, and are named."""
        self._absent(self.technician)
        self._planned("09:30", self.technician2, "11:00")
        proposals = self._propose(self._order())
        self.assertEqual(
            [one["name"] for one in proposals], ["Sun Hao", "Zhao Min", "Wang Lei"]
        )
        self.assertEqual([one["is_free"] for one in proposals], [True, False, False])
        self.assertIn("absent", " ".join(proposals[2]["reasons"]))
        self.assertNotIn("Sick", " ".join(proposals[2]["reasons"]))
        self.assertIn("is planned for", " ".join(proposals[1]["reasons"]))

    def test_less_to_do_and_less_far_to_go_wins(self):
        """DISP-10: the load of the day decides, then the distance."""
        self.site.technician_id = False
        self._planned("15:00", self.technician, "18:00")
        self.customer.write({"partner_latitude": 25.0, "partner_longitude": 102.7})
        for employee, latitude in ((self.technician2, 26.0), (self.technician3, 25.1)):
            employee.work_contact_id.write(
                {"partner_latitude": latitude, "partner_longitude": 102.7}
            )
        proposals = self._propose(self._order(worker_ids=[]))
        self.assertEqual(
            [one["name"] for one in proposals], ["Sun Hao", "Zhao Min", "Wang Lei"]
        )
        self.assertEqual(proposals[0]["distance_km"], 11.1)
        self.assertEqual(proposals[2]["load_hours"], 3.0)
        self.assertIn("11 km from where he starts from.", proposals[0]["reasons"])

    def test_the_way_counts_from_the_job_before(self):
        """DISP-10: who is near already is near, wherever he lives."""
        self.site.technician_id = False
        self.customer.write({"partner_latitude": 25.0, "partner_longitude": 102.7})
        self._planned("08:00", self.technician3, "09:00")
        first = self._propose(self._order(worker_ids=[]))
        sun = next(one for one in first if one["name"] == "Sun Hao")
        self.assertEqual(sun["distance_km"], 0.0)

    def test_queries_do_not_grow_with_people_jobs_or_orders(self):
        """DISP-10: one set of queries for 1 or 10 orders, 3 or 23 technicians."""
        counts = []
        for size in (2, 20):
            people = self.env["hr.employee"].create(
                [
                    {"name": f"Technician {size}-{i}", "company_id": self.company.id}
                    for i in range(size)
                ]
            )
            self.territory.technician_ids |= people
            for person in people:
                self._planned("14:00", person)
            orders = self.env["aftersales.order"].union(
                *[self._order() for _index in range(size // 2)]
            )
            orders = orders.with_user(self.dispatcher_user)
            self.env.flush_all()
            for _warm in range(2):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                orders._get_proposals()
                spent = self.env.cr.sql_log_count - before
            counts.append(spent)
        self.assertEqual(counts[0], counts[1])

    def test_only_planners_ask_for_proposals(self):
        """DISP-10: names and loads of colleagues are for the desk."""
        order = self._order()
        with self.assertRaises(AccessError):
            order.with_user(self.technician_user).propose_technicians()
        for value in ("ten", -1, 1.5, True):
            with self.subTest(limit=value), self.assertRaises(ArgumentError):
                order.propose_technicians(limit=value)
        with self.assertRaises(ArgumentError):
            (order | self._order()).propose_technicians()
        self.assertEqual(len(order.propose_technicians(limit=2)), 2)

    def test_wizard_shows_proposals_and_conflicts_and_takes_a_choice(self):
        """DISP-10: the window names who could go; one press chooses."""
        busy = self._planned("10:00", self.technician2, "12:00")
        order = self._order(worker_ids=[])
        action = order.action_open_schedule()
        wizard = self.env["aftersales.order.schedule"].with_user(self.dispatcher_user)
        with Form(wizard.with_context(**action["context"])) as form:
            form.planned_start = self._tomorrow("11:00")
            form.employee_id = self.technician2
            self.assertIn(busy.name, form.conflict_text)
        wizard = form.save()
        self.assertEqual(len(wizard.line_ids), 3)
        line = wizard.line_ids.filtered("is_free")[:1]
        line.action_choose()
        self.assertEqual(wizard.employee_id, line.employee_id)
        wizard.action_confirm()
        self.assertEqual(order.lead_id, line.employee_id)
        self.assertEqual(order.state, "scheduled")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestDispatchConflicts(DispatchCommon):
    """Overlaps and absences are shown; a licence that lacks stops."""

    def test_overlap_and_absence_are_shown_not_refused(self):
        """DISP-10: a double booking is planned knowingly."""
        first = self._planned("10:00", until="12:00")
        second = self._planned("11:00", until="13:00")
        self.assertIn(first.name, second.conflict_text)
        self.assertIn(second.name, first.conflict_text)
        self._absent(self.technician2)
        third = self._planned("10:00", self.technician2)
        self.assertIn("absent", third.conflict_text)
        self.assertTrue(third.has_conflict)

    def test_jobs_that_only_touch_do_not_overlap(self):
        """DISP-10: one ends when the next begins."""
        first = self._planned("10:00", until="12:00")
        second = self._planned("12:00", until="13:00")
        self.assertFalse(first.conflict_text or second.conflict_text)

    def test_technicians_are_shown_no_conflicts(self):
        """ROLE-04: why colleagues are away is nobody's business."""
        self._absent(self.technician)
        order = self._planned()
        self.assertTrue(order.conflict_text)
        self.assertFalse(order.with_user(self.technician_user).conflict_text)

    def test_no_licence_no_assignment(self):
        """TRN-09: refused on that day by schedule, crew list and reassign."""
        self._demand()
        self._hold(self.technician, valid_to="2026-03-02")
        order = self._order()
        with self.assertRaises(NotEntitledError):
            order.action_schedule(self._tomorrow("10:00"))
        self.assertEqual(order.state, "draft")
        self._hold(self.technician2)
        order.action_schedule(self._tomorrow("10:00"), employee_id=self.technician2.id)
        self.assertEqual(order.lead_id, self.technician2)
        with self.assertRaises(NotEntitledError):
            order.action_reassign(self.technician.id, "Nearer")
        with self.assertRaises(NotEntitledError):
            order.worker_ids.write({"employee_id": self.technician.id})
        with self.assertRaises(NotEntitledError):
            order.action_schedule(
                self._tomorrow("10:00"), employee_id=self.technician3.id, reason="I say"
            )
        barred = order.propose_technicians()
        self.assertEqual([one["is_barred"] for one in barred], [False, True, True])

    def test_head_sends_somebody_without_licence_with_a_reason(self):
        """TRN-09: on the record, for that employee only."""
        self._demand()
        order = self._order()
        head = order.with_user(self.head_user)
        with self.assertRaises(NotEntitledError):
            head.action_schedule(self._tomorrow("10:00"))
        head.action_schedule(self._tomorrow("10:00"), reason="Works under Zhao")
        self.assertEqual(order.licence_waived_for_id, self.technician)
        self.assertEqual(order.licence_waiver, "Works under Zhao")
        order.action_schedule(self._tomorrow("11:00"))
        with self.assertRaises(NotEntitledError):
            order.action_reassign(self.technician3.id, "Nearer")

    def test_a_licence_that_ran_out_since_stops_the_dispatch(self):
        """TRN-09: judged again when somebody is sent."""
        self._demand()
        term = self._hold(self.technician)
        order = self._planned()
        term.valid_to = "2026-03-01"
        with self.assertRaisesRegex(MissingError, "Electrician"):
            order.action_dispatch()
        term.valid_to = "2026-03-03"
        order.action_dispatch()
        self.assertEqual(order.state, "dispatched")

    def test_the_dispatcher_demands_a_licence_for_one_job(self):
        """TRN-09: a power modification needs the electrician, whatever the type."""
        order = self._order(service_type="visit", licence_ids=self.electrician.ids)
        with self.assertRaises(NotEntitledError):
            order.action_schedule(self._tomorrow("10:00"))

    def test_a_checklist_demands_a_licence(self):
        """TRN-09: where the order asks that checklist."""
        self.policy.kit_checklist_id = self.kit
        self.env["aftersales.licence"].create(
            {"checklist_id": self.kit.id, "skill_id": self.electrician.id}
        )
        with self.assertRaises(NotEntitledError):
            self._order().action_schedule(self._tomorrow("10:00"))

    def test_only_certifications_are_licences_and_heads_demand_them(self):
        """TRN-09: a skill without a term is no licence."""
        self.licence_type.is_certification = False
        with self.assertRaises(ValidationError):
            self._demand()
        self.licence_type.is_certification = True
        with self.assertRaises(AccessError):
            self.env["aftersales.licence"].with_user(self.dispatcher_user).create(
                {"service_type": "repair", "skill_id": self.electrician.id}
            )
