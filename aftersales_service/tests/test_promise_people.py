from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import ArgumentError, MissingError, NotEntitledError, TransitionError
from .common_claim import ClaimCommon
from .field_common import FieldCommon


@tagged("post_install", "-at_install")
class TestDeputyApproval(ClaimCommon):
    """Approvals that wait: reminders, and deputies who take them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.filter_part.standard_price = 2000.0  # the sales VP's tier
        cls.today = date.today()

    def _deputy(self, principal, deputy, **values):
        return self.env["aftersales.deputy"].create(
            {
                "principal_id": principal.id,
                "deputy_id": deputy.id,
                "date_from": self.today,
                "date_to": self.today + timedelta(days=4),
                "company_id": self.company.id,
                "scope": "approvals",
                **values,
            }
        )

    def test_role_04_the_log_names_deputy_and_principal(self):
        """ROLE-04, ESC-09: a deputy approves on his days, and both are on record."""
        claim = self._verified(self.filter_part)
        mine = claim.with_user(self.head_user)
        with self.assertRaises(NotEntitledError):
            mine.action_approve()
        self._deputy(self.sales_vp_user, self.head_user)
        mine.invalidate_recordset()
        self.assertTrue(mine.can_approve)
        mine.action_approve()
        mine.action_approve()
        approval = claim.sudo().approval_ids
        self.assertEqual(approval.user_id, self.head_user)
        self.assertEqual(approval.principal_id, self.sales_vp_user)
        self.assertEqual(claim.state, "approved")

    def test_role_04_outside_his_days_a_deputy_has_no_right(self):
        """ROLE-04: neither before the first day nor after the last, nor elsewhere."""
        claim = self._verified(self.filter_part)
        for values in (
            {
                "date_from": self.today - timedelta(days=9),
                "date_to": self.today - timedelta(days=2),
            },
            {
                "date_from": self.today + timedelta(days=2),
                "date_to": self.today + timedelta(days=5),
            },
            {"scope": "callbacks"},
        ):
            with self.subTest(values):
                self._deputy(self.sales_vp_user, self.head_user, **values)
                mine = claim.with_user(self.head_user)
                mine.invalidate_recordset()
                self.assertFalse(mine.can_approve)
                with self.assertRaises(NotEntitledError):
                    mine.action_approve()
        self.assertEqual(claim.state, "verified")

    def test_role_02_requester_and_approver_differ_through_deputies_too(self):
        """ROLE-02: neither the requester as deputy, nor a deputy of the requester."""
        claim = self._verified(self.filter_part)
        # Who verified it stands in for the approver.
        self._deputy(self.sales_vp_user, self.dispatcher_user)
        with self.assertRaises(NotEntitledError):
            claim.with_user(self.dispatcher_user).action_approve()
        # The approver himself asked for the parts; his deputy may not decide.
        other = self._verified(self.filter_part)
        other.sudo()._unguarded().write({"requested_by_id": self.sales_vp_user.id})
        self._deputy(self.sales_vp_user, self.gm_user)
        with self.assertRaises(NotEntitledError):
            other.with_user(self.gm_user).action_approve()
        claim.with_user(self.gm_user).action_approve()
        self.assertEqual(claim.state, "approved")

    def test_role_02_one_person_takes_one_step_whoever_he_stands_for(self):
        """ROLE-02, PART-03: not both steps of a claim, once as a deputy."""
        claim = self._verified(self.filter_part, emergency=False)
        self._deputy(self.sales_vp_user, self.gm_user)
        claim.with_user(self.gm_user).action_approve()
        approval = claim.sudo().approval_ids
        self.assertEqual(approval.principal_id, self.sales_vp_user)
        claim.invalidate_recordset()
        claim.with_user(self.gm_user).action_approve()
        self.assertEqual(claim.state, "verified")
        self.assertEqual(len(claim.sudo().approval_ids), 1)

    def _remind(self, later):
        cron = self.env.ref("aftersales_service.ir_cron_remind_approvals")
        with freeze_time(datetime.now() + later), self.enter_registry_test_mode():
            self.assertIs(cron.sudo().method_direct_trigger(), True)
        self.env.invalidate_all()

    def _reminders(self, claim):
        kind = self.env.ref("aftersales_service.mail_activity_approval_waits")
        return claim.sudo().activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    def test_esc_09_waiting_a_day_reminds_once(self):
        """ESC-09: pending 24 h: one reminder to who may decide, or his deputy."""
        self.company.resource_calendar_id.attendance_ids.unlink()
        claim = self._verified(self.filter_part)
        self._remind(timedelta(hours=23))
        self.assertFalse(self._reminders(claim))
        self._deputy(self.sales_vp_user, self.quality_vp_user)
        self._remind(timedelta(hours=25))
        self._remind(timedelta(hours=26))
        told = self._reminders(claim)
        self.assertIn(self.quality_vp_user, told.user_id)
        self.assertNotIn(self.sales_vp_user, told.user_id)
        self.assertEqual(len(told), len(told.user_id))
        self.company.aftersales_approval_hours = 0
        other = self._verified(self.filter_part)
        self._remind(timedelta(hours=50))
        self.assertFalse(self._reminders(other))


@tagged("post_install", "-at_install")
class TestManufacturer(ClaimCommon):
    """Warranties that wait for the manufacturer."""

    def test_esc_08_pending_with_the_manufacturer(self):
        """ESC-08: request date, a reminder every two days, until it is decided."""
        self.company.resource_calendar_id.attendance_ids.unlink()
        self.equipment.write({"purchase_date": False, "warranty_months": 0})
        check = self.equipment.check_warranty()
        if check.verdict != "undetermined":
            check = check.sudo()._store_override("undetermined", "Not legible")
        start = datetime.now().replace(microsecond=0)
        desk = check.with_user(self.dispatcher_user)
        with self.assertRaises(ArgumentError):
            desk.action_ask_manufacturer(" ")
        for _twice in range(2):
            desk.action_ask_manufacturer("Serial not legible: whose unit is it?")
        self.assertTrue(check.is_pending_manufacturer)
        self.assertEqual(check.manufacturer_asked_by_id, self.dispatcher_user)
        kind = self.env.ref("aftersales_service.mail_activity_manufacturer")
        for days, reminders in [(1, 0), (2, 1), (2, 1), (3, 1), (4, 2)]:
            cron = self.env.ref("aftersales_service.ir_cron_remind_manufacturer")
            moment = start + timedelta(days=days, minutes=5 * days)
            with freeze_time(moment), self.enter_registry_test_mode():
                cron.sudo().method_direct_trigger()
            self.env.invalidate_all()
            told = self.equipment.activity_ids.filtered(
                lambda activity: activity.activity_type_id == kind
            )
            with self.subTest(days):
                self.assertEqual(check.manufacturer_reminders, reminders)
                self.assertEqual(len(told), reminders)
        check.sudo().action_override("covered", "The manufacturer's letter")
        check.invalidate_recordset()
        self.assertFalse(check.is_pending_manufacturer)

    def test_esc_08_refusals(self):
        """ESC-08: clear verdicts and other people are refused."""
        check = self.equipment.check_warranty()
        self.assertEqual(check.verdict, "covered")
        with self.assertRaises(TransitionError):
            check.with_user(self.dispatcher_user).action_ask_manufacturer("x")
        for user in (self.technician_user, self.hr_user, self.gm_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                check.with_user(user).action_ask_manufacturer("x")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestDifficult(FieldCommon):
    """Difficult faults: reported the same day, resumed by a plan."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.milestone_ids = [
            (0, 0, {"milestone": "report_difficult", "unit": "end_of_day"})
        ]

    def _promise(self, order):
        return order.commitment_ids.filtered(
            lambda promise: promise.milestone == "report_difficult"
        )

    def test_disp_03_reported_the_same_day_and_planned(self):
        """DISP-03, ESC-02: marked at 15:00, head told today, plan before resuming."""
        order = self._walk("on_site")
        field = order.with_user(self.technician_user)
        for _twice in range(2):
            field.action_mark_difficult("Oil in the inverter", self._at("15:00"))
        promise = self._promise(order)
        self.assertEqual(promise.deadline, self._local("2026-03-03 00:00:00"))
        kind = self.env.ref("aftersales_service.mail_activity_order_difficult")
        told = order.activity_ids.filtered(lambda one: one.activity_type_id == kind)
        self.assertEqual(told.user_id, self.company._aftersales_get_head())
        self.assertEqual(told.date_deadline, date(2026, 3, 2))
        field.action_report_difficult("Insulation 0.1 MOhm", self._at("16:00"))
        self.assertEqual(promise.state, "met")
        blocked = [item["field"] for item in order.missing("done")]
        self.assertIn("solution_plan", blocked)
        order.with_user(self.head_user).action_plan_solution("New inverter on Friday")
        self.assertFalse(order.needs_plan)
        blocked = [item["field"] for item in order.missing("done")]
        self.assertNotIn("solution_plan", blocked)
        self.assertEqual(order.solution_planned_by_id, self.head_user)

    def test_disp_03_a_report_on_the_next_day_is_a_breach(self):
        """DISP-03: the report's stamp on the next day breaks the promise."""
        order = self._walk("on_site")
        order.action_mark_difficult("Oil in the inverter", self._at("15:00"))
        with freeze_time("2026-03-03 02:00:00"):
            order.action_report_difficult("Late", self._local("2026-03-03 08:00:00"))
        self.assertEqual(self._promise(order).state, "missed")

    def test_disp_03_nobody_leaves_again_without_the_plan(self):
        """DISP-03: dispatch waits for the plan, also when the ticket was flagged."""
        order = self._walk("scheduled")
        order.action_mark_difficult("No drawing of this unit")
        with self.assertRaises(MissingError):
            order.action_dispatch()
        order.with_user(self.head_user).action_plan_solution("Drawing is on its way")
        order.action_dispatch()
        self.assertEqual(order.state, "dispatched")

    def test_disp_03_refusals(self):
        """DISP-03: wrong people, wrong states, no words."""
        order = self._walk("on_site")
        with self.assertRaises(AccessError):
            order.with_user(self.technician2_user).action_mark_difficult("x")
        with self.assertRaises(ArgumentError):
            order.action_mark_difficult(" ")
        with self.assertRaises(TransitionError):
            order.action_report_difficult("x")
        with self.assertRaises(TransitionError):
            order.with_user(self.head_user).action_plan_solution("x")
        order.action_mark_difficult("x")
        for user in (self.technician_user, self.dispatcher_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                order.with_user(user).action_plan_solution("x")
        for state in ("done", "closed", "cancel"):
            with self.subTest(state), self.assertRaises(TransitionError):
                self._walk(state).action_mark_difficult("x")
