from odoo import fields, models


class StockWarehouse(models.Model):
    """The depot's places: loan stock, lent units, quarantine."""

    _inherit = "stock.warehouse"

    aftersales_loan_location_id = fields.Many2one(
        "stock.location", "Loan Stock", check_company=True, copy=False
    )
    aftersales_lent_location_id = fields.Many2one(
        "stock.location", "Lent to Customers", check_company=True, copy=False
    )
    aftersales_quarantine_location_id = fields.Many2one(
        "stock.location", "Depot Quarantine", check_company=True, copy=False
    )
    aftersales_depot_type_id = fields.Many2one(
        "stock.picking.type", "Depot Moves", check_company=True, copy=False
    )

    def _aftersales_prepare_locations(self):
        """Lent units stay ours: an internal place, so nothing is sold or valued."""
        names = {
            "aftersales_loan_location_id": self.env._("Loan Stock"),
            "aftersales_lent_location_id": self.env._("Lent to Customers"),
            "aftersales_quarantine_location_id": self.env._("Depot Quarantine"),
        }
        return {
            **super()._aftersales_prepare_locations(),
            **{
                field: {"name": name, "usage": "internal"}
                for field, name in names.items()
            },
        }

    def _aftersales_prepare_types(self):
        return {
            **super()._aftersales_prepare_types(),
            "aftersales_depot_type_id": {
                "name": self.env._("Depot Moves"),
                "code": "internal",
                "sequence_code": "DM",
                "sequence": 70,
                "use_create_lots": True,
                "use_existing_lots": True,
                "print_label": False,
                "default_location_src_id": self.aftersales_loan_location_id.id,
                "default_location_dest_id": self.aftersales_lent_location_id.id,
            },
        }
