from odoo.exceptions import UserError

from .common_claim import ClaimCommon


class ClaimTransferCommon(ClaimCommon):
    """Parts on the shelf, and transfers as the warehouse makes them by hand."""

    def setUp(self):
        super().setUp()
        self.stock = self.warehouse.lot_stock_id
        self._stock(self.filter_part, 20)

    def _as_warehouse(self, model):
        return self.env[model].with_user(self.warehouse_user)

    def _refused(self, method, *args, error=UserError, words="", **kwargs):
        with self.assertRaisesRegex(error, words), self.env.cr.savepoint():
            method(*args, **kwargs)
            self.env.flush_all()

    def _vals(self, source, destination, **values):
        return {
            "product_id": self.filter_part.id,
            "product_uom_qty": 1,
            "location_id": source.id,
            "location_dest_id": destination.id,
            **values,
        }

    def _move_now(self, source, destination, product=None, quantity=1.0, lot=None):
        """Carry parts by an ordinary transfer, as the warehouse does."""
        product = product or self.filter_part
        vals = self._vals(
            source, destination, product_id=product.id, product_uom_qty=quantity
        )
        picking = self._as_warehouse("stock.picking").create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "move_ids": [(0, 0, vals)],
            }
        )
        picking.action_confirm()
        if lot:
            picking.move_ids.lot_ids = lot
        picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        return picking
