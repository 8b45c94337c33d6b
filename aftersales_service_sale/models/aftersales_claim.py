from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.aftersales_service.arguments import check_single


class AftersalesClaim(models.Model):
    """Chargeable parts are offered to the customer before they are issued."""

    _inherit = "aftersales.claim"

    sale_order_ids = fields.One2many(
        "sale.order", "aftersales_claim_id", string="Quotations"
    )
    sale_order_count = fields.Integer(compute="_compute_sale_order_count")

    def _compute_sale_order_count(self):
        counts = dict(
            self.env["sale.order"]
            .sudo()  # sudo: a count only, for people without sales rights
            ._read_group(
                [("aftersales_claim_id", "in", self.ids)],
                ["aftersales_claim_id"],
                ["__count"],
            )
        )
        for claim in self:
            claim.sale_order_count = counts.get(claim._origin, 0)

    def action_create_quotation(self):
        """Offer the parts that the customer pays, one live quotation a claim.

        :return: the claims' live quotations (WARR-01, SALE-05)
        :raise UserError: when nothing is to be paid by the customer
        """
        if not self.env.user.has_group("aftersales_service.group_dispatcher"):
            raise AccessError(
                self.env._("Only dispatchers and heads of department make quotations.")
            )
        self.check_access("write")
        self._lock()
        quotations = self._get_live_quotations()
        missing = self - quotations.aftersales_claim_id
        values = [claim._prepare_quotation_vals() for claim in missing]
        # sudo: dispatchers have no sales rights; the document is made here only
        return quotations | self.env["sale.order"].sudo().create(values)

    def _get_live_quotations(self):
        """Return the quotations and orders of these claims that still count."""
        # sudo: dispatchers have no sales rights
        orders = self.sudo().sale_order_ids
        return orders.filtered(lambda order: order.state != "cancel")

    def _prepare_quotation_vals(self):
        """Return the values of the quotation of one claim."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.payer == "customer")
        if not lines:
            raise UserError(
                self.env._(
                    "%s has no part that the customer pays. Set the payer of the "
                    "part to “Customer” first.",
                    self.display_name,
                )
            )
        return {
            "partner_id": self.order_id.partner_id.id,
            "company_id": self.company_id.id,
            "origin": self.name,
            "aftersales_claim_id": self.id,
            "order_line": [
                fields.Command.create(line._prepare_quotation_line_vals())
                for line in lines
            ],
        }

    def action_open_quotations(self):
        """Open the quotations of this claim."""
        check_single(self)
        return self.sale_order_ids._get_records_action(name=self.env._("Quotations"))
