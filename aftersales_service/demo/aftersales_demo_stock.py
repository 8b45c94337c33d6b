"""Parts on the shelf of the demo warehouse and in the vans."""

from datetime import timedelta

from odoo import Command, api, models

# Pieces on the shelf by product; the products say whether they bear serials.
SHELF = {
    "screw_22": 1,
    "screw_37": 2,
    "fridge_6": 2,
    "valve_intake": 14,
    "valve_minimum": 10,
    "valve_thermostat": 8,
    "valve_solenoid": 60,
    "valve_safety": 8,
    "controller": 9,
    "sensor_pressure": 12,
    "sensor_temperature": 40,
    "motor_main": 4,
    "motor_fan": 6,
    "airend": 3,
    "inverter": 4,
    "filter_oil": 160,
    "filter_air": 140,
    "filter_separator": 60,
    "filter_line": 80,
    "oil_20": 90,
    "belt": 70,
    "bearing": 30,
    "coupling": 30,
    "seal_shaft": 30,
    "hose_oil": 50,
    "drain": 36,
    "cooler": 6,
    "dryer_compressor": 5,
    "desiccant": 40,
    "contactor": 40,
}
# What each technician carries all the time.
VAN = {"filter_oil": 4, "filter_air": 3, "belt": 2, "valve_solenoid": 1, "hose_oil": 1}
TECHNICIANS = ("wang", "zhao", "liu", "sun", "zhou", "wu", "zheng", "feng")


class AftersalesDemo(models.AbstractModel):
    _inherit = "aftersales.demo"

    @api.model
    def _setup_stock(self):
        """Count the parts onto the shelf, then fill the vans."""
        self._fill_shelf()
        self._fill_vans()

    @api.model
    def _fill_shelf(self):
        """Book the opening inventory, dated before the demo history begins."""
        location = self._record("warehouse").lot_stock_id
        products = {name: self._record(f"product_{name}") for name in SHELF}
        lots = self.env["stock.lot"].create(
            [
                {
                    "name": f"{product.default_code}-{index + 1:03d}",
                    "product_id": product.id,
                    "company_id": product.company_id.id,
                }
                for name, product in products.items()
                if product.tracking == "serial"
                for index in range(SHELF[name])
            ]
        )
        pieces = [(lot.product_id, lot, 1) for lot in lots] + [
            (product, lots.browse(), SHELF[name])
            for name, product in products.items()
            if product.tracking == "none"
        ]
        quants = (
            self.env["stock.quant"]
            .with_context(inventory_mode=True)
            .create(
                [
                    {
                        "product_id": product.id,
                        "location_id": location.id,
                        "lot_id": lot.id,
                        "inventory_quantity": quantity,
                    }
                    for product, lot, quantity in pieces
                ]
            )
        )
        quants.action_apply_inventory()
        self._date_inventory(products.values())

    @api.model
    def _date_inventory(self, products):
        """Put the opening inventory before everything else that happened."""
        moves = self.env["stock.move"].search(
            [("product_id", "in", [product.id for product in products])]
        )
        self._date_moves(moves, self._history_start() - timedelta(days=7))

    @api.model
    def _fill_vans(self):
        """Hand each technician what he always carries, by ordinary transfers."""
        warehouse = self._record("warehouse")
        keeper = self._record("user_warehouse")
        vans = [
            self._record(f"employee_{name}")._aftersales_get_location()
            for name in TECHNICIANS
        ]
        products = {self._record(f"product_{name}"): n for name, n in VAN.items()}
        pickings = (
            self.env["stock.picking"]
            .with_user(keeper)
            .create(
                [
                    {
                        "picking_type_id": warehouse.int_type_id.id,
                        "location_id": warehouse.lot_stock_id.id,
                        "location_dest_id": van.id,
                        "move_ids": [
                            Command.create(
                                {
                                    "product_id": product.id,
                                    "product_uom_qty": quantity,
                                    "location_id": warehouse.lot_stock_id.id,
                                    "location_dest_id": van.id,
                                }
                            )
                            for product, quantity in products.items()
                        ],
                    }
                    for van in vans
                ]
            )
        )
        pickings.action_confirm()
        pickings.action_assign()
        pickings.button_validate()
        start = self._history_start() - timedelta(days=6)
        self._date_moves(pickings.sudo().move_ids, start)

    @api.model
    def _date_moves(self, moves, day):
        """Say that done moves happened on an earlier day."""
        at = self._at(day, 9)
        moves.write({"date": at})
        moves.move_line_ids.write({"date": at})
        moves.picking_id.write({"date_done": at})
