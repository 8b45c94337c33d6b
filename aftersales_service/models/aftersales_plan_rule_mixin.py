from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..calc import recurrence

SERVICE_TYPES = [
    ("inspection", "Inspection"),
    ("maintenance", "Maintenance"),
    ("visit", "Customer Visit"),
]
LAST_DAY = 31


class AftersalesPlanRuleMixin(models.AbstractModel):
    """What is done how often: shared by plans and their templates."""

    _name = "aftersales.plan.rule.mixin"
    _description = "Rule of Periodic Work"

    kind = fields.Selection(
        [("visit", "Visit"), ("call", "Phone Call")], required=True, default="visit"
    )
    service_type = fields.Selection(
        SERVICE_TYPES,
        required=True,
        default="inspection",
        help="What the service order says. Calls have no order.",
    )
    interval = fields.Integer(string="Every", required=True, default=1)
    interval_unit = fields.Selection(
        [
            ("week", "Weeks"),
            ("month", "Months"),
            ("quarter", "Quarters"),
            ("half_year", "Half-Years"),
            ("year", "Years"),
        ],
        required=True,
        default="month",
    )
    anchor = fields.Selection(
        [
            ("calendar", "Calendar"),
            ("handover", "Handover of the Site"),
            ("completion", "Last Completion"),
        ],
        string="Counted from",
        required=True,
        default="calendar",
        help="Calendar: once in each month, quarter, … Handover: every so often "
        "after the day the site was handed over. Last completion: so long after "
        "the work was last done.",
    )
    anchor_day = fields.Integer(
        string="Due Day",
        default=0,
        help="Day of the last month of the period, or of the week (1 is Monday). "
        "0 means its last day; the 31st is the last day of shorter months.",
    )
    horizon_days = fields.Integer(
        string="Made Ahead (Days)",
        default=30,
        help="So long before its due day the order or call is made.",
    )
    checklist_ids = fields.Many2many(
        "aftersales.checklist",
        string="Checklists",
        domain=[("purpose", "in", ("inspection", "maintenance", "conduct"))],
        help="What the sheet asks. The version in force when the order is "
        "dispatched counts.",
    )
    signatures = fields.Selection(
        [
            ("none", "None"),
            ("customer", "The Customer"),
            ("both", "The Customer and Our Side"),
        ],
        required=True,
        default="customer",
    )
    assignee = fields.Selection(
        [
            ("site_technician", "Technician of the Site"),
            ("team_leader", "Team Leader"),
            ("head", "Head of Department"),
        ],
        string="Done by",
        required=True,
        default="site_technician",
    )
    is_unannounced = fields.Boolean(
        string="Unannounced",
        help="The customer is not told before the work begins.",
    )
    invites_customer = fields.Boolean(
        string="Invite the Customer's Leader",
        help="The leader named on the plan gets an invitation when the visit is "
        "scheduled.",
    )

    @api.constrains("interval", "interval_unit", "anchor_day", "horizon_days")
    def _check_rule(self):
        for record in self:
            if record.interval < 1:
                raise ValidationError(
                    self.env._("“Every” is a number of at least 1, such as 1 month.")
                )
            longest = 7 if record.interval_unit == "week" else LAST_DAY
            if not 0 <= record.anchor_day <= longest:
                raise ValidationError(
                    self.env._(
                        "The due day lies between 1 and %s; 0 means the last day.",
                        longest,
                    )
                )
            if record.horizon_days < 0:
                raise ValidationError(
                    self.env._("“Made Ahead” cannot be negative. 0 means on the day.")
                )

    @api.constrains("is_unannounced", "invites_customer")
    def _check_unannounced(self):
        for record in self:
            if record.is_unannounced and record.invites_customer:
                raise ValidationError(
                    self.env._(
                        "An unannounced visit invites nobody. Choose one of the two."
                    )
                )

    def _get_rule(self, base):
        """Return the rule as ``calc.recurrence`` counts it.

        :param date base: the day that handover and completion count from
        """
        self.ensure_one()
        return recurrence.Rule(
            self.interval or 1,
            self.interval_unit or "month",
            self.anchor or "calendar",
            self.anchor_day,
            base,
        )

    @api.model
    def _get_rule_fields(self):
        """Return the names of the fields that a template hands to its plans."""
        return [
            name
            for name in self.env["aftersales.plan.rule.mixin"]._fields
            if name not in (*models.MAGIC_COLUMNS, "display_name")
        ]
