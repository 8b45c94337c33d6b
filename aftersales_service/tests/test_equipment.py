from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..exceptions import ArgumentError, GuardedFieldError, TransitionError
from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestEquipment(AftersalesCommon):
    """Units: what makes one unique, what it is called, who may see it."""

    def _unit(self, **values):
        return self.env["aftersales.equipment"].create(
            {"company_id": self.company.id, **values}
        )

    def _refused(self, **values):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._unit(name="Twin", **values)
            self.env.flush_all()

    # -- one record a unit

    def test_serial_is_unique_for_a_product(self):
        product = {"product_id": self.compressor.id}
        self._refused(serial="SN-CP-0007", **product)
        self._refused(serial="  sn-cp-0007 ", **product)
        self._unit(serial="SN-CP-0007", product_id=self.valve.id)
        self._unit(serial="SN-CP-0007", company_id=self.company2.id, **product)

    def test_serial_is_unique_for_brand_and_model_where_product_is_empty(self):
        self._unit(brand="Atlas", model="GA37", serial="X1")
        self._refused(brand="atlas ", model="ga37", serial="x1")
        self._unit(brand="Atlas", model="GA45", serial="X1")
        self._unit(brand="Kaeser", model="GA37", serial="X1")
        self._unit(serial="X2", name="Nameless")
        self._refused(serial="X2")

    def test_units_without_serial_may_be_many(self):
        for _index in range(2):
            self._unit(brand="Atlas", model="GA37", serial=" ")
            self._unit(product_id=self.compressor.id)

    def test_lot_is_unique_and_of_the_product(self):
        lot = self.env["stock.lot"].create(
            {"name": "LOT-1", "product_id": self.compressor.id}
        )
        unit = self._unit(lot_id=lot.id)
        self.assertEqual(unit.product_id, self.compressor)
        self.assertEqual(unit.serial, "LOT-1")
        self.assertEqual(unit.name, "Screw Compressor 37 kW LOT-1")
        self._refused(lot_id=lot.id, serial="other")
        with self.assertRaises(ValidationError):
            unit.product_id = self.valve
        other = self.env["stock.lot"].create(
            {"name": "LOT-2", "product_id": self.compressor.id}
        )
        with self.assertRaises(ValidationError):
            self._unit(lot_id=other.id, product_id=self.valve.id, serial="Y")

    def test_archived_units_still_count(self):
        self.equipment.active = False
        self._refused(serial="SN-CP-0007", product_id=self.compressor.id)

    # -- proposals

    def test_name_and_customer_are_proposed(self):
        unit = self._unit(brand="Atlas", model="GA37", serial="Z9")
        self.assertEqual(unit.name, "Atlas GA37 Z9")
        unit.site_id = self.site
        self.assertEqual(unit.partner_id, self.customer)
        unit.name = "CP-0099"
        unit.serial = "Z10"
        self.assertEqual(unit.name, "CP-0099")

    def test_dispatcher_registers_in_the_form(self):
        equipment = self.env["aftersales.equipment"].with_user(self.dispatcher_user)
        with Form(equipment) as form:
            form.site_id = self.site
            form.brand = "Atlas"
            form.model = "GA37"
            form.serial = "F1"
        unit = form.save()
        self.assertEqual(unit.name, "Atlas GA37 F1")
        self.assertEqual(unit.partner_id, self.customer)
        self.assertEqual(unit.state, "in_service")

    def test_site_09_installed_base_by_province_and_model(self):
        states = self.env["res.country.state"].search(
            [("country_id", "=", self.env.ref("base.cn").id)], limit=2
        )
        for state, count in zip(states, (3, 2), strict=True):
            partner = self.env["res.partner"].create(
                {"name": "Customer", "state_id": state.id}
            )
            for number in range(count):
                self._unit(
                    partner_id=partner.id, model="M", serial=f"{state.code}{number}"
                )
        groups = self.env["aftersales.equipment"]._read_group(
            [("model", "=", "M"), ("company_id", "=", self.company.id)],
            ["region_id"],
            ["__count"],
        )
        self.assertEqual(dict(groups), {states[0]: 3, states[1]: 2})

    # -- states

    def test_life_of_a_unit(self):
        unit = self.equipment.with_user(self.dispatcher_user)
        unit.action_take_in()
        self.assertEqual(unit.state, "in_depot")
        unit.action_put_in_service("2026-02-01")
        self.assertEqual(
            (unit.state, unit.install_date), ("in_service", date(2026, 2, 1))
        )
        unit.action_take_in().action_put_in_service("2026-05-01")
        self.assertEqual(unit.install_date, date(2026, 2, 1))
        unit.action_retire("Burnt out")
        self.assertEqual(unit.state, "retired")
        self.assertIn("Burnt out", unit.message_ids[0].body)
        with self.assertRaises(TransitionError):
            unit.action_put_in_service()
        with self.assertRaises(ArgumentError):
            unit.action_put_in_service("soon")

    def test_state_and_company_are_not_written_by_hand(self):
        for vals in ({"state": "retired"}, {"company_id": self.company2.id}):
            with self.assertRaises(GuardedFieldError):
                self.equipment.with_user(self.head_user).write(vals)

    # -- who sees it

    def test_site_17_units_of_others_are_hidden(self):
        foreign = self._unit(name="Foreign", company_id=self.company2.id)
        self.equipment.with_user(self.technician_user).read(["warranty_text"])
        with self.assertRaises(AccessError):
            self.equipment.with_user(self.technician_user).write({"note": "x"})
        for user in (self.technician2_user, self.hr_user, self.portal_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.equipment.with_user(user).read(["name"])
        self.equipment.with_user(self.warehouse_user).read(["name"])
        found = self.equipment.with_user(self.head_user).search([])
        self.assertNotIn(foreign, found)

    def test_others_do_not_move_units(self):
        for user in (self.technician_user, self.warehouse_user, self.gm_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.equipment.with_user(user).action_retire()

    @freeze_time("2026-03-10 08:00:00")
    def test_site_18_last_five_services_with_symptom_cause_remedy(self):
        self.assertFalse(self.equipment.last_services)
        for day in range(1, 8):
            order = self._create_order()
            order.unit_ids.sudo().write(
                {"cause_id": self.cause.id, "remedy_id": self.remedy.id}
            )
            self.env.cr.execute(
                "UPDATE aftersales_order SET state = 'done', done_on = %s "
                "WHERE id = %s",
                [f"2026-03-0{day} 17:00:00", order.id],
            )
        planned = self._create_order()
        self.env.invalidate_all()
        for record in (self.equipment, self.site):
            html = str(record.with_user(self.technician_user).last_services)
            self.assertEqual(html.count("<tr>"), 6)
            self.assertNotIn(planned.name, html)
            # 17:00 UTC is the next day in Shanghai.
            self.assertIn("3/8/26", html)
            self.assertNotIn("3/3/26", html)
            self.assertIn("No pressure, Valve broken, Part changed", html)
            self.assertIn(self.technician.name, html)

    def test_last_services_escape_what_people_typed(self):
        self.remedy.name = "<script>alert(1)</script>"
        order = self._create_order()
        order.unit_ids.sudo().remedy_id = self.remedy
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE aftersales_order SET state = 'done', done_on = now() WHERE id = %s",
            [order.id],
        )
        self.env.invalidate_all()
        self.assertNotIn("<script>", str(self.equipment.last_services))

    def test_counts_and_windows(self):
        self._create_order()
        self._create_ticket()
        unit = self.equipment.with_user(self.dispatcher_user)
        self.assertEqual((unit.order_count, unit.ticket_count), (1, 1))
        window = unit.action_open_new_warranty_check()
        self.assertEqual(window["res_model"], "aftersales.warranty.check")
        self.assertGreaterEqual(unit.warranty_check_count, 1)
        for action in (
            unit.action_open_orders,
            unit.action_open_tickets,
            unit.action_open_warranty_checks,
        ):
            window = action()
            self.assertTrue(self.env[window["res_model"]].search(window["domain"]))
        partner = self.customer.with_user(self.dispatcher_user)
        self.assertEqual(partner.aftersales_site_count, 1)
        for action in (
            partner.action_open_aftersales_sites,
            partner.action_open_aftersales_equipment,
        ):
            window = action()
            found = self.env[window["res_model"]].search(window["domain"])
            self.assertEqual(found.partner_id, self.customer)


@tagged("post_install", "-at_install")
class TestInstalledBase(AftersalesCommon):
    """SITE-08: deliveries and returns keep the register."""

    def _transfer(self, product, lots, partner, incoming=False, user=None):
        kind = self.warehouse.in_type_id if incoming else self.warehouse.out_type_id
        customers = partner.property_stock_customer
        stock = self.warehouse.lot_stock_id
        source, target = (customers, stock) if incoming else (stock, customers)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "partner_id": partner.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": product.id,
                            "product_uom_qty": max(len(lots), 1),
                            "location_id": source.id,
                            "location_dest_id": target.id,
                        },
                    )
                ],
            }
        )
        picking.action_confirm()
        if lots:
            picking.move_ids.lot_ids = lots
        picking.move_ids.picked = True
        picking = picking.with_user(user or self.warehouse_user)
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def _units(self, lots):
        return self.env["aftersales.equipment"].search([("lot_id", "in", lots.ids)])

    @freeze_time("2026-02-10 17:00:00")
    def test_site_08_delivery_registers_one_unit_per_serial(self):
        self.compressor.aftersales_warranty_months = 24
        lots = self._stock(self.compressor, 2, ["SN001", "SN002"])
        lots[0].aftersales_manufacture_date = "2026-01-05"
        self._transfer(self.compressor, lots, self.customer)
        units = self._units(lots)
        self.assertEqual(len(units), 2)
        first = units.filtered(lambda unit: unit.serial == "SN001")
        self.assertEqual(first.state, "in_transit")
        self.assertEqual(first.partner_id, self.customer)
        self.assertEqual(first.manufacture_date, date(2026, 1, 5))
        # 17:00 UTC is already the next day in Shanghai.
        self.assertEqual(first.shipment_date, date(2026, 2, 11))
        self.assertEqual(first.warranty_end, date(2028, 2, 10))
        first.with_user(self.dispatcher_user).action_put_in_service()
        self.assertEqual(first.state, "in_service")

    def test_other_products_are_not_registered(self):
        lots = self._stock(self.valve, 1, ["V1"])
        self._transfer(self.valve, lots, self.customer)
        self._stock(self.filter_part, 3)
        self._transfer(self.filter_part, lots.browse(), self.customer)
        self.assertFalse(self._units(lots))

    def test_moves_of_claims_register_nothing(self):
        lots = self._stock(self.compressor, 1, ["SN-CLAIM"])
        move = self.env["stock.move"].new(
            {
                "product_id": self.compressor.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.customer.property_stock_customer.id,
            }
        )
        self.assertTrue(move._is_aftersales_unit_move())
        move.claim_line_id = self.env["aftersales.claim.line"].new({})
        self.assertFalse(move._is_aftersales_unit_move())
        self.assertFalse(self._units(lots))

    def test_moves_inside_the_company_register_nothing(self):
        move = self.env["stock.move"].new(
            {
                "product_id": self.compressor.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.warehouse.wh_input_stock_loc_id.id,
            }
        )
        self.assertFalse(move._is_aftersales_unit_move())

    def test_returned_serial_is_in_the_depot_and_resale_moves_the_record(self):
        lots = self._stock(self.compressor, 1, ["SN010"])
        self._transfer(self.compressor, lots, self.customer)
        unit = self._units(lots)
        unit.site_id = self.site
        unit.action_put_in_service("2026-01-20")
        unit.purchase_date = "2026-01-10"
        self._transfer(self.compressor, lots, self.customer, incoming=True)
        self.assertEqual(unit.state, "in_depot")
        self.assertEqual(unit.site_id, self.site)
        with freeze_time("2026-06-01 02:00:00"):
            self._transfer(self.compressor, lots, self.customer2)
        self.assertEqual(self._units(lots), unit)
        self.assertEqual(unit.partner_id, self.customer2)
        self.assertEqual(unit.state, "in_transit")
        self.assertFalse(unit.site_id)
        self.assertFalse(unit.install_date)
        self.assertEqual(unit.shipment_date, date(2026, 6, 1))

    def test_unit_sent_back_to_its_owner_keeps_term_and_site(self):
        lots = self._stock(self.compressor, 1, ["SN015"])
        with freeze_time("2026-01-05 02:00:00"):
            self._transfer(self.compressor, lots, self.customer)
        unit = self._units(lots)
        unit.write({"site_id": self.site.id, "warranty_basis": "install"})
        unit.action_put_in_service("2026-01-20")
        before = unit.warranty_end
        self._transfer(self.compressor, lots, self.customer, incoming=True)
        with freeze_time("2026-06-01 02:00:00"):
            self._transfer(self.compressor, lots, self.customer)
        self.assertEqual(unit.state, "in_transit")
        self.assertEqual(unit.site_id, self.site)
        self.assertEqual(unit.shipment_date, date(2026, 1, 5))
        self.assertEqual(unit.warranty_end, before)

    def test_unit_registered_by_hand_before_its_delivery_is_found(self):
        unit = self.env["aftersales.equipment"].create(
            {
                "company_id": self.company.id,
                "product_id": self.compressor.id,
                "serial": "sn020",
            }
        )
        lots = self._stock(self.compressor, 1, ["SN020"])
        self._transfer(self.compressor, lots, self.customer)
        self.assertEqual(unit.lot_id, lots)
        self.assertEqual(unit.state, "in_transit")

    def test_returns_of_unknown_units_change_nothing(self):
        lots = self._stock(self.compressor, 1, ["SN030"])
        self.compressor.is_aftersales_equipment = False
        self._transfer(self.compressor, lots, self.customer)
        self.compressor.is_aftersales_equipment = True
        self._transfer(self.compressor, lots, self.customer, incoming=True)
        self.assertFalse(self._units(lots))
