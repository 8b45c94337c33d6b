from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
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
class TestSite(AftersalesCommon):
    """The site file: who owns it, what state it is in, who may see it."""

    def _site(self, **values):
        return self.env["aftersales.site"].create(
            {
                "name": "Dali Cold Store",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                **values,
            }
        )

    def test_site_01_files_are_numbered_once(self):
        first, second = self._site(), self._site()
        self.assertTrue(first.code)
        self.assertNotEqual(first.code, second.code)
        self.assertEqual(first.copy().state, "draft")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._site(code=first.code)

    def test_site_03_active_site_needs_an_owner(self):
        site = self._site().with_user(self.dispatcher_user)
        with self.assertRaises(MissingError):
            site.action_activate()
        self.assertEqual(site.state, "draft")
        site.technician_id = self.technician
        site.action_activate()
        self.assertEqual(site.state, "active")
        # Pressing twice is harmless.
        self.assertEqual(site.action_activate(), site)

    def test_a_batch_is_activated_or_none(self):
        sites = self._site(technician_id=self.technician.id) | self._site()
        with self.assertRaises(MissingError):
            sites.action_activate()
        self.assertEqual(set(sites.mapped("state")), {"draft"})
        self.assertFalse(self.env["aftersales.site"].action_activate())

    def test_life_of_a_site(self):
        site = self.site.with_user(self.dispatcher_user)
        site.action_suspend("Renovation until May")
        self.assertEqual(site.state, "suspended")
        self.assertIn("Renovation until May", site.message_ids[0].body)
        site.action_activate()
        site.action_close()
        self.assertEqual(site.state, "closed")
        with self.assertRaises(TransitionError):
            site.action_activate()
        with self.assertRaises(ArgumentError):
            self._site().action_suspend(5)

    def test_draft_is_neither_suspended_nor_closed(self):
        site = self._site()
        for action in (site.action_suspend, site.action_close):
            with self.assertRaises(TransitionError):
                action()

    def test_site_with_work_going_on_is_not_closed(self):
        self._create_order()
        with self.assertRaises(MissingError):
            self.site.action_close()
        self.assertEqual(self.site.state, "active")

    def test_state_is_not_written_by_hand(self):
        site = self._site(technician_id=self.technician.id)
        with self.assertRaises(GuardedFieldError):
            site.with_user(self.head_user).write({"state": "active"})
        with self.assertRaises(GuardedFieldError):
            site.with_user(self.head_user).write({"company_id": self.company2.id})

    def test_site_15_only_the_head_archives(self):
        for user in (self.dispatcher_user, self.technician_user):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.site.with_user(user).action_archive()
        with self.assertRaises(NotEntitledError):
            self.site.with_user(self.dispatcher_user).write({"active": False})
        self.site.with_user(self.head_user).action_archive()
        self.assertFalse(self.site.active)

    def test_technician_and_others_do_not_change_site_files(self):
        for user in (self.technician_user, self.gm_user, self.warehouse_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.site.with_user(user).action_suspend()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.site.with_user(user).write({"name": "x"})

    def test_site_17_technician_sees_his_sites_only(self):
        other = self._site(technician_id=self.technician2.id)
        site_model = self.env["aftersales.site"]
        for user, mine, foreign in [
            (self.technician_user, self.site, other),
            (self.technician2_user, other, self.site),
        ]:
            found = site_model.with_user(user).search([])
            self.assertIn(mine, found)
            self.assertNotIn(foreign, found)
            with self.assertRaises(AccessError):
                foreign.with_user(user).read(["name"])

    def test_site_17_technician_sees_the_site_of_his_order(self):
        order = self._create_order()
        with self.assertRaises(AccessError):
            self.site.with_user(self.technician2_user).read(["name"])
        order.worker_ids.sudo().create(
            {
                "order_id": order.id,
                "employee_id": self.technician2.id,
                "role": "member",
            }
        )
        self.site.with_user(self.technician2_user).read(["name"])
        self.equipment.with_user(self.technician2_user).read(["name", "last_services"])

    def test_other_people_and_companies_see_no_site(self):
        for user in (self.hr_user, self.employee_user, self.portal_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.site.with_user(user).read(["name"])
        foreign = self.env["aftersales.site"].create(
            {
                "name": "Elsewhere",
                "partner_id": self.customer.id,
                "company_id": self.company2.id,
            }
        )
        found = self.env["aftersales.site"].with_user(self.head_user).search([])
        self.assertIn(self.site, found)
        self.assertNotIn(foreign, found)

    def test_counts_and_windows(self):
        self._create_order()
        self._create_ticket()
        site = self.site.with_user(self.dispatcher_user)
        self.assertEqual(site.equipment_count, 1)
        self.assertEqual(site.ticket_count, 1)
        self.assertEqual(site.order_count, 1)
        for action in (
            site.action_open_equipment,
            site.action_open_tickets,
            site.action_open_orders,
        ):
            window = action()
            found = self.env[window["res_model"]].search(window["domain"])
            self.assertEqual(found.site_id, self.site)

    def test_dispatcher_opens_a_file_in_the_form(self):
        site_model = self.env["aftersales.site"].with_user(self.dispatcher_user)
        with Form(site_model) as form:
            form.partner_id = self.customer
            form.technician_id = self.technician
        site = form.save()
        self.assertEqual(site.name, self.customer.display_name)
        self.assertEqual(site.territory_id, self.territory)
        site.action_activate()
        self.assertEqual(site.technician_id, self.technician)

    def test_days_are_counted_in_the_zone_of_the_site(self):
        self.assertEqual(self.site._get_tz(), "Asia/Shanghai")
        self.site.tz = False
        self.company.resource_calendar_id.tz = "Asia/Urumqi"
        self.assertEqual(self.site._get_tz(), "Asia/Urumqi")
