from ast import literal_eval
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    GuardedFieldError,
    MissingError,
    NotEntitledError,
    TransitionError,
)
from .field_common import FieldCommon, picture


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestVisitSheet(FieldCommon):
    """The signed sheet comes back, and is believed or examined."""

    def _signed(self, image, **findings):
        """Return an order done with a signature."""
        order = self._walk("on_site")
        field = self._findings(order, **findings)
        field.action_sign("Li Hua", image, self._at("11:00"))
        field.action_done(self._at("11:15"))
        return order

    def test_disp_26_the_sheet_is_received_once_by_somebody_else(self):
        """DISP-26: who takes the sheet was not on the order; the first time counts."""
        order = self._walk("done")
        order.action_receive_sheet(self._at("17:00"))
        order.with_user(self.head_user).action_receive_sheet(self._at("18:00"))
        self.assertEqual(order.sheet_received_on, self._at("17:00"))
        self.assertEqual(order.sheet_received_by_id, self.dispatcher_user)
        with self.assertRaises(AccessError):
            order.with_user(self.technician_user).action_receive_sheet()
        for state in ("draft", "scheduled", "dispatched", "on_site", "cancel"):
            with self.subTest(state), self.assertRaises(TransitionError):
                self._walk(state).action_receive_sheet()

    def test_disp_26_a_head_on_the_order_does_not_take_his_own_sheet(self):
        """DISP-26: reconciliation needs a second person."""
        head = self._create_employee("Head in the field", self.head_user)
        order = self._walk("done")
        order.worker_ids._unguarded().sudo().create(
            {"order_id": order.id, "employee_id": head.id, "role": "member"}
        )
        with self.assertRaises(AccessError):
            order.with_user(self.head_user).action_receive_sheet()

    def test_disp_26_the_next_day_the_missing_sheet_is_listed(self):
        """DISP-26: done on 2 March, not back by midnight: on the list of 3 March."""
        order, back = self._walk("done"), self._walk("done")
        back.action_receive_sheet(self._at("17:00"))
        domain = [
            ("id", "in", (order | back).ids),
            ("sheet_received_on", "=", False),
            ("done_date", "<", "today"),
        ]
        orders = order.with_context(tz="Asia/Shanghai")
        self.assertFalse(orders.search(domain))
        with freeze_time("2026-03-03 01:00:00"):
            self.assertEqual(orders.search(domain), order)

    def test_disp_26_satisfied_without_signature_is_doubtful(self):
        """DISP-26: satisfied, but the customer did not sign."""
        order = self._walk("on_site")
        field = self._findings(order, customer_verdict="satisfied")
        field.action_refuse_signature("In a hurry", at=self._at("11:00"))
        field.action_done(self._at("11:15"))
        self.assertEqual(order.doubt, "unsigned")

    def test_disp_26_the_same_picture_twice_is_doubtful(self):
        """DISP-26: a signature identical to the pixel was signed once."""
        first = self._signed(picture("red"))
        self.assertFalse(first.doubt)
        with freeze_time("2026-03-02 13:00:00"):
            order = self._walk("on_site")
            field = self._findings(order)
            field.action_sign("Li Hua", picture("red"), self._at("20:30"))
            field.action_done(self._at("20:40"))
        self.assertEqual(order.doubt, "same")
        other = self._signed(picture("blue"))
        self.assertFalse(other.doubt)

    def test_disp_26_one_visit_may_sign_several_orders(self):
        """DISP-26: two orders signed at once by one customer are one signature."""
        orders = self._walk("on_site") | self._walk("on_site")
        for order in orders:
            self._findings(order)
        orders = orders.with_user(self.technician_user)
        orders.action_sign("Li Hua", picture("green"), self._at("11:00"))
        orders.action_done(self._at("11:15"))
        self.assertEqual(set(orders.mapped("doubt")), {False})

    def test_cb_16_the_case_calls_the_customer_the_same_day(self):
        """DISP-26, CB-16: case opened; call-back due the same day, once."""
        order = self._walk("on_site")
        field = self._findings(order, customer_verdict="satisfied")
        field.action_refuse_signature("In a hurry", at=self._at("11:00"))
        field.action_done(self._at("11:15"))
        before = order.callback_ids
        head = order.with_user(self.head_user)
        head.action_doubt()
        head.action_doubt()
        remedy = order.callback_ids - before
        self.assertEqual(len(remedy), 1)
        last = remedy.due_on - timedelta(seconds=1)
        self.assertEqual(order._get_pay_date(last), order.done_date)
        case = self.env["aftersales.case"].search(
            [("source_model", "=", order._name), ("source_id", "=", order.id)]
        )
        self.assertEqual(case.kind, "falsification")

    def test_cb_16_only_a_head_and_only_with_a_doubt(self):
        """CB-16: honest sheets and other roles are refused."""
        order = self._walk("done")
        order.action_receive_sheet()
        with self.assertRaises(MissingError):
            order.with_user(self.head_user).action_doubt()
        with self.assertRaises(NotEntitledError):
            order.with_user(self.dispatcher_user).action_doubt()

    def test_cond_08_a_low_mark_for_attitude_is_reviewed(self):
        """COND-08: attitude 1 or 2 of 5 opens a review, and proposes no fine."""
        order = self._signed(picture("navy"), attitude_grade="2")
        case = self.env["aftersales.case"].search(
            [("source_model", "=", order._name), ("source_id", "=", order.id)]
        )
        self.assertEqual(case.kind, "attitude")
        self.assertFalse(
            self.env["aftersales.adjustment"].search(
                [("employee_id", "=", self.technician.id)]
            )
        )
        fine = self._signed(picture("teal"), attitude_grade="3")
        self.assertFalse(case.search([("source_id", "=", fine.id)]))

    def test_disp_37_both_sides_appraise_once(self):
        """DISP-37, CB-09: appraised only with self-assessment and rating."""
        order = self._walk("closed")
        field = order.with_user(self.technician_user)
        field.action_self_assess("4", "Took long", at=self._at("12:00"))
        self.assertFalse(order.is_appraised)
        head = order.with_user(self.head_user)
        head.action_rate("5", "Well done", at=self._at("13:00"))
        self.assertTrue(order.is_appraised)
        self.assertEqual(order.rated_by_id, self.head_user)
        with self.assertRaises(FrozenFactError):
            field.action_self_assess("5")
        with self.assertRaises(FrozenFactError):
            head.action_rate("1")

    def test_disp_37_who_may_appraise_what(self):
        """DISP-37, CB-09: own work by the worker, ratings by a head, done work only."""
        order = self._walk("done")
        with self.assertRaises(AccessError):
            order.with_user(self.dispatcher_user).action_self_assess("5")
        with self.assertRaises(NotEntitledError):
            order.with_user(self.dispatcher_user).action_rate("5")
        with self.assertRaises(ArgumentError):
            order.with_user(self.head_user).action_rate("6")
        with self.assertRaises(GuardedFieldError):
            self._walk("draft").with_user(self.head_user).write({"manager_grade": "5"})
        for state in ("draft", "scheduled", "dispatched", "on_site", "cancel"):
            with self.subTest(state), self.assertRaises(TransitionError):
                self._walk(state).with_user(self.head_user).action_rate("5")

    def test_disp_31_product_faults_need_a_file(self):
        """DISP-31: the product broke: no end without a photo, video or file."""
        self.cause.liable_party = "production"
        order = self._walk("on_site")
        field = self._findings(order)
        field.action_sign("Li Hua", picture(), self._at("11:00"))
        with self.assertRaisesRegex(MissingError, "photo"):
            field.action_done(self._at("11:15"))
        self.env["ir.attachment"].create(
            {
                "name": "valve.png",
                "datas": picture("gray"),
                "res_model": order._name,
                "res_id": order.id,
            }
        )
        self.assertEqual(order.media_count, 1)
        field.action_done(self._at("11:15"))
        self.assertEqual(order.state, "done")

    def test_disp_31_the_signature_is_no_picture_of_the_fault(self):
        """DISP-31: a signed sheet shows nothing; other causes need no file."""
        order = self._walk("done")
        self.assertEqual(order.media_count, 0)
        self.cause.liable_party = "production"
        self.policy.media_required = False
        self.assertEqual(self._walk("done").state, "done")

    def test_disp_36_three_of_three_papers_are_filed(self):
        """DISP-36: memo, fault report and summary; then nothing changes."""
        order = self._walk("done")
        field = order.with_user(self.technician_user)
        field.memo = "Spare valve is in the cabinet."
        with self.assertRaises(MissingError):
            field.action_file()
        self.assertEqual(
            {item["field"] for item in field.missing("file")},
            {"project_summary", "check_note"},
        )
        field.project_summary = "Valve replaced, no further visit."
        with self.assertRaises(FrozenFactError):
            field.check_note = "Written after the signature"
        order = self._walk("done", {"check_note": "Pressure 0, plate cracked."})
        field = order.with_user(self.technician_user)
        field.write({"memo": "See cabinet.", "project_summary": "Valve replaced."})
        field.action_file(self._at("15:00"))
        field.action_file(self._at("16:00"))
        self.assertEqual(order.filed_on, self._at("15:00"))
        with self.assertRaises(FrozenFactError):
            field.memo = "Something else"

    def test_disp_30_the_report_names_what_is_missing(self):
        """DISP-30: completeness is computed and named field by field."""
        order = self._walk("on_site")
        field = self._findings(order, solution=False, customer_opinion=False)
        lines = field.report_missing.splitlines()
        self.assertEqual(len(lines), 2)
        self.assertIn("Solution", lines[0])
        field.write({"solution": "Valve changed.", "customer_opinion": "Good."})
        self.assertFalse(field.report_missing)

    def test_disp_40_monday_lists_the_sheets_since_last_monday(self):
        """DISP-40: returned on Friday: on the agenda of Monday, where one is held."""
        order = self._walk("done")
        with freeze_time("2026-03-06 03:00:00"):
            order.action_receive_sheet()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_order_action_agenda"
        )
        domain = literal_eval(action["domain"])
        orders = self.env["aftersales.order"].with_user(self.head_user)
        orders = orders.with_context(tz="Asia/Shanghai")
        mine = [("id", "=", order.id)]
        with freeze_time("2026-03-09 01:00:00"):
            self.assertFalse(orders.search([*domain, *mine]), "the setting is off")
            self.company.aftersales_sheet_meeting = True
            self.assertEqual(orders.search([*domain, *mine]), order)
        with freeze_time("2026-03-16 01:00:00"):
            self.assertFalse(orders.search([*domain, *mine]), "of last week")
