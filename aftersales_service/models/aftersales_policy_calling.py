from odoo import fields, models


class AftersalesPolicy(models.Model):
    """How a policy has its customers called: script, attempts, limits."""

    _inherit = "aftersales.policy"

    callback_opening = fields.Text(
        string="Opening of the Call", translate=True, help="Empty: the usual words."
    )
    callback_closing = fields.Text(
        string="End of the Call", translate=True, help="Empty: the usual words."
    )
    attempt_max = fields.Integer(
        string="Attempts at Most",
        default=3,
        help="After so many calls in vain the customer counts as unreachable. 0: "
        "never.",
    )
    attempt_wait_hours = fields.Float(
        string="Try Again after (Hours)", default=2.0, help="After a call in vain."
    )
    attitude_limit = fields.Integer(
        string="Review of Attitude up to",
        default=2,
        help="A mark for attitude up to this one opens a review; no fine follows by "
        "itself. 0: never.",
    )
    coverage_target = fields.Float(
        string="Coverage Wanted (%)",
        default=100.0,
        help="Below it the summary report shows red.",
    )
    merge_visits = fields.Boolean(
        string="Visits Fulfil Call-Backs",
        help="A visit to the site by somebody else fulfils the call-backs due there.",
    )

    _calling_limits = models.Constraint(
        "CHECK (attempt_max >= 0 AND attempt_wait_hours >= 0 "
        "AND attitude_limit BETWEEN 0 AND 5 "
        "AND coverage_target BETWEEN 0 AND 100)",
        "Attempts, marks and shares must be possible.",
    )
