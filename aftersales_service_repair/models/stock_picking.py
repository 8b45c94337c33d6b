from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class StockPicking(models.Model):
    """Transfers of the depot: exchanges, returns, loaners."""

    _inherit = "stock.picking"

    aftersales_rma_id = fields.Many2one(
        "aftersales.rma",
        string="Depot Case",
        readonly=True,
        index="btree_not_null",
        check_company=True,
    )
    aftersales_loan_id = fields.Many2one(
        "aftersales.loan",
        string="Loaner",
        readonly=True,
        index="btree_not_null",
        check_company=True,
    )

    @api.model
    def _aftersales_move_unit(self, warehouse, lot, source, destination, values):
        """Move one serial number from one place to another, and be done with it.

        :param warehouse: the depot's ``stock.warehouse``
        :param lot: the ``stock.lot``
        :param source: ``stock.location``
        :param destination: ``stock.location``
        :param dict values: what else the transfer says
        :return: the done transfer
        :raise UserError: when the unit is not there
        """
        company = warehouse.company_id
        self._aftersales_check_there(lot, source)
        ends = {
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": company.id,
        }
        move = self._aftersales_unit_move(lot, ends)
        picking = self.with_company(company).create(
            {
                "picking_type_id": warehouse.aftersales_depot_type_id.id,
                "move_ids": [Command.create(move)],
                **ends,
                **values,
            }
        )
        picking.move_ids._action_done()
        return picking

    @api.model
    def _aftersales_check_there(self, lot, source):
        """Refuse a serial number that is not free in our own place."""
        if source.usage != "internal":
            return
        held = self.env["stock.quant"]._get_available_quantity(
            lot.product_id, source, lot_id=lot
        )
        if lot.product_id.uom_id.compare(held, 1) < 0:
            raise UserError(
                self.env._(
                    "%(serial)s is not free in %(place)s. Choose another one.",
                    serial=lot.display_name,
                    place=source.display_name,
                )
            )

    @api.model
    def _aftersales_unit_move(self, lot, ends):
        """Return the values of the move of one serial number.

        :param lot: the ``stock.lot``
        :param dict ends: from where to where, of which company
        """
        piece = {
            "product_id": lot.product_id.id,
            "product_uom_id": lot.product_id.uom_id.id,
            "lot_id": lot.id,
            "quantity": 1.0,
            "picked": True,
            **ends,
        }
        return {
            "product_id": lot.product_id.id,
            "product_uom": lot.product_id.uom_id.id,
            "product_uom_qty": 1.0,
            "move_line_ids": [Command.create(piece)],
            "picked": True,
            **ends,
        }


class StockMove(models.Model):
    """Moves of a work order stand for what the customer authorised (DEPOT-08)."""

    _inherit = "stock.move"

    aftersales_rma_line_id = fields.Many2one(
        "aftersales.rma.line",
        string="Depot Estimate Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _is_aftersales_unit_move(self):
        """Loans and exchanges sell nothing; the register follows them by itself."""
        picking = self.picking_id
        return (
            super()._is_aftersales_unit_move()
            and not picking.aftersales_rma_id
            and not picking.aftersales_loan_id
            and not self.repair_id
        )
