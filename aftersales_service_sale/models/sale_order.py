from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service import guard
from odoo.addons.aftersales_service.exceptions import (
    GuardedFieldError,
    NotEntitledError,
)

# The proof of the customer's approval: written where he signs, nowhere else.
PROOF = frozenset({"signature", "signed_by", "signed_on", "aftersales_charge_id"})


class SaleOrder(models.Model):
    """Quotations of service: confirming one is the customer's approval."""

    _inherit = "sale.order"

    aftersales_claim_id = fields.Many2one(
        "aftersales.claim",
        string="Parts Claim",
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    aftersales_charge_id = fields.Many2one(
        "aftersales.charge",
        string="Chargeable Job",
        copy=False,
        readonly=True,
        index="btree_not_null",
        check_company=True,
    )
    aftersales_employee_id = fields.Many2one(
        "hr.employee",
        string="Technician Credited",
        copy=False,
        index="btree_not_null",
        help="Whose spares sales task this order counts for.",
        check_company=True,
    )

    _aftersales_claim_unique = models.UniqueIndex(
        "(aftersales_claim_id) "
        "WHERE aftersales_claim_id IS NOT NULL AND state <> 'cancel'",
        "This parts claim already has a quotation.",
    )
    _aftersales_charge_unique = models.UniqueIndex(
        "(aftersales_charge_id) "
        "WHERE aftersales_charge_id IS NOT NULL AND state <> 'cancel'",
        "This chargeable job already has a quotation.",
    )

    def _aftersales_open(self):
        """Return the same orders, open to our own code."""
        return self.with_context(**{guard.CONTEXT_KEY: guard.GUARD})

    @api.model_create_multi
    def create(self, vals_list):
        own = any(vals.get("aftersales_charge_id") for vals in vals_list)
        if own and not guard.is_open(self.env):
            self._aftersales_refuse()
        return super().create(vals_list)

    def write(self, vals):
        is_outside = not guard.is_open(self.env) and not self.env.su
        is_ours = "aftersales_charge_id" in vals or self.aftersales_charge_id
        if is_outside and PROOF & vals.keys() and is_ours:
            self._aftersales_refuse()
        return super().write(vals)

    def _aftersales_refuse(self):
        raise GuardedFieldError(
            self.env._(
                "Quotations of chargeable jobs are made by the job and signed by the "
                "customer. Open the job to change them."
            )
        )

    def action_confirm(self):
        self._aftersales_check_signed()
        return super().action_confirm()

    def _aftersales_check_signed(self):
        """Refuse approvals that the customer did not give (WARR-01).

        :raise NotEntitledError: neither signed in the portal nor by letter
        """
        for order in self.sudo():  # sudo: sales staff read no jobs of others
            charge = order.aftersales_charge_id
            if charge and charge.state != "approved" and not order.signature:
                raise NotEntitledError(
                    self.env._(
                        "%(order)s waits for the customer: he signs it in the portal, "
                        "or his letter is recorded on %(job)s.",
                        order=order.name,
                        job=charge.name,
                    )
                )

    def _action_confirm(self):
        self._aftersales_check_signed()
        result = super()._action_confirm()
        for order in self.filtered("aftersales_charge_id"):
            # sudo: the customer confirms in the portal and has no right on jobs
            charge = order.aftersales_charge_id.sudo()
            if charge.state == "quoted":
                name = order.signed_by or order.partner_id.name
                charge._approve("portal", name, fields.Datetime.now())
        for order in self.filtered("aftersales_claim_id"):
            # sudo: the customer confirms in the portal and has no right on claims
            claim = order.aftersales_claim_id.sudo()
            if not claim.customer_approved_on:
                claim.action_record_customer_approval(
                    order.signed_by or order.partner_id.name
                )
        return result

    def _action_cancel(self):
        result = super()._action_cancel()
        # sudo: the customer declines in the portal and has no right on jobs
        jobs = self.sudo().aftersales_charge_id
        jobs.filtered(lambda charge: charge.state == "quoted")._set_state(
            "declined", reason=self.env._("Declined in the portal")
        )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charge(self):
        if self.aftersales_charge_id:
            raise UserError(self.env._("Quotations of chargeable jobs stay on record."))
