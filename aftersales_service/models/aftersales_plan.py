from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..calc import recurrence
from ..exceptions import FrozenFactError

PREVIEW_DATES = 10
RULE_FIELDS = ("interval", "interval_unit", "anchor", "anchor_day", "date_start")


class AftersalesPlan(models.Model):
    """Periodic work for a site: visits or calls."""

    _name = "aftersales.plan"
    _inherit = [
        "aftersales.plan.rule.mixin",
        "aftersales.guard.mixin",
        "aftersales.thread.mixin",
        "mail.activity.mixin",
    ]
    _description = "Plan"
    _order = "next_date, site_id, id"
    _check_company_auto = True
    _rec_names_search = ["name", "site_id.name", "partner_id.name"]
    _guarded_fields = frozenset({"last_done", "campaign_id", "template_id"})

    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, precompute=True
    )
    active = fields.Boolean(
        default=True, tracking=True, help="Archive a plan to stop it."
    )
    site_id = fields.Many2one(
        "aftersales.site", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        index=True,
    )
    partner_id = fields.Many2one(
        related="site_id.partner_id", store=True, string="Customer", index=True
    )
    team_id = fields.Many2one(related="site_id.team_id")
    site_state = fields.Selection(related="site_id.state", string="State of the Site")
    handover_date = fields.Date(related="site_id.handover_date")
    equipment_ids = fields.Many2many(
        "aftersales.equipment",
        string="Units",
        check_company=True,
        domain="[('site_id', '=', site_id)]",
        help="The units that the visit serves. Empty: the site as a whole.",
    )
    invited_partner_id = fields.Many2one(
        "res.partner",
        string="Customer's Leader",
        help="Is invited to the visit, and gets a copy of the sheet.",
        check_company=True,
    )
    date_start = fields.Date(
        string="Runs From",
        required=True,
        default=fields.Date.context_today,
        help="Periods that end before this day are not owed.",
    )
    date_end = fields.Date(string="Runs Until")
    next_date = fields.Date(
        string="Next Due",
        compute="_compute_next_date",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Move it to change one date only. Empty while the work it waits for "
        "is not done.",
    )
    generate_on = fields.Date(
        string="Made On",
        compute="_compute_generate_on",
        store=True,
        precompute=True,
        help="The night in which the next order or call is made.",
    )
    last_done = fields.Date(string="Last Completed", readonly=True, copy=False)
    preview = fields.Text(
        string="Next Ten Dates",
        compute="_compute_preview",
        help="What saving this plan means. Nothing is made before.",
    )
    template_id = fields.Many2one(
        "aftersales.plan.template", readonly=True, copy=False, index="btree_not_null"
    )
    campaign_id = fields.Many2one(
        "aftersales.plan.campaign", readonly=True, copy=False, index="btree_not_null"
    )
    occurrence_ids = fields.One2many("aftersales.plan.occurrence", "plan_id")
    occurrence_count = fields.Integer(compute="_compute_occurrence_count")
    calendar_title = fields.Char(
        string="Site and Plan", compute="_compute_calendar_title"
    )
    note = fields.Html()

    _due_index = models.Index("(generate_on) WHERE active AND next_date IS NOT NULL")
    _template_unique = models.UniqueIndex(
        "(site_id, template_id) WHERE template_id IS NOT NULL AND active",
        "This site already has a plan from this template.",
    )
    _run_dates = models.Constraint(
        "CHECK (date_end >= date_start)", "A plan cannot end before it begins."
    )

    @api.depends("kind", "service_type", "interval", "interval_unit")
    @api.depends_context("lang")
    def _compute_name(self):
        """“Inspection, every 2 months”, unless somebody chose a name."""
        kinds = dict(self._fields["service_type"]._description_selection(self.env))
        units = dict(self._fields["interval_unit"]._description_selection(self.env))
        for plan in self:
            if plan.name and plan._origin.name == plan.name:
                continue
            what = kinds.get(plan.service_type)
            if plan.kind == "call":
                what = self.env._("Call")
            if plan.interval == 1:
                plan.name = self._get_single_name(plan.interval_unit, what)
                continue
            plan.name = self.env._(
                "%(what)s every %(interval)s %(unit)s",
                what=what,
                interval=plan.interval,
                unit=(units.get(plan.interval_unit) or "").lower(),
            )

    @api.model
    def _get_single_name(self, unit, what):
        """Return the name of what is owed once in each week, month, …

        :param str unit: the interval's unit
        :param str what: the kind of work
        """
        names = {
            "week": self.env._("%s every week", what),
            "month": self.env._("%s every month", what),
            "quarter": self.env._("%s every quarter", what),
            "half_year": self.env._("%s every half-year", what),
            "year": self.env._("%s every year", what),
        }
        return names.get(unit, what)

    @api.depends("name", "site_id.name")
    def _compute_calendar_title(self):
        for plan in self:
            plan.calendar_title = f"{plan.site_id.name or ''} – {plan.name or ''}"

    @api.depends("site_id")
    def _compute_company_id(self):
        for plan in self:
            plan.company_id = plan.site_id.company_id

    @api.depends(*RULE_FIELDS, "date_end", "site_id.handover_date")
    def _compute_next_date(self):
        """The first day owed after the last period there is an occurrence of."""
        ends, waiting = self._get_covered()
        for plan in self:
            if plan._origin.id in waiting and plan.anchor == "completion":
                plan.next_date = False
                continue
            first = plan.date_start or fields.Date.context_today(plan)
            if plan.anchor == "handover":  # the day itself owes nothing
                first = max(first, plan._get_base() + timedelta(days=1))
            covered = ends.get(plan._origin.id)
            if covered and plan.anchor != "completion":
                first = max(first, covered + timedelta(days=1))
            plan.next_date = plan._within_run(
                recurrence.first_due(plan._get_rule(plan._get_base()), first).due
            )

    def _get_covered(self):
        """Return the last day covered by plan id, and the plans that wait."""
        plan_ids = self._origin.ids
        if not plan_ids:
            return {}, set()
        rows = self.env["aftersales.plan.occurrence"]._read_group(
            [("plan_id", "in", plan_ids)], ["plan_id", "state"], ["period_end:max"]
        )
        ends, waiting = {}, set()
        for plan, state, end in rows:
            ends[plan.id] = max(end, ends.get(plan.id, end))
            if state in ("planned", "generated"):
                waiting.add(plan.id)
        return ends, waiting

    @api.depends("next_date", "horizon_days")
    def _compute_generate_on(self):
        for plan in self:
            ahead = timedelta(days=max(plan.horizon_days, 0))
            plan.generate_on = plan.next_date and plan.next_date - ahead

    @api.depends(*RULE_FIELDS, "next_date", "date_end")
    @api.depends_context("lang")
    def _compute_preview(self):
        for plan in self:
            if not plan.next_date or plan.interval < 1:
                plan.preview = False
                continue
            dates = recurrence.next_dates(
                plan._get_rule(plan._get_base()), plan.next_date, PREVIEW_DATES
            )
            plan.preview = "\n".join(
                format_date(self.env, day) for day in dates if plan._within_run(day)
            )

    def _compute_occurrence_count(self):
        counts = dict(
            self.env["aftersales.plan.occurrence"]._read_group(
                [("plan_id", "in", self.ids)], ["plan_id"], ["__count"]
            )
        )
        for plan in self:
            plan.occurrence_count = counts.get(plan._origin, 0)

    @api.constrains("equipment_ids", "site_id")
    def _check_units(self):
        for plan in self:
            if plan.equipment_ids.site_id - plan.site_id:
                raise ValidationError(
                    self.env._("The units of a plan stand at the plan's own site.")
                )

    def write(self, vals):
        if "site_id" in vals:
            self._check_not_used()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_not_used()

    def _check_not_used(self):
        """Refuse to move or delete a plan that work was made from."""
        used = self.filtered("occurrence_count")
        if used:
            raise FrozenFactError(
                self.env._(
                    "%(plans)s: work was already made from it. Archive the plan and "
                    "make a new one.",
                    plans=", ".join(used[:5].mapped("display_name")),
                )
            )

    def _get_base(self):
        """Return the day from which handover and completion are counted."""
        self.ensure_one()
        start = self.date_start or fields.Date.context_today(self)
        if self.anchor == "completion":
            return self.last_done or start
        return self.site_id.handover_date or start

    def _within_run(self, day):
        """Return a day, or False when the plan is over by then."""
        self.ensure_one()
        if not day or (self.date_end and day > self.date_end):
            return False
        return day

    def action_open_occurrences(self):
        """Open what these plans made.

        :return: a window action
        """
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_plan_occurrence_action"
        )
        return {**action, "domain": [("plan_id", "in", self.ids)], "context": {}}
