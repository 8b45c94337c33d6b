from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import (
    ArgumentError,
    FactTimeError,
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from .common import AftersalesCommon
from .field_common import FieldCommon


@tagged("post_install", "-at_install")
class TestSiteFile(FieldCommon):
    """The page of a site grows with the work, without anybody typing it again."""

    def test_a_visit_writes_itself_into_both_files(self):
        """SITE-02: ticket, visit and call-back stand on the page; last updated is
        the time of the work."""
        ticket = self._ticket()
        order = self._order(ticket_id=ticket.id)
        order._unguarded().write({"state": "done", "done_on": self._at("20:30")})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.site.last_update, self._at("20:30"))
        self.assertIn(order.name, self.site.timeline)
        self.assertIn(ticket.number, self.site.timeline)
        self.assertIn(order.name, self.equipment.timeline)
        entries = self.env["aftersales.timeline"].search(
            [("site_id", "=", self.site.id)]
        )
        self.assertEqual(entries[0].kind, "repair")
        action = entries[0].with_user(self.dispatcher_user).action_open_document()
        self.assertEqual(action["res_model"], "aftersales.order")
        self.assertEqual(action["res_id"], order.id)

    def test_the_software_question_writes_the_version(self):
        """SITE-02: the answer about the software is the unit's version, with date."""
        item = self.env["aftersales.checklist.item"].create(
            {
                "checklist_id": self.kit.id,
                "name": "Software version after",
                "answer_type": "text",
                "is_software": True,
            }
        )
        order = self._order()
        self.env["aftersales.check"]._unguarded().create(
            {"order_id": order.id, "item_id": item.id, "value": " 4.2 "}
        )
        order._unguarded().write({"done_on": self._at("15:00")})
        order._conclude()
        self.assertEqual(self.equipment.software_version, "4.2")
        event = self.equipment.event_ids
        self.assertEqual((event.kind, event.new_value), ("software", "4.2"))
        self.assertEqual(event.happened_on, date(2026, 3, 2))
        order._conclude()
        self.assertEqual(len(self.equipment.event_ids), 1)

    def test_technicians_read_the_page_of_their_sites_alone(self):
        """SITE-17: another territory's timeline and material stay closed."""
        self.site.with_user(self.dispatcher_user).action_list_material()
        self.equipment.with_user(self.dispatcher_user).action_retire("Old")
        for model in ("aftersales.timeline", "aftersales.site.material"):
            domain = [("site_id", "=", self.site.id)]
            records = self.env[model]
            self.assertTrue(records.with_user(self.technician_user).search(domain))
            self.assertFalse(records.with_user(self.technician2_user).search(domain))
            with self.assertRaises(AccessError):
                records.with_user(self.employee_user).search(domain)
        with self.assertRaises(AccessError):
            self.site.with_user(self.technician2_user).action_open_timeline()

    def test_page_of_many_sites_costs_the_same_queries(self):
        """SITE-02: pages are computed in constant queries, however many sites."""
        sites = self.env["aftersales.site"].create(
            [
                {
                    "name": f"Store {index}",
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                }
                for index in range(40)
            ]
        )
        self.env["aftersales.equipment"].create(
            [{"name": "U", "site_id": site.id} for site in sites]
        ).action_retire("Old")
        counts = []
        for some in (sites[:2], sites):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("timeline")
            some.mapped("last_update")
            some.mapped("warranty_text")
            some.mapped("compliance")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_warranty_in_plain_words(self):
        """SITE-01: the page says how long site and units are covered."""
        self.site.write({"warranty_start": "2026-01-01", "warranty_end": "2026-12-31"})
        self.assertIn("up to and including 12/31/2026", self.site.warranty_text)
        self.assertIn("1 of 1 units", self.site.warranty_text)
        with freeze_time("2028-01-02 12:00:00"):
            self.site.invalidate_recordset()
            self.assertIn("0 of 1 units", self.site.warranty_text)

    # -- log book

    def test_the_log_book_has_a_day_and_a_receiver(self):
        """SITE-12: who received the log book and when is on record."""
        site = self.site.with_user(self.dispatcher_user)
        with self.assertRaises(ArgumentError):
            site.action_issue_log_book(" ")
        with self.assertRaises(FactTimeError):
            site.action_issue_log_book("Mr. Li", "2999-01-01")
        with self.assertRaises(AccessError):
            self.site.with_user(self.technician_user).action_issue_log_book("Li")
        action = site.action_open_log_book()
        wizards = self.env["aftersales.site.log.book"].with_user(self.dispatcher_user)
        with Form(wizards.with_context(**action["context"])) as form:
            form.receiver = "Mr. Li"
            form.on_date = "2026-03-01"
        form.record.action_apply()
        self.assertEqual(self.site.log_book_issued_on, date(2026, 3, 1))
        self.assertEqual(self.site.log_book_receiver, "Mr. Li")
        self.assertIn("Log Book Handed Over", self.site.timeline)

    # -- spot checks

    def _review(self, user=None, **values):
        return (
            self.env["aftersales.site.review"]
            .with_user(user or self.head_user)
            .create(
                {
                    "site_id": self.site.id,
                    "result": "findings",
                    "finding": "Sheet of February missing",
                    "measure": "Repeat the inspection",
                    "user_id": self.dispatcher_user.id,
                    "due_on": "2026-03-09",
                    **values,
                }
            )
        )

    def test_spot_checks_end_with_their_corrective_action(self):
        """SITE-15: the head's spot check, its action, who did it and when."""
        review = self._review()
        self.assertEqual(review.checked_by_id, self.head_user)
        self.assertTrue(
            self.site.activity_ids.filtered(
                lambda one: one.user_id == self.dispatcher_user
            )
        )
        with self.assertRaises(NotEntitledError):
            review.with_user(self.callback_user).action_correct("Done")
        with self.assertRaises(ArgumentError):
            review.with_user(self.dispatcher_user).action_correct("")
        review.with_user(self.dispatcher_user).action_correct("Inspected again")
        self.assertEqual(review.state, "done")
        self.assertEqual(review.done_by_id, self.dispatcher_user)
        review.with_user(self.dispatcher_user).action_correct("Twice")
        self.assertEqual(review.done_note, "Inspected again")
        self.assertIn("Sheet of February missing", self.site.timeline)
        with self.assertRaises(FrozenFactError):
            review.write({"finding": "Nothing"})
        with self.assertRaises(FrozenFactError):
            review.sudo().unlink()

    def test_spot_checks_are_the_heads_alone(self):
        """SITE-15: nobody else checks, and a finding is complete."""
        for user in (self.dispatcher_user, self.technician_user, self.gm_user):
            with self.assertRaises(UserError):
                self._review(user)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._review(measure=False)
        self.assertEqual(self._review(result="good").state, "done")

    def test_overdue_corrections_are_found(self):
        """SITE-15: what was not corrected in time shows as overdue."""
        review = self._review(due_on="2026-03-01")
        late = self.env["aftersales.site.review"].search([("is_overdue", "=", True)])
        self.assertIn(review, late)
        self.assertTrue(review.is_overdue)

    def test_archiving_is_on_record(self):
        """SITE-15: every archive of a file writes who and when."""
        self.site.with_user(self.head_user).action_archive()
        entry = self.env["aftersales.audit"].search(
            [
                ("model", "=", "aftersales.site"),
                ("res_id", "=", self.site.id),
                ("event", "=", "archived"),
            ]
        )
        self.assertEqual(entry.user_login, self.head_user.login)

    # -- the team

    def test_the_team_answers_for_its_sites(self):
        """SITE-04: a team has a monthly order for each of its three sites; a site that
        moves takes its future work along."""
        team2 = self.env["helpdesk.ticket.team"].create(
            {"name": "Team U", "company_id": self.company.id}
        )
        sites = self.site
        for name in ("B", "C"):
            sites |= self.site.copy({"name": name})
        (sites - self.site)._set_state("active")
        plans = self.env["aftersales.plan"].create(
            [
                {
                    "site_id": site.id,
                    "service_type": "inspection",
                    "interval_unit": "month",
                    "date_start": "2026-03-01",
                }
                for site in sites
            ]
        )
        plans.with_user(self.head_user).generate("2026-04-30")
        occurrences = self.env["aftersales.plan.occurrence"]
        march = [("due_on", ">=", "2026-03-01"), ("due_on", "<=", "2026-03-31")]
        own = [("team_id", "=", self.team.id)]
        self.assertEqual(occurrences.search_count(own + march), 3)
        past = plans[2].occurrence_ids.order_id.sorted("id")[:1]
        workers = past.worker_ids.employee_id
        sites[2].with_user(self.dispatcher_user).write(
            {"team_id": team2.id, "technician_id": self.technician2.id}
        )
        self.assertEqual(past.worker_ids.employee_id, workers)
        self.assertEqual(occurrences.search_count(own + march), 2)


