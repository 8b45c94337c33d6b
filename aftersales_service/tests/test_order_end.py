"""How an order ends: signature, done, closed."""

from odoo.tests import freeze_time, tagged

from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    MissingError,
    TransitionError,
)
from .field_common import FieldCommon, picture


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestOrderEnd(FieldCommon):
    """What the customer signs, what follows from it, and what closes."""

    # -- sign

    def test_disp_25_signature_needs_name_and_picture(self):
        order = self._findings(self._walk("on_site"))
        for name, image in (
            ("", picture()),
            ("  ", picture()),
            (None, picture()),
            (5, picture()),
            ("Li Hua", None),
            ("Li Hua", ""),
            ("Li Hua", "not base64!"),
            ("Li Hua", "aGVsbG8="),
            ("Li Hua", 5),
            ("Li Hua", picture(kind="GIF")),
        ):
            label = f"{name} {image}"[:20]
            with self.subTest(label), self.assertRaises(ArgumentError):
                order.action_sign(name, image)
        order.action_sign("Li Hua", picture())
        self.assertEqual(order.signed_by, "Li Hua")
        self.assertTrue(order.signature)

    def test_disp_25_a_refused_signature_needs_a_reason_and_owes_a_call(self):
        self.env["aftersales.policy.callback"].create(
            {"policy_id": self.policy.id, "name": "Unsigned", "trigger": "unsigned"}
        )
        order = self._findings(self._walk("on_site"))
        with self.assertRaises(ArgumentError):
            order.action_refuse_signature("")
        order.action_refuse_signature("Does not want to comment")
        order.action_done()
        self.assertEqual(order.state, "done")
        calls = order.sudo().callback_ids.filtered(
            lambda call: call.rule_id.trigger == "unsigned"
        )
        self.assertEqual(len(calls), 1)

    def test_signed_content_is_frozen(self):
        order = self._findings(self._walk("on_site"))
        order.action_sign("Li Hua", picture())
        for user in (self.technician_user, self.dispatcher_user, self.head_user):
            mine = order.with_user(user)
            for name, value in {
                "solution": "Nothing",
                "customer_opinion": "Great",
                "test_run": "failed",
                "cause_id": self.cause_misuse.id,
            }.items():
                label = f"{user.login} {name}"
                with self.subTest(label), self.assertRaises(FrozenFactError):
                    mine.write({name: value})
            with self.assertRaises(FrozenFactError):
                mine.unit_ids.write({"cause_id": self.cause_misuse.id})
        with self.assertRaises(FrozenFactError):
            order.action_sign("Somebody Else", picture("red"))
        with self.assertRaises(FrozenFactError):
            order.action_refuse_signature("Changed his mind")
        with self.assertRaises(FrozenFactError):
            order.with_user(self.dispatcher_user).unit_ids.unlink()
        order.with_user(self.dispatcher_user).category = "service"

    # -- done

    def test_insp_01_done_needs_signature_test_run_and_confidence(self):
        order = self._walk("on_site").with_user(self.technician_user)
        fields = {item["field"] for item in order.missing("done")}
        self.assertEqual(
            fields,
            {
                "cause_id",
                "solution",
                "customer_opinion",
                "test_run",
                "fix_confidence",
                "signature",
            },
        )
        with self.assertRaises(MissingError):
            order.action_done()
        self._findings(order)
        with self.assertRaises(MissingError):
            order.action_done()
        order.action_sign("Li Hua", picture())
        order.action_done()
        self.assertEqual(order.state, "done")

    def test_remote_work_is_done_without_travel_and_signature(self):
        order = self._order(mode="remote")
        self._findings(order, customer_opinion=False)
        order.action_done()
        self.assertEqual(order.state, "done")
        self.assertTrue(order.report_complete)
        with self.assertRaises(TransitionError):
            self._order(mode="remote").action_depart()

    def test_done_closes_the_ticket_when_fixed(self):
        ticket = self._ticket()
        self._walk("done", ticket_id=ticket.id)
        self.assertTrue(ticket.stage_id.closed)

    def test_done_leaves_the_ticket_open_when_not_fixed(self):
        for findings in ({"result": "part_missing"}, {"test_run": "failed"}):
            with self.subTest(findings=findings):
                ticket = self._ticket()
                self._walk("done", findings, ticket_id=ticket.id)
                self.assertFalse(ticket.stage_id.closed)

    def test_done_leaves_the_ticket_open_while_other_work_runs(self):
        ticket = self._ticket()
        self._order(ticket_id=ticket.id)
        self._walk("done", ticket_id=ticket.id)
        self.assertFalse(ticket.stage_id.closed)

    def test_cb_02_and_03_call_backs_follow_from_the_facts(self):
        self.env["aftersales.policy.callback"].create(
            {"policy_id": self.policy.id, "name": "Test run", "trigger": "no_test_run"}
        )
        sure = self._walk("done")
        unsure = self._walk("done", {"fix_confidence": "unsure", "test_run": "no_time"})
        self.assertFalse(sure.callback_ids)
        self.assertEqual(
            set(unsure.callback_ids.rule_id.mapped("trigger")),
            {"unsure", "no_test_run"},
        )

    # -- close

    def test_disp_43_close_needs_a_category(self):
        order = self._walk("done")
        self.assertEqual(order.category, "service")
        order.category = False
        with self.assertRaises(MissingError):
            order.action_close()
        order.category = "paid"
        order.action_close()
        with self.assertRaises(FrozenFactError):
            order.category = "service"

    def test_disp_43_category_is_proposed_from_the_facts(self):
        misuse = self._walk("done", {"cause_id": self.cause_misuse.id})
        self.assertEqual(misuse.category, "misuse")
        self.equipment.product_id = False
        foreign = self._walk("done")
        self.assertEqual(foreign.category, "free_repair")
        installed = self._walk("done", service_type="installation")
        self.assertEqual(installed.category, "rework")

    def test_warr_10_part_under_year_only_for_units_younger_than_a_year(self):
        order = self._walk("done")
        order.category = "part_under_year"
        self.equipment.purchase_date = "2025-03-02"
        with self.assertRaises(MissingError):
            order.action_close()
        self.equipment.purchase_date = "2025-03-03"
        order.action_close()
        self.assertEqual(order.state, "closed")

    def test_close_refuses_an_open_parts_claim_by_name(self):
        order = self._walk("done")
        claim = self.env["aftersales.claim"].create(
            {"order_id": order.id, "equipment_id": self.equipment.id}
        )
        with self.assertRaisesRegex(MissingError, claim.name):
            order.action_close()
        with self.assertRaises(TransitionError):
            draft = self._order()
            claim.copy({"order_id": draft.id})
            draft.action_cancel("Not needed")
