from datetime import date

from odoo.tests import freeze_time, tagged

from ..calc.warranty import RULES_VERSION
from ..exceptions import NotAllowedError, NotEntitledError, TransitionError
from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestWarrantyEdges(AftersalesCommon):
    """What a decision on the last day moves, and labour with a term of its own."""

    @classmethod
    def _make_world(cls):
        result = super()._make_world()
        cls.equipment.write({"purchase_date": "2025-06-01", "warranty_months": 12})
        return result

    def _give_labour(self, months):
        self.equipment.write(
            {"warranty_labour_apart": True, "warranty_labour_months": months}
        )

    def test_a_decided_day_covers_from_the_beginning(self):
        """WARR-12: who decides the last day asks no more when the term began."""
        early = self.equipment.check_warranty(on_date="2025-05-31")
        self.assertEqual(early.verdict, "undetermined")
        self.equipment.with_user(self.head_user).action_override_warranty(
            "2026-12-31", "Goodwill of the maker"
        )
        self.assertFalse(self.equipment.warranty_start)
        self.assertEqual(self.equipment.warranty_end, date(2026, 12, 31))
        for day, verdict in (
            ("2025-05-31", "covered"),
            ("2026-12-31", "covered"),
            ("2027-01-01", "expired"),
        ):
            with self.subTest(day):
                check = self.equipment.check_warranty(on_date=day)
                self.assertEqual(check.verdict, verdict)

    def test_labour_ends_on_its_own_day(self):
        """WARR-12: six months of labour beside twelve of parts, and none at all."""
        self.assertEqual(self.equipment.warranty_labour_end, date(2026, 5, 31))
        self._give_labour(6)
        self.assertEqual(self.equipment.warranty_labour_end, date(2025, 11, 30))
        self.assertEqual(self.equipment.warranty_end, date(2026, 5, 31))
        for day, labour in (("2025-11-30", "covered"), ("2025-12-01", "expired")):
            with self.subTest(day):
                check = self.equipment.check_warranty(on_date=day)
                self.assertEqual(check.verdict_parts, "covered")
                self.assertEqual(check.verdict_labour, labour)
        self._give_labour(0)
        self.assertFalse(self.equipment.warranty_labour_end)
        check = self.equipment.check_warranty(on_date="2025-06-01")
        self.assertEqual(check.verdict_labour, "expired")

    def test_a_decided_day_is_the_last_of_labour_too(self):
        """WARR-12: a decision moves parts and labour, its withdrawal both back."""
        self._give_labour(6)
        head = self.equipment.with_user(self.head_user)
        head.action_override_warranty("2026-12-31", "Goodwill of the maker")
        self.assertEqual(self.equipment.warranty_labour_end, date(2026, 12, 31))
        head.action_override_warranty(False, "Entered for the wrong unit")
        self.assertEqual(self.equipment.warranty_labour_end, date(2025, 11, 30))
        self.assertEqual(self.equipment.warranty_start, date(2025, 6, 1))

    def test_only_a_part_is_asked_whether_it_is_excluded(self):
        """WARR-12: the verdict on a unit names no test of a part."""
        self.valve.product_tmpl_id.aftersales_warranty_excluded = True
        codes = self.equipment.check_warranty().test_ids.mapped("code")
        self.assertNotIn("PART_NOT_EXCLUDED", codes)
        codes = self.equipment.check_warranty(product_id=self.valve).test_ids
        self.assertIn("PART_NOT_EXCLUDED", codes.mapped("code"))

    def test_a_decision_is_on_record_until_it_is_withdrawn(self):
        """WARR-12: who decided and why, on the unit, in the trail and in the notes."""
        other = self.equipment.copy({"name": "CP-0008", "serial": "SN-CP-0008"})
        units = (self.equipment | other).with_user(self.head_user)
        trail = self.env["aftersales.audit"]
        asked = [("model", "=", units._name), ("event", "=", "warranty_override")]
        for day, reason in (("2026-12-31", "Goodwill"), (None, "Wrong unit")):
            self.assertEqual(units.action_override_warranty(day, reason), units)
            for unit in units:
                kept = (unit.warranty_override_reason, unit.warranty_override_by_id)
                with self.subTest(reason, unit=unit.name):
                    self.assertEqual(bool(kept[0]), bool(day))
                    self.assertEqual(bool(kept[1]), bool(day))
                    entry = trail.search([*asked, ("res_id", "=", unit.id)], limit=1)
                    self.assertEqual(entry.reason, reason)
                    self.assertEqual(entry.detail, {"warranty_end": day})
                    self.assertIn(reason, str(unit.message_ids.mapped("body")))
                    if day:
                        self.assertEqual(kept, (reason, self.head_user))

    def test_who_reads_a_unit_does_not_yet_judge_it(self):
        """WARR-12: the storekeeper sees the unit, its warranty is not his to judge."""
        readers = [
            user
            for user in (self.warehouse_user, self.hr_user, self.employee_user)
            if self.equipment.with_user(user).has_access("read")
        ]
        self.assertIn(self.warehouse_user, readers)
        for user in readers:
            with self.subTest(user=user.login), self.assertRaises(NotAllowedError):
                self.equipment.with_user(user).check_warranty()
        self.assertFalse(self.equipment.warranty_check_ids)

    def test_a_replaced_verdict_says_what_became_of_it(self):
        """WARR-12: the decision keeps day, cause and part, and names who took it."""
        for verdict, passed in (("covered", True), ("void", False)):
            check = self.equipment.with_user(self.dispatcher_user).check_warranty(
                on_date="2026-06-01", cause_id=self.cause, product_id=self.valve
            )
            self.assertEqual(check.verdict, "expired")
            new = check.with_user(self.head_user).action_override(verdict, "A letter")
            with self.subTest(verdict):
                kept = (new.on_date, new.cause_id, new.product_id, new.company_id)
                self.assertEqual(
                    kept, (date(2026, 6, 1), self.cause, self.valve, self.company)
                )
                verdicts = {new.verdict, new.verdict_parts, new.verdict_labour}
                self.assertEqual(verdicts, {verdict})
                self.assertEqual(new.override_reason, "A letter")
                self.assertIn("A letter", new.explanation)
                self.assertIn(self.head_user.name, new.explanation)
                self._assert_decision_on_record(new, passed)

    def _assert_decision_on_record(self, new, passed):
        self.assertEqual(new.test_ids.passed, passed)
        self.assertTrue(new.test_ids.name)
        self.assertEqual(new.test_ids.value, f"expired → {new.verdict}")
        self.assertEqual(new.test_ids.rule_version, RULES_VERSION)
        entry = self.env["aftersales.audit"].search(
            [
                ("model", "=", new._name),
                ("res_id", "=", new.id),
                ("event", "=", "warranty_override"),
            ]
        )
        self.assertEqual(entry.reason, "A letter")
        self.assertEqual(entry.user_login, self.head_user.login)

    def test_many_verdicts_are_replaced_in_order(self):
        """WARR-12: what was decided stays, the rest follows, nothing is made twice."""
        units = self.equipment | self.equipment.copy({"serial": "SN-2"})
        units |= self.equipment.copy({"serial": "SN-3"})
        checks = units.with_user(self.dispatcher_user).check_warranty()
        head = checks.with_user(self.head_user)
        second = head[1].action_override("void", "Misused")
        with self.assertRaises(NotEntitledError) as refused:
            head.action_override("covered", "Goodwill")
        self.assertIn(units[1].display_name, str(refused.exception))
        self.assertFalse((checks - checks[1]).override_ids)
        decided = head.action_override("void", "Misused")
        self.assertEqual(decided.equipment_id.ids, units.ids)
        self.assertEqual(decided[1], second)
        self.assertEqual(decided.override_of_id, checks)
        self.assertEqual(head.action_override("void", "Misused"), decided)
        self.assertFalse(head.browse().action_override("void", "Nothing"))

    def test_the_system_replaces_what_a_person_may_not(self):
        """WARR-12: no role for the system's own call, no way around for a person."""
        check = self.equipment.with_user(self.gm_user).sudo().check_warranty()
        with self.assertRaises(NotAllowedError):
            check.with_user(self.gm_user).action_override("void", "Because")
        decided = check.with_user(self.gm_user).sudo().action_override("void", "Import")
        self.assertEqual(decided.verdict, "void")
        self.assertEqual(decided.decided_by_id, self.gm_user)

    @freeze_time("2026-03-01 10:00:00")
    def test_a_question_to_the_maker_is_kept_as_it_was_asked(self):
        """ESC-08: asked once, on record, reminded only where the company wants it."""
        self.equipment.purchase_date = False
        self.company.aftersales_manufacturer_days = 0
        check = self.equipment.check_warranty()
        desk = check.with_user(self.dispatcher_user)
        self.assertEqual(desk.action_ask_manufacturer("Made when?"), desk)
        desk.action_ask_manufacturer("Another question")
        self.assertEqual(check.manufacturer_question, "Made when?")
        self.assertEqual(check.manufacturer_asked_by_id, self.dispatcher_user)
        self.assertEqual(str(check.manufacturer_asked_on), "2026-03-01 10:00:00")
        self.assertFalse(check.manufacturer_remind_on)
        entry = self.env["aftersales.audit"].search(
            [("res_id", "=", check.id), ("event", "=", "manufacturer_asked")]
        )
        self.assertEqual(entry.mapped("reason"), ["Made when?"])
        for days, remind_on in ((1, "2026-03-02 10:00:00"), (3, "2026-03-04 10:00:00")):
            self.company.aftersales_manufacturer_days = days
            later = self.equipment.check_warranty()
            later.with_user(self.dispatcher_user).action_ask_manufacturer("Still?")
            self.assertEqual(str(later.manufacturer_remind_on), remind_on)

    @freeze_time("2026-03-02 10:00:00")
    def test_the_deputy_asks_the_maker_again(self):
        """ESC-08, ROLE-04: who stands in for escalations is reminded instead."""
        self.equipment.purchase_date = False
        check = self.equipment.check_warranty()
        check.with_user(self.dispatcher_user).action_ask_manufacturer("Made when?")
        self.env["aftersales.deputy"].create(
            {
                "principal_id": self.dispatcher_user.id,
                "deputy_id": self.head_user.id,
                "company_id": self.company.id,
                "scope": "escalations",
                "date_from": "2026-03-02",
                "date_to": "2026-03-02",
            }
        )
        kind = self.env.ref("aftersales_service.mail_activity_manufacturer")
        check._remind_manufacturer()
        told = self.equipment.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )
        self.assertEqual(told.user_id, self.head_user)
        self.assertEqual(check.manufacturer_reminders, 1)

    def test_what_waits_for_the_maker_is_found(self):
        """ESC-08: the filter shows open questions, and a decision ends the wait."""
        self.equipment.purchase_date = False
        quiet, open_, decided, late = (self.equipment.check_warranty() for _n in "1234")
        desk = (open_ | decided).with_user(self.dispatcher_user)
        desk.action_ask_manufacturer("Made when?")
        decided.with_user(self.head_user).action_override(
            "covered", "The maker's letter"
        )
        late.with_user(self.head_user).action_override("undetermined", "Nobody knows")
        with self.assertRaises(TransitionError):
            late.with_user(self.dispatcher_user).action_ask_manufacturer("Made when?")
        for checks in (quiet, decided, late):
            self.assertFalse(checks.is_pending_manufacturer)
        self.assertTrue(open_.is_pending_manufacturer)
        every = [("id", "in", (quiet | open_ | decided | late).ids)]
        for operator, value, found in (
            ("=", True, open_),
            ("!=", False, open_),
            ("=", False, quiet | decided | late),
        ):
            with self.subTest(operator=operator, value=value):
                domain = [*every, ("is_pending_manufacturer", operator, value)]
                self.assertEqual(set(quiet.search(domain)), set(found))
