from datetime import date

from psycopg2 import Error

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import (
    ArgumentError,
    FactTimeError,
    FrozenFactError,
    GuardedFieldError,
    TransitionError,
)
from .common import AftersalesCommon
from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestEquipmentStory(AftersalesCommon):
    """Replace, move, exchange, retire: both ends of the story stay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_site = cls.env["aftersales.site"].create(
            {
                "name": "Dali Cold Store",
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
            }
        )

    def _unit(self, **values):
        return self.env["aftersales.equipment"].create(
            {
                "company_id": self.company.id,
                "product_id": self.compressor.id,
                **values,
            }
        )

    def _as_desk(self, unit):
        return unit.with_user(self.dispatcher_user)

    def _kinds(self, unit):
        return unit.event_ids.mapped("kind")

    # -- move

    def test_a_move_tells_both_sites(self):
        """SITE-02: a unit that moves is in the story of the site it left and joined."""
        unit = self._as_desk(self.equipment)
        self.assertEqual(
            unit.action_move(self.other_site.id, "Store closed", "2026-03-01"), unit
        )
        self.assertEqual(unit.site_id, self.other_site)
        event = unit.event_ids
        self.assertEqual(event.kind, "moved")
        self.assertEqual(event.happened_on, date(2026, 3, 1))
        self.assertEqual(event.left_site_id, self.site)
        self.assertEqual(event.reason, "Store closed")
        self.assertEqual(event.entered_by, self.dispatcher_user.name)
        for site in (self.site, self.other_site):
            self.assertIn("Store closed", site.timeline)
        # Twice in a row: nothing more happens.
        unit.action_move(self.other_site.id, "Store closed")
        self.assertEqual(len(unit.event_ids), 1)

    def test_past_work_stays_where_it_was_done(self):
        """SITE-04: moving changes future work alone; plans drop the unit."""
        plan = self.env["aftersales.plan"].create(
            {
                "site_id": self.site.id,
                "service_type": "inspection",
                "equipment_ids": [(6, 0, self.equipment.ids)],
            }
        )
        order = self._create_order()
        self._as_desk(self.equipment).action_move(self.other_site.id, "Moved on")
        self.assertEqual(order.site_id, self.site)
        self.assertFalse(plan.equipment_ids)

    def test_what_a_unit_consists_of_goes_along(self):
        """SITE-02: the tree moves as one; a part taken out leaves its unit."""
        part = self._unit(serial="P1", parent_id=self.equipment.id)
        part.site_id = self.site
        deep = self._unit(serial="P2", site_id=self.site.id)
        deep.parent_id = part
        self._as_desk(self.equipment).action_move(self.other_site.id, "Store closed")
        self.assertEqual((part | deep).site_id, self.other_site)
        self.assertEqual(self.equipment.child_count, 1)
        self._as_desk(part).action_move(self.site.id, "Taken out")
        self.assertFalse(part.parent_id)
        self.assertEqual(deep.site_id, self.site)
        self.assertIn("parent", self._kinds(part))

    def test_a_part_stands_with_its_unit_and_not_in_itself(self):
        """SITE-01: the equipment tree has no circles and one place."""
        part = self._unit(serial="P1", site_id=self.site.id)
        part.parent_id = self.equipment
        with self.assertRaises(UserError):
            self.equipment.parent_id = part
        with self.assertRaises(ValidationError):
            part.site_id = self.other_site

    def test_bad_steps_are_refused(self):
        """SITE-02: no reason, no site, a day to come, another's role: refused."""
        unit = self._as_desk(self.equipment)
        for error, arguments in [
            (ArgumentError, (self.other_site.id, " ")),
            (ArgumentError, (False, "Why")),
            (ArgumentError, ("x", "Why")),
            (FactTimeError, (self.other_site.id, "Why", "2999-01-01")),
        ]:
            with self.subTest(arguments), self.assertRaises(error):
                unit.action_move(*arguments)
        unit.action_retire("Scrapped")
        with self.assertRaises(TransitionError):
            unit.action_move(self.other_site.id, "Why")
        for user in (self.technician_user, self.gm_user):
            with self.assertRaises(UserError):
                self.equipment.with_user(user).action_move(self.site.id, "Why")

    # -- replace

    @freeze_time("2026-03-02 04:00:00")
    def test_a_replaced_unit_and_its_successor_name_each_other(self):
        """SITE-02: A is archived as replaced, B takes its place, site and plans."""
        plan = self.env["aftersales.plan"].create(
            {
                "site_id": self.site.id,
                "service_type": "inspection",
                "equipment_ids": [(6, 0, self.equipment.ids)],
            }
        )
        new = self._unit(serial="SN-NEW")
        unit = self._as_desk(self.equipment)
        self.assertEqual(unit.action_replace(new.id, "Burnt out"), new)
        self.assertEqual(unit.replaced_by_id, new)
        self.assertEqual(new.site_id, self.site)
        self.assertEqual(plan.equipment_ids, new)
        gone, came = self.equipment.event_ids, new.event_ids
        self.assertEqual((gone.kind, gone.reason), ("replaced", "Burnt out"))
        self.assertEqual(gone.other_id, new)
        self.assertEqual(gone.happened_on, date(2026, 3, 2))
        successor = came.filtered(lambda event: event.kind == "successor")
        self.assertEqual(successor.other_id, self.equipment)
        self.assertIn(new.name, self.equipment.timeline)
        self.assertIn("Burnt out", self.site.timeline)
        # Twice in a row is harmless.
        unit.action_replace(new.id, "Burnt out")
        self.assertEqual(len(self.equipment.event_ids), 1)

    def test_an_exchanged_unit_that_comes_back_stays_replaced(self):
        """SITE-02: the return transfer of a replaced unit is no obstacle."""
        new = self._unit(serial="SN-NEW")
        lots = self._stock(self.compressor, 1, ["SN-CP-0007"])
        self.equipment.lot_id = lots
        self._as_desk(self.equipment).action_replace(new.id, "Exchange")
        line = self.env["stock.move.line"].new(
            {
                "company_id": self.company.id,
                "product_id": self.compressor.id,
                "lot_id": lots.id,
            }
        )
        self.env["aftersales.equipment"]._register_returns(line)
        self.assertEqual(self.equipment.state, "replaced")

    def test_the_window_takes_every_step(self):
        """SITE-02: one window asks what happened, when and why."""
        action = self._as_desk(self.equipment).action_open_step()
        wizards = self.env["aftersales.equipment.step"].with_user(self.dispatcher_user)
        with Form(wizards.with_context(**action["context"])) as form:
            form.kind = "retire"
            form.reason = "Scrapped after the fire"
        form.record.action_apply()
        self.assertEqual(self.equipment.state, "retired")
        self.assertIn("Scrapped after the fire", self.equipment.timeline)
        with self.assertRaises(AccessError):
            self.env["aftersales.equipment.step"].with_user(
                self.technician_user
            ).create({"equipment_ids": self.equipment.ids, "reason": "x"})

    # -- the record itself

    def test_the_story_is_nobodys_to_write(self):
        """SITE-02: the life of a unit is append-only, in the database too."""
        self._as_desk(self.equipment).action_retire("Old", "2026-03-01")
        event = self.equipment.event_ids
        with self.assertRaises(FrozenFactError):
            event.write({"reason": "Better"})
        with self.assertRaises(FrozenFactError):
            event.create({"equipment_id": self.equipment.id})
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(Error),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute("DELETE FROM aftersales_equipment_event")
        with self.assertRaises(GuardedFieldError):
            self._as_desk(self.equipment).write({"replaced_by_id": 1})
        forged = self._as_desk(self.equipment).with_context(
            aftersales_story=["1999-01-01", "Forged"]
        )
        forged.software_version = "9.9"
        self.assertFalse(
            self.equipment.event_ids.filtered(lambda one: one.reason == "Forged")
        )

    def test_owner_and_software_are_told_by_any_door(self):
        """SITE-02: ownership and software versions are history, however written."""
        self.equipment.with_user(self.dispatcher_user).software_version = "2.1"
        self.equipment.with_user(self.dispatcher_user).software_version = "2.2"
        self.site.with_user(self.dispatcher_user).partner_id = self.customer2
        events = self.equipment.event_ids
        software = events.filtered(lambda one: one.kind == "software").sorted("id")
        self.assertEqual(
            software.mapped("old_value") + software.mapped("new_value"),
            [False, "2.1", "2.1", "2.2"],
        )
        owner = events.filtered(lambda one: one.kind == "owner")
        self.assertEqual(owner.old_value, self.customer.display_name)
        self.assertEqual(owner.new_value, self.customer2.display_name)
        self.assertEqual(self.equipment.partner_id, self.customer2)

    def test_a_thousand_steps_cost_as_many_queries_as_ten(self):
        """SITE-02: the story of a batch is written in one statement."""
        counts = []
        for size in (10, 100):
            units = self.env["aftersales.equipment"].create(
                [
                    {
                        "company_id": self.company.id,
                        "product_id": self.compressor.id,
                        "site_id": self.site.id,
                    }
                ]
                * size
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._as_desk(units).action_move(self.other_site.id, "All of them")
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 5)

    @freeze_time("2026-03-02 12:00:00")
    def test_the_page_says_when_it_last_grew(self):
        """SITE-02: file "last updated" is the time of the last fact."""
        self._as_desk(self.equipment).action_retire("Old", "2026-02-28")
        self.equipment.invalidate_recordset()
        self.assertEqual(self.equipment.last_update.date(), date(2026, 2, 28))
        action = self.equipment.action_open_timeline()
        entries = self.env["aftersales.timeline"].search(action["domain"])
        self.assertEqual(entries.mapped("kind"), ["retired"])


