from odoo import fields, models


class StockLot(models.Model):
    """Manufacture date of a serial number, and the equipment it became."""

    _inherit = "stock.lot"

    aftersales_manufacture_date = fields.Date(
        string="Manufacture Date",
        help="Goes to the equipment register with the delivery (SITE-08).",
    )
    aftersales_equipment_ids = fields.One2many(
        "aftersales.equipment", "lot_id", string="Equipment"
    )

    def action_open_aftersales_equipment(self):
        """Open the equipment that these serial numbers became.

        :return: a window action
        """
        self.check_access("read")
        equipment = self.env["aftersales.equipment"].search(
            [("lot_id", "in", self.ids)]
        )
        return equipment._get_records_action(name=self.env._("Equipment"))
