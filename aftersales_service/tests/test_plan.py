from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import ArgumentError, FrozenFactError
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestPlan(PlanCommon):
    """What falls due when, once each."""

    def test_a_plan_run_for_march_makes_one_order(self):
        """INSP-01, AMB-61: period March, due on the 31st, for the site's team."""
        plan = self._plan()
        made = self._generate(plan, "2026-03-31")
        self.assertEqual(len(made), 1)
        self.assertEqual(str(made.period_start), "2026-03-01")
        self.assertEqual(str(made.period_end), "2026-03-31")
        self.assertEqual(str(made.due_on), "2026-03-31")
        self.assertEqual(made.state, "generated")
        order = made.order_id
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.service_type, "inspection")
        self.assertEqual(order.lead_id, self.technician)
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(order.policy_id, self.policy)
        self.assertEqual(order.message_ids.subtype_id, self.env.ref("mail.mt_note"))
        self.assertIn("2026-03-31", order.message_ids.body)

    def test_the_promise_ends_with_the_due_day_of_the_site(self):
        """INSP-01: midnight in Shanghai is 16:00 UTC; the watch warns before."""
        self.company.aftersales_plan_warn_days = 5
        promise = self._generate(self._plan(), "2026-03-31").order_id.commitment_ids
        self.assertEqual(promise.milestone, "resolve")
        self.assertEqual(str(promise.deadline), "2026-03-31 16:00:00")
        self.assertEqual(promise.deadline - promise.warn_on, timedelta(days=5))

    def test_rows_made_in_bulk_equal_those_of_the_orm(self):
        """INSP-09: no stored field of an order is forgotten."""
        order = self._generate(self._plan(), "2026-03-31").order_id
        other = self.env["aftersales.order"].create(
            {
                "site_id": self.site.id,
                "company_id": self.company.id,
                "service_type": "inspection",
                "worker_ids": [(0, 0, {"employee_id": self.technician.id})],
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        own = {"id", "name", "create_uid", "write_uid", "create_date", "write_date"}
        for name, field in other._fields.items():
            if field.store and field.column_type and name not in own:
                with self.subTest(name):
                    self.assertEqual(order[name], other[name])

    def test_twice_is_once(self):
        """INSP-09: the nightly run twice on the first of March makes one order."""
        plan = self._plan()
        self.assertEqual(len(self._generate(plan, "2026-03-31")), 1)
        self.assertFalse(self._generate(plan, "2026-03-31"))
        plan.next_date = "2026-03-31"  # and even when somebody puts the date back
        self.assertFalse(self._generate(plan, "2026-03-31"))
        self.assertEqual(str(plan.next_date), "2026-04-30")
        self.assertEqual(len(plan.occurrence_ids.order_id), 1)

    def test_the_database_refuses_a_second_piece_of_work(self):
        """INSP-09: one occurrence for a plan and a period, whoever writes it."""
        made = self._generate(self._plan(), "2026-03-31")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.env["aftersales.plan.occurrence"]._unguarded().create(
                {
                    "plan_id": made.plan_id.id,
                    "period_start": made.period_start,
                    "period_end": made.period_end,
                    "due_on": made.due_on,
                }
            )

    @freeze_time("2026-02-01 04:00:00")
    def test_the_31st_is_the_last_day_of_short_months(self):
        """INSP-09: due day 31 is 28 February, 31 March and 30 April."""
        plan = self._plan(anchor_day=31, date_start="2026-02-01")
        made = self._generate(plan, "2026-04-30")
        self.assertEqual(self._days(made), ["2026-02-28", "2026-03-31", "2026-04-30"])

    def test_sites_out_of_service_pause(self):
        """INSP-09: a suspended site gets nothing, and once back no flood."""
        plan = self._plan()
        self.site.with_user(self.dispatcher_user).action_suspend("Rebuilding")
        self.assertFalse(self._generate(plan, "2026-03-31"))
        with freeze_time("2026-07-10 04:00:00"):
            self.site.with_user(self.dispatcher_user).action_activate()
            made = self._generate(plan, "2026-07-31")
        self.assertEqual(self._days(made), ["2026-06-30", "2026-07-31"])

    def test_the_nightly_run_looks_as_far_ahead_as_the_plan(self):
        """INSP-09: cron on 1 March: the order due on the 31st, 30 days ahead."""
        plan, near = self._plan(), self._plan(horizon_days=5)
        cron = self.env.ref("aftersales_service.ir_cron_generate_plans")
        with freeze_time("2026-03-01 17:00:00"), self.enter_registry_test_mode():
            self.assertIs(cron.method_direct_trigger(), True)
            self.assertIs(cron.method_direct_trigger(), True)
        self.assertEqual(len(plan.occurrence_ids), 1)
        self.assertFalse(near.occurrence_ids)

    def test_today_is_the_day_at_the_site(self):
        """INSP-09: at 17:00 UTC it is the first in Shanghai, the 31st in New York."""
        overseas = self.site.copy({"name": "Overseas", "tz": "America/New_York"})
        overseas._set_state("active")
        values = {"horizon_days": 0, "anchor_day": 1, "date_start": "2026-04-01"}
        here, there = self._plan(**values), self._plan(site_id=overseas.id, **values)
        with freeze_time("2026-03-31 17:00:00"):
            made = (here | there).with_user(self.head_user).generate()
        self.assertEqual(made.plan_id, here)
        with freeze_time("2026-04-01 05:00:00"):
            made = (here | there).with_user(self.head_user).generate()
        self.assertEqual(made.plan_id, there)

    def test_half_yearly_maintenance_counts_from_handover(self):
        """INSP-03, AMB-62: handed over on 15 January: 15 July and 15 January."""
        plan = self._plan(
            service_type="maintenance",
            interval_unit="half_year",
            anchor="handover",
            date_start="2026-01-15",
        )
        made = self._generate(plan, "2027-01-15")
        self.assertEqual(self._days(made), ["2026-07-15", "2027-01-15"])
        self.assertEqual(set(made.order_id.mapped("service_type")), {"maintenance"})

    def test_quarterly_inspection_is_the_heads(self):
        """INSP-02: due on 31 March, led by the head of department."""
        plan = self._plan(interval_unit="quarter", assignee="head")
        made = self._generate(plan, "2026-03-31")
        self.assertEqual(self._days(made), ["2026-03-31"])
        self.assertEqual(made.order_id.lead_id, self.head)

    def test_floating_plans_wait_for_the_completion(self):
        """INSP-09: the next date counts from the day the work was done."""
        plan = self._plan(anchor="completion", date_start="2026-02-10")
        made = self._generate(plan, "2026-12-31")
        self.assertEqual(self._days(made), ["2026-03-10"])
        self.assertFalse(plan.next_date)
        self.assertFalse(self._generate(plan, "2026-12-31"))
        made._fulfil(self._day("2026-03-20"))
        self.assertEqual(str(plan.next_date), "2026-04-20")
        again = self._generate(plan, "2026-12-31")
        self.assertEqual(self._days(again, "period_start"), ["2026-03-20"])

    def test_the_next_ten_dates_show_before_saving(self):
        """INSP-09: the form shows them, and writes nothing."""
        with Form(self.env["aftersales.plan"].with_user(self.head_user)) as form:
            form.site_id = self.site
            form.anchor_day = 31
            self.assertEqual(len(form.preview.split("\n")), 10)
            self.assertEqual(str(form.next_date), "2026-03-31")

    def test_units_of_the_plan_are_on_the_order(self):
        """INSP-03: one visit serves several units; retired ones are left out."""
        second = self.equipment.copy({"serial": "SN-2", "site_id": self.site.id})
        second._unguarded().write({"state": "retired"})
        plan = self._plan(equipment_ids=[(6, 0, (self.equipment | second).ids)])
        order = self._generate(plan, "2026-03-31").order_id
        self.assertEqual(order.unit_ids.equipment_id, self.equipment)
        self.assertEqual(order.equipment_id, self.equipment)

    def test_due_plans_merge_into_one_visit_where_set(self):
        """AMB-61: two periods, one order; apart by default."""
        monthly = self._plan()
        quarterly = self._plan(service_type="maintenance", interval_unit="quarter")
        made = self._generate(monthly | quarterly, "2026-03-31")
        self.assertEqual(len(made.order_id), 2)
        self.company.aftersales_plan_merge = True
        made = self._generate(monthly | quarterly, "2026-06-30")
        june = made.filtered(lambda one: one.due_on.month == 6)
        self.assertEqual(len(june), 2)
        self.assertEqual(len(june.order_id), 1)
        self.assertEqual(june.order_id.service_type, "maintenance")
        self.assertEqual(len(june.order_id.commitment_ids), 1)

    def test_a_plan_made_later_joins_the_open_visit(self):
        """AMB-61: merged with an order that is not sent yet."""
        self.company.aftersales_plan_merge = True
        first = self._generate(self._plan(), "2026-03-31")
        second = self._generate(
            self._plan(service_type="maintenance", anchor_day=28), "2026-03-31"
        )
        self.assertEqual(first.order_id, second.order_id)

    def test_the_quarterly_visit_replaces_the_monthly_where_set(self):
        """AMB-61: in the quarter's last month, on the record; both by default."""
        monthly = self._plan()
        quarterly = self._plan(interval_unit="quarter")
        self.company.aftersales_plan_quarter_replaces_month = True
        made = self._generate(monthly | quarterly, "2026-04-30")
        march, april = made.filtered(lambda one: one.plan_id == monthly)
        self.assertEqual((march.state, april.state), ("skipped", "generated"))
        self.assertTrue(march.skip_reason)
        self.assertFalse(march.order_id)

    def test_queries_do_not_grow_with_the_plans(self):
        """INSP-09: a hundred plans cost what ten cost; nothing due costs five."""
        plans = self.env["aftersales.plan"].create(
            [{"site_id": self.site.id, "date_start": "2026-03-01"} for _n in range(110)]
        )
        counts = []
        for some in (plans[:10], plans[10:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.generate("2026-03-31")
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertFalse(self.env["aftersales.plan"].generate("2026-03-31"))
        self.assertLessEqual(self.env.cr.sql_log_count - before, 5)

    def test_wrong_rules_are_refused(self):
        """INSP-09: no period of nothing, no 32nd, no end before the beginning."""
        for values in (
            {"interval": 0},
            {"anchor_day": 32},
            {"interval_unit": "week", "anchor_day": 8},
            {"horizon_days": -1},
            {"is_unannounced": True, "invites_customer": True},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self._plan(**values)
        with self.assertRaises(ArgumentError):
            self._plan().with_user(self.head_user).generate("soon")

    def test_a_used_plan_is_not_deleted_or_moved(self):
        """INSP-09: it is archived, and then makes nothing more."""
        plan = self._plan()
        self._generate(plan, "2026-03-31")
        with self.assertRaises(FrozenFactError):
            plan.unlink()
        with self.assertRaises(FrozenFactError):
            plan.site_id = self.site.copy()
        plan.active = False
        self.assertFalse(self._generate(plan, "2026-04-30"))
