from odoo import fields, models

KINDS = [
    ("allowance", "Allowance"),
    ("penalty", "Penalty"),
    ("reward", "Reward"),
    ("charge", "Charge"),
]


class AftersalesPayRule(models.Model):
    """A clause of the rule book that moves money."""

    _name = "aftersales.pay.rule"
    _inherit = ["mail.thread"]
    _description = "Pay Rule"
    _order = "sequence, code, id"

    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company")
    kind = fields.Selection(KINDS, required=True, tracking=True)
    trigger = fields.Selection(
        [
            ("manual", "Entered by a Person"),
            ("late", "Late for a Personal Reason"),
            ("no_call", "Left without Calling Headquarters"),
            ("report", "Service Report Incomplete"),
            ("trip", "Trip Confirmed"),
        ],
        required=True,
        default="manual",
    )
    method = fields.Selection(
        [
            ("fixed", "Fixed Amount"),
            ("per_unit", "Amount per Unit"),
            ("at_cost", "At Actual Cost"),
            ("range", "Amount within Limits"),
            ("progressive", "Progressive Scale"),
            ("ladder", "Ladder by Count"),
        ],
        required=True,
        default="fixed",
    )
    payslip_code = fields.Selection(
        [
            ("AS_ALLOWANCE", "AS_ALLOWANCE"),
            ("AS_REWARD", "AS_REWARD"),
            ("AS_PENALTY", "AS_PENALTY"),
        ],
        help="The payslip line it is added up in. Empty: never on a payslip.",
    )
    confirm_limit = fields.Float(
        string="General Manager above",
        digits=(16, 2),
        default=200.0,
        help="Amounts above it are confirmed by the general manager.",
    )
    unit_name = fields.Char(string="Unit", translate=True)
    document_name = fields.Char(string="Rule Document")
    document_clause = fields.Char(string="Clause")
    document_version = fields.Char(string="Version")
    document_date = fields.Date(string="Valid From")
    rate_ids = fields.One2many("aftersales.pay.rate", "rule_id", copy=True)
    note = fields.Text(translate=True)
