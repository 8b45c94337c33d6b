from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .. import guard
from ..exceptions import (
    ArgumentError,
    FrozenFactError,
    GuardedFieldError,
    NotEntitledError,
)
from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestWarranty(AftersalesCommon):
    """Terms on the unit, verdicts on record, decisions of the head."""

    def _passed(self, check):
        return {test.code: test.passed for test in check.test_ids}

    def _unit(self, **values):
        return self.env["aftersales.equipment"].create(
            {"name": "Unit", "company_id": self.company.id, **values}
        )

    def _write_guarded(self, records, **vals):
        records.with_context(**{guard.CONTEXT_KEY: guard.GUARD}).write(vals)

    # -- the term

    def test_warr_12_purchase_counts_up_to_the_last_day(self):
        self.equipment.write({"purchase_date": "2025-03-02", "warranty_months": 12})
        self.assertEqual(self.equipment.warranty_end, date(2026, 3, 1))
        covered = self.equipment.check_warranty(on_date="2026-03-01")
        expired = self.equipment.check_warranty(on_date="2026-03-02")
        self.assertEqual(covered.verdict, "covered")
        self.assertEqual(expired.verdict, "expired")

    def test_warr_12_leap_day_clamps(self):
        self.equipment.purchase_date = "2024-02-29"
        self.assertEqual(self.equipment.warranty_end, date(2025, 2, 27))

    def test_warr_12_missing_purchase_date_takes_manufacture_and_shelf_time(self):
        self.company.aftersales_shelf_months = 3
        self.equipment.write({"purchase_date": False, "manufacture_date": "2025-01-10"})
        self.assertEqual(self.equipment.warranty_end, date(2026, 4, 9))

    def test_warr_12_nothing_known_is_undetermined(self):
        self.equipment.purchase_date = False
        check = self.equipment.check_warranty(on_date="2026-03-01")
        self.assertFalse(self.equipment.warranty_end)
        self.assertEqual(check.verdict, "undetermined")
        self.assertFalse(self._passed(check)["TERM_KNOWN"])

    def test_term_from_site_handover_follows_the_site(self):
        self.equipment.warranty_basis = "handover"
        self.assertEqual(self.equipment.warranty_end, date(2027, 1, 14))
        self.site.handover_date = "2026-02-15"
        self.assertEqual(self.equipment.warranty_end, date(2027, 2, 14))

    def test_months_are_proposed_from_product_then_company(self):
        self.company.aftersales_warranty_months = 18
        self.assertEqual(self._unit(serial="A1").warranty_months, 18)
        self.compressor.aftersales_warranty_months = 24
        unit = self._unit(product_id=self.compressor.id, serial="A2")
        self.assertEqual(unit.warranty_months, 24)
        # A term once given does not move with the product.
        self.compressor.aftersales_warranty_months = 6
        self.assertEqual(unit.warranty_months, 24)

    @mute_logger("odoo.sql_db")
    def test_negative_term_is_refused(self):
        with self.assertRaises(IntegrityError):
            self.equipment.warranty_months = -1
            self.env.flush_all()

    @freeze_time("2026-03-01 10:00:00")
    def test_state_of_the_warranty_can_be_searched_and_grouped(self):
        """The filter and the grouping say what the verdict says."""
        contract = self.site.copy({"name": "Under contract"})
        contract.write({"warranty_start": "2026-01-01", "warranty_end": "2026-12-31"})
        future = self.site.copy({"name": "Contract to come"})
        future.write({"warranty_start": "2026-03-02", "warranty_end": "2026-12-31"})
        specs = [
            ({"purchase_date": "2025-03-02"}, "covered"),
            ({"purchase_date": "2025-03-01"}, "expired"),
            ({"purchase_date": "2026-03-01"}, "covered"),
            ({"purchase_date": "2026-03-02"}, "undetermined"),
            ({}, "undetermined"),
            ({"warranty_months": 0}, "expired"),
            ({"warranty_months": 0, "site_id": contract.id}, "covered"),
            ({"purchase_date": "2020-01-01", "site_id": contract.id}, "covered"),
            ({"purchase_date": "2020-01-01", "site_id": future.id}, "expired"),
            ({"site_id": future.id}, "undetermined"),
            ({"purchase_date": "2025-03-02", "site_id": self.site.id}, "covered"),
        ]
        units = self.env["aftersales.equipment"]
        for number, (vals, _state) in enumerate(specs):
            units |= self._unit(serial=f"W{number}", **vals)
        retired = self._unit(serial="WR", purchase_date="2025-03-02")
        retired.action_retire()
        units |= retired
        expected = [state for _vals, state in specs] + ["expired"]
        self.assertEqual(units.mapped("warranty_state"), expected)
        self._assert_found_and_grouped(units)

    def _assert_found_and_grouped(self, units):
        domain = [("id", "in", units.ids)]
        groups = dict(units._read_group(domain, ["warranty_state"], ["id:array_agg"]))
        for state in ("covered", "expired", "undetermined"):
            same = {unit.id for unit in units if unit.warranty_state == state}
            found = units.search([*domain, ("warranty_state", "=", state)])
            other = units.search([*domain, ("warranty_state", "!=", state)])
            with self.subTest(state=state):
                self.assertEqual(set(found.ids), same)
                self.assertEqual(set(other.ids), set(units.ids) - same)
                self.assertEqual(set(groups[state]), same)

    # -- the verdict

    def test_check_states_every_test_with_its_value(self):
        self.equipment.purchase_date = "2025-06-01"
        user = self.technician_user
        check = self.equipment.with_user(user).check_warranty(
            on_date="2026-01-01",
            cause_id=self.cause.id,
            product_id=self.valve.id,
        )
        self.assertEqual(
            check.test_ids.mapped("code"),
            ["UNIT_ACTIVE", "TERM_KNOWN", "IN_TERM", "CAUSE_NOT_VOID"]
            + ["PART_NOT_EXCLUDED"],
        )
        self.assertTrue(all(check.test_ids.mapped("passed")))
        self.assertTrue(all(check.test_ids.mapped("value")))
        self.assertTrue(all(check.test_ids.mapped("rule_version")))
        self.assertEqual(check.verdict, "covered")
        self.assertEqual(check.create_uid, user)
        self.assertEqual(check.cause_id, self.cause)
        self.assertEqual(check.product_id, self.valve)
        self.assertIn("05/31/2026", check.explanation)

    def test_void_cause_beats_the_term(self):
        check = self.equipment.check_warranty(cause_id=self.cause_misuse)
        self.assertEqual(check.verdict, "void")
        self.assertFalse(self._passed(check)["CAUSE_NOT_VOID"])
        self.assertIn("Misuse", check.explanation)

    def test_excluded_part_leaves_labour_covered(self):
        self.filter_part.product_tmpl_id.aftersales_warranty_excluded = True
        check = self.equipment.check_warranty(product_id=self.filter_part)
        self.assertEqual(check.verdict_parts, "void")
        self.assertEqual(check.verdict_labour, "covered")

    def test_site_term_covers_where_the_unit_has_run_out(self):
        self.equipment.purchase_date = "2020-01-01"
        self.site.write({"warranty_start": "2026-01-15", "warranty_end": "2027-01-14"})
        check = self.equipment.check_warranty(on_date="2026-06-01")
        self.assertEqual(check.verdict, "covered")
        self.assertFalse(self._passed(check)["IN_TERM"])
        self.assertTrue(self._passed(check)["SITE_TERM"])
        late = self.equipment.check_warranty(on_date="2027-01-15")
        self.assertEqual(late.verdict, "expired")

    def test_retired_unit_has_no_warranty(self):
        self.equipment.action_retire("scrapped")
        self.assertEqual(self.equipment.check_warranty().verdict, "void")

    @freeze_time("2026-02-28 17:00:00")
    def test_today_is_the_day_at_the_site(self):
        self.equipment.purchase_date = "2025-03-01"
        self.assertEqual(self.equipment.check_warranty().on_date, date(2026, 3, 1))
        self.site.tz = "UTC"
        self.assertEqual(self.equipment.check_warranty().on_date, date(2026, 2, 28))

    def test_explanation_is_in_the_users_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        check = self.equipment.with_context(lang="fr_FR").check_warranty(
            on_date="2026-01-15"
        )
        self.assertTrue(check.explanation)

    def test_bad_arguments_are_refused_in_words(self):
        for arguments in [
            {"on_date": "yesterday"},
            {"on_date": 5},
            {"cause_id": "valve"},
            {"cause_id": self.symptom.id},
            {"cause_id": 2**40},
            {"cause_id": True},
            {"cause_id": self.valve},
            {"product_id": 999999999},
            {"product_id": self.valve | self.filter_part},
        ]:
            with self.subTest(**arguments), self.assertRaises(ArgumentError):
                self.equipment.check_warranty(**arguments)

    def test_nothing_and_many(self):
        self.assertFalse(self.env["aftersales.equipment"].check_warranty())
        units = self.env["aftersales.equipment"].create(
            [{"name": f"U{i}", "company_id": self.company.id} for i in range(120)]
        )
        checks = units.check_warranty()
        self.assertEqual(checks.equipment_id.ids, units.ids)
        self.assertEqual(len(checks), 120)

    def test_cost_does_not_grow_with_the_number_of_units(self):
        units = self.env["aftersales.equipment"].create(
            [
                {
                    "name": f"U{number}",
                    "company_id": self.company.id,
                    "site_id": self.site.id,
                    "purchase_date": "2025-03-02",
                }
                for number in range(2000)
            ]
        )
        self.env.flush_all()
        counts = []
        for batch in (units[:1], units[:1], units):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            batch.check_warranty(on_date=date(2026, 1, 1))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_check_is_frozen(self):
        check = self.equipment.check_warranty()
        for records, vals in [
            (check, {"verdict": "void"}),
            (check.test_ids[0], {"passed": False}),
        ]:
            with self.assertRaises(FrozenFactError):
                records.write(vals)
            with self.assertRaises(FrozenFactError):
                records.unlink()
        with self.assertRaises(AccessError):
            self.env["aftersales.warranty.check"].with_user(self.head_user).create(
                {"equipment_id": self.equipment.id}
            )

    def test_people_outside_the_service_do_not_judge(self):
        for user in (self.warehouse_user, self.hr_user, self.employee_user):
            with (
                self.subTest(user=user.login),
                self.assertRaises(UserError),
            ):
                self.equipment.with_user(user).check_warranty()

    def test_site_17_technician_judges_only_what_he_serves(self):
        with self.assertRaises(AccessError):
            self.equipment.with_user(self.technician2_user).check_warranty()

    # -- decisions

    def test_head_decides_on_the_last_day_with_a_reason(self):
        head_unit = self.equipment.with_user(self.head_user)
        with self.assertRaises(ArgumentError):
            head_unit.action_override_warranty("2030-01-01", " ")
        with self.assertRaises(ArgumentError):
            head_unit.action_override_warranty("soon", "goodwill")
        head_unit.action_override_warranty("2030-01-01", "Agreed with the maker")
        self.assertEqual(self.equipment.warranty_end, date(2030, 1, 1))
        check = self.equipment.check_warranty(on_date="2029-12-31")
        self.assertEqual(check.verdict, "covered")
        self.assertIn("Agreed with the maker", check.explanation)
        self.equipment.purchase_date = "2020-01-01"
        self.assertEqual(self.equipment.warranty_end, date(2030, 1, 1))
        head_unit.action_override_warranty(None, "Withdrawn")
        self.assertEqual(self.equipment.warranty_end, date(2020, 12, 31))

    def test_nobody_else_decides_on_the_last_day(self):
        for user in (self.dispatcher_user, self.technician_user, self.gm_user):
            with (
                self.subTest(user=user.login),
                self.assertRaises(UserError),
            ):
                self.equipment.with_user(user).action_override_warranty(
                    "2030-01-01", "because"
                )
        with self.assertRaises(GuardedFieldError):
            self.equipment.with_user(self.head_user).write(
                {"warranty_override_end": "2030-01-01"}
            )

    def test_head_replaces_a_verdict_on_the_record(self):
        self.equipment.purchase_date = False
        check = self.equipment.with_user(self.dispatcher_user).check_warranty()
        order = self._create_order()
        self._write_guarded(order.unit_ids, warranty_check_id=check.id)
        decided = check.with_user(self.head_user).action_override(
            "covered", "The maker accepts it"
        )
        self.assertNotEqual(decided, check)
        self.assertEqual(check.verdict, "undetermined")
        self.assertEqual(decided.verdict, "covered")
        self.assertTrue(decided.is_override)
        self.assertEqual(decided.override_of_id, check)
        self.assertEqual(decided.decided_by_id, self.head_user)
        self.assertEqual(decided.test_ids.code, "OVERRIDE")
        self.assertEqual(order.unit_ids.warranty_check_id, decided)
        again = check.with_user(self.head_user).action_override("covered", "again")
        self.assertEqual(again, decided)
        with self.assertRaises(NotEntitledError):
            check.with_user(self.head_user).action_override("void", "other")

    def test_verdicts_are_replaced_by_another_head_only(self):
        check = self.equipment.with_user(self.head_user).check_warranty()
        with self.assertRaises(NotEntitledError):
            check.with_user(self.head_user).action_override("void", "mine")
        for user in (self.dispatcher_user, self.technician_user, self.gm_user):
            with self.subTest(user=user.login), self.assertRaises(NotEntitledError):
                check.with_user(user).action_override("void", "because")
        other = self.equipment.with_user(self.dispatcher_user).check_warranty()
        for verdict, reason in [("maybe", "x"), ("void", ""), (None, "x"), ("void", 3)]:
            with self.assertRaises(ArgumentError):
                other.with_user(self.head_user).action_override(verdict, reason)

    @freeze_time("2026-03-01 10:00:00")
    def test_warranty_in_words_on_the_unit(self):
        self.equipment.purchase_date = "2025-03-02"
        self.assertIn("03/01/2026", self.equipment.warranty_text)
        self.equipment.purchase_date = date(2025, 3, 1) - timedelta(days=1)
        self.assertIn("Not covered", self.equipment.warranty_text)
