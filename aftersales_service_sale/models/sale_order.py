from odoo import fields, models


class SaleOrder(models.Model):
    """The quotation of a parts claim: confirming it is the customer's approval."""

    _inherit = "sale.order"

    aftersales_claim_id = fields.Many2one(
        "aftersales.claim",
        string="Parts Claim",
        copy=False,
        index="btree_not_null",
        check_company=True,
    )

    _aftersales_claim_unique = models.UniqueIndex(
        "(aftersales_claim_id) "
        "WHERE aftersales_claim_id IS NOT NULL AND state <> 'cancel'",
        "This parts claim already has a quotation.",
    )

    def _action_confirm(self):
        result = super()._action_confirm()
        for order in self.filtered("aftersales_claim_id"):
            # sudo: the customer confirms in the portal and has no right on claims
            claim = order.aftersales_claim_id.sudo()
            if not claim.customer_approved_on:
                claim.action_record_customer_approval(
                    order.signed_by or order.partner_id.name
                )
        return result
