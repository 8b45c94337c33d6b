from datetime import timedelta

from odoo.tests import freeze_time, tagged

from ..exceptions import MissingError, NotEntitledError
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimCustodyEdges(ClaimCommon):
    """Each count of a line to the piece; old parts, losses and what they cost."""

    def setUp(self):
        super().setUp()
        self._stock(self.filter_part, 20)

    def _counts(self, line):
        line.invalidate_recordset()
        return {
            name: line[f"{name}_qty"]
            for name in ("issued", "consumed", "returned", "scrapped", "lost", "open")
        }

    def _trail(self, claim):
        return self.env["aftersales.audit"].search(
            [("model", "=", claim._name), ("res_id", "=", claim.id)], order="sequence"
        )

    def _scrap(self, claim, quantity):
        issue = claim.sudo().picking_ids.filtered(
            lambda picking: picking._aftersales_is_issue()
        )
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.filter_part.id,
                "scrap_qty": quantity,
                "picking_id": issue.id,
                "company_id": self.company.id,
            }
        )
        scrap.with_user(self.warehouse_user).do_scrap()

    # -- counting

    def test_part_17_every_piece_is_counted_once(self):
        """PART-17: of 11, 4 used, 3 back, 2 lost, 1 scrapped: 1 is held."""
        claim = self._issued(self.filter_part, 11)
        line = claim.line_ids
        keeper = line.with_user(self.warehouse_user)
        self.assertEqual(line.action_consume(4), line)
        self.assertEqual(keeper.action_return_unused(3), line)
        self.assertEqual(line.action_report_lost(2, "Gone"), line)
        self._scrap(claim, 1)
        self.assertEqual(
            self._counts(line),
            {
                "issued": 11,
                "consumed": 4,
                "returned": 3,
                "lost": 2,
                "scrapped": 1,
                "open": 1,
            },
        )
        self._assert_conserved(line)
        self.assertEqual(claim.cost_purchase, 8 * 95.0)
        with self.assertRaises(NotEntitledError):
            line.action_consume(2)

    def test_part_17_what_is_owed_is_named_to_the_piece(self):
        """PART-17: one held, one old part owed: both named; none: it closes."""
        claim = self._issued(self.filter_part, 3)
        line = claim.line_ids
        line.action_consume(2)
        keeper = line.with_user(self.warehouse_user)
        self.assertEqual(keeper.action_return_old(1), line)
        self.assertEqual(
            [item["reason"] for item in claim.missing("close")],
            [
                "1 × Oil Filter is still with the technician.",
                "1 old Oil Filter has not come back.",
            ],
        )
        keeper.action_return_unused(1)
        keeper.action_return_old(1)
        self.assertEqual(claim.missing("close"), [])

    def test_part_17_each_hand_in_adds_up(self):
        """PART-17: handed in twice, received once: as much as was brought."""
        claim = self._issued(self.filter_part, 4)
        line = claim.line_ids
        line.action_consume(2)
        for _twice in range(2):
            self.assertEqual(line.action_return_unused(1), line)
            self.assertEqual(line.action_return_old(1), line)
        line.invalidate_recordset()
        self.assertEqual((line.coming_qty, line.old_coming_qty), (2, 2))
        with self.assertRaises(NotEntitledError):
            line.action_report_old_lost(1, "Gone")
        self._receive(claim)
        self.assertEqual((line.coming_qty, line.old_coming_qty), (0, 0))
        self.assertEqual((line.returned_qty, line.old_returned_qty), (2, 2))

    @freeze_time("2026-03-02 08:00:00")
    def test_part_17_a_hand_in_says_who_brought_it_and_when(self):
        """PART-17: on the transfer; a withdrawal takes back what waits alone."""
        with freeze_time("2026-03-02 01:00:00"):
            claim = self._approved(self.filter_part, 5)
            picking = claim.with_user(self.warehouse_user).action_issue()
            self._validate(picking, quantity=3)
        line = claim.line_ids
        line.action_return_unused(1)
        self._receive(claim)
        line.action_return_unused(1, at="2026-03-02 07:00:00")
        coming = claim.sudo().picking_ids.filtered(
            lambda one: one.aftersales_announced_on and one.state != "done"
        )
        self.assertEqual(str(coming.aftersales_announced_on), "2026-03-02 07:00:00")
        self.assertEqual(str(coming.scheduled_date), "2026-03-02 07:00:00")
        self.assertEqual(coming.state, "assigned")
        self.assertEqual(self._trail(claim)[-1].event, "part_return_handed_in")
        rest = claim.with_user(self.warehouse_user).action_issue()
        self.assertEqual(rest.backorder_id, picking)
        self.assertFalse(rest & coming, "the open issues alone")
        self.assertEqual(sum(rest.move_ids.mapped("product_uom_qty")), 3)
        self.assertEqual(line.action_withdraw_hand_in(), line)
        self.assertEqual(coming.state, "cancel")
        self.assertEqual(rest.mapped("state"), ["assigned"] * 2)
        self.assertEqual(line.returned_qty, 1)
        self.assertEqual(
            self._trail(claim).mapped("event")[-5:],
            [
                "issued",
                "part_return_handed_in",
                "part_return",
                "part_return_handed_in",
                "hand_in_withdrawn",
            ],
        )

    def test_part_17_a_fact_stands_on_the_transfer_at_its_time(self):
        """PART-17, PART-11: transfer, trail and line say when and which serial."""
        (lot,) = self._stock(self.valve, 1, ["V-1"])
        with freeze_time("2026-03-02 01:00:00"):
            claim = self._issued()
        line = claim.line_ids
        with freeze_time("2026-03-03 01:00:00"):
            line.action_consume(1, lot_id=lot.id, at="2026-03-02 18:00:00")
        use = claim.sudo().picking_ids.filtered(
            lambda picking: picking.location_dest_id.usage == "customer"
        )
        self.assertEqual(str(use.date_done), "2026-03-02 18:00:00")
        self.assertEqual(str(line.used_on), "2026-03-03", "on the site's clock")
        row = self._trail(claim)[-1]
        self.assertEqual(str(row.happened_on), "2026-03-02 18:00:00")
        self.assertEqual(
            (row.event, row.detail), ("part_use", {"line": line.id, "lot": "V-1"})
        )
        site = self.equipment.site_id
        self.assertIn("— → V-1", site.message_ids[0].body)

    def test_part_17_the_day_of_use_is_the_sites(self):
        """PART-17: the same moment is the day before in another zone."""
        self.site.tz = "Europe/Berlin"
        with freeze_time("2026-03-02 01:00:00"):
            line = self._issued(self.filter_part).line_ids
        with freeze_time("2026-03-02 18:00:00"):
            line.action_consume(1)
        self.assertEqual(str(line.used_on), "2026-03-02")
        self.assertIn("— → —<", self.equipment.message_ids[0].body)

    # -- serials

    def test_part_11_each_line_has_its_own_serials(self):
        """PART-11: two lines of one part do not show each other's pieces."""
        lots = self._stock(self.valve, 3, ["V-1", "V-2", "V-3"])
        claim = self._issued(
            line_ids=[
                (0, 0, {"product_id": self.valve.id, "quantity": quantity})
                for quantity in (1, 2)
            ]
        )
        one, two = claim.line_ids
        found = [set(line.serials.split(", ")) for line in claim.line_ids]
        self.assertEqual([len(names) for names in found], [1, 2])
        self.assertEqual(set.union(*found), set(lots.mapped("name")))
        self.assertEqual(two.serials, ", ".join(sorted(found[1])))
        own = lots.filtered(lambda lot: lot.name == one.serials)
        with self.assertRaisesRegex(NotEntitledError, own.name):
            two.action_consume(1, lot_id=own.id)
        one.action_consume(1)
        one.invalidate_recordset()
        self.assertEqual(one.lot_id, own)
        self.assertFalse(one.serials)

    def test_part_11_an_unused_part_is_no_old_part(self):
        """PART-11: bringing a new serial back writes no old serial."""
        (lot,) = self._stock(self.valve, 1, ["V-1"])
        line = self._issued().line_ids
        line.with_user(self.warehouse_user).action_return_unused(1, lot_id=lot.id)
        self.assertFalse(line.old_serial)
        self.assertFalse(line.lot_id)

    def test_part_11_a_noted_old_serial_stays(self):
        """PART-11: the serial noted on site is not overwritten by the receipt."""
        self._stock(self.valve, 1, ["V-1"])
        line = self._issued().line_ids
        line.old_serial = "V-SEEN"
        line.action_consume(1)
        line.with_user(self.warehouse_user).action_return_old(1, serial="V-CAME")
        self.assertEqual(line.old_serial, "V-SEEN")
        quant = self.env["stock.quant"].search([("lot_id.name", "=", "V-CAME")])
        self.assertIn(
            self.warehouse.aftersales_defective_location_id, quant.location_id
        )

    def test_part_17_a_part_of_ours_comes_back_as_an_old_one(self):
        """PART-17: the serial built in before is the old part of the next claim."""
        (lot,) = self._stock(self.valve, 1, ["V-1"])
        self._issued().line_ids.action_consume(1)
        self._stock(self.valve, 1, ["V-2"])
        line = self._issued().line_ids
        line.action_consume(1)
        line.with_user(self.warehouse_user).action_return_old(1, serial="V-1")
        self.assertEqual(line.old_returned_qty, 1)
        self.assertEqual(self.env["stock.lot"].search([("name", "=", "V-1")]), lot)
        defective = lot.quant_ids.filtered(
            lambda quant: quant.location_id.aftersales_use == "defective"
        )
        self.assertEqual((defective.quantity, defective.owner_id), (1, self.customer))

    def test_part_17_serials_come_back_one_at_a_time_lots_together(self):
        """PART-17: two of a lot in one go, two serials not."""
        self._stock(self.valve, 2, ["V-1", "V-2"])
        line = self._issued(quantity=2).line_ids
        for lot in line._get_held_lots():
            line.action_consume(1, lot_id=lot[1])
        with self.assertRaisesRegex(MissingError, "one at a time"):
            line.action_return_old(2, serial="V-OLD")
        oil = self.env["product.product"].create(
            {"name": "Oil", "is_storable": True, "tracking": "lot"}
        )
        batch = self.env["stock.lot"].create({"name": "B-1", "product_id": oil.id})
        self.env["stock.quant"]._update_available_quantity(
            oil, self.warehouse.lot_stock_id, 5.0, lot_id=batch
        )
        line = self._issued(oil, 3).line_ids
        line.action_consume(2)
        line.with_user(self.warehouse_user).action_return_old(2, serial="B-0")
        self.assertEqual((line.old_returned_qty, line.lot_id), (2, batch))
        with self.assertRaises(NotEntitledError):
            line.action_consume(2, lot_id=batch.id)

    def test_part_17_the_label_says_what_it_is_tied_to(self):
        """PART-14, PART-17: serial, unit, customer and the day it is due."""
        self._stock(self.valve, 1, ["V-1"])
        line = self._issued().line_ids
        line.action_consume(1)
        self.assertEqual(line._get_label_facts()["serial"], "")
        line.old_serial = "V-OLD"
        facts = line._get_label_facts()
        self.assertEqual(
            (facts["serial"], facts["unit"], facts["customer"], facts["due"]),
            (
                "V-OLD",
                self.equipment.display_name,
                self.customer.display_name,
                line.old_part_due,
            ),
        )
        self.assertEqual(
            (facts["claim"], facts["part"]),
            (line.claim_id.name, self.valve.display_name),
        )

    # -- what becomes of the old part

    def test_part_17_what_does_not_come_back_has_no_day(self):
        """PART-17: no due day for what stays; agreed otherwise, it gets one."""
        claim = self._claim(self.filter_part, 2)
        claim.line_ids.old_part = "customer"
        claim.action_submit()
        claim.with_user(self.dispatcher_user).action_set_emergency("Down")
        claim.with_user(self.dispatcher_user).action_verify()
        claim.with_user(self.head_user).action_approve()
        self._validate(claim.with_user(self.warehouse_user).action_issue())
        line = claim.line_ids
        line.action_set_old_part("return", "Before anything is used")
        self.assertFalse(line.old_part_due)
        line.action_set_old_part("customer", "As agreed")
        line.action_consume(1)
        self.assertFalse(line.old_part_due)
        self.assertEqual(line.action_set_old_part("return", "He brings it"), line)
        due = line.used_on + timedelta(days=14)
        self.assertEqual(line.old_part_due, due)
        row = self._trail(claim)[-1]
        self.assertEqual(
            (row.event, row.reason, row.detail),
            ("old_part", "He brings it", {"choice": "return"}),
        )
        line.action_set_old_part("return", "Once more")
        self.assertEqual(len(self._trail(claim)), row.sequence)
        line.old_part_due = due + timedelta(days=3)
        line.action_set_old_part("scrap", "Leaks")
        line.action_set_old_part("return", "Does not leak")
        self.assertEqual(line.old_part_due, due + timedelta(days=3))

    def test_part_17_the_first_use_sets_the_day(self):
        """PART-17: a second use later does not put the first one's day off."""
        with freeze_time("2026-03-02 02:00:00"):
            line = self._issued(self.filter_part, 2).line_ids
            line.action_consume(1)
        with freeze_time("2026-03-05 02:00:00"):
            line.action_consume(1)
        self.assertEqual(str(line.old_part_due), "2026-03-16")
        self.assertEqual(str(line.used_on), "2026-03-05")

    def test_part_17_what_waits_at_the_counter_is_not_cased(self):
        """PART-17: one of two is brought: the case is about the other, on its day."""
        self.company.aftersales_old_part_case_days = 1
        with freeze_time("2026-03-02 02:00:00"):
            line = self._issued(self.filter_part, 2).line_ids
            line.action_consume(2)
            line.action_return_old(1)
        lines = self.env["aftersales.claim.line"]
        for day, cased in (("2026-03-17", 0), ("2026-03-18", 1), ("2026-03-19", 1)):
            with freeze_time(f"{day} 02:30:00"), self.subTest(day):
                with self.enter_registry_test_mode():
                    self.env.ref(
                        "aftersales_service.ir_cron_remind_old_parts"
                    ).method_direct_trigger()
                line.invalidate_recordset()
                self.assertEqual(line.old_cased_qty, cased)
        self._receive(line.claim_id)
        self.assertEqual((line.old_owed_qty, line.old_returned_qty), (0, 1))
        self.assertFalse(lines.search([("old_owed_qty", ">", 0), ("id", "=", line.id)]))

    def test_part_17_a_single_old_part_is_reminded_of(self):
        """PART-17: one owed part is enough for a reminder to who holds it."""
        with freeze_time("2026-03-02 02:00:00"):
            line = self._issued(self.filter_part).line_ids
            line.action_consume(1)
        self.company.aftersales_old_part_remind_days = 1
        with freeze_time("2026-03-16 02:30:00"), self.enter_registry_test_mode():
            self.env.ref(
                "aftersales_service.ir_cron_remind_old_parts"
            ).method_direct_trigger()
        activity = line.claim_id.sudo().activity_ids
        self.assertEqual(activity.user_id, self.technician_user)
        self.assertIn("1 old Oil Filter, due 2026-03-16", activity.summary)
