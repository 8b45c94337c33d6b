from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..exceptions import ArgumentError
from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestFirstSteps(AftersalesCommon):
    """The first hour of a new company."""

    def _steps(self, user, company=None):
        steps = self.env["aftersales.first.steps"].with_user(user)
        steps = steps.with_company(company or self.company)
        return steps.browse(steps.action_open_steps()["res_id"])

    def _sites(self, company):
        steps = self._steps(self.head_user, company)
        return steps.line_ids.filtered(lambda line: "site" in line.action)

    def test_an_empty_company_sees_what_is_missing(self):
        """ROLE-01: sites are missing until there is one; every step leads somewhere."""
        company = self.env["res.company"].create({"name": "Brand New Co."})
        self.head_user.company_ids |= company
        self.assertFalse(self._sites(company).is_done)
        self.assertTrue(self._sites(self.company).is_done)
        for line in self._steps(self.head_user).line_ids.filtered("can_open"):
            self.assertEqual(line.action_open_step()["type"], "ir.actions.act_window")

    def test_the_administrator_begins_without_a_role(self):
        """ROLE-01: who only administrates opens the list, and no customer's site."""
        admin = self._create_user("as_fresh_admin", "base.group_system")
        steps = self._steps(admin)
        lines = {line.action: line for line in steps.line_ids}
        self.assertTrue(lines["base.action_res_users"].can_open)
        self.assertFalse(lines["aftersales_service.aftersales_site_action"].can_open)
        menus = self.env["ir.ui.menu"].with_user(admin)._visible_menu_ids()
        self.assertIn(self.env.ref("aftersales_service.menu_first_steps").id, menus)

    def test_others_are_refused(self):
        """ROLE-01: neither technician nor dispatcher sets the company up."""
        for user in self.technician_user | self.dispatcher_user:
            with self.assertRaises(AccessError):
                self.env["aftersales.first.steps"].with_user(user).action_open_steps()

    def test_one_step_is_opened_at_a_time(self):
        """ROLE-01: several steps at once are refused in words."""
        lines = self._steps(self.head_user).line_ids
        with self.assertRaises(ArgumentError):
            lines.action_open_step()
