from odoo import api, fields, models

from odoo.addons.base.models.res_partner import _tz_get

from ..arguments import as_text
from ..exceptions import GuardedFieldError, MissingError, NotAllowedError

# Orders that still stand in the way of closing a site.
CLOSED_ORDERS = ("done", "closed", "cancel")


class AftersalesSite(models.Model):
    """A customer's installation in service, with its long-term service file."""

    _name = "aftersales.site"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.state.mixin",
        "aftersales.thread.mixin",
        "mail.activity.mixin",
    ]
    _description = "Service Site"
    _order = "name, id"
    _rec_names_search = ["name", "code", "partner_id.name", "partner_id.phone"]
    _check_company_auto = True
    _number_field = "code"
    _sequence_code = "aftersales.site"
    _state_transitions = {
        "draft": {"active"},
        "active": {"suspended", "closed"},
        "suspended": {"active", "closed"},
        "closed": set(),
    }

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(string="File Number", readonly=True, copy=False, index=True)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
    )
    address_id = fields.Many2one(
        "res.partner",
        check_company=True,
        help="Where the equipment stands. Empty: the customer's own address.",
    )
    phone = fields.Char(related="partner_id.phone")
    tier = fields.Selection(related="partner_id.aftersales_tier")
    tz = fields.Selection(
        _tz_get,
        string="Time Zone",
        help="Days and deadlines of this site are counted here. Empty: the "
        "company calendar's zone.",
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team", string="Service Team", check_company=True
    )
    technician_id = fields.Many2one(
        "hr.employee",
        string="Responsible Technician",
        index="btree_not_null",
        tracking=True,
        check_company=True,
    )
    policy_id = fields.Many2one(
        "aftersales.policy", string="Service Policy", check_company=True
    )
    region_id = fields.Many2one(
        "res.country.state",
        string="Province",
        compute="_compute_region_id",
        store=True,
        index="btree_not_null",
    )
    territory_id = fields.Many2one(
        "aftersales.territory",
        compute="_compute_territory_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        help="Proposed from the address.",
    )
    handover_date = fields.Date(tracking=True)
    warranty_start = fields.Date(
        tracking=True, help="Term agreed for the whole site, beside the units' own."
    )
    warranty_end = fields.Date(tracking=True, help="Last covered day.")
    warranty_scope = fields.Selection(
        [("all", "Parts and Labour"), ("parts", "Parts"), ("labour", "Labour")],
        string="Site Warranty Covers",
        default="all",
        required=True,
        tracking=True,
    )
    log_book_issued_on = fields.Date(string="Log Book Handed Over On", tracking=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("active", "In Service"),
            ("suspended", "Suspended"),
            ("closed", "Closed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    equipment_ids = fields.One2many("aftersales.equipment", "site_id")
    ticket_ids = fields.One2many("helpdesk.ticket", "site_id")
    order_ids = fields.One2many("aftersales.order", "site_id")
    note = fields.Html()

    _code_unique = models.UniqueIndex(
        "(company_id, code)", "This file number is already in use."
    )
    _warranty_dates = models.Constraint(
        "CHECK (warranty_end >= warranty_start)",
        "The warranty of a site cannot end before it starts.",
    )

    @api.depends("address_id.state_id", "partner_id.state_id")
    def _compute_region_id(self):
        for site in self:
            address = site.address_id or site.partner_id
            site.region_id = address.state_id

    @api.depends("address_id.state_id", "partner_id.state_id", "company_id")
    def _compute_territory_id(self):
        proposals = self.env["aftersales.territory"]._propose(self)
        for site in self:
            site.territory_id = proposals.get(site, site.territory_id)

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.partner_id and not self.name:
            self.name = self.partner_id.display_name

    # -- create and write

    def write(self, vals):
        if "active" in vals:
            self._check_may_archive()
        if "company_id" in vals and self.filtered(
            lambda site: site.company_id.id != vals["company_id"]
        ):
            raise GuardedFieldError(
                self.env._(
                    "A site keeps its company. Close this file and open one in "
                    "the other company."
                )
            )
        return super().write(vals)

    def _check_may_archive(self):
        """Refuse archiving to all but heads of department (SITE-15)."""
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_head"
        ):
            raise NotAllowedError(
                self.env._(
                    "Only the head of department archives site files. Ask for it."
                )
            )

    # -- actions

    def action_activate(self):
        """Put sites into service (SITE-03).

        :return: the sites
        :raise MissingError: when a site has no responsible technician
        """
        self._check_may_manage()
        self._lock()
        ownerless = self.filtered(lambda site: not site.technician_id)
        if ownerless:
            raise MissingError(
                self.env._(
                    "Name the responsible technician first: %(sites)s.",
                    sites=", ".join(ownerless[:5].mapped("display_name")),
                )
            )
        self._set_state("active")
        return self

    def action_suspend(self, reason=None):
        """Take sites out of service for a while.

        :param str reason: why, for the file
        :return: the sites
        """
        self._check_may_manage()
        reason = as_text(self.env, reason, self.env._("Reason"), required=False)
        self._set_state("suspended", reason=reason or None)._log_reason(reason)
        return self

    def action_close(self):
        """Close site files for good.

        :return: the sites
        :raise MissingError: while work on a site is still going on
        """
        self._check_may_manage()
        self._lock()
        busy = self.env["aftersales.order"].search_fetch(
            [("site_id", "in", self.ids), ("state", "not in", CLOSED_ORDERS)],
            ["site_id"],
        )
        if busy:
            raise MissingError(
                self.env._(
                    "Work is still going on at %(sites)s. Finish or cancel the "
                    "service orders first.",
                    sites=", ".join(busy.site_id[:5].mapped("display_name")),
                )
            )
        self._set_state("closed")
        return self

    def _check_may_manage(self):
        """Refuse to all but dispatchers and heads."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_dispatcher"
        ):
            raise NotAllowedError(
                self.env._("Site files are kept by the service desk. Ask there.")
            )

    def _log_reason(self, reason):
        """Write why a site changed its state into its file."""
        if reason and self:
            self._message_log_batch(bodies={site.id: reason for site in self})

    # -- business

    def _get_tz(self):
        """Return the name of the zone in which this site counts its days.

        :return: str, such as ``Asia/Shanghai``
        """
        self.ensure_one()
        return self.tz or self.company_id._get_aftersales_tz()
