from odoo import api, fields, models
from odoo.exceptions import ValidationError

PATHS = [
    ("regular", "Regular"),
    ("emergency", "Emergency"),
    ("excess", "Cost above Approval"),
]


class AftersalesApprovalTier(models.Model):
    """Who approves which amount, from a date on.

    The steps of a path are taken in the order of their sequence; of several
    tiers for one step the one with the latest date counts.
    """

    _name = "aftersales.approval.tier"
    _description = "Approval Tier"
    _order = "model, path, sequence, amount_from, id"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company", help="Tiers of a company replace the common ones of a path."
    )
    active = fields.Boolean(default=True)
    model = fields.Selection(
        [
            ("aftersales.claim", "Parts Claim"),
            ("helpdesk.ticket", "Complaint Settlement"),
        ],
        string="Document",
        required=True,
        default="aftersales.claim",
    )
    path = fields.Selection(PATHS, required=True, default="regular")
    sequence = fields.Integer(
        default=10,
        string="Step",
        help="Steps of one path are taken in this order.",
    )
    date_from = fields.Date(required=True, default="2020-01-01", string="Valid From")
    date_to = fields.Date(string="Valid Until")
    amount_from = fields.Float(digits=(16, 2), default=0.0, aggregator=None)
    amount_from_included = fields.Boolean(default=True, string="From: Bound Included")
    amount_to = fields.Float(
        digits=(16, 2), aggregator=None, help="0 means without limit."
    )
    amount_to_included = fields.Boolean(default=True, string="To: Bound Included")
    group_id = fields.Many2one("res.groups", required=True, string="Approved By")
    inform_group_ids = fields.Many2many("res.groups", string="Then Told")

    _amounts = models.Constraint(
        "CHECK (amount_from >= 0 AND (amount_to = 0 OR amount_to >= amount_from))",
        "The upper amount of a tier lies below its lower one.",
    )
    _dates = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A tier ends before it begins.",
    )

    @api.constrains("sequence")
    def _check_sequence(self):
        if any(tier.sequence < 1 for tier in self):
            raise ValidationError(self.env._("Steps are numbered from 1."))

    @api.model
    def _get_candidates(self, model, companies, on_date):
        """Return the tiers of a model that are valid on a date, in one query.

        :param str model: name of the model
        :param companies: ``res.company`` records
        :param date on_date: the day of the decision
        """
        # sudo: everybody's document is routed by the same tiers
        return self.sudo().search(
            [
                ("model", "=", model),
                ("company_id", "in", [*companies.ids, False]),
                ("date_from", "<=", on_date),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", on_date),
            ]
        )

    def _pick(self, company, path, amount):
        """Return the steps an amount takes, in their order.

        :param company: the document's company
        :param str path: one of ``PATHS``
        :param float amount: amount judged, in the company's currency
        :return: tiers of self, at most one per step, empty when none matches
        """
        tiers = self.filtered(lambda tier: tier.path == path)
        tiers = tiers.filtered(lambda tier: tier.company_id == company) or (
            tiers.filtered(lambda tier: not tier.company_id)
        )
        tiers = tiers.filtered(lambda tier: tier._covers(amount, company.currency_id))
        steps = self.browse()
        for _sequence, rivals in sorted(tiers.grouped("sequence").items()):
            steps |= rivals.sorted(lambda tier: (tier.date_from, tier.id))[-1]
        return steps

    def _covers(self, amount, currency):
        """Tell whether an amount lies in this tier, bounds as its flags say."""
        self.ensure_one()
        lower = currency.compare_amounts(amount, self.amount_from)
        if lower < 0 or (lower == 0 and not self.amount_from_included):
            return False
        return self._is_within_limit(amount, currency)

    def _is_within_limit(self, amount, currency):
        """Tell whether an amount does not pass this tier's upper bound."""
        self.ensure_one()
        if not self.amount_to:
            return True
        upper = currency.compare_amounts(amount, self.amount_to)
        return upper < 0 or (upper == 0 and self.amount_to_included)
