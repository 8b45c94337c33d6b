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
            ("visit", "Every Finished Order"),
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
    window_hours = fields.Float(
        string="Window (Hours)", default=1.0, help="Overdue when it is over."
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
        [("all", "All Customers"), ("key", "Key Customers"), ("general", "General")],
        required=True,
        default="all",
    )

    _hours_positive = models.Constraint(
        "CHECK (delay_hours >= 0 AND window_hours > 0)",
        "A call-back needs a window after a delay of 0 or more hours.",
    )
    _share_percent = models.Constraint(
        "CHECK (share > 0 AND share <= 100)",
        "The share of cases lies above 0 and up to 100 %.",
    )
