from odoo import fields, models

from .aftersales_approval_tier import PATHS


class AftersalesApproval(models.Model):
    """One decision on a document: append-only."""

    _name = "aftersales.approval"
    _inherit = ["aftersales.frozen.mixin"]
    _description = "Approval"
    _order = "id desc"

    model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        model_field="model", required=True, readonly=True, index=True
    )
    claim_id = fields.Many2one(
        "aftersales.claim", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    tier_id = fields.Many2one(
        "aftersales.approval.tier", readonly=True, ondelete="restrict"
    )
    path = fields.Selection(PATHS, readonly=True)
    sequence = fields.Integer(readonly=True)
    round = fields.Integer(required=True, readonly=True, default=1)
    amount = fields.Monetary(readonly=True)
    decision = fields.Selection(
        [
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("superseded", "Superseded"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", required=True, readonly=True)
    decided_on = fields.Datetime(required=True, readonly=True)
    reason = fields.Text(readonly=True)
    informed_user_ids = fields.Many2many("res.users", readonly=True, string="Told")
