from odoo.tests import freeze_time, tagged

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestPlanCounts(PlanCommon):
    """Calls and visits that count, and who gets which plans."""

    def test_calls_are_made_for_call_plans(self):
        """CB-08: a call owed in March, overdue after it."""
        plan = self._plan(kind="call", signatures="none")
        made = self._generate(plan, "2026-03-31")
        callback = made.callback_id
        self.assertFalse(made.order_id)
        self.assertEqual(callback.partner_id, self.customer)
        self.assertEqual(callback.site_id, self.site)
        self.assertEqual(str(callback.due_on), "2026-03-31 16:00:00")
        caller = callback.with_user(self.callback_user)
        caller.action_record("satisfied")
        self.assertEqual(made.state, "fulfilled")

    def test_a_call_already_made_counts(self):
        """CB-08: no call-back where the customer was called in the month."""
        journal = self.env["aftersales.call"].with_user(self.dispatcher_user)
        call = journal.create(
            {
                "direction": "out",
                "result": "answered",
                "site_id": self.site.id,
                "called_on": "2026-03-01 17:00:00",
            }
        )
        made = self._generate(self._plan(kind="call"), "2026-03-31")
        self.assertEqual((made.state, made.call_id), ("fulfilled", call))
        self.assertFalse(made.callback_id)

    def test_a_call_made_later_counts_too_and_others_do_not(self):
        """CB-08: an unanswered or incoming call counts for nothing."""
        made = self._generate(self._plan(kind="call"), "2026-03-31")
        journal = self.env["aftersales.call"].with_user(self.dispatcher_user)
        vals = {"direction": "out", "site_id": self.site.id, "kind": "consultation"}
        journal.create({**vals, "result": "no_answer"})
        journal.create({**vals, "direction": "in", "result": "answered"})
        self.assertEqual(made.state, "generated")
        callback = made.callback_id
        journal.create({**vals, "result": "answered"})
        self.assertEqual(made.state, "fulfilled")
        self.assertEqual(callback.state, "cancel")

    def test_a_year_of_one_key_and_one_general_customer(self):
        """CB-08, VIS-01: 2 visits and 12 calls, and 4 calls: 18 tasks."""
        self.customer.aftersales_tier = "key"
        general = self.site.copy({"name": "General", "partner_id": self.customer2.id})
        general._set_state("active")
        with freeze_time("2026-01-01 04:00:00"):
            sites = (self.site | general).with_user(self.head_user)
            plans = sites.action_propose_plans()
            self.assertFalse(sites.action_propose_plans())  # once each
            care = plans.filtered("template_id.tier")
            made = self._generate(care, "2026-12-31")
        key = made.filtered(lambda one: one.site_id == self.site)
        self.assertEqual(len(key.filtered("order_id")), 2)
        self.assertEqual(len(key.filtered("callback_id")), 12)
        self.assertEqual(len((made - key).callback_id), 4)
        self.assertEqual(len(made), 18)

    def test_templates_by_kind_of_equipment(self):
        """INSP-03: only sites with such units get the plan, for those units."""
        template = self.env["aftersales.plan.template"].create(
            {"name": "Compressors", "product_ids": [(6, 0, self.compressor.ids)]}
        )
        bare = self.site.copy({"name": "Bare"})
        plans = (self.site | bare).with_user(self.head_user).action_propose_plans()
        own = plans.filtered(lambda plan: plan.template_id == template)
        self.assertEqual(own.site_id, self.site)
        self.assertEqual(own.equipment_ids, self.equipment)

    def test_the_quarterly_inspection_counts_as_visit_where_set(self):
        """VIS-08: off by default; on, one of the yearly visits is fulfilled."""
        visits = self._plan(service_type="visit", interval_unit="half_year")
        visit = self._generate(visits, "2026-06-30")
        quarterly = self._plan(interval_unit="quarter", assignee="head")
        self.company.aftersales_plan_inspection_is_visit = True
        order = self._visit(quarterly)
        self._fill(order)
        self._done(order)
        self.assertEqual(visit.state, "fulfilled")
        self.assertEqual(visit.order_id.state, "cancel")