@tagged("post_install", "-at_install")
class TestPartStory(ClaimCommon):
    """Parts old to new on the page of the unit and of the site."""

    def test_a_part_changed_shows_on_both_pages(self):
        """SITE-02: serial A to B stands on the timeline of site and unit."""
        self._stock(self.valve, 1, ["B-NEW"])
        claim = self._issued()
        line = claim.line_ids
        line.write({"old_serial": "A-OLD"})
        line.action_consume(1.0)
        for page in (self.site, self.equipment):
            self.assertIn("A-OLD → B-NEW", page.timeline)
            self.assertTrue(page.last_update)

    def test_a_part_on_file_is_replaced_by_the_new_one(self):
        """SITE-02: the unit carries serial B, A is archived as replaced."""
        self._stock(self.valve, 1, ["B-NEW"])
        old = self.env["aftersales.equipment"].create(
            {
                "company_id": self.company.id,
                "product_id": self.valve.id,
                "serial": "A-OLD",
                "site_id": self.site.id,
                "parent_id": self.equipment.id,
            }
        )
        claim = self._issued()
        line = claim.line_ids
        line.write({"old_serial": "a-old"})
        line.action_consume(1.0)
        new = old.replaced_by_id
        self.assertEqual(old.state, "replaced")
        self.assertEqual(new.serial, "B-NEW")
        self.assertEqual(new.parent_id, self.equipment)
        self.assertEqual(new.state, "in_service")
        # The old part comes back later: nothing is told twice.
        line.with_user(self.warehouse_user).action_return_old(1.0, "A-OLD")
        self.assertEqual(old.event_ids.mapped("kind"), ["replaced"])

    def test_parts_that_are_no_units_stay_parts(self):
        """SITE-02: an ordinary part does not swell the installed base."""
        self._stock(self.valve, 1, ["B-NEW"])
        line = self._issued().line_ids
        line.write({"old_serial": "A-OLD"})
        line.action_consume(1.0)
        self.assertFalse(self.equipment.child_ids)


