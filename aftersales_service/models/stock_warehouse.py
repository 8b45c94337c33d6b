from odoo import api, fields, models


class StockWarehouse(models.Model):
    """Locations and operation types of after-sales parts."""

    _inherit = "stock.warehouse"

    aftersales_technician_location_id = fields.Many2one(
        "stock.location", "Technicians", check_company=True, copy=False
    )
    aftersales_defective_location_id = fields.Many2one(
        "stock.location", "Defective Parts", check_company=True, copy=False
    )
    aftersales_lost_location_id = fields.Many2one(
        "stock.location", "Lost Parts", check_company=True, copy=False
    )
    aftersales_refill_type_id = fields.Many2one(
        "stock.picking.type", "Van Refill", check_company=True, copy=False
    )
    aftersales_supplier_type_id = fields.Many2one(
        "stock.picking.type", "Return to Supplier", check_company=True, copy=False
    )
    aftersales_issue_type_id = fields.Many2one(
        "stock.picking.type", "Parts Issue", check_company=True, copy=False
    )
    aftersales_use_type_id = fields.Many2one(
        "stock.picking.type", "Parts Use", check_company=True, copy=False
    )
    aftersales_return_type_id = fields.Many2one(
        "stock.picking.type", "Parts Return", check_company=True, copy=False
    )
    aftersales_defective_type_id = fields.Many2one(
        "stock.picking.type", "Defective Parts In", check_company=True, copy=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        warehouses = super().create(vals_list)
        warehouses._aftersales_ensure_setup()
        return warehouses

    def _aftersales_ensure_setup(self):
        """Give each warehouse what parts claims need; harmless when repeated.

        Technicians' stock and defective parts stand beside Stock, not in it:
        ordinary deliveries would reserve from what lies under Stock.

        :return: self
        """
        for warehouse in self.with_context(active_test=False):
            warehouse._aftersales_create_locations()
            warehouse._aftersales_create_types()
        return self

    def _aftersales_create_locations(self):
        """Create the locations this warehouse lacks."""
        missing = {
            name: self.env["stock.location"]
            .create(
                {
                    "location_id": self.view_location_id.id,
                    **values,
                    "company_id": self.company_id.id,
                }
            )
            .id
            for name, values in self._aftersales_prepare_locations().items()
            if not self[name]
        }
        if missing:
            self.write(missing)

    def _aftersales_prepare_locations(self):
        """Return the values of our locations by the field that holds them."""
        return {
            "aftersales_technician_location_id": {
                "name": self.env._("Technicians"),
                "usage": "view",
            },
            "aftersales_defective_location_id": {
                "name": self.env._("Defective Parts"),
                "usage": "internal",
                "aftersales_use": "defective",
            },
            # outside the warehouse, like every loss
            "aftersales_lost_location_id": {
                "name": self.env._("Lost Parts"),
                "location_id": False,
                "usage": "inventory",
                "aftersales_use": "lost",
            },
        }

    def _aftersales_create_types(self):
        """Create the operation types this warehouse lacks."""
        missing = {
            name: self.env["stock.picking.type"]
            .create(
                {
                    **values,
                    "warehouse_id": self.id,
                    "company_id": self.company_id.id,
                    "active": self.active,
                }
            )
            .id
            for name, values in self._aftersales_prepare_types().items()
            if not self[name]
        }
        if missing:
            self.write(missing)
            self.aftersales_issue_type_id.return_picking_type_id = (
                self.aftersales_return_type_id
            )

    def _aftersales_prepare_types(self):
        """Return the values of our operation types by the field that holds them."""
        names = {
            "issue": self.env._("Parts Issue"),
            "use": self.env._("Parts Use"),
            "return": self.env._("Parts Return"),
            "defective": self.env._("Defective Parts In"),
            "refill": self.env._("Van Refill"),
            "supplier": self.env._("Defective Parts to Supplier"),
        }
        return {
            f"aftersales_{use}_type_id": {
                "name": names[use],
                "code": "internal",
                "sequence_code": prefix,
                "sequence": 60 + number,
                "use_create_lots": use == "defective",
                "use_existing_lots": True,
                "print_label": False,
                "default_location_src_id": source.id,
                "default_location_dest_id": target.id,
            }
            for number, (use, prefix, source, target) in enumerate(
                self._aftersales_get_ways()
            )
        }

    def _aftersales_get_ways(self):
        """Return our operation types: use, prefix, from, to.

        All are internal transfers: much code takes a warehouse's one receipt or
        delivery type for granted.
        """
        held = self.aftersales_technician_location_id
        defective = self.aftersales_defective_location_id
        customers = self.env.ref("stock.stock_location_customers")
        suppliers = self.env.ref("stock.stock_location_suppliers")
        shelf = self.lot_stock_id
        return [
            ("issue", "PI", shelf, held),
            ("use", "PU", held, customers),
            ("return", "PR", held, shelf),
            ("defective", "DP", customers, defective),
            ("refill", "VR", shelf, held),
            ("supplier", "DS", defective, suppliers),
        ]
