from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import GuardedFieldError
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestPlanAccess(PlanCommon):
    """Heads manage plans, dispatchers read them, technicians see their own work."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._plan()

    def test_only_heads_run_plans(self):
        """INSP-09, ROLE-02: dispatchers, technicians and others are refused."""
        for user in (
            self.dispatcher_user,
            self.technician_user,
            self.gm_user,
            self.employee_user,
        ):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.plan.with_user(user).generate("2026-03-31")
        self.assertTrue(self.plan.with_user(self.head_user).generate("2026-03-31"))

    def test_only_heads_change_plans(self):
        """INSP-09: a dispatcher reads and schedules, but does not change the rule."""
        plan = self.plan.with_user(self.dispatcher_user)
        self.assertEqual(plan.interval_unit, "month")
        with self.assertRaises(AccessError):
            plan.interval_unit = "year"
        with self.assertRaises(AccessError):
            self.site.with_user(self.dispatcher_user).action_propose_plans()
        self.plan.with_user(self.head_user).interval_unit = "quarter"
        self.assertEqual(str(self.plan.next_date), "2026-03-31")

    def test_technicians_see_their_own_planned_work(self):
        """INSP-01: the site's technician, not his colleague."""
        made = self._generate(self.plan, "2026-03-31")
        self.assertEqual(made.with_user(self.technician_user).state, "generated")
        self.assertTrue(made.order_id.with_user(self.technician_user).occurrence_count)
        with self.assertRaises(AccessError):
            made.with_user(self.technician2_user).read(["state"])
        with self.assertRaises(AccessError):
            made.with_user(self.technician_user).action_skip("No time")

    def test_other_companies_see_nothing(self):
        """ROLE-02: plans, periods, templates and campaigns stay in the house."""
        made = self._generate(self.plan, "2026-03-31")
        stranger = self._create_user("as_stranger", "aftersales_service.group_head")
        stranger.write(
            {
                "company_ids": [(6, 0, self.company2.ids)],
                "company_id": self.company2.id,
            }
        )
        for records in (self.plan, made):
            records = records.with_context(allowed_company_ids=self.company2.ids)
            found = records.with_user(stranger).search([("id", "in", records.ids)])
            self.assertFalse(found)

    def test_facts_are_not_written_by_hand(self):
        """INSP-09: state, dates and links of a period come from what happens."""
        made = self._generate(self.plan, "2026-03-31").with_user(self.head_user)
        for name, value in {
            "state": "fulfilled",
            "due_on": "2026-12-31",
            "order_id": False,
            "fulfilled_on": "2026-03-01",
        }.items():
            with self.subTest(name), self.assertRaises(GuardedFieldError):
                made.write({name: value})
        with self.assertRaises(AccessError):
            made.unlink()
        with self.assertRaises(GuardedFieldError):
            self.plan.with_user(self.head_user).last_done = "2026-03-01"
