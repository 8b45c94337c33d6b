from datetime import timedelta

from odoo import api, fields, models

from ..arguments import as_text
from ..exceptions import MissingError, NotAllowedError
from .aftersales_fact_mixin import fact_action


class AftersalesSteward(models.Model):
    """A specialist who keeps customers' data, and how many he can carry (SITE-10)."""

    _name = "aftersales.steward"
    _description = "Keeper of Customers"
    _order = "tier, id"
    _rec_name = "user_id"
    _check_company_auto = True

    user_id = fields.Many2one(
        "res.users",
        string="Specialist",
        required=True,
        index=True,
        domain=[("share", "=", False)],
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    active = fields.Boolean(default=True)
    tier = fields.Selection(
        [("general", "General Customers"), ("key", "Key Customers")],
        string="Keeps",
        help="Empty: customers of every class.",
    )
    weight = fields.Float(
        string="Capability",
        default=1.0,
        required=True,
        help="Who has 2 gets twice as many customers as who has 1.",
    )
    customer_count = fields.Integer(compute="_compute_customer_count")

    _user_unique = models.UniqueIndex(
        "(company_id, user_id)", "This specialist is on the list already."
    )
    _weight_positive = models.Constraint(
        "CHECK (weight > 0)", "Who keeps customers has a capability above zero."
    )

    def _compute_customer_count(self):
        counts = self._get_counts()
        for steward in self:
            steward.customer_count = counts.get(steward._origin.id, 0)

    def _get_counts(self):
        """Return how many customers each specialist keeps: ``{id: count}``."""
        counts = {
            (user.id, company.id): count
            for user, company, count in self.env["aftersales.allocation"]._read_group(
                [("user_id", "in", self.user_id.ids), ("state", "!=", "cancel")],
                ["user_id", "company_id"],
                ["__count"],
            )
        }
        return {
            steward.id: counts.get((steward.user_id.id, steward.company_id.id), 0)
            for steward in self
        }

    @api.model
    def _share_out(self, customers, company):
        """Return who keeps which customer, so that the loads even out.

        :param customers: ``res.partner``
        :param company: ``res.company``
        :return: list of (customer, specialist)
        """
        stewards = self.search([("company_id", "=", company.id)])
        load = stewards._get_counts()
        pairs = []
        for customer in customers:
            fitting = stewards.filtered(
                lambda steward, tier=customer.aftersales_tier: (
                    steward.tier in (False, tier)
                )
            )
            if not fitting:
                continue
            chosen = min(
                fitting,
                key=lambda steward: (
                    (load[steward.id] + 1) / steward.weight,
                    steward.id,
                ),
            )
            load[chosen.id] += 1
            pairs.append((customer, chosen))
        return pairs


class AftersalesAllocation(models.Model):
    """A customer allotted to a specialist, who contacts him in time (SITE-11)."""

    _name = "aftersales.allocation"
    _inherit = [
        "aftersales.state.mixin",
        "aftersales.fact.mixin",
        "aftersales.watch.mixin",
        "aftersales.thread.mixin",
        "mail.activity.mixin",
    ]
    _description = "Allotted Customer"
    _order = "due_on, id"
    _rec_name = "partner_id"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {
            "company_id",
            "partner_id",
            "user_id",
            "allocated_on",
            "due_on",
            "contacted_on",
            "note",
            "alerted_on",
        }
    )
    _state_transitions = {
        "open": {"done", "cancel"},
        "done": {"cancel"},
        "cancel": set(),
    }

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one(
        "res.users", string="Specialist", required=True, readonly=True, index=True
    )
    tier = fields.Selection(related="partner_id.aftersales_tier")
    phone = fields.Char(related="partner_id.phone")
    allocated_on = fields.Date(string="Allotted", required=True, readonly=True)
    due_on = fields.Date(string="Contact Until", required=True, readonly=True)
    contacted_on = fields.Datetime(readonly=True, copy=False)
    note = fields.Text(string="Record of the Contact", readonly=True, copy=False)
    alerted_on = fields.Datetime(readonly=True, copy=False)
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    state = fields.Selection(
        [("open", "To Contact"), ("done", "Contacted"), ("cancel", "Given Away")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
    )

    _partner_unique = models.UniqueIndex(
        "(company_id, partner_id) WHERE state <> 'cancel'",
        "This customer has a keeper already.",
    )

    @api.depends("state", "due_on")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for one in self:
            one.is_overdue = one.state == "open" and one.due_on and one.due_on < today

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = self._get_late_domain()
        return late if True in value else ~late

    @api.model
    def _get_late_domain(self):
        today = fields.Date.context_today(self)
        return fields.Domain("state", "=", "open") & fields.Domain("due_on", "<", today)

    @api.model
    def _allot(self, customers, company):
        """Allot customers who have no keeper yet, and tell the keepers.

        :param customers: ``res.partner``
        :param company: ``res.company``
        :return: the allotments made
        """
        kept = self.search(
            [
                ("partner_id", "in", customers.ids),
                ("company_id", "=", company.id),
                ("state", "!=", "cancel"),
            ]
        ).partner_id
        today = fields.Date.context_today(self)
        due = today + timedelta(days=company.aftersales_steward_days)
        pairs = self.env["aftersales.steward"]._share_out(customers - kept, company)
        # sudo: customers are allotted by this door alone
        made = (
            self.sudo()
            ._unguarded()
            .create(
                [
                    {
                        "partner_id": customer.id,
                        "company_id": company.id,
                        "user_id": steward.user_id.id,
                        "allocated_on": today,
                        "due_on": due,
                    }
                    for customer, steward in pairs
                ]
            )
        )
        made = self.browse(made.ids)
        made._tell_keepers(due)
        return made

    def _tell_keepers(self, due):
        """Put the first contact on the keepers' lists."""
        activities = self.env["mail.activity"]._aftersales_schedule(
            [
                (one, one.user_id, self.env._("First contact: %s", one.display_name))
                for one in self
            ],
            "mail.mail_activity_data_call",
        )
        activities.write({"date_deadline": due})

    @fact_action(access="read")
    def action_contact(self, note=None, at=None, request_key=None):
        """Record the first contact with customers; the keeper himself or a head.

        :param str note: what was learned: the detailed record
        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        """
        is_head = self.env.su or self.env.user.has_group(
            "aftersales_service.group_head"
        )
        if not is_head and self.user_id - self.env.user:
            raise NotAllowedError(
                self.env._("The customer's keeper records the contact.")
            )
        note = as_text(self.env, note, self._fields["note"].string)
        # sudo: keepers record contacts here alone
        moved = self.sudo()._set_state(
            "done", {"contacted_on": at, "note": note}, happened_on=at
        )
        moved.activity_ids.action_feedback()
        return self

    def action_give_away(self, reason=None):
        """Take customers from their keepers, to be allotted again; heads.

        :param str reason: why
        :return: self
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_head"
        ):
            raise NotAllowedError(
                self.env._("The head of department decides who keeps a customer.")
            )
        reason = as_text(self.env, reason, self.env._("Reason"), required=False)
        moved = self._set_state("cancel", reason=reason or None)
        moved.activity_ids.unlink()
        return self

    def action_open_contact(self):
        """Open the window that asks what was learned.

        :return: a window action
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("First Contact"),
            "res_model": "aftersales.allocation.contact",
            "view_mode": "form",
            "target": "new",
            "context": {"default_allocation_ids": self.ids},
        }

    # -- every night

    @api.model
    def _cron_keepers(self):
        """Allot the day's new customers, and tell heads of contacts not made."""
        companies = self.env["res.company"].search(
            [("aftersales_stewardship", "=", True)]
        )
        for company in companies:
            self.with_company(company)._allot(self._find_new(company), company)
        self._watch(
            self._get_late_domain()
            & fields.Domain("alerted_on", "=", False)
            & fields.Domain("company_id", "in", companies.ids),
            "_alert",
        )

    @api.model
    def _find_new(self, company):
        """Return customers with a site or equipment who have no keeper."""
        sites = self.env["aftersales.site"].search([("company_id", "=", company.id)])
        units = self.env["aftersales.equipment"]._read_group(
            [("company_id", "=", company.id), ("partner_id", "!=", False)],
            ["partner_id"],
        )
        customers = sites.partner_id.union(*(partner for (partner,) in units))
        kept = self.search(
            [("company_id", "=", company.id), ("state", "!=", "cancel")]
        ).partner_id
        return (customers - kept).sorted("id")

    def _alert(self):
        """Tell the head that customers were not contacted in time."""
        entries = [
            (one, head, self.env._("Not contacted in time: %s", one.display_name))
            for one in self
            if (head := one.company_id._aftersales_get_head())
        ]
        self.env["mail.activity"]._aftersales_schedule(
            entries, "mail.mail_activity_data_todo"
        )
        self._unguarded().write({"alerted_on": fields.Datetime.now()})


class ResPartner(models.Model):
    """Allot customers by hand."""

    _inherit = "res.partner"

    def action_allot_keeper(self):
        """Allot these customers to specialists, so that the loads even out.

        Heads of department; where the company keeps customers this way.

        :return: the allotments made
        :raise MissingError: where nobody keeps customers
        """
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_head"
        ):
            raise NotAllowedError(
                self.env._("The head of department decides who keeps a customer.")
            )
        company = self.env.company
        stewards = self.env["aftersales.steward"].search_count(
            [("company_id", "=", company.id)], limit=1
        )
        if not company.aftersales_stewardship or not stewards:
            raise MissingError(
                self.env._(
                    "Nobody keeps customers yet. Switch keepers on in the settings "
                    "and name the specialists."
                )
            )
        return self.env["aftersales.allocation"]._allot(
            self.commercial_partner_id, company
        )
