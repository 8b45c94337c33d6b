from odoo import fields, models

from .aftersales_callback import RESULTS


class AftersalesCallbackAttempt(models.Model):
    """One try to reach the customer."""

    _name = "aftersales.callback.attempt"
    _inherit = ["aftersales.frozen.mixin"]
    _description = "Call-Back Attempt"
    _order = "called_on desc, id desc"

    callback_id = fields.Many2one(
        "aftersales.callback",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    called_on = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Caller", required=True, readonly=True
    )
    result = fields.Selection(RESULTS, required=True, readonly=True)
    note = fields.Text(readonly=True)
