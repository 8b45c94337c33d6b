from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..exceptions import GuardedFieldError, TransitionError
from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestEquipmentReplace(AftersalesCommon):
    """A unit gives its place, and what is left of its term, to another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new = cls.env["aftersales.equipment"].create(
            {
                "company_id": cls.company.id,
                "product_id": cls.compressor.id,
                "serial": "SN-CP-0008",
                "purchase_date": fields.Date.today(),
                "warranty_months": 24,
            }
        )

    def test_depot_04_new_unit_keeps_place_and_remaining_term(self):
        """DEPOT-04: the new unit is covered up to the old one's last day."""
        end, today = self.equipment.warranty_end, fields.Date.today()
        self.equipment._replace_by(self.new, today)
        self.assertEqual(self.equipment.state, "replaced")
        self.assertEqual(self.equipment.replaced_by_id, self.new)
        self.assertEqual(self.new.replaces_ids, self.equipment)
        self.assertEqual((self.new.site_id, self.new.state), (self.site, "in_service"))
        self.assertEqual(self.new.warranty_end, end)
        checks = (self.new | self.equipment).check_warranty(end)
        self.assertEqual(checks.mapped("verdict"), ["covered", "void"])
        late = self.new.check_warranty(end + timedelta(days=1))
        self.assertEqual(late.verdict, "expired")

    def test_depot_04_labour_keeps_its_own_last_day(self):
        """DEPOT-04, WARR-06: parts and labour end apart on the new unit as well."""
        self.equipment.write(
            {"warranty_labour_apart": True, "warranty_labour_months": 6}
        )
        parts, labour = self.equipment.warranty_end, self.equipment.warranty_labour_end
        self.assertLess(labour, parts)
        self.equipment._replace_by(self.new, fields.Date.today())
        self.assertEqual(
            (self.new.warranty_end, self.new.warranty_labour_end), (parts, labour)
        )
        check = self.new.check_warranty(labour + timedelta(days=1))
        self.assertEqual(
            (check.verdict_parts, check.verdict_labour), ("covered", "expired")
        )
        with self.assertRaises(GuardedFieldError):
            self.new.with_user(self.head_user).warranty_override_labour_end = parts
        self.new.with_user(self.head_user).action_override_warranty(
            parts + timedelta(days=30), "Goodwill"
        )
        self.assertEqual(
            self.new.warranty_labour_end,
            self.new.warranty_end,
            "what the head decides holds for both",
        )

    def test_depot_04_own_term_where_the_house_gives_one(self):
        """DEPOT-04: without keeping the term the new unit has its own."""
        own = self.new.warranty_end
        self.equipment._replace_by(self.new, fields.Date.today(), keep_term=False)
        self.assertEqual(self.new.warranty_end, own)

    def test_depot_04_refuses_itself_and_who_was_replaced(self):
        """DEPOT-04: no circle of replacements, and no door beside the step."""
        today = fields.Date.today()
        with self.assertRaises(TransitionError):
            self.equipment._replace_by(self.equipment, today)
        self.equipment._replace_by(self.new, today)
        with self.assertRaises(TransitionError):
            self.new._replace_by(self.equipment, today)
        with self.assertRaises(GuardedFieldError):
            self.new.with_user(self.head_user).replaced_by_id = self.equipment
