from odoo import fields, models

MILESTONES = [
    ("reply", "First Reply"),
    ("commit", "Solution Commitment"),
    ("arrive", "Arrival"),
    ("resolve", "Solution"),
    ("report_difficult", "Report of a Difficult Fault"),
    ("depot_return", "Return from the Depot"),
    ("return_sheet", "Work Sheet Returned"),
]
UNITS = [
    ("minutes", "Minutes"),
    ("hours", "Hours"),
    ("end_of_day", "End of Day"),
    ("calendar_days", "Calendar Days"),
    ("working_days", "Working Days"),
]


class AftersalesPolicyMilestone(models.Model):
    """One promise of a policy: what, within which time, who is told."""

    _name = "aftersales.policy.milestone"
    _inherit = ["aftersales.policy.line.mixin"]
    _description = "Policy Milestone"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "aftersales.policy", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    milestone = fields.Selection(MILESTONES, required=True)
    unit = fields.Selection(UNITS, required=True, default="hours")
    value = fields.Float(
        default=0.0,
        help="How many of the unit. 0 days means the day of the report.",
    )
    cutoff_hour = fields.Float(
        default=17.0, help="Later reports count from the next day."
    )
    warning_share = fields.Float(
        string="Warn after (%)",
        default=50.0,
        help="Share of the time after which the responsible person is warned.",
    )
    inform_group_ids = fields.Many2many(
        "res.groups",
        string="Tell at Breach",
        help="Who is told besides the owner.",
    )

    _milestone_unique = models.UniqueIndex(
        "(policy_id, milestone)", "A policy states each milestone once."
    )
    _value_positive = models.Constraint(
        "CHECK (value >= 0)", "A promise cannot lie in the past."
    )
    _cutoff_hour_in_day = models.Constraint(
        "CHECK (cutoff_hour BETWEEN 0 AND 24)",
        "The cut-off lies between 0:00 and 24:00.",
    )
    _warning_share_percent = models.Constraint(
        "CHECK (warning_share BETWEEN 0 AND 100)",
        "The warning comes between 0 and 100 % of the time.",
    )
