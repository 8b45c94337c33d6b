from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_claim import ClaimCommon
from .field_common import picture


@tagged("post_install", "-at_install")
class TestPartFit(ClaimCommon):
    """Which part fits which unit, where it is, and one tap to ask for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fits = cls.env["aftersales.part.fit"]
        cls.fit = cls.fits.create(
            {"product_id": cls.valve.id, "equipment_product_id": cls.compressor.id}
        )
        cls.mine = cls.order.with_user(cls.technician_user)

    def setUp(self):
        super().setUp()
        desk = self.order.with_user(self.dispatcher_user)
        desk.action_schedule(fields.Datetime.now())
        desk.action_dispatch()

    def _unit(self):
        row = self.mine.get_my_day()["orders"][0]
        return row["units"][0], row

    def test_fits_by_product_or_by_brand_and_model(self):
        """PART-14: a part is offered for its product, else for brand and model."""
        foreign = self.env["aftersales.equipment"].create(
            {
                "name": "Other Maker",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "brand": "Kaida",
                "model": "KD-22",
                "serial": "K-1",
            }
        )
        by_model = self.fits.create(
            {
                "product_id": self.filter_part.id,
                "brand": "KAIDA",
                "model": "kd-22",
                "is_wear_part": True,
            }
        )
        found = self.fits._get_for(self.equipment | foreign)
        self.assertEqual(found[self.equipment.id], self.fit)
        self.assertEqual(found[foreign.id], by_model)
        action = foreign.with_user(self.dispatcher_user).action_open_fits()
        self.assertEqual(action["domain"], [("id", "in", by_model.ids)])

    def test_fit_names_one_target_once(self):
        """PART-14: a fit without a target, with two, or listed twice is refused."""
        product = self.filter_part.id
        target = {"equipment_product_id": self.compressor.id}
        for wrong in (
            {"product_id": product},
            {"product_id": product, "brand": "Kaida"},
            {"product_id": product, "brand": "A", "model": "B", **target},
            {"product_id": self.valve.id, **target},
            {"product_id": product, "quantity": 0, **target},
        ):
            with (
                self.subTest(wrong),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.fits.create(wrong)
        with self.assertRaises(UserError):
            self.fits.create({"product_id": self.compressor.id, **target})
        with self.assertRaises(AccessError):
            self.fit.with_user(self.technician_user).note = "x"

    def test_stock_where_it_is(self):
        """PART-11: own, near and warehouse stock stand beside the part."""
        self._stock(self.valve, 1, ["V-1", "V-2", "V-3"])
        quants = self.env["stock.quant"]
        for employee, count in ((self.technician, 1), (self.technician2, 2)):
            place = employee.sudo()._aftersales_get_location()
            for number in range(count):
                lot = self.env["stock.lot"].create(
                    {"name": f"{employee.id}-{number}", "product_id": self.valve.id}
                )
                quants._update_available_quantity(self.valve, place, 1.0, lot_id=lot)
        unit, _row = self._unit()
        self.assertEqual(
            unit["fits"][0]["stock"],
            {
                "own": 1.0,
                "near": 2.0,
                "warehouse": 3.0,
                "with": [["Zhao Min", 2.0]],
            },
        )

    def _ask(self, key, quantity=1, **values):
        unit, _row = self._unit()
        return self.mine.action_request_parts(
            unit["id"],
            [{"product_id": self.valve.id, "quantity": quantity}],
            **{"note": "Disc broken", "photos": [picture()], **values},
            request_key=key,
        )

    def test_one_tap_asks_once(self):
        """PART-01, PART-14: one tap makes the claim and submits it, once."""
        claim = self._ask("tap")
        self.assertEqual(self._ask("tap"), claim)
        self.assertEqual(claim.state, "submitted")
        self.assertEqual(claim.line_ids.quantity, 1)
        self.assertEqual(claim.requested_by_id, self.technician_user)
        self.assertEqual(self._unit()[1]["claims"][0]["lines"][0]["quantity"], 1)

    def test_one_tap_extends_the_draft(self):
        """PART-01: a claim that came back is completed, not made twice."""
        claim = self._ask("tap")
        claim.with_user(self.dispatcher_user).action_send_back("One more, please")
        self.assertEqual(self._ask("again", 2, photos=None), claim)
        self.assertEqual(claim.line_ids.quantity, 3)
        self.assertEqual(claim.state, "submitted")

    def test_one_tap_refused(self):
        """PART-01: without a photo, a part or an own order nothing is asked for."""
        with self.assertRaises(UserError):
            self._ask("a", photos=[])
        unit = self._unit()[0]["id"]
        for parts in ([], "x", [{}], [{"product_id": self.valve.id, "quantity": 0}]):
            with self.subTest(parts), self.assertRaises(UserError):
                self.mine.action_request_parts(unit, parts, photos=[picture()])
        with self.assertRaises(UserError):
            self.mine.action_request_parts(
                unit, [{"product_id": self.valve.id}], payer="goodwill"
            )
        with self.assertRaises(AccessError):
            self.order.with_user(self.technician2_user).action_request_parts(
                unit, [{"product_id": self.valve.id}], photos=[picture()]
            )
        self.assertFalse(self.order.claim_ids)

    def test_held_part_and_old_serial(self):
        """PART-17, PART-11: what is held stands in the day; the old serial is noted."""
        self._stock(self.valve, 1, ["V-NEW"])
        line = self._issued().line_ids
        owed = self.mine.get_my_day()["owed"]["parts"]
        self.assertEqual(
            [(part["id"], part["open"]) for part in owed], [(line.id, 1.0)]
        )
        self.assertEqual(owed[0]["lots"][0][1], "V-NEW")
        mine = line.with_user(self.technician_user)
        mine.action_note_old_serial("V-OLD", request_key="old")
        mine.action_consume(1, request_key="use")
        mine.action_consume(1, request_key="use")
        owed = self.mine.get_my_day()["owed"]["parts"][0]
        self.assertEqual((owed["open"], owed["old_owed"]), (0.0, 1.0))
        self.assertEqual(owed["old_serial"], "V-OLD")
        self.assertTrue(owed["old_due"])
