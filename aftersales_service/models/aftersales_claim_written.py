from odoo import api, models

from .. import guard


class AftersalesClaim(models.Model):
    """Decisions that a client writes as fields take the way of their buttons."""

    _inherit = "aftersales.claim"

    @api.model_create_multi
    def create(self, vals_list):
        if guard.is_open(self.env):
            return super().create(vals_list)
        urgent = [self._take_emergency(vals) for vals in vals_list]
        claims = super().create([vals for vals, _reason in urgent])
        for claim, (_vals, reason) in zip(claims, urgent, strict=True):
            if reason is not None:
                claim.action_set_emergency(reason)
        return claims

    def write(self, vals):
        if guard.is_open(self.env):
            return super().write(vals)
        vals, reason = self._take_emergency(vals)
        vals, approval = self._take_agreement(vals)
        result = super().write(vals) if vals else True
        if reason is not None:
            self.action_set_emergency(reason)
        if approval:
            self.action_record_customer_approval(*approval)
        return result

    @api.model
    def _take_emergency(self, vals):
        """Split an emergency off values: ``(the rest, its reason or None)``.

        Without a reason it stays what it is, and is refused as any guarded field.
        """
        if vals.get("urgency") != "emergency" or not vals.get("urgency_reason"):
            return vals, None
        rest = {
            name: value
            for name, value in vals.items()
            if name not in ("urgency", "urgency_reason")
        }
        return rest, vals["urgency_reason"]

    @api.model
    def _take_agreement(self, vals):
        """Split a customer's word off values: ``(the rest, who and when)``."""
        if not vals.get("customer_approved_by"):
            return vals, None
        rest = {
            name: value
            for name, value in vals.items()
            if name not in ("customer_approved_by", "customer_approved_on")
        }
        at = vals.get("customer_approved_on") or None
        return rest, (vals["customer_approved_by"], at)
