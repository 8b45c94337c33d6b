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
# Units that the clock runs through; the others end with a day.
CLOCK_UNITS = ("minutes", "hours")
BASES = [
    ("report", "The Report"),
    ("arrive", "The Arrival"),
    ("leave", "The End of the Visit"),
    ("sheet", "The Work Sheet Received"),
]
HOURS_MODES = [("clock", "Clock Hours"), ("office", "Office Hours")]


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
    unit = fields.Selection(UNITS, string="Counted In", required=True, default="hours")
    value = fields.Float(
        default=0.0,
        help="How many of the unit. 0 days means the day of the report.",
    )
    hours_mode = fields.Selection(
        HOURS_MODES,
        string="Minutes and Hours of",
        required=True,
        default="clock",
        help="The clock runs day and night, office hours by the company calendar.",
    )
    basis = fields.Selection(
        BASES,
        string="Counted from",
        required=True,
        default="report",
        help="What starts the clock of this promise.",
    )
    cutoff_hour = fields.Float(
        default=17.0, help="Later reports count from the next day."
    )
    grace_minutes = fields.Float(
        string="Grace (Minutes)", help="So much later still counts as kept."
    )
    may_pause = fields.Boolean(
        help="The clock stands still while the customer is awaited or an incident "
        "is dealt with.",
    )
    warning_share = fields.Float(
        string="Warn after (%)",
        default=50.0,
        help="Share of the time after which the responsible person is warned.",
    )
    final_warning_share = fields.Float(
        string="Warn again after (%)",
        default=90.0,
        help="Share of the time after which he is warned once more; 0 means never.",
    )
    warn_head = fields.Boolean(
        string="Second Warning to the Head",
        help="The head of department gets the second warning too.",
    )
    warn_duty = fields.Boolean(
        string="Remind the Duty Officer",
        help="Warnings that fall outside working time go to the duty officer at "
        "once instead of waiting for the morning.",
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
        "CHECK (warning_share BETWEEN 0 AND 100 "
        "AND COALESCE(final_warning_share, 0) BETWEEN 0 AND 100)",
        "The warnings come between 0 and 100 % of the time.",
    )
    _grace_positive = models.Constraint(
        "CHECK (COALESCE(grace_minutes, 0) >= 0)", "A grace is not negative."
    )
