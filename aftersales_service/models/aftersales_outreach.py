from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..exceptions import (
    MissingError,
    NotAllowedError,
    NotEntitledError,
    TransitionError,
)

HEAD_GROUP = "aftersales_service.group_head"
KINDS = [
    ("free_month", "Free-Service Month"),
    ("offer", "Offer of Maintenance by Phone"),
    ("follow_up", "Follow-Up after Installation"),
]


class ResCompany(models.Model):
    """Whether the company writes to customers of its own accord."""

    _inherit = "res.company"

    aftersales_outreach = fields.Boolean(
        string="Campaigns to Customers",
        help="Free-service months, offers of maintenance, follow-ups after the "
        "installation. Customers who want no messages get none.",
    )
    aftersales_follow_up_months = fields.Integer(
        string="Follow-Up Reaches Back (Months)",
        default=3,
        help="Customers installed within so many months before the day.",
    )


class ResConfigSettings(models.TransientModel):
    """The same, on the settings page."""

    _inherit = "res.config.settings"

    aftersales_outreach = fields.Boolean(
        related="company_id.aftersales_outreach", readonly=False
    )
    aftersales_follow_up_months = fields.Integer(
        related="company_id.aftersales_follow_up_months", readonly=False
    )


class AftersalesOutreach(models.Model):
    """A campaign to customers: a list, a message, and what each of them said."""

    _name = "aftersales.outreach"
    _inherit = ["aftersales.state.mixin", "aftersales.thread.mixin"]
    _description = "Campaign to Customers"
    _order = "date desc, id desc"
    _check_company_auto = True
    _guarded_fields = frozenset({"company_id", "sent_on"})
    _state_transitions = {
        "draft": {"running", "cancel"},
        "running": {"done"},
        "done": set(),
        "cancel": set(),
    }

    name = fields.Char(required=True)
    kind = fields.Selection(KINDS, required=True, default="free_month")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="The day from which follow-ups reach back.",
    )
    channel = fields.Selection(
        [("sms", "SMS"), ("phone", "Phone")], required=True, default="sms"
    )
    message = fields.Text(help="What the SMS says, or the caller.")
    place = fields.Char(
        string="Estate or Place",
        help="Only sites whose name or address contains this, such as an estate.",
    )
    territory_id = fields.Many2one("aftersales.territory", check_company=True)
    tier = fields.Selection(
        [("general", "General Customers"), ("key", "Key Customers")],
        string="Customer Tier",
    )
    installed_from = fields.Date(
        compute="_compute_installed",
        store=True,
        readonly=False,
        precompute=True,
        help="Only units installed from this day on.",
    )
    installed_to = fields.Date(
        compute="_compute_installed", store=True, readonly=False, precompute=True
    )
    line_ids = fields.One2many("aftersales.outreach.line", "outreach_id")
    line_count = fields.Integer(string="Customers", compute="_compute_counts")
    booked_count = fields.Integer(string="Booked", compute="_compute_counts")
    lead_count = fields.Integer(string="Leads", compute="_compute_counts")
    order_ids = fields.One2many("aftersales.order", "outreach_id")
    sent_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("done", "Ended"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )

    @api.depends("kind", "date", "company_id")
    def _compute_installed(self):
        """A follow-up reaches from three months before up to the day before."""
        for outreach in self:
            if outreach.kind != "follow_up" or not outreach.date:
                outreach.installed_from = outreach.installed_from
                outreach.installed_to = outreach.installed_to
                continue
            months = outreach.company_id.aftersales_follow_up_months
            outreach.installed_from = outreach.date - relativedelta(months=months)
            outreach.installed_to = outreach.date - relativedelta(days=1)

    @api.depends("line_ids.outcome")
    def _compute_counts(self):
        rows = self.env["aftersales.outreach.line"]._read_group(
            [("outreach_id", "in", self.ids)], ["outreach_id", "outcome"], ["__count"]
        )
        counts = {}
        for outreach, outcome, count in rows:
            counts.setdefault(outreach.id, {})[outcome] = count
        for outreach in self:
            own = counts.get(outreach._origin.id, {})
            outreach.line_count = sum(own.values())
            outreach.booked_count = own.get("booked", 0)
            outreach.lead_count = own.get("lead", 0)

    # -- the list

    def action_fill(self):
        """Put the customers who fit onto the list, once each; heads only.

        :return: the same campaigns
        :raise NotAllowedError: for others, and where the company runs no campaigns
        """
        self._check_may_run()
        self._lock()
        lines = self.env["aftersales.outreach.line"]._unguarded()
        vals_list = []
        for outreach in self:
            outreach._check_open()
            known = outreach.line_ids.partner_id
            for partner, site in outreach._get_customers().items():
                if partner not in known:
                    vals_list.append(
                        {
                            "outreach_id": outreach.id,
                            "partner_id": partner.id,
                            "site_id": site.id,
                        }
                    )
        lines.create(vals_list)
        return self

    def _check_may_run(self):
        """Refuse all but heads, and companies that run no campaigns."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(HEAD_GROUP):
            raise NotAllowedError(
                self.env._("Only the head of department runs campaigns. Ask there.")
            )
        if self.company_id.filtered(lambda one: not one.aftersales_outreach):
            raise NotEntitledError(
                self.env._(
                    "Campaigns to customers are off. Switch them on in the settings."
                )
            )

    def _check_open(self):
        """Refuse campaigns that ended."""
        for outreach in self:
            if outreach.state not in ("draft", "running"):
                raise TransitionError(
                    self.env._("%s has ended. Start another one.", outreach.name)
                )

    def _get_customers(self):
        """Return the customers who fit, each with one of his sites."""
        self.ensure_one()
        domain = [
            ("company_id", "=", self.company_id.id),
            ("state", "=", "active"),
            ("partner_id", "!=", False),
        ]
        if self.territory_id:
            domain.append(("territory_id", "=", self.territory_id.id))
        if self.tier:
            domain.append(("tier", "=", self.tier))
        if self.place:
            names = ("name", "address_id.street", "address_id.street2",
                     "address_id.city", "partner_id.street")  # fmt: skip
            domain += ["|"] * (len(names) - 1)
            domain += [(name, "ilike", self.place) for name in names]
        sites = self.env["aftersales.site"].search(domain, order="id")
        if self.installed_from or self.installed_to:
            sites = self._get_installed(sites)
        customers = {}
        for site in sites:
            customers.setdefault(site.partner_id, site)
        return customers

    def _get_installed(self, sites):
        """Return the sites that had a unit installed in the days of the campaign."""
        domain = [("site_id", "in", sites.ids), ("install_date", "!=", False)]
        if self.installed_from:
            domain.append(("install_date", ">=", self.installed_from))
        if self.installed_to:
            domain.append(("install_date", "<=", self.installed_to))
        return self.env["aftersales.equipment"].search(domain).site_id.sorted("id")

    # -- running

    def action_run(self):
        """Start campaigns; those by SMS queue one message a customer; heads only.

        Customers who want no messages are skipped and marked so (INSP-10).

        :return: the same campaigns
        :raise MissingError: without a list, or without a text
        """
        self._check_may_run()
        self._lock()
        waiting = self.filtered(lambda outreach: outreach.state != "running")
        waiting._check_open()
        for outreach in waiting:
            if not outreach.line_ids:
                raise MissingError(
                    self.env._("%s has no customers yet. Fill the list.", outreach.name)
                )
            if outreach.channel == "sms" and not (outreach.message or "").strip():
                raise MissingError(
                    self.env._("Write what the SMS of %s says.", outreach.name)
                )
        moved = waiting._set_state("running", {"sent_on": fields.Datetime.now()})
        by_sms = moved.filtered(lambda outreach: outreach.channel == "sms")
        by_sms.line_ids._queue_messages()
        return self

    def action_end(self):
        """End campaigns; heads only.

        :return: the same campaigns
        """
        self._check_may_run()
        self._set_state("done")
        return self

    def action_cancel(self):
        """Give up campaigns that did not start; heads only.

        :return: the same campaigns
        """
        self._check_may_run()
        self._set_state("cancel")
        return self

    def action_open_lines(self):
        """Open the list of customers.

        :return: a window action
        """
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_outreach_line_action"
        )
        return {**action, "domain": [("outreach_id", "in", self.ids)], "context": {}}

    def action_open_orders(self):
        """Open the orders that these campaigns brought.

        :return: a window action
        """
        self.check_access("read")
        return self.order_ids._get_records_action(name=self.env._("Booked Visits"))
