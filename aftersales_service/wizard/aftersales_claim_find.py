from odoo import fields, models

from ..arguments import check_single
from ..models.aftersales_case_share import PARTIES
from ..models.aftersales_claim_schedule import SOURCES


class AftersalesClaimFind(models.TransientModel):
    """Asks the quality vice president who is responsible for a claim's cost."""

    _name = "aftersales.claim.find"
    _description = "Responsibility for a Claim"

    claim_id = fields.Many2one(
        "aftersales.claim", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="claim_id.company_id")
    currency_id = fields.Many2one(related="claim_id.currency_id")
    cost_total = fields.Monetary(related="claim_id.cost_total")
    cause_analysis = fields.Text(related="claim_id.cause_analysis")
    party = fields.Selection(PARTIES, string="Responsible", required=True)
    employee_id = fields.Many2one(
        "hr.employee", domain="[('company_id', '=', company_id)]", ondelete="cascade"
    )
    note = fields.Text(string="Why", required=True)

    def action_apply(self):
        """Put the finding on the claim.

        :return: True, the small form closes
        """
        check_single(self)
        staff = self.party == "employee"
        self.claim_id.action_find_responsible(
            self.party, self.note, employee_id=self.employee_id.id if staff else None
        )
        return True


class AftersalesClaimScheduleAsk(models.TransientModel):
    """Asks by when the missing parts of a claim are needed, and from whom."""

    _name = "aftersales.claim.schedule.ask"
    _description = "Parts to Be Made or Bought"

    claim_id = fields.Many2one(
        "aftersales.claim", required=True, readonly=True, ondelete="cascade"
    )
    due_on = fields.Date(string="Needed By", required=True)
    source = fields.Selection(
        SOURCES, string="Made or Bought", required=True, default="production"
    )

    def action_apply(self):
        """Put what is missing on the schedule and open it.

        :return: a window action
        """
        check_single(self)
        made = self.claim_id.action_schedule(self.due_on, self.source)
        return made._get_records_action(name=self.env._("Production Schedule"))


class AftersalesClaimLineSubstitute(models.TransientModel):
    """Asks which part takes the place of one that cannot be had."""

    _name = "aftersales.claim.line.substitute"
    _description = "Substitution of a Part"

    line_id = fields.Many2one(
        "aftersales.claim.line", required=True, readonly=True, ondelete="cascade"
    )
    asked_id = fields.Many2one(related="line_id.product_id", string="Part Approved")
    product_id = fields.Many2one(
        "product.product",
        string="Given Instead",
        required=True,
        domain=[("type", "=", "consu")],
        ondelete="cascade",
    )
    reason = fields.Text(required=True)

    def action_apply(self):
        """Put the other part on the claim.

        :return: True, the small form closes
        """
        check_single(self)
        self.line_id.action_substitute(self.product_id.id, self.reason)
        return True