@tagged("post_install", "-at_install")
class TestInstalledBaseReport(ClaimCommon):
    """Region by model by age by warranty, and the parts that a model needs."""

    @freeze_time("2026-03-02 12:00:00")
    def test_age_is_counted_from_today(self):
        """SITE-09: cells by model and age drill down to exactly their units."""
        units = self.env["aftersales.equipment"].create(
            [
                {
                    "company_id": self.company.id,
                    "brand": "Atlas",
                    "model": "GA37",
                    "serial": f"AGE-{index}",
                    "install_date": day,
                }
                for index, day in enumerate(
                    [
                        "2025-03-03",
                        "2025-03-02",
                        "2023-03-02",
                        "2021-03-02",
                        "2016-03-02",
                        False,
                    ]
                )
            ]
        )
        self.assertEqual(
            units.mapped("age_band"), ["0", "1", "3", "5", "10", "unknown"]
        )
        groups = self.env["aftersales.equipment"]._read_group(
            [("id", "in", units.ids)], ["model", "age_band"], ["__count"]
        )
        self.assertEqual(len(groups), 6)
        for model, band, count in groups:
            found = units.search([("age_band", "=", band), ("id", "in", units.ids)])
            self.assertEqual((model, count), ("GA37", len(found)))
            self.assertEqual(found.mapped("age_band"), [band])

    def test_demand_is_suggested_from_replacements(self):
        """SITE-19: replaced in the period, brought to a year, beside the stock."""
        self._stock(self.filter_part, 10)
        claim = self._issued(self.filter_part, 4)
        claim.line_ids.action_consume(4)
        self.env.flush_all()
        demand = (
            self.env["aftersales.part.demand"]
            .with_user(self.dispatcher_user)
            .search([("product_id", "=", self.filter_part.id)])
        )
        self.assertEqual((demand.replaced_qty, demand.yearly_qty), (4.0, 4.0))
        self.assertEqual(demand.unit_count, 1)
        self.assertEqual(demand.qty_available, 6.0)
        self.assertIn("4 replaced in 12 months", demand.explanation)
        self.company.aftersales_demand_months = 6
        demand.invalidate_recordset()
        self.assertEqual(demand.yearly_qty, 8.0)
        action = demand.action_open_history()
        found = self.env["aftersales.claim.line"].search(action["domain"])
        self.assertEqual(found, claim.line_ids)

    def test_demand_is_not_everybodys(self):
        """SITE-17: technicians do not read the demand, nobody writes it."""
        with self.assertRaises(AccessError):
            self.env["aftersales.part.demand"].with_user(self.technician_user).search(
                []
            )
        with self.assertRaises(FrozenFactError):
            self.env["aftersales.part.demand"].create({})
