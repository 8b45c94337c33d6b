from odoo import fields, models
from odoo.fields import Command

from odoo.addons.aftersales_service.arguments import check_single
from odoo.addons.aftersales_service.exceptions import MissingError, TransitionError

from .aftersales_rma import DEPOT, DESK

SALES = "sales_team.group_sale_salesman"


class AftersalesRma(models.Model):
    """What the customer authorised is sold by an ordinary order."""

    _inherit = "aftersales.rma"

    sale_order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def action_bill(self):
        """Make the sales order of what the customer pays, once a case.

        Parts are delivered by the work order, labour counts as delivered with it;
        the invoice is the sales application's own.

        :return: the sales orders
        :raise TransitionError: before the unit is ready
        """
        self._check_role(DEPOT, DESK, SALES)
        self.check_access("read")
        self._lock()
        for rma in self.filtered(lambda rma: not rma.sale_order_id):
            if rma.state not in ("ready", "closed"):
                raise TransitionError(
                    self.env._("%s is not ready yet: bill it when it is.", rma.name)
                )
            rma._bill()
        # sudo: the desk has no sales rights; it gets the number of the order
        return self.sudo().sale_order_id.with_env(self.env)

    def _bill(self):
        """Make and confirm the order of one case."""
        rma = self.sudo()  # sudo: the depot has no sales rights
        lines = rma.line_ids.filtered(
            lambda line: line.state == "authorised" and line.payer == "customer"
        )
        if not lines:
            raise MissingError(
                self.env._("The customer pays nothing of %s.", self.name)
            )
        order = rma.env["sale.order"].create(
            {
                "partner_id": rma.partner_id.id,
                "company_id": rma.company_id.id,
                "origin": rma.name,
                "repair_order_ids": [Command.link(rma.repair_id.id)]
                if rma.repair_id
                else [],
                "order_line": [
                    Command.create(line._prepare_sale_line_vals()) for line in lines
                ],
            }
        )
        order.action_confirm()
        for line in order.order_line.filtered(lambda line: not line.move_ids):
            line.qty_delivered = line.product_uom_qty
        rma._unguarded().write({"sale_order_id": order.id})

    def action_open_sale(self):
        """Open the sales order of this case.

        :return: a window action
        """
        self.check_access("read")
        check_single(self)
        self.env["sale.order"].check_access("read")
        return self.sale_order_id._get_records_action()


class AftersalesRmaLine(models.Model):
    """A line of the estimate as the customer is billed it."""

    _inherit = "aftersales.rma.line"

    def _prepare_sale_line_vals(self):
        """Return the values of the sales line, at the authorised price."""
        self.ensure_one()
        labour = self.env.ref("aftersales_service_repair.product_depot_labour")
        vals = {
            "product_id": (self.product_id or labour).id,
            "name": self.name,
            "product_uom_qty": self.quantity,
            "price_unit": self.price_unit,
        }
        if self.move_id:
            vals["move_ids"] = [Command.link(self.move_id.id)]
            vals["qty_delivered"] = self.move_id.quantity
        return vals
