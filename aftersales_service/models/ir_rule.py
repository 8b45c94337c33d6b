from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class IrRule(models.Model):
    """Two gaps of record rules, closed for the models of these addons."""

    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """Show a window to who opened it alone: others have no business in it."""
        domain = super()._compute_domain(model_name, mode)
        model = self.env[model_name]
        if model._transient and self._is_aftersales_model(model):
            domain &= Domain("create_uid", "=", self.env.uid)
        return domain

    @api.model
    def _is_aftersales_model(self, model):
        """Tell whether a model is made by one of the after-sales addons."""
        return type(model)._original_module.startswith("aftersales_service")

    def _make_access_error(self, operation, records):
        """Refuse in plain words where the company is a number, not a relation.

        The trail of changes points to companies by number, so that it outlives them;
        the text of Odoo's own error wants a record there.
        """
        company = records._fields.get("company_id")
        if company and company.type == "integer":
            return AccessError(
                self.env._(
                    "You may not see these records of “%(document)s”: they belong to "
                    "another company or another person.",
                    document=records._description,
                )
            )
        return super()._make_access_error(operation, records)
