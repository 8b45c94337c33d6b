from odoo import fields, models

PATHS = [
    ("regular", "Regular"),
    ("emergency", "Emergency"),
    ("excess", "Cost above Approval"),
]


class AftersalesApprovalTier(models.Model):
    """Who approves which amount, from a date on."""

    _name = "aftersales.approval.tier"
    _description = "Approval Tier"
    _order = "model, path, sequence, amount_from, id"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one("res.company")
    active = fields.Boolean(default=True)
    model = fields.Selection([("aftersales.claim", "Parts Claim")], required=True)
    path = fields.Selection(PATHS, required=True, default="regular")
    sequence = fields.Integer(
        default=10, help="Steps of one path are taken in this order."
    )
    date_from = fields.Date(required=True, default="2020-01-01")
    date_to = fields.Date()
    amount_from = fields.Float(digits=(16, 2), default=0.0)
    amount_from_included = fields.Boolean(default=True)
    amount_to = fields.Float(digits=(16, 2), help="0 means without limit.")
    amount_to_included = fields.Boolean(default=True)
    group_id = fields.Many2one("res.groups", required=True, string="Approved By")
    inform_group_ids = fields.Many2many("res.groups", string="Then Told")