@tagged("post_install", "-at_install")
class TestHandover(AftersalesCommon):
    """A finished project becomes exactly one site file."""

    def _project(self, **values):
        return (
            self.env["aftersales.site.handover"]
            .with_user(self.dispatcher_user)
            .create(
                {
                    "name": "Dali Cold Store",
                    "number": "J1",
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "technician_id": self.technician.id,
                    "team_id": self.team.id,
                    **values,
                }
            )
        )

    def _complete(self, project):
        project.material_ids.action_file("2026-03-01")
        return project

    @freeze_time("2026-03-02 04:00:00")
    def test_one_project_opens_one_file(self):
        """SITE-01: exactly one site with number, date, project, report, serials."""
        unit = self.env["aftersales.equipment"].create(
            {
                "product_id": self.compressor.id,
                "serial": "S1",
                "partner_id": self.customer.id,
            }
        )
        unit._set_state("in_transit")
        project = self._complete(
            self._project(acceptance_report="AR-7", equipment_ids=unit.ids)
        )
        with self.assertRaises(TransitionError):
            project.action_hand_over()
        project.action_accept("2026-02-28")
        sites = self.env["aftersales.site"].search_count([])
        site = project.action_hand_over()
        self.assertEqual(self.env["aftersales.site"].search_count([]), sites + 1)
        self.assertTrue(site.code)
        self.assertEqual(site.handover_date, date(2026, 3, 2))
        self.assertEqual(site.handover_ids, project)
        self.assertEqual(site.handover_ids.acceptance_report, "AR-7")
        self.assertEqual(site.equipment_ids, unit)
        self.assertEqual(unit.state, "in_service")
        self.assertEqual(site.state, "active")
        self.assertEqual(site.material_ids, project.material_ids)
        # Press again: still one site.
        self.assertEqual(project.action_hand_over(), site)
        self.assertEqual(self.env["aftersales.site"].search_count([]), sites + 1)
        self.assertFalse(
            self.env["aftersales.site.handover"].search(
                [("state", "=", "accepted"), ("id", "=", project.id)]
            )
        )

    def test_a_project_is_handed_over_once(self):
        """SITE-01: one project number has one handover, by the database."""
        self._project()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._project(number="j1")

    def test_missing_material_blocks_or_is_waived(self):
        """SITE-14: one line a kind; a missing one blocks, the head may waive it."""
        project = self._project()
        kinds = self.env["aftersales.material.kind"].search([])
        self.assertEqual(project.material_ids.kind_id, kinds)
        project.action_accept()
        first = project.material_ids[0]
        (project.material_ids - first).action_file()
        with self.assertRaises(MissingError):
            project.action_hand_over()
        self.assertFalse(project.site_id)
        with self.assertRaises(NotEntitledError):
            first.action_waive("Not needed")
        with self.assertRaises(ArgumentError):
            first.with_user(self.head_user).action_waive(" ")
        first.with_user(self.head_user).action_waive("No drawings for a split unit")
        self.assertEqual(first.status, "waived")
        self.assertEqual(first.waived_by_id, self.head_user)
        self.assertTrue(project.action_hand_over())
        with self.assertRaises(GuardedFieldError):
            first.with_user(self.head_user).write({"waived_on": False})

    def test_log_book_not_handed_over_warns(self):
        """SITE-12: a handover without log book warns, and the site says so."""
        project = self._complete(self._project())
        self.assertTrue(project.warning)
        project.write(
            {"log_book_issued_on": "2026-03-01", "log_book_receiver": "Mr. Li"}
        )
        self.assertFalse(project.warning)
        project.action_accept()
        site = project.action_hand_over()
        self.assertEqual(site.log_book_receiver, "Mr. Li")

    @freeze_time("2026-03-02 04:00:00")
    def test_after_sales_joins_a_month_before(self):
        """SITE-13: told one month before the acceptance; due two weeks after it."""
        off = self._project()
        off.planned_acceptance = "2026-04-30"
        self.assertFalse(off.join_on)
        self.assertFalse(off.activity_ids)
        self.company.write(
            {"aftersales_join_months": 1, "aftersales_handover_days": 14}
        )
        project = self._project(number="J2", planned_acceptance="2026-04-30")
        self.assertEqual(project.join_on, date(2026, 3, 30))
        activity = project.activity_ids
        self.assertEqual(activity.date_deadline, date(2026, 3, 30))
        self.assertEqual(activity.user_id, self.head_user)
        project.planned_acceptance = "2026-05-31"
        self.assertEqual(project.activity_ids.date_deadline, date(2026, 4, 30))
        with freeze_time("2026-04-30 04:00:00"):
            project.action_accept()
            self.assertFalse(project.activity_ids)
        self.assertEqual(project.due_on, date(2026, 5, 14))
        late = [("is_overdue", "=", True), ("id", "=", project.id)]
        with freeze_time("2026-05-14 04:00:00"):
            self.assertFalse(project.search(late))
        with freeze_time("2026-05-15 04:00:00"):
            self.assertTrue(project.search(late))

    def test_a_finished_installation_asks_for_its_file(self):
        """SITE-01: every project has a file; finished ones without are listed."""
        site = self.site.copy({"name": "New", "handover_date": False})
        order = self._create_order(service_type="installation", site_id=site.id)
        order._unguarded().write({"done_on": datetime(2026, 3, 2, 4)})
        order._conclude()
        order._conclude()
        project = self.env["aftersales.site.handover"].search(
            [("order_id", "=", order.id)]
        )
        self.assertEqual(len(project), 1)
        self.assertEqual(project.state, "accepted")
        self._complete(project)
        self.assertEqual(project.action_hand_over(), site)
        self.assertTrue(site.handover_date)

    def test_handovers_are_the_desks(self):
        """SITE-01: technicians and outsiders hand nothing over."""
        project = self._project()
        for user in (self.technician_user, self.gm_user, self.portal_user):
            with self.assertRaises(AccessError):
                project.with_user(user).action_hand_over()
        with self.assertRaises(NotEntitledError):
            project.action_cancel()
        project.with_user(self.head_user).action_cancel("Sold abroad")
        with self.assertRaises(TransitionError):
            project.action_accept()


