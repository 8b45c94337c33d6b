from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import (
    ArgumentError,
    GuardedFieldError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from .common import AftersalesCommon


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
