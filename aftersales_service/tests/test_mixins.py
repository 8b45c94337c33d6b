from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import Command, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .. import guard
from ..exceptions import (
    ArgumentError,
    FactTimeError,
    FrozenFactError,
    GuardedFieldError,
    TransitionError,
)
from ..models.aftersales_fact_mixin import fact_action
from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestStateMixin(AftersalesCommon):
    """State moves by declared transitions only, through one writer (D1, D5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sites = cls.site.with_user(cls.head_user).browse()
        cls.values = {
            "name": "Cold Store 2",
            "partner_id": cls.customer.id,
            "company_id": cls.company.id,
            "technician_id": cls.technician.id,
        }

    def test_every_pair_of_states(self):
        transitions = self.site._state_transitions
        for source in transitions:
            for target in transitions:
                site = (
                    self.env["aftersales.site"]
                    ._unguarded()
                    .create({**self.values, "state": source})
                    ._guarded_again()
                )
                with self.subTest(f"{source} to {target}"):
                    if target == source:
                        self.assertFalse(site._set_state(target))
                    elif target in transitions[source]:
                        self.assertEqual(site._set_state(target), site)
                        self.assertEqual(site.state, target)
                    else:
                        with self.assertRaisesRegex(TransitionError, "Cold Store 2"):
                            site._set_state(target)

    def test_a_set_moves_as_one_or_not_at_all(self):
        closed = self.site.copy()
        closed._set_state("active")
        closed._set_state("closed")
        with self.assertRaisesRegex(TransitionError, closed.display_name):
            (self.site | closed)._set_state("suspended")
        self.assertEqual(self.site.state, "active")

    def test_moving_many_costs_as_much_as_moving_few(self):
        def cost(count):
            sites = self.env["aftersales.site"].create(
                [{**self.values, "name": f"Store {n}"} for n in range(count)]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            sites._set_state("active")
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        cost(1)
        self.assertEqual(cost(2), cost(60))

    def test_no_door_writes_a_guarded_field(self):
        site = self.site.with_user(self.head_user)
        closing = {"state": "retired"}
        forged = {guard.CONTEXT_KEY: True}
        for door, act in {
            "write": lambda: site.write({"state": "closed"}),
            "forged": lambda: site.with_context(**forged).write({"state": "closed"}),
            "save": lambda: site.web_save({"state": "closed"}, {"state": {}}),
            "create": lambda: site.create({**self.values, "state": "active"}),
            "emptied": lambda: site.create({**self.values, "state": False}),
            "copy": lambda: site.copy({"state": "active"}),
            "child": lambda: site.write(
                {"equipment_ids": [Command.update(self.equipment.id, closing)]}
            ),
        }.items():
            with self.subTest(door), self.assertRaisesRegex(GuardedFieldError, "Stat"):
                act()
        self.assertEqual(self.site.state, "active")

    def test_import_cannot_write_a_guarded_field(self):
        result = self.sites.load(
            ["name", "partner_id/.id", "state"],
            [["X", str(self.customer.id), "active"]],
        )
        self.assertFalse(result["ids"])

    def test_defaults_of_context_and_user_do_not_count(self):
        context = self.sites.with_context(default_state="active")
        self.assertEqual(context.create(self.values).state, "draft")
        self.assertEqual(context.default_get(["state"]), {"state": "draft"})
        self.env["ir.default"].with_user(self.head_user).set(
            "aftersales.site", "state", "active", user_id=True
        )
        self.assertEqual(self.sites.create(self.values).state, "draft")
        with self.assertRaises(GuardedFieldError):
            self.sites.create({**self.values, "state": "active"})

    def test_the_own_default_may_be_sent_back(self):
        self.assertEqual(
            self.sites.create({**self.values, "state": "draft"}).state, "draft"
        )

    def test_a_copy_begins_anew(self):
        copied = self.site.with_user(self.head_user).copy()
        self.assertEqual(copied.state, "draft")
        self.assertNotEqual(copied.code, self.site.code)
        self.assertEqual(copied.company_id, self.site.company_id)

    def test_what_only_the_system_makes_cannot_be_duplicated(self):
        callbacks = self.env["aftersales.callback"]
        with self.assertRaisesRegex(GuardedFieldError, "duplicated"):
            callbacks._check_can_copy(callbacks._get_guarded_on_create())

    def test_the_key_does_not_reach_the_caller(self):
        moved = self.site._set_state("suspended")
        self.assertFalse(guard.is_open(moved.env))
        self.assertFalse(guard.is_open(self.site._unguarded()._guarded_again().env))


@tagged("post_install", "-at_install")
class TestNumberMixin(AftersalesCommon):
    """Numbers are drawn, not chosen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calls = cls.env["aftersales.call"].with_user(cls.dispatcher_user)
        cls.values = {
            "company_id": cls.company.id,
            "caller_name": "Mr Li",
            "phone": "+86 871 5550 1001",
            "place": "Cold store 1",
            "subject": "No pressure",
        }

    def _create(self, count):
        return self.calls.create([self.values] * count)

    def test_a_batch_gets_distinct_numbers_in_order(self):
        names = self._create(25).mapped("name")
        self.assertEqual(len(set(names)), 25)
        self.assertEqual(names, sorted(names))

    def test_caller_values_are_not_changed(self):
        self._create(2)
        self.assertNotIn("name", self.values)

    def test_a_number_cannot_be_chosen_or_changed(self):
        with self.assertRaises(GuardedFieldError):
            self.calls.create({**self.values, "name": "CALL/0"})
        with self.assertRaises(GuardedFieldError):
            self._create(1).write({"name": "CALL/0"})

    def test_other_company_uses_its_own_sequence(self):
        self.env["ir.sequence"].create(
            {
                "name": "Calls of the other company",
                "code": "aftersales.call",
                "prefix": "OTHER/",
                "company_id": self.company2.id,
            }
        )
        both = self.env["aftersales.call"].create(
            [{**self.values, "company_id": self.company2.id}, self.values]
        )
        self.assertTrue(both[0].name.startswith("OTHER/"))
        self.assertFalse(both[1].name.startswith("OTHER/"))

    def test_a_missing_sequence_says_what_to_do(self):
        self.env["ir.sequence"].search([("code", "=", "aftersales.call")]).unlink()
        with self.assertRaisesRegex(UserError, "aftersales.call"):
            self._create(1)


