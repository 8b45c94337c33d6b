from odoo import fields, models

from ..models.aftersales_warranty_check import VERDICTS


class AftersalesWarrantyCheckOverride(models.TransientModel):
    """Asks for the verdict that replaces a warranty check, and the reason."""

    _name = "aftersales.warranty.check.override"
    _description = "Decide a Warranty Check"

    check_id = fields.Many2one(
        "aftersales.warranty.check", required=True, readonly=True
    )
    explanation = fields.Text(related="check_id.explanation")
    verdict = fields.Selection(VERDICTS, required=True)
    reason = fields.Text(required=True)

    def action_apply(self):
        """Put the decision on record and show it.

        :return: the window on the new check
        """
        self.check_access("read")
        checks = self.env["aftersales.warranty.check"]
        for wizard in self:
            checks |= wizard.check_id.action_override(wizard.verdict, wizard.reason)
        return checks._get_records_action(name=self.env._("Warranty Check"))
