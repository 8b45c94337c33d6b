from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..exceptions import FrozenFactError, MissingError, TransitionError
from .field_common import FieldCommon, picture


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestVisitStart(FieldCommon):
    """Safety before the work, conduct, and the ticks at its end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ("safety", "height", "conduct", "closing"):
            cls.policy[f"{name}_checklist_id"] = cls.env.ref(
                f"aftersales_service.checklist_{name}"
            )

    def _on_site(self, **values):
        """Return an order on site of which only the kit was ticked."""
        order = self._order(**values)
        order.action_schedule(self._at("10:00"))
        order.action_dispatch()
        field = order.with_user(self.technician_user)
        self._checks(field, "departure_kit").action_answer(True)
        field.action_depart(self._at("09:00"))
        field.action_arrive(self._at("09:50"))
        return field

    def _checks(self, order, purpose):
        return order.check_ids.filtered(lambda check: check.purpose == purpose)

    def test_cond_03_nine_safety_items_come_with_the_order(self):
        """COND-03: the safety checklist has nine items and is made at dispatch."""
        order = self._on_site()
        self.assertEqual(len(self._checks(order, "readiness")), 9)

    def test_cond_03_power_off_blocks_electrical_jobs(self):
        """COND-03: “power off” not ticked: an electrical job does not start."""
        order = self._on_site(is_electrical=True)
        with self.assertRaisesRegex(MissingError, "Power off"):
            order.action_start_work(self._at("10:00"))
        power = order.check_ids.filtered("item_id.only_electrical")
        power.action_answer(False)
        with self.assertRaises(MissingError):
            order.action_start_work(self._at("10:00"))
        power.action_answer(True)
        order.action_start_work(self._at("10:00"))
        order.action_start_work(self._at("10:05"))
        self.assertEqual(order.work_started_on, self._at("10:00"))

    def test_cond_03_other_jobs_start_without_it(self):
        """COND-03: what is not electrical does not wait for the power."""
        order = self._on_site()
        order.action_start_work(self._at("10:00"))
        self.assertTrue(order.work_started_on)

    def test_cond_03_nobody_signs_dangerous_work_that_never_started(self):
        """COND-03: the start cannot be left out to avoid its checks."""
        order = self._findings(self._on_site(is_electrical=True))
        with self.assertRaises(MissingError):
            order.action_sign("Li Hua", picture(), self._at("11:00"))

    def test_cond_04_height_asks_its_own_list(self):
        """COND-04: work at height starts when its precautions are all ticked."""
        order = self._on_site()
        self.assertEqual(len(self._checks(order, "readiness")), 9)
        order.is_height = True
        height = self._checks(order, "readiness").filtered(
            lambda check: check.checklist_id == self.policy.height_checklist_id
        )
        self.assertEqual(len(height), 3)
        height[:2].action_answer(True)
        with self.assertRaises(MissingError):
            order.action_start_work(self._at("10:00"))
        height.action_answer(True)
        order.action_start_work(self._at("10:00"))
        self.assertTrue(order.work_started_on)

    def test_cond_04_without_a_list_height_is_blocked(self):
        """COND-04: a danger without a checklist does not pass silently."""
        self.policy.height_checklist_id = False
        order = self._on_site(is_height=True)
        with self.assertRaises(MissingError):
            order.action_start_work(self._at("10:00"))

    def test_cond_04_the_technician_cannot_take_a_danger_away(self):
        """COND-04: he may see a danger; only the desk removes it."""
        order = self._on_site(is_height=True)
        with self.assertRaises(AccessError):
            order.is_height = False
        order.with_user(self.dispatcher_user).is_height = False
        self.assertFalse(order.is_height)

    def test_disp_32_stages_keep_their_order(self):
        """DISP-32: analysis before repair, repair before trial run."""
        self.policy.stage_order = True
        order = self._on_site()
        self.assertEqual(order.stage, "survey")
        with self.assertRaises(MissingError):
            order.action_start_work(self._at("10:00"))
        order.write({"cause_id": self.cause.id, "check_note": "Valve plate cracked."})
        self.assertEqual(order.stage, "analysis")
        with self.assertRaises(TransitionError):
            order.test_run = "passed"
        order.action_start_work(self._at("10:00"))
        self.assertEqual(order.stage, "repair")
        order.write({"test_run": "passed", "trial_note": "7.5 bar for 20 minutes."})
        self.assertEqual(order.stage, "trial")

    def test_disp_32_the_start_belongs_on_site(self):
        """DISP-32: before the arrival and after the work nothing starts."""
        for state in ("draft", "scheduled", "dispatched", "cancel"):
            with self.subTest(state), self.assertRaises(TransitionError):
                self._walk(state).action_start_work()

    def test_disp_24_closing_ticks_are_answered_before_the_end(self):
        """DISP-24: four ticks; an unanswered one blocks the end, a no does not."""
        order = self._findings(self._on_site())
        ticks = self._checks(order, "closing")
        self.assertEqual(len(ticks), 4)
        self.assertEqual(order.closing_open, 4)
        ticks[:3].action_answer(True)
        ticks[3:].action_answer(False)
        self.assertFalse(order.card_left)
        ticks[3:].action_answer(True)
        self.assertTrue(order.card_left)
        order.action_sign("Li Hua", picture(), self._at("11:00"))
        order.action_done(self._at("11:15"))
        self.assertEqual(order.state, "done")

    def test_disp_24_an_open_tick_blocks(self):
        """DISP-24: site cleaned? Somebody has to say so."""
        order = self._findings(self._on_site())
        self._checks(order, "closing")[1:].action_answer(True)
        with self.assertRaisesRegex(MissingError, "Site cleaned"):
            order.action_sign("Li Hua", picture(), self._at("11:00"))
        self.assertTrue(order.missing("done"))

    def test_cond_05_the_conduct_score_of_a_month(self):
        """COND-01, COND-05, COND-06: 3 visits, 12 ticks each, 2 failed: 94.4 %."""
        checks = self.env["aftersales.check"]
        for failed in (0, 1, 1):
            conduct = self._checks(self._on_site(), "conduct")
            self.assertEqual(len(conduct), 12)
            conduct[:failed].action_answer(False)
            conduct[failed:].action_answer(True)
            checks |= conduct
        [(employee, score)] = checks._read_group(
            [("id", "in", checks.ids), ("state", "!=", "open")],
            ["employee_id"],
            ["score:avg"],
        )
        self.assertEqual(employee, self.technician)
        self.assertEqual(round(score, 1), 94.4)

    def test_cond_01_signed_sheets_keep_their_answers(self):
        """COND-01: nobody improves his conduct after the signature."""
        order = self._findings(self._on_site())
        conduct = self._checks(order, "conduct")
        conduct.action_answer(False)
        self._checks(order, "closing").action_answer(True)
        order.action_sign("Li Hua", picture(), self._at("11:00"))
        with self.assertRaises(FrozenFactError):
            conduct.action_answer(True)

    def test_new_versions_are_followed_by_all_lists(self):
        """COND-03: a policy follows the new version of each of its checklists."""
        old = self.policy.safety_checklist_id
        new = old.with_user(self.head_user).action_new_version()
        self.assertEqual(self.policy.safety_checklist_id, new)
        self.assertEqual(new.version, old.version + 1)
        self.assertTrue(new.item_ids.filtered("only_electrical"))
