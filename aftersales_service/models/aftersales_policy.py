from odoo import api, fields, models

# Changes of these start a new version: documents name the one they froze.
VERSIONED_FIELDS = frozenset(
    {
        "milestone_ids",
        "callback_rule_ids",
        "escalation_ids",
        "critical_ignores_cutoff",
        "quiet_from",
        "quiet_to",
        "rest_from",
        "rest_to",
        "merge_callbacks",
        "kit_checklist_id",
        "paid_kit_checklist_id",
        "closing_checklist_id",
        "conduct_checklist_id",
        "safety_checklist_id",
        "height_checklist_id",
        "stage_order",
        "media_required",
    }
)


class AftersalesPolicy(models.Model):
    """The promises a department makes, and the call-backs it owes."""

    _name = "aftersales.policy"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Service Policy"
    _order = "sequence, name, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True
    _guarded_fields = frozenset({"version"})

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    tier = fields.Selection(
        [("general", "General Customers"), ("key", "Key Customers")],
        string="Customer Tier",
        help="Applies to customers of this tier whose site names no policy.",
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    note = fields.Text(string="Description", translate=True)
    milestone_ids = fields.One2many(
        "aftersales.policy.milestone", "policy_id", copy=True
    )
    callback_rule_ids = fields.One2many(
        "aftersales.policy.callback", "policy_id", string="Call-Back Rules", copy=True
    )
    escalation_ids = fields.One2many(
        "aftersales.policy.escalation", "policy_id", copy=True
    )
    critical_ignores_cutoff = fields.Boolean(
        string="Urgent Cases Ignore the Cut-Off",
        default=True,
        help="Cases of the highest priority count from the day of the report.",
    )
    quiet_from = fields.Float(
        string="Quiet Hours From", default=21.0, help="No call-backs from this hour."
    )
    quiet_to = fields.Float(string="Quiet Hours To", default=8.0)
    rest_from = fields.Float(
        string="Midday Rest From", help="No call-backs either; equal hours mean none."
    )
    rest_to = fields.Float(string="Midday Rest To")
    merge_callbacks = fields.Boolean(
        string="Merge Call-Backs",
        help="One call fulfils every call-back that is due at that time.",
    )
    kit_checklist_id = fields.Many2one(
        "aftersales.checklist",
        string="Departure Kit",
        domain=[("purpose", "=", "departure_kit")],
        check_company=True,
    )
    site_count = fields.Integer(compute="_compute_site_count")

    _code_unique = models.UniqueIndex(
        "(COALESCE(company_id, 0), code)", "A policy with this code exists already."
    )
    _tier_unique = models.UniqueIndex(
        "(COALESCE(company_id, 0), tier) WHERE tier IS NOT NULL AND active",
        "Another policy is already the one for this customer tier.",
    )
    _quiet_hours = models.Constraint(
        "CHECK (quiet_from BETWEEN 0 AND 24 AND quiet_to BETWEEN 0 AND 24 "
        "AND COALESCE(rest_from, 0) BETWEEN 0 AND 24 "
        "AND COALESCE(rest_to, 0) BETWEEN 0 AND 24)",
        "Quiet hours lie between 0:00 and 24:00.",
    )

    def _compute_site_count(self):
        counts = dict(
            self.env["aftersales.site"]._read_group(
                [("policy_id", "in", self.ids)], ["policy_id"], ["__count"]
            )
        )
        for policy in self:
            policy.site_count = counts.get(policy._origin, 0)

    # -- versions

    @api.model_create_multi
    def create(self, vals_list):
        self._check_guarded_create(vals_list)
        # The key keeps the lines of a new policy from starting a second version.
        return (
            super(AftersalesPolicy, self._unguarded())
            .create(vals_list)
            ._guarded_again()
        )

    def write(self, vals):
        if not VERSIONED_FIELDS & vals.keys():
            return super().write(vals)
        self._refuse_guarded(self._get_guarded_fields() & vals.keys())
        result = super(AftersalesPolicy, self._unguarded()).write(vals)
        self._bump_version()
        return result

    def _bump_version(self):
        """Start a new version of these policies."""
        for policy in self._lock()._unguarded():
            policy.version += 1

    @api.model
    def _reset_versions(self, policy_ids):
        """Make the lines loaded with our data part of the first version."""
        self.browse(policy_ids)._unguarded().version = 1

    # -- business

    @api.model
    def _resolve(self, company, partner=None, site=None, equipment=None):
        """Return the policy that applies.

        Order: the equipment's product, the site, the customer's tier, the
        company's default.  A ticket's own policy stands before all of them and
        is the caller's.

        :param company: ``res.company``
        :param partner: the customer, or None; by default the site's
        :param site: ``aftersales.site`` or None; by default the equipment's
        :param equipment: ``aftersales.equipment`` or None
        :return: one ``aftersales.policy`` or an empty recordset
        """
        # sudo: callers of all roles need the rule, not the right to browse rules
        company = company.sudo()
        equipment = (equipment or self.env["aftersales.equipment"]).sudo()
        site = (site or equipment.site_id).sudo()
        partner = (partner or site.partner_id or equipment.partner_id).sudo()
        found = (
            self._of_company(equipment.product_id.aftersales_policy_id, company)
            or self._of_company(site.policy_id, company)
            or self._get_tier_policy(company, partner.commercial_partner_id)
            or self._of_company(company.aftersales_policy_id, company)
        )
        return self.browse(found.id)

    @api.model
    def _of_company(self, policy, company):
        """Return the policy if it is in force in the company, else nothing."""
        usable = policy.active and policy.company_id in (company.browse(), company)
        return policy if usable else policy.browse()

    @api.model
    def _get_tier_policy(self, company, partner):
        """Return the policy for the tier of a customer, the company's own first."""
        if not partner:
            return self.browse()
        return self.sudo().search(  # sudo: as in _resolve
            [
                ("tier", "=", partner.aftersales_tier or "general"),
                ("company_id", "in", [company.id, False]),
            ],
            order="company_id",
            limit=1,
        )

    def action_open_sites(self):
        """Open the sites under these policies.

        :return: a window action
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sites"),
            "res_model": "aftersales.site",
            "view_mode": "list,kanban,form",
            "domain": [("policy_id", "in", self.ids)],
        }

    def _get_quiet_hours(self):
        """Return the (from, to) hours in which customers are not called (CB-10)."""
        self.ensure_one()
        return [(self.quiet_from, self.quiet_to), (self.rest_from, self.rest_to)]
