from datetime import date

from odoo.tests import tagged

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
                    entries = trail.search([*asked, ("res_id", "=", unit.id)])
                    self.assertIn(reason, entries.mapped("reason"))
                    self.assertIn(reason, str(unit.message_ids.mapped("body")))
                    if day:
                        self.assertEqual(kept, (reason, self.head_user))
