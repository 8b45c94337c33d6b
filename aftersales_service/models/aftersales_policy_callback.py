from odoo import fields, models


class AftersalesPolicyCallback(models.Model):
    """When a policy owes the customer a call after work is done."""

    _name = "aftersales.policy.callback"
    _inherit = ["aftersales.policy.line.mixin"]
    _description = "Policy Call-Back Rule"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "aftersales.policy", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    trigger = fields.Selection(
        [
            ("visit", "Every Finished Visit"),
            ("repair", "Repair Finished"),
            ("installation", "Installation Finished"),
            ("started", "Work Begun on Site"),
            ("no_test_run", "Test Run Not Made"),
            ("unsure", "Technician Not Sure"),
            ("unsigned", "Not Signed"),
            ("consultation", "Phone Consultation"),
            ("complaint", "Complaint Solved"),
        ],
        required=True,
        default="visit",
    )
    delay_hours = fields.Float(string="Not before (Hours)", default=2.0)
    window_unit = fields.Selection(
        [
            ("hours", "Hours after Opening"),
            ("end_of_day", "End of the Day It Opens"),
            ("calendar_days", "Calendar Days after the Work"),
            ("working_days", "Working Days after the Work"),
        ],
        string="Due",
        required=True,
        default="hours",
    )
    window_hours = fields.Float(
        string="Window (Hours)", default=1.0, help="Overdue when it is over."
    )
    window_days = fields.Integer(
        string="Window (Days)", help="Days after the work, or after the opening day."
    )
    channel = fields.Selection(
        [("phone", "Phone"), ("email", "E-Mail"), ("sms", "SMS")],
        required=True,
        default="phone",
    )
    share = fields.Float(
        string="Share of Cases (%)", default=100.0, help="Below 100: a sample."
    )
    audience = fields.Selection(
        [
            ("all", "All Customers"),
            ("key", "Key Customers"),
            ("general", "General"),
            ("member", "Member Customers"),
            ("priority", "Priority Call-Backs"),
        ],
        required=True,
        default="all",
    )

    caller = fields.Selection(
        [("desk", "Service Desk"), ("manager", "Head of Department")],
        required=True,
        default="desk",
        help="The head's call is his appraisal of the work, besides the desk's call.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Clerk",
        domain=[("share", "=", False)],
        help="Calls unless absent or at work on the order. Empty: who takes it.",
    )

    _hours_positive = models.Constraint(
        "CHECK (delay_hours >= 0 AND window_days >= 0 "
        "AND (window_hours > 0 OR window_unit <> 'hours'))",
        "A call-back needs a window after a delay of 0 or more hours.",
    )
    _share_percent = models.Constraint(
        "CHECK (share > 0 AND share <= 100)",
        "The share of cases lies above 0 and up to 100 %.",
    )
