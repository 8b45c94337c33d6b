from odoo import fields, models

RECIPIENTS = [
    ("responsible", "Who Answers for It"),
    ("team_leader", "Team Leader"),
    ("head", "Head of Department"),
    ("quality_vp", "Quality Vice President"),
    ("sales_vp", "Sales Vice President"),
    ("general_manager", "General Manager"),
]


class AftersalesPolicyEscalation(models.Model):
    """One step up after a promise is broken: who is told, and when (ESC-12)."""

    _name = "aftersales.policy.escalation"
    _inherit = ["aftersales.policy.line.mixin"]
    _description = "Policy Escalation Step"
    _order = "policy_id, sequence, id"
    _rec_name = "recipient"

    policy_id = fields.Many2one(
        "aftersales.policy", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    recipient = fields.Selection(RECIPIENTS, string="Told", required=True)
    hours = fields.Float(
        string="Hours after the Step before",
        default=4.0,
        help="The first step counts from the breach; 0 means together with it.",
    )

    _recipient_unique = models.UniqueIndex(
        "(policy_id, recipient)", "A policy tells each recipient once."
    )
    _hours_positive = models.Constraint(
        "CHECK (hours >= 0)", "A step cannot come before the one before it."
    )
