from odoo.tests import freeze_time, tagged

from .common_claim import ClaimCommon
from .common_pay import PayCommon
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestApproverScreen(ClaimCommon):
    """What an approver finds when he opens “Claims to Approve”."""

    def _waiting(self, user):
        Claim = self.env["aftersales.claim"].with_user(user)
        return Claim.search([("can_approve", "=", True)])

    def test_each_approver_sees_his_own_turn(self):
        """PART-03, PART-08: a regular claim waits for the sales VP, then the GM."""
        self.filter_part.standard_price = 800.0
        regular = self._verified(self.filter_part, emergency=False)
        emergency = self._verified(self.filter_part)
        users = self.head_user, self.sales_vp_user, self.gm_user
        seen = [self._waiting(user) for user in users]
        self.assertEqual(seen[0], emergency)
        self.assertEqual(seen[1], regular)
        self.assertFalse(seen[2])
        regular.with_user(self.sales_vp_user).action_approve()
        self.assertFalse(self._waiting(self.sales_vp_user))
        self.assertEqual(self._waiting(self.gm_user), regular)

    def test_who_approves_nothing_finds_nothing(self):
        """PART-03: neither requester nor desk has a turn."""
        self.filter_part.standard_price = 800.0
        self._verified(self.filter_part)
        for user in self.technician_user | self.dispatcher_user:
            self.assertFalse(self._waiting(user))

    def test_the_turn_costs_the_same_queries_for_many(self):
        """PART-03: the list asks as often for five claims as for one."""
        self.filter_part.standard_price = 800.0

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._waiting(self.head_user)
            return self.env.cr.sql_log_count - before

        self._verified(self.filter_part)
        queries()
        one = queries()
        for _count in range(4):
            self._verified(self.filter_part)
        self.assertEqual(len(self._waiting(self.head_user)), 5)
        self.assertLessEqual(queries(), one)


@tagged("post_install", "-at_install")
class TestPayScreen(PayCommon):
    """One sign in every column of a person's money."""

    def test_what_is_deducted_is_below_zero_everywhere(self):
        """PEN-19: amount and rest of a penalty have the same sign, as has a meal's."""
        penalty = self._propose("LATE")
        self.assertEqual(penalty.residual_amount, 50.0)
        self.assertEqual(penalty.signed_amount, -50.0)
        self.assertEqual(penalty.owed_amount, -50.0)
        praise = self._propose("PRAISE")
        self.assertEqual(praise.owed_amount, 10.0)

    def test_the_work_list_goes_step_by_step(self):
        """PEN-19, ROLE-03: the head's step stands before HR's, and so on."""
        self._propose("LATE")
        self._verified("LATE")
        self._verified("LOSS", amount=701.0)
        self._confirmed("LATE")
        appealed = self._verified("LATE")
        appealed.with_user(self.technician_user).action_appeal("Road closed")
        entries = self.env["aftersales.adjustment"].with_user(self.hr_user)
        domain = [("employee_id", "=", self.technician.id)]
        steps = ["verify", "confirm", "manager", "appeal", "payslip"]
        for groupby in (["work_step"], ["employee_id", "work_step"]):
            groups = entries.formatted_read_group(domain, groupby, ["__count"])
            self.assertEqual([group["work_step"] for group in groups], steps)
        groups = entries.formatted_read_group(
            domain, ["work_step"], ["__count"], order="work_step desc"
        )
        self.assertEqual([group["work_step"] for group in groups], steps[::-1])
        opened = entries.web_read_group(domain, ["work_step"], ["__count"])
        self.assertEqual([row["work_step"] for row in opened["groups"]], steps)

    def test_the_ledger_has_the_sign_of_the_pay(self):
        """PEN-19: a reserved penalty is below zero, a reserved reward above."""
        penalty, praise = self._confirmed("LATE"), self._confirmed("PRAISE")
        self._slip().compute_sheet()
        self.assertEqual(penalty.settlement_ids.pay_amount, -50.0)
        self.assertEqual(praise.settlement_ids.pay_amount, 10.0)

    def test_the_trail_speaks_in_words(self):
        """PEN-19: neither the name of a model nor the code of a state."""
        penalty = self._verified("LATE")
        row = (
            self.env["aftersales.audit"]
            .sudo()
            .search(
                [
                    ("model", "=", penalty._name),
                    ("res_id", "=", penalty.id),
                    ("event", "=", "verified"),
                ]
            )
        )
        self.assertEqual(row.document_kind, "Pay Adjustment")
        self.assertEqual((row.state_text, row.event_text), ("Proposed", "Verified"))

    def test_rules_are_called_by_their_names(self):
        """PEN-19: people read “Late on Site …”; the code still finds the rule."""
        rule = self.env.ref("aftersales_service.pay_rule_late")
        self.assertEqual(rule.display_name, rule.name)
        found = self.env["aftersales.pay.rule"].name_search("LATE", operator="=")
        self.assertIn(rule.id, [row[0] for row in found])


@tagged("post_install", "-at_install")
class TestCalendarScreen(ClaimCommon):
    """A block of the calendar says where to."""

    def test_appointments_name_the_site(self):
        """DISP-02: site and number in the calendar, the number elsewhere."""
        order = self._claim(self.filter_part).order_id
        self.assertEqual(order.display_name, order.name)
        shown = order.with_context(aftersales_show_site=1).display_name
        self.assertEqual(shown, f"{order.site_id.name} · {order.name}")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestPromiseScreen(PlanCommon):
    """A promise reads as people say it."""

    def test_a_planned_promise_reads_as_its_due_day(self):
        """INSP-01, ESC-12: the end of 31 March, not 00:00 of the first of April."""
        promise = self._generate(self._plan(), "2026-03-31").order_id.commitment_ids
        self.assertIn("03/31/2026", promise.due_text)
        self.assertNotIn("04/01/2026", promise.due_text)
        self.assertEqual(str(promise.due_on), "2026-03-31 15:59:00")
        self.assertEqual(promise.terms, "the due day of the plan")
        self.assertNotIn("?", promise.reason_text)
