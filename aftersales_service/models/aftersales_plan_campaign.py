import hashlib
import math
import secrets

from odoo import api, fields, models

from ..exceptions import MissingError
from .aftersales_plan_rule_mixin import SERVICE_TYPES


class AftersalesPlanCampaign(models.Model):
    """One visit to many sites: a random spot check, the year-end inspection.

    The draw depends on the seed and the sites alone, so that everybody can check
    afterwards that nobody chose (INSP-04).
    """

    _name = "aftersales.plan.campaign"
    _inherit = ["aftersales.state.mixin", "aftersales.thread.mixin"]
    _description = "Inspection Campaign"
    _order = "due_on desc, id desc"
    _check_company_auto = True
    _guarded_fields = frozenset({"seed", "run_on", "company_id"})
    _state_transitions = {"draft": {"done", "cancel"}, "done": set(), "cancel": set()}

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    share = fields.Float(
        string="Share of Sites (%)", default=100.0, help="Below 100: drawn by lot."
    )
    seed = fields.Char(
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_hex(8),
        help="The lot: the same seed draws the same sites again.",
    )
    territory_id = fields.Many2one(
        "aftersales.territory", check_company=True, help="Empty: everywhere."
    )
    due_on = fields.Date(string="Due", required=True)
    service_type = fields.Selection(SERVICE_TYPES, required=True, default="inspection")
    checklist_ids = fields.Many2many(
        "aftersales.checklist",
        string="Checklists",
        domain=[("purpose", "in", ("inspection", "maintenance", "conduct"))],
    )
    assignee = fields.Selection(
        [
            ("site_technician", "Technician of the Site"),
            ("team_leader", "Team Leader"),
            ("head", "Head of Department"),
        ],
        string="Done by",
        required=True,
        default="head",
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
    is_unannounced = fields.Boolean(
        string="Unannounced", default=True, help="The customer is not told before."
    )
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Drawn"), ("cancel", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    run_on = fields.Datetime(string="Drawn On", readonly=True, copy=False)
    plan_ids = fields.One2many("aftersales.plan", "campaign_id")
    plan_count = fields.Integer(string="Sites", compute="_compute_plan_count")

    _share_percent = models.Constraint(
        "CHECK (share > 0 AND share <= 100)",
        "The share of sites lies above 0 and up to 100 %.",
    )

    def _compute_plan_count(self):
        counts = dict(
            self.env["aftersales.plan"]._read_group(
                [("campaign_id", "in", self.ids)], ["campaign_id"], ["__count"]
            )
        )
        for campaign in self:
            campaign.plan_count = counts.get(campaign._origin, 0)

    def action_run(self):
        """Draw the sites and make one order for each; heads only.

        :return: the same campaigns
        :raise NotEntitledError: for anybody but a head of department
        :raise MissingError: when there is no site in service to draw from
        """
        self.check_access("write")
        plans = self.env["aftersales.plan"]
        plans._check_may_generate()
        self._lock()
        waiting = self.filtered(lambda campaign: campaign.state != "done")
        by_campaign = {campaign: campaign._draw() for campaign in waiting}
        moved = waiting._set_state("done", {"run_on": fields.Datetime.now()})
        made = (
            plans._unguarded()
            .create(
                [
                    campaign._prepare_plan_vals(site)
                    for campaign in moved
                    for site in by_campaign[campaign]
                ]
            )
            ._guarded_again()
        )
        for due_on, some in made.grouped("date_end").items():
            some.generate(due_on)
        return self

    def action_cancel(self):
        """Give up campaigns that were not drawn; heads only.

        :return: the same campaigns
        """
        self.check_access("write")
        self.env["aftersales.plan"]._check_may_generate()
        self._set_state("cancel")
        return self

    def _draw(self):
        """Return the sites drawn by the seed, at least one.

        :raise MissingError: when there is none
        """
        self.ensure_one()
        domain = [("state", "=", "active"), ("company_id", "=", self.company_id.id)]
        if self.territory_id:
            domain.append(("territory_id", "=", self.territory_id.id))
        sites = self.env["aftersales.site"].search(domain)
        if not sites:
            raise MissingError(
                self.env._(
                    "%s: no site is in service here. Choose another territory.",
                    self.display_name,
                )
            )
        count = math.ceil(len(sites) * self.share / 100 - 1e-9)
        return sites.sorted(self._get_lot)[:count]

    @api.model
    def _get_lot(self, site):
        """Return the lot of one site."""
        return hashlib.sha256(f"{self.seed}:{site.id}".encode()).digest()

    def _prepare_plan_vals(self, site):
        """Return the values of the plan of one visit."""
        self.ensure_one()
        return {
            "name": self.name,
            "campaign_id": self.id,
            "site_id": site.id,
            "kind": "visit",
            "service_type": self.service_type,
            "interval": 1,
            "interval_unit": "year",
            "anchor": "calendar",
            "date_start": min(fields.Date.context_today(self), self.due_on),
            "date_end": self.due_on,
            "next_date": self.due_on,
            "checklist_ids": [(6, 0, self.checklist_ids.ids)],
            "assignee": self.assignee,
            "signatures": self.signatures,
            "is_unannounced": self.is_unannounced,
        }

    def action_open_plans(self):
        """Open the visits of these campaigns.

        :return: a window action
        """
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_plan_occurrence_action"
        )
        domain = [("plan_id.campaign_id", "in", self.ids)]
        return {**action, "domain": domain, "context": {}}
