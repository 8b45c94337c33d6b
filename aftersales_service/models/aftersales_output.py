from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

MILLION = 1_000_000


class AftersalesOutput(models.Model):
    """What was produced in a month, and what its quality cost us (PART-18).

    The output comes from the factory's books, the claims from ours.
    """

    _name = "aftersales.output"
    _description = "Cost per Million of Output"
    _inherit = ["aftersales.month.mixin", "mail.thread"]
    _order = "month desc, id desc"
    _rec_name = "month"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(
        required=True,
        default=lambda self: fields.Date.today() + relativedelta(months=-1, day=1),
        help="Any day of it.",
    )
    amount = fields.Monetary(
        string="Output", required=True, tracking=True, help="Value of the production."
    )
    cost_claims = fields.Monetary(
        string="Claims",
        compute="_compute_costs",
        compute_sudo=True,
        help="Whole cost of the parts claims first handed out in this month.",
    )
    cost_other = fields.Monetary(
        string="Other After-Sales Cost",
        tracking=True,
        help="What quality cost besides the claims: journeys, freight, rework.",
    )
    cost_total = fields.Monetary(
        string="After-Sales Cost", compute="_compute_costs", compute_sudo=True
    )
    cost_per_million = fields.Float(
        string="Cost per Million", compute="_compute_costs", compute_sudo=True
    )
    target = fields.Float(
        compute="_compute_target",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Cost per million of output not to be passed.",
    )
    is_reached = fields.Boolean(
        string="Target Kept", compute="_compute_costs", compute_sudo=True
    )

    _month_unique = models.UniqueIndex(
        "(company_id, month)", "The output of that month is entered already."
    )
    _month_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A month is named by its first day."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "An output is more than nothing."
    )
    _cost_positive = models.Constraint(
        "CHECK (cost_other >= 0)", "A cost is not less than nothing."
    )

    @api.depends("company_id")
    def _compute_target(self):
        for output in self:
            output.target = output.company_id.aftersales_output_target

    @api.depends("amount", "cost_other", "month", "company_id", "target")
    def _compute_costs(self):
        claims = self._get_claim_costs()
        for output in self:
            cost = claims.get((output.company_id.id, output.month), 0.0)
            total = cost + output.cost_other
            output.cost_claims = cost
            output.cost_total = total
            output.cost_per_million = (
                total / output.amount * MILLION if output.amount else 0.0
            )
            output.is_reached = output.cost_per_million <= output.target

    def _get_claim_costs(self):
        """Return what claims cost, by company and month, in the company's zone.

        :return: ``{(company id, first day of the month): amount}``
        """
        costs = {}
        for company, outputs in self.grouped("company_id").items():
            start, end = outputs._get_span()
            claims = self.env["aftersales.claim"].with_context(tz=outputs._get_zone())
            rows = claims._read_group(
                [
                    ("company_id", "=", company.id),
                    ("state", "in", ("issued", "closed")),
                    ("issued_on", ">=", start),
                    ("issued_on", "<", end),
                ],
                ["issued_on:month"],
                ["cost_total:sum"],
            )
            for moment, cost in rows:
                costs[company.id, self._get_first_day(moment)] = cost
        return costs

    def action_open_claims(self):
        """Open the claims behind the cost of these months.

        :return: a window action
        """
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "aftersales_service.aftersales_claim_report_action"
        )
        action["domain"] = list(
            fields.Domain.OR(
                [
                    ("company_id", "=", output.company_id.id),
                    ("claim_id.issued_on", ">=", fields.Datetime.to_string(start)),
                    ("claim_id.issued_on", "<", fields.Datetime.to_string(end)),
                ]
                for output in self
                for start, end in [output._get_span()]
            )
        )
        return action
