from odoo import api, fields, models

from ..arguments import as_record, as_text, check_single
from ..exceptions import ArgumentError, TransitionError
from .aftersales_claim import DESK
from .aftersales_claim_issue import WAREHOUSE


class AftersalesClaimLine(models.Model):
    """Another part in the place of the one approved: approved anew (PART-10)."""

    _inherit = "aftersales.claim.line"

    asked_product_id = fields.Many2one(
        "product.product",
        string="Asked For",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="What the claim asked for before another part took its place.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"asked_product_id"}

    def action_substitute(self, product_id, reason):
        """Put another part in the place of one that cannot be had.

        The prepared transfer is cancelled and the claim goes back to its approvers:
        nothing moves before they have agreed to the other part.

        :param product_id: the other part, an id or a record
        :param str reason: why, for the approvers
        :return: self
        :raise TransitionError: when the claim is not approved, or parts moved
        :raise NotEntitledError: when the warranty does not cover the other part
        """
        check_single(self)
        self.check_access("read")
        claim = self.claim_id
        claim._check_role(WAREHOUSE, DESK)
        product = as_record(self.env, "product.product", product_id)
        reason = as_text(self.env, reason, self.env._("Reason"))
        self._lock()
        if not product or product.type != "consu":
            raise ArgumentError(self.env._("Choose the part that is given instead."))
        if product == self.product_id:
            return self
        if claim.state != "approved":
            raise TransitionError(
                self.env._(
                    "A part is exchanged while its claim is approved and nothing was "
                    "handed out: %s is not.",
                    claim.display_name,
                )
            )
        # sudo: the warehouse proposes; the approvers decide anew
        self.sudo()._substitute(product, reason)
        return self

    def _substitute(self, product, reason):
        """Change the part and supersede what was approved; superuser mode."""
        claim, old = self.claim_id, self.product_id
        values = {
            "product_id": product.id,
            "asked_product_id": (self.asked_product_id or old).id,
        }
        if self.payer == "company":
            check = claim._get_warranty_check(product)
            claim._check_part_covered(product, check)
            values["warranty_check_id"] = check.id
        self._unguarded().write(values)
        claim._after_content_change()
        claim.message_post(
            body=self.env._(
                "%(new)s instead of %(old)s: %(reason)s",
                new=product.display_name,
                old=old.display_name,
                reason=reason,
            )
        )
        self.env["aftersales.audit"]._log(
            claim,
            "part_substituted",
            reason=reason,
            line=self.id,
            old=old.id,
            new=product.id,
        )