@tagged("post_install", "-at_install")
class TestSteward(AftersalesCommon):
    """New customers find a keeper, who contacts them in time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_stewardship = True
        cls.stewards = cls.env["aftersales.steward"].create(
            [
                {"user_id": cls.dispatcher_user.id, "company_id": cls.company.id},
                {"user_id": cls.callback_user.id, "company_id": cls.company.id},
            ]
        )

    def _customers(self, count):
        return self.env["res.partner"].create(
            [{"name": f"Customer {index}"} for index in range(count)]
        )

    def _allot(self, customers):
        return customers.with_user(self.head_user).action_allot_keeper()

    def test_loads_even_out(self):
        """SITE-10: 10 new customers to 5 and 9 make 12 and 12."""
        model = self.env["aftersales.allocation"]
        for steward, count in zip(self.stewards, (5, 9), strict=True):
            model._unguarded().create(
                [
                    {
                        "partner_id": customer.id,
                        "company_id": self.company.id,
                        "user_id": steward.user_id.id,
                        "allocated_on": "2026-03-01",
                        "due_on": "2026-03-08",
                    }
                    for customer in self._customers(count)
                ]
            )
        customers = self._customers(10)
        made = self._allot(customers)
        self.assertEqual(len(made), 10)
        self.assertEqual(self.stewards.mapped("customer_count"), [12, 12])
        # Twice in a row: nobody is allotted twice.
        self.assertFalse(self._allot(customers))

    def test_capability_and_class_are_considered(self):
        """SITE-10: who can carry twice as much gets twice as many of his class."""
        self.stewards[0].weight = 2.0
        self._allot(self._customers(9))
        self.assertEqual(self.stewards.mapped("customer_count"), [6, 3])
        self.stewards.invalidate_recordset()
        self.stewards[1].tier = "key"
        self._allot(self._customers(3))
        self.assertEqual(self.stewards.mapped("customer_count"), [9, 3])

    @freeze_time("2026-03-02 04:00:00")
    def test_first_contact_within_a_week(self):
        """SITE-11: due in a week; without a record the supervisor is told once."""
        one = self._allot(self.customer)
        self.assertEqual(one.due_on, date(2026, 3, 9))
        self.assertEqual(one.activity_ids.date_deadline, date(2026, 3, 9))
        with freeze_time("2026-03-10 04:00:00"):
            late = self.env["aftersales.allocation"].search([("is_overdue", "=", True)])
            self.assertIn(one, late)
            one.search([])._alert()
            told = one.activity_ids.filtered(lambda act: act.user_id == self.head_user)
            self.assertEqual(len(told), 1)
            self.assertTrue(one.alerted_on)
            keeper = one.with_user(one.user_id)
            with self.assertRaises(ArgumentError):
                keeper.action_contact(" ")
            keeper.action_contact("Two shifts, wants a spare filter")
            keeper.action_contact("Again")
        self.assertEqual(one.state, "done")
        self.assertEqual(one.note, "Two shifts, wants a spare filter")

    def test_keepers_act_for_themselves(self):
        """SITE-11: nobody records another's contact, and heads decide who keeps."""
        one = self._allot(self.customer)
        other = (self.dispatcher_user | self.callback_user) - one.user_id
        with self.assertRaises(UserError):
            one.with_user(other).action_contact("I did")
        with self.assertRaises(UserError):
            one.with_user(one.user_id).action_give_away()
        one.with_user(self.head_user).action_give_away("Balance")
        self.assertTrue(self._allot(self.customer))
        with self.assertRaises(NotEntitledError):
            self.customer2.with_user(self.dispatcher_user).action_allot_keeper()

    def test_off_unless_the_company_says_so(self):
        """SITE-10: nothing is allotted where keepers are switched off."""
        self.company.aftersales_stewardship = False
        with self.assertRaises(MissingError):
            self._allot(self.customer)

    def test_the_night_finds_new_customers(self):
        """SITE-10: every night the day's new customers are allotted."""
        found = self.env["aftersales.allocation"]._find_new(self.company)
        self.assertIn(self.customer, found)
        self.assertNotIn(self.customer2, found)
        self._allot(self.customer)
        found = self.env["aftersales.allocation"]._find_new(self.company)
        self.assertNotIn(self.customer, found)