@tagged("post_install", "-at_install")
class TestFrozenMixin(AftersalesCommon):
    """A recorded fact stays, by every door (D6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.check = cls.env["aftersales.warranty.check"].create(
            {
                "equipment_id": cls.equipment.id,
                "company_id": cls.company.id,
                "on_date": "2026-03-01",
                "verdict": "covered",
                "verdict_parts": "covered",
                "verdict_labour": "covered",
                "test_ids": [Command.create({"code": "term", "passed": True})],
            }
        )

    def test_a_fact_cannot_be_changed_deleted_or_moved(self):
        for act in (
            lambda: self.check.write({"verdict": "void"}),
            lambda: self.check.sudo().unlink(),
            lambda: self.check.test_ids.write({"passed": False}),
            lambda: self.check.write({"test_ids": [Command.clear()]}),
            lambda: self.check.web_save({"verdict": "void"}, {}),
            lambda: self.check.with_context(**{guard.CONTEXT_KEY: guard.GUARD}).write(
                {"verdict": "void"}
            ),
        ):
            with self.assertRaises(FrozenFactError):
                act()
        self.assertEqual(self.check.verdict, "covered")
        self.assertTrue(self.check.test_ids.passed)

    def test_nothing_to_change_is_no_error(self):
        self.check.browse().write({"verdict": "void"})
        self.check.write({})


@tagged("post_install", "-at_install")
class TestFactMixin(AftersalesCommon):
    """A fact is recorded once, at a time that is possible (D2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(cls).with_user(cls.dispatcher_user)
        cls.calls = []

        @fact_action
        def action_probe(self, note, at=None, request_key=None):
            cls.calls.append((self.ids, note, at))
            return {"note": note} if note == "plain" else self

        @api.model
        @fact_action
        def action_probe_model(self, at=None, request_key=None):
            cls.calls.append(at)

        order_class = type(cls.env["aftersales.order"])
        for function in (action_probe, action_probe_model):
            patcher = patch.object(
                order_class, function.__name__, function, create=True
            )
            patcher.start()
            cls.addClassCleanup(patcher.stop)

    def setUp(self):
        super().setUp()
        self.calls.clear()

    def test_the_same_key_does_nothing_and_answers_the_same(self):
        first = self.order.action_probe("a", request_key="k1")
        again = self.order.action_probe("b", request_key="k1")
        self.assertEqual(again, first)
        self.assertEqual(len(self.calls), 1)
        self.assertEqual(
            [
                self.order.action_probe("plain", request_key="k2"),
                self.order.action_probe("plain", request_key="k2"),
            ],
            [{"note": "plain"}] * 2,
        )
        self.order.action_probe("a", request_key="k3")
        self.assertEqual(len(self.calls), 3)

    def test_a_key_belongs_to_its_user_and_document(self):
        self.order.action_probe("a", request_key="k")
        self.order.with_user(self.head_user).action_probe("a", request_key="k")
        self.assertEqual(len(self.calls), 2)
        with self.assertRaisesRegex(ArgumentError, "another document"):
            self.order.browse().action_probe("a", request_key="k")

    def test_no_key_no_memory(self):
        for key in (None, False, ""):
            self.order.action_probe("a", request_key=key)
        self.assertEqual(len(self.calls), 3)

    def test_wrong_keys_are_refused(self):
        for key in (5, ["k"], {"k": 1}, "k" * 201, "a\x00", True, 1.5, b"k"):
            with self.subTest(key), self.assertRaises(ArgumentError):
                self.order.action_probe("a", request_key=key)

    @mute_logger("odoo.sql_db")
    def test_the_loser_of_a_race_for_a_key_starts_again(self):
        def claim(cr):
            env = api.Environment(cr, self.env.uid, {})
            return env["aftersales.request"]._claim(
                env["aftersales.site"], "race", "same"
            )

        with self.registry.cursor() as late, self.registry.cursor() as early:
            late.execute("SELECT 1")  # its snapshot begins here
            self.assertTrue(claim(early)[1])
            early.commit()
            try:
                with self.assertRaises(SerializationFailure):
                    claim(late)
                late.rollback()
                self.assertFalse(claim(late)[1])
                late.rollback()
            finally:
                early.execute("DELETE FROM aftersales_request WHERE method = 'race'")

    def test_calls_on_many_none_and_the_model(self):
        many = self.order | self._create_order().with_user(self.dispatcher_user)
        self.assertEqual(many.action_probe("a", request_key="m"), many)
        self.assertEqual(many.action_probe("a", request_key="m"), many)
        self.order.browse().action_probe("a")
        self.order.browse().action_probe_model(request_key="m")
        self.order.browse().action_probe_model(request_key="m")
        self.assertEqual(len(self.calls), 3)

    @freeze_time("2026-06-01 10:00:00")
    def test_times_arrive_as_naive_utc(self):
        east = timezone(timedelta(hours=8))
        for given, expected in {
            None: datetime(2026, 6, 1, 10),
            "2026-06-01 09:30:00": datetime(2026, 6, 1, 9, 30),
            "2026-06-01T17:30:00+08:00": datetime(2026, 6, 1, 9, 30),
            "2026-06-01T09:30:00.123Z": datetime(2026, 6, 1, 9, 30),
            datetime(2026, 6, 1, 17, 30, tzinfo=east): datetime(2026, 6, 1, 9, 30),
            datetime(2026, 6, 1, 9, 30, 0, 5): datetime(2026, 6, 1, 9, 30),
        }.items():
            with self.subTest(given):
                self.order.action_probe("a", at=given)
                self.assertEqual(self.calls[-1][2], expected)

    @freeze_time("2026-06-01 10:00:00")
    def test_impossible_times_are_refused(self):
        for given in (
            "2026-06-01 10:00:01",
            "yesterday",
            "2026-13-40",
            5,
            0.5,
            [],
            {},
            ["2026-06-01"],
            b"2026",
            True,
            fields.Date.today(),
            "0001-01-01T00:00:00+14:00",
            datetime.max,
        ):
            with self.subTest(given), self.assertRaises(FactTimeError):
                self.order.action_probe("a", at=given)

    @freeze_time("2026-06-01 10:00:00")
    def test_back_dating_has_a_limit_except_for_the_head(self):
        self.company.aftersales_backdate_days = 10
        inside, outside = "2026-05-22 10:00:00", "2026-05-22 09:59:59"
        self.order.action_probe("a", at=inside)
        with self.assertRaisesRegex(FactTimeError, "10 days"):
            self.order.action_probe("a", at=outside)
        self.order.with_user(self.head_user).action_probe("a", at=outside)

    def test_wrong_arguments_are_typed(self):
        for args, kwargs in (
            ((), {}),
            (("a", None, None, 1), {}),
            (("a",), {"x": 1}),
        ):
            with self.assertRaises(UserError):
                self.order.action_probe(*args, **kwargs)

    def test_access_comes_first(self):
        with self.assertRaises(AccessError):
            self.order.with_user(self.employee_user).action_probe(
                "a", at="nonsense", request_key=[]
            )
