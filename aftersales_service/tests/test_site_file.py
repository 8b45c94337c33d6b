from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FactTimeError,
)
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
