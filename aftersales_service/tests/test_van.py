from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import GuardedFieldError, MissingError, NotEntitledError
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestVan(ClaimCommon):
    """PART-16, PART-17: what a technician carries, refilled, used and counted."""

    @classmethod
    def _make_world(cls):
        result = super()._make_world()
        cls.van = cls.env["aftersales.van"].create(
            {
                "employee_id": cls.technician.id,
                "company_id": cls.company.id,
                "line_ids": [
                    (
                        0,
                        0,
                        {"product_id": cls.filter_part.id, "minimum": 2, "maximum": 4},
                    )
                ],
            }
        )
        return result

    def _filled(self, quantity=4):
        self._stock(self.filter_part, 10)
        picking = self.van.with_user(self.warehouse_user).action_refill()
        self._validate(picking, quantity=quantity)

    def test_a_van_has_its_place_beside_stock(self):
        """PART-16: its own location, apart from Stock and from claims' parts."""
        place = self.van.location_id
        self.assertEqual(place.aftersales_use, "van")
        self.assertFalse(place._child_of(self.warehouse.lot_stock_id))
        self.assertTrue(place._child_of(self.warehouse.view_location_id))
        self.assertNotEqual(place, self.technician._aftersales_get_location())
        with self.assertRaises(GuardedFieldError):
            self.van.with_user(self.warehouse_user).location_id = False

    @mute_logger("odoo.sql_db")
    def test_one_van_per_technician(self):
        """PART-16: a second one is refused."""
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.van.copy()

    def test_refill_brings_what_is_missing_once(self):
        """PART-16: up to the maximum, one open transfer, nothing when full."""
        self._stock(self.filter_part, 10)
        line = self.van.line_ids
        self.assertEqual(line.refill_qty, 4)
        first = self.van.with_user(self.dispatcher_user).action_refill()
        second = self.van.with_user(self.warehouse_user).action_refill()
        self.assertEqual(first, second)
        self.assertEqual(second.move_ids.product_uom_qty, 4)
        self.assertEqual(second.state, "assigned")
        self.assertFalse(second.claim_id)
        self._validate(second)
        line.invalidate_recordset()
        self.assertEqual((line.quantity, line.refill_qty), (4, 0))
        with self.assertRaises(MissingError):
            self.van.with_user(self.warehouse_user).action_refill()

    def test_technicians_keep_no_vans(self):
        """PART-16: refused to technicians and to people without a role."""
        for user in (self.technician_user, self.employee_user):
            with self.assertRaises(AccessError):
                self.van.with_user(user).action_refill()

    def test_approved_parts_are_taken_from_the_van(self):
        """PART-17: approval as ever; then handed out from the van, used on site."""
        self._filled()
        claim = self._approved(self.filter_part, 3)
        self.assertIs(claim.action_take_from_van(request_key="v")._name, claim._name)
        claim.action_take_from_van(request_key="v")
        line = claim.line_ids
        self.assertEqual(claim.state, "issued")
        self.assertEqual((line.issued_qty, line.unit_cost), (3, 95.0))
        self.van.line_ids.invalidate_recordset()
        self.assertEqual(self.van.line_ids.quantity, 1)
        line.action_consume(3)
        self.assertEqual(line.open_qty, 0)
        self._assert_conserved(line)

    def test_a_van_that_lacks_some_leaves_the_rest_to_the_warehouse(self):
        """PART-17: three wanted, two in the van, one from the shelf."""
        self._filled(2)
        claim = self._approved(self.filter_part, 3)
        claim.action_take_from_van()
        self.assertEqual(claim.line_ids.issued_qty, 2)
        with self.assertRaises(NotEntitledError):
            claim.action_take_from_van()
        rest = claim.with_user(self.warehouse_user).action_issue()
        self.assertEqual(rest.move_ids.product_uom_qty, 1)
        self._validate(rest)
        self.assertEqual(claim.line_ids.issued_qty, 3)
        self._assert_conserved(claim.line_ids)

    def test_nothing_leaves_the_van_unapproved(self):
        """PART-11: not before the approval, nor for a part that is not there."""
        self._filled()
        claim = self._verified(self.filter_part)
        with self.assertRaises(MissingError):
            claim.action_take_from_van()
        valve = self._approved()
        with self.assertRaises(NotEntitledError):
            valve.action_take_from_van()
        with self.assertRaises(AccessError):
            valve.with_user(self.technician2_user).action_take_from_van()

    def test_the_customers_word_comes_first(self):
        """WARR-01: parts the customer pays stay in the van until he agreed."""
        self._filled()
        claim = self._claim(self.filter_part)
        claim.line_ids.payer = "customer"
        claim.action_submit()
        claim.with_user(self.dispatcher_user).action_set_emergency("Down")
        claim.with_user(self.dispatcher_user).action_verify()
        claim.with_user(self.head_user).action_approve()
        with self.assertRaises(MissingError):
            claim.action_take_from_van()
        claim.action_record_customer_approval("Mr Li")
        claim.action_take_from_van()
        self.assertEqual(claim.state, "issued")

    def test_a_van_is_counted_in_odoos_own_screen(self):
        """PART-16: the count of a van needs no claim and changes its stock."""
        self._filled()
        manager = self.warehouse_user
        action = self.van.with_user(manager).action_open_count()
        self.assertEqual(action["res_model"], "stock.quant")
        quant = self.env["stock.quant"].search(action["domain"])
        self.assertEqual(quant.quantity, 4)
        quant.inventory_quantity = 3
        quant.action_apply_inventory()
        self.van.line_ids.invalidate_recordset()
        self.assertEqual(self.van.line_ids.quantity, 3)
        stock = self.van.with_user(manager).action_open_stock()
        self.assertEqual(
            stock["domain"], [("location_id", "in", quant.location_id.ids)]
        )

    def test_wear_parts_are_proposed(self):
        """PART-16: the wear parts of the units he serves are proposed once."""
        self.env["aftersales.part.fit"].create(
            [
                {
                    "product_id": part.id,
                    "equipment_product_id": self.compressor.id,
                    "is_wear_part": True,
                    "quantity": 2,
                }
                for part in (self.filter_part, self.valve)
            ]
        )
        van = self.van.with_user(self.dispatcher_user)
        van.action_fill_lines()
        van.action_fill_lines()
        self.assertEqual(van.line_ids.product_id, self.filter_part | self.valve)

    def test_the_phone_counts_the_van_as_his_own(self):
        """PART-11: what lies in his van is offered as his own."""
        self._filled()
        stock = (
            self.env["aftersales.order"]
            .with_user(self.technician_user)
            ._get_day_stock(self.filter_part)
        )
        self.assertEqual(stock[self.filter_part.id]["own"], 4)
