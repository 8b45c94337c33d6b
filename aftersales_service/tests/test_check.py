from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import ArgumentError, FrozenFactError, GuardedFieldError
from .field_common import FieldCommon, picture


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestCheck(FieldCommon):
    """Kit lists come from the policy and take answers of the right type."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.typed = cls.env["aftersales.checklist"].create(
            {
                "name": "Typed",
                "code": "T-TYPED",
                "purpose": "departure_kit",
                "item_ids": [
                    (0, 0, {"name": "Work ID", "is_required": True}),
                    (
                        0,
                        0,
                        {
                            "name": "Fuel",
                            "answer_type": "choice",
                            "choices": "full, half, empty",
                        },
                    ),
                    (
                        0,
                        0,
                        {
                            "name": "Battery",
                            "answer_type": "number",
                            "minimum": 11.5,
                            "maximum": 14.0,
                        },
                    ),
                    (0, 0, {"name": "Remarks", "answer_type": "text"}),
                    (0, 0, {"name": "Van", "answer_type": "photo"}),
                ],
            }
        )
        cls.policy.kit_checklist_id = cls.typed

    def setUp(self):
        super().setUp()
        order = self._walk("dispatched")
        self.order = order.with_user(self.technician_user)
        self.tick, self.choice, self.number, self.text, self.photo = (
            self.order.check_ids
        )

    def test_disp_17_the_kit_is_the_list_of_the_policy(self):
        self.assertEqual(self.order.check_ids.item_id, self.typed.item_ids)
        self.assertEqual(set(self.order.check_ids.mapped("state")), {"open"})
        self.assertEqual(self.order.kit_total, 5)
        self.assertEqual(self.order.kit_ready, 0)

    def test_dispatching_twice_makes_no_second_kit(self):
        self.order.with_user(self.dispatcher_user).action_dispatch()
        self.assertEqual(len(self.order.check_ids), 5)

    def test_answers_pass_or_fail_by_type(self):
        for check, value, state, stored in (
            (self.tick, True, "passed", "yes"),
            (self.tick, "no", "failed", "no"),
            (self.tick, 1, "passed", "yes"),
            (self.choice, "half", "passed", "half"),
            (self.number, 12.4, "passed", "12.4"),
            (self.number, "14.1", "failed", "14.1"),
            (self.number, 11.5, "passed", "11.5"),
            (self.number, 0, "failed", "0"),
            (self.text, " fine ", "passed", "fine"),
        ):
            with self.subTest(item=check.name, value=value):
                self.assertEqual(check.action_answer(value), check)
                self.assertEqual(check.state, state)
                self.assertEqual(check.value, stored)
        self.photo.action_answer(photo=picture(kind="JPEG"))
        self.assertEqual(self.photo.state, "passed")
        self.assertTrue(self.photo.photo)
        self.assertEqual(self.tick.answered_by_id, self.technician_user)

    def test_answers_of_the_wrong_type_are_refused(self):
        for check, value in (
            (self.tick, "perhaps"),
            (self.tick, 7),
            (self.tick, [1]),
            (self.choice, "overflowing"),
            (self.choice, True),
            (self.choice, None),
            (self.number, "many"),
            (self.number, True),
            (self.number, None),
            (self.number, float("nan")),
            (self.number, "inf"),
            (self.text, ""),
            (self.text, 5),
            (self.photo, "here"),
        ):
            with self.subTest(item=check.name, value=value):
                with self.assertRaises(ArgumentError):
                    check.action_answer(value)
                self.assertEqual(check.state, "open")
        with self.assertRaises(ArgumentError):
            self.photo.action_answer(photo="aGVsbG8=")

    def test_the_list_ticks_and_takes_typed_answers(self):
        self.tick.action_tick()
        self.assertEqual(self.tick.state, "passed")
        self.tick.action_untick()
        self.assertEqual(self.tick.state, "failed")
        self.number.answer = "12"
        self.assertEqual(self.number.state, "passed")
        self.assertEqual(self.number.value, "12")

    def test_answers_are_not_written_directly(self):
        for name, value in {
            "state": "passed",
            "value": "yes",
            "photo": picture(),
            "item_id": self.choice.item_id.id,
        }.items():
            with self.subTest(field=name), self.assertRaises(GuardedFieldError):
                self.tick.write({name: value})

    def test_kit_answers_end_with_the_departure(self):
        self.tick.action_tick()
        self.order.action_depart(self._at("09:00"))
        with self.assertRaises(FrozenFactError):
            self.tick.action_untick()
        with self.assertRaises(FrozenFactError):
            self.tick.note = "Forgot it"

    def test_signed_sheets_do_not_change(self):
        # an inspection item, which stays open until the customer signs
        self.typed.sudo().copy({"code": "T-INS", "purpose": "inspection"})
        item = self.env["aftersales.checklist"].search([("code", "=", "T-INS")])
        check = (
            self.env["aftersales.check"]
            ._unguarded()
            .create({"order_id": self.order.id, "item_id": item.item_ids[0].id})
        )
        check = check._guarded_again().with_user(self.technician_user)
        self.tick.action_tick()
        self.order.action_depart(self._at("09:00"))
        self.order.action_arrive(self._at("09:50"))
        check.action_answer(True)
        self._findings(self.order).action_sign("Li Hua", picture())
        with self.assertRaises(FrozenFactError):
            check.action_answer(False)
        self.assertEqual(check.state, "passed")

    def test_only_the_crew_and_the_desk_answer(self):
        for user in (self.technician2_user, self.hr_user, self.gm_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.tick.with_user(user).action_answer(True)
        self.tick.with_user(self.dispatcher_user).action_answer(True)
        self.assertEqual(self.tick.state, "passed")
        with self.assertRaises(AccessError):
            self.order.check_ids.unlink()
        with self.assertRaises(GuardedFieldError):
            self.env["aftersales.check"].with_user(self.dispatcher_user).create(
                {
                    "order_id": self.order.id,
                    "item_id": self.kit.item_ids[0].id,
                }
            )
