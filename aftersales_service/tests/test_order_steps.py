"""Every action of an order, from every state, pressed again and again."""

import inspect
from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from . import order_steps
from .field_common import STATES, FieldCommon
from .order_steps import STEPS, WINDOWS, Step

CHINESE = "[\u4e00-\u9fff]"  # a translated text holds some
CALM = "好"
OURS = "odoo.addons.aftersales_service."

# What an effect may be written to, besides our own tables.
OTHER_TABLES = (
    "helpdesk_ticket",
    "ir_attachment",
    "mail_activity",
    "mail_mail",
    "mail_message",
    "rating_rating",
    "stock_move",
    "stock_picking",
)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestOrderSteps(FieldCommon):
    """One effect or a clear refusal, whatever is pressed, wherever, how often."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.orders = {}
        for state in STATES:
            cls.orders[state] = order = cls._create_order(cls)
            order_steps.bring(cls, order, state)
        cls.env.flush_all()
        cls.env.cr.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_name LIKE"
            " 'aftersales%%' AND table_type = 'BASE TABLE'"
        )
        tables = {name for (name,) in cls.env.cr.fetchall()} - {"aftersales_request"}
        cls.env.cr.execute("SELECT pg_current_xact_id()::xid::text")
        [mine] = cls.env.cr.fetchone()
        # Rows from before this transaction are only counted.
        query = " UNION ALL ".join(
            f"SELECT '{table}', count(*), sum(hashtext((to_jsonb(t) - 'write_uid'"
            f" - 'write_date')::text)) FILTER (WHERE age(xmin) <= age('{mine}'::xid))"
            f" FROM {table} t"
            for table in sorted(tables.union(OTHER_TABLES))
        )
        cls.env.cr.execute(f"PREPARE fingerprint AS {query}")
        cls.addClassCleanup(cls.env.cr.execute, "DEALLOCATE fingerprint")

    def _fingerprint(self):
        """Return what stands in the tables now, so that any change shows."""
        self.env.flush_all()
        self.env.cr.execute("EXECUTE fingerprint")
        return set(self.env.cr.fetchall())

    def _count_writes(self):
        """Return how many rows this transaction wrote so far, anywhere."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM"
            " pg_stat_xact_user_tables"
        )
        return self.env.cr.fetchone()[0]

    def _press(self, name, order, arguments, who):
        """Press one action as somebody who reads Chinese.

        :return: the text of the refusal, or None when it was let through
        """
        step = STEPS.get(name, Step(STATES))
        user = getattr(self, f"{who}_user")
        target = order.with_user(user).with_context(lang="zh_CN")
        if step.on_model:
            target = target.browse()
        keys = {"request_key": f"{name}-{order.id}"} if step.keyed else {}
        try:
            with self.env.cr.savepoint():
                getattr(target, name)(*arguments, **keys)
                self.env.flush_all()
        except UserError as refusal:
            self.env.invalidate_all()
            return str(refusal)
        return None

    @contextmanager
    def _trying(self, name, state):
        """Give an order in a state to an action; nothing of it is kept."""
        with self.subTest(step=name, state=state):
            savepoint = self.env.cr.savepoint()
            try:
                yield self.orders[state]
            finally:
                savepoint.rollback()
                self.env.invalidate_all()

    def _get_actions(self):
        """Return the names of the public actions that the addon gives an order."""
        return {
            name
            for name, method in inspect.getmembers(
                type(self.env["aftersales.order"]), inspect.isfunction
            )
            if name.startswith("action_") and method.__module__.startswith(OURS)
        }

    def test_no_action_is_left_out(self):
        """DISP-09: whatever the order lets one do is pressed by these tests."""
        public = self._get_actions()
        doing = {name for name in public if not name.startswith(WINDOWS)}
        self.assertFalse(doing - STEPS.keys(), "not in order_steps.py")
        self.assertFalse(STEPS.keys() - public, "no action any more")

    def test_from_every_state_one_effect_or_a_refusal_in_words(self):
        """DISP-09: each action in each state, then again, by a second person.

        Where it does not belong it is refused in the reader's language. Where it
        was let through, to press it again is refused or leaves every table of the
        house as it was.
        """
        for name, step in STEPS.items():
            for state in STATES:
                with self._trying(name, state) as order:
                    self._check_press(name, step, state, order)

    def _check_press(self, name, step, state, order):
        """Check one action on one order, pressed twice."""
        arguments = step.ready(self, order)
        refusal = self._press(name, order, arguments, step.people[0])
        if state not in step.states:
            self.assertTrue(refusal, "let through from a wrong state")
            self.assertRegex(refusal, CHINESE)
            return
        self.assertIsNone(refusal)
        before = self._fingerprint()
        second = step.people[0] if step.keyed else step.people[-1]
        refusal = self._press(name, order, arguments, second)
        changed = {row[0] for row in self._fingerprint() ^ before}
        self.assertFalse(changed, "a second effect")
        self.assertRegex(refusal or CALM, CHINESE)

    def test_windows_only_show(self):
        """DISP-09: to open a window changes nothing, in whatever state."""
        windows = {name for name in self._get_actions() if name.startswith(WINDOWS)}
        self.assertTrue(windows - STEPS.keys())
        for name in sorted(windows - STEPS.keys()):
            for state in STATES:
                with self._trying(name, state) as order:
                    before = self._count_writes()
                    refusal = self._press(name, order, [], "head")
                    self.assertRegex(refusal or CALM, CHINESE)
                    self.assertEqual(self._count_writes(), before)
