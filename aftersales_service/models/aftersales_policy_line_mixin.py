from odoo import api, models

from .. import guard


class AftersalesPolicyLineMixin(models.AbstractModel):
    """Lines of a policy: whatever changes them starts a new version of it."""

    _name = "aftersales.policy.line.mixin"
    _description = "After-Sales Policy Line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._bump_policies()
        return lines

    def write(self, vals):
        policies = self.policy_id
        result = super().write(vals)
        self._bump_policies(policies)
        return result

    def unlink(self):
        policies = self.policy_id
        result = super().unlink()
        self._bump_policies(policies)
        return result

    def _bump_policies(self, policies=None):
        """Start a new version, unless the policy itself is being saved.

        :param policies: policies besides those of these lines
        """
        if not guard.is_open(self.env):
            touched = self.exists().policy_id
            (touched | policies if policies else touched)._bump_version()
