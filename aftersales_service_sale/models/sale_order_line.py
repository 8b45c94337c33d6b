from odoo import api, fields, models

from odoo.addons.aftersales_service import guard

# What the customer was offered.
OFFERED = frozenset(
    {
        "price_unit",
        "discount",
        "product_id",
        "product_uom_qty",
        "product_uom_id",
        "tax_ids",
        "order_id",
        "aftersales_charge_line_id",
        "aftersales_claim_line_id",
    }
)


class SaleOrderLine(models.Model):
    """Service sold by the tariff; parts leave by their claim's transfers."""

    _inherit = "sale.order.line"

    aftersales_claim_line_id = fields.Many2one(
        "aftersales.claim.line",
        string="Parts Claim Line",
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    aftersales_charge_line_id = fields.Many2one(
        "aftersales.charge.line",
        string="Chargeable Job Line",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not guard.is_open(self.env) and lines.order_id.aftersales_charge_id:
            lines.order_id._aftersales_refuse()
        return lines

    def write(self, vals):
        if OFFERED & vals.keys() and not guard.is_open(self.env):
            # Computed again by the system, nothing is offered anew.
            changed = self.filtered(
                lambda line: (
                    line.order_id.aftersales_charge_id
                    and any(
                        line._fields[name].convert_to_write(line[name], line)
                        != vals[name]
                        for name in OFFERED & vals.keys()
                    )
                )
            )
            if changed and not self.env.su:
                changed.order_id._aftersales_refuse()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_offered(self):
        if not guard.is_open(self.env) and self.order_id.aftersales_charge_id:
            self.order_id._aftersales_refuse()

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        lines = self.filtered(lambda line: not line.aftersales_claim_line_id)
        return super(SaleOrderLine, lines)._action_launch_stock_rule(
            previous_product_uom_qty=previous_product_uom_qty
        )
