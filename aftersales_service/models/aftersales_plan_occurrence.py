from datetime import datetime, time

from odoo import api, fields, models

from ..arguments import as_text, check_single
from ..calc import clock, recurrence
from ..exceptions import NotAllowedError, TransitionError

OPEN_STATES = ("planned", "generated")
HEAD_GROUP = "aftersales_service.group_head"


class AftersalesPlanOccurrence(models.Model):
    """One period of one plan: exactly one piece of work."""

    _name = "aftersales.plan.occurrence"
    _inherit = ["aftersales.state.mixin", "aftersales.watch.mixin"]
    _description = "Planned Work"
    _order = "due_on, id"
    _rec_names_search = ["plan_id.name", "site_id.name"]
    _guarded_fields = frozenset(
        {
            "plan_id",
            "period_start",
            "period_end",
            "due_on",
            "order_id",
            "callback_id",
            "call_id",
            "fulfilled_on",
            "skip_reason",
            "told_on",
        }
    )
    _state_transitions = {
        "planned": {"generated", "fulfilled", "skipped", "cancel"},
        "generated": {"planned", "fulfilled", "skipped", "cancel"},
        "fulfilled": set(),
        "skipped": set(),
        "cancel": set(),
    }

    plan_id = fields.Many2one(
        "aftersales.plan",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    site_id = fields.Many2one(related="plan_id.site_id", store=True, index=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="plan_id.partner_id")
    team_id = fields.Many2one(related="site_id.team_id")
    kind = fields.Selection(related="plan_id.kind", store=True)
    service_type = fields.Selection(related="plan_id.service_type", store=True)
    period_start = fields.Date(required=True, readonly=True)
    period_end = fields.Date(required=True, readonly=True)
    due_on = fields.Date(string="Due", required=True, readonly=True, index=True)
    state = fields.Selection(
        [
            ("planned", "To Plan"),
            ("generated", "In Work"),
            ("fulfilled", "Fulfilled"),
            ("skipped", "Skipped"),
            ("cancel", "Cancelled"),
        ],
        default="planned",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    order_id = fields.Many2one(
        "aftersales.order", readonly=True, copy=False, index="btree_not_null"
    )
    callback_id = fields.Many2one(
        "aftersales.callback", readonly=True, copy=False, index="btree_not_null"
    )
    call_id = fields.Many2one(
        "aftersales.call",
        string="Call That Counted",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    fulfilled_on = fields.Date(readonly=True, copy=False)
    is_on_time = fields.Boolean(
        string="On Time", compute="_compute_is_on_time", store=True
    )
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    skip_reason = fields.Char(string="Reason", readonly=True, copy=False)
    told_on = fields.Datetime(
        string="Overdue, Told On", readonly=True, copy=False, help="In working time."
    )

    _period_unique = models.Constraint(
        "UNIQUE (plan_id, period_start)",
        "This period of the plan has its piece of work already.",
    )
    _period_dates = models.Constraint(
        "CHECK (period_end >= period_start)", "A period cannot end before it begins."
    )
    _skip_reasoned = models.Constraint(
        "CHECK (state <> 'skipped' OR skip_reason IS NOT NULL)",
        "Say why the work is skipped.",
    )
    _open_index = models.Index("(due_on) WHERE state IN ('planned', 'generated')")

    @api.depends("plan_id.calendar_title")
    def _compute_display_name(self):
        # A calendar shows thousands: the name is put together once for each plan.
        for occurrence in self:
            occurrence.display_name = occurrence.plan_id.calendar_title

    @api.depends("fulfilled_on", "due_on")
    def _compute_is_on_time(self):
        for occurrence in self:
            done = occurrence.fulfilled_on
            occurrence.is_on_time = bool(done) and done <= occurrence.due_on

    @api.depends("state", "due_on")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for occurrence in self:
            is_open = occurrence.state in OPEN_STATES
            occurrence.is_overdue = is_open and occurrence.due_on < today

    def _search_is_overdue(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return [
            ("state", "in", OPEN_STATES),
            ("due_on", "<", fields.Date.context_today(self)),
        ]

    # -- facts

    def _fulfil(self, on_date, call=None):
        """Mark work as done; a plan that floats starts to count again.

        :param date on_date: local day it was done
        :param call: the ``aftersales.call`` that counted, when it was one
        :return: the occurrences that were open
        """
        waiting = self._lock().filtered(lambda one: one.state in OPEN_STATES)
        vals = {"fulfilled_on": on_date}
        if call:
            vals["call_id"] = call.id
        moved = waiting._set_state("fulfilled", vals)
        moved._restart_floating({one.id: on_date for one in moved})
        return moved

    def _free(self, reason):
        """Put work whose order or call was cancelled back among what is to plan."""
        waiting = self._lock().filtered(lambda one: one.state == "generated")
        return waiting._set_state(
            "planned", {"order_id": False, "callback_id": False}, reason=reason
        )

    def _restart_floating(self, days):
        """Let plans that count from completion count again.

        :param dict days: day to count from, by occurrence id
        """
        for occurrence in self.filtered(lambda one: one.plan_id.anchor == "completion"):
            plan = occurrence.plan_id._unguarded()
            base = max(
                days[occurrence.id],
                fields.Date.add(occurrence.period_start, days=1),
            )
            due = recurrence.add_steps(base, plan.interval, plan.interval_unit)
            plan.write({"last_done": base, "next_date": plan._within_run(due)})

    # -- decisions

    def action_skip(self, reason):
        """Skip work that is not done this time, on the record; heads only.

        An order or call that was made for it alone is cancelled.

        :param str reason: why
        :return: the same occurrences
        :raise NotAllowedError: for anybody but a head of department
        :raise TransitionError: when the work is done or under way
        """
        self._check_head()
        reason = as_text(self.env, reason, self.env._("Reason"))
        self._lock()
        moving = self.filtered(lambda one: one.state != "skipped")
        orders, callbacks = moving.order_id, moving.callback_id
        begun = orders.filtered(lambda order: order.state not in ("draft", "scheduled"))
        if begun:
            raise TransitionError(
                self.env._(
                    "%(orders)s: the work is under way or done. Cancel or finish the "
                    "order instead.",
                    orders=", ".join(begun[:5].mapped("display_name")),
                )
            )
        moved = moving._set_state("skipped", {"skip_reason": reason}, reason=reason)
        moved._restart_floating({one.id: one.due_on for one in moved})
        left = orders.filtered(
            lambda order: (
                not order.sudo().occurrence_ids.filtered(  # sudo: counted
                    lambda one: one.state == "generated"
                )
            )
        )
        left.action_cancel(reason)
        callbacks.action_cancel(reason)
        return self

    def action_generate(self):
        """Make the order or call of work that is to plan; heads only.

        :return: the same occurrences
        :raise NotAllowedError: for anybody but a head of department
        """
        self._check_head()
        self._lock()
        waiting = self.filtered(lambda one: one.state == "planned")
        stuck = (self - waiting).filtered(lambda one: one.state != "generated")
        if stuck:
            stuck._raise_stuck("generated")
        paused = waiting.site_id.filtered(lambda site: site.state != "active")
        if paused:
            raise TransitionError(
                self.env._(
                    "%(sites)s is not in service. Put the site into service first.",
                    sites=", ".join(paused[:5].mapped("display_name")),
                )
            )
        # sudo: orders and calls are made by rule
        made = waiting.sudo()._make_work()
        for one in waiting:
            vals = dict(made[one.id])
            one._set_state(vals.pop("state"), vals)
        return self

    def _check_head(self):
        """Refuse to all but heads of department."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(HEAD_GROUP):
            raise NotAllowedError(
                self.env._("Only the head of department decides on plans. Ask there.")
            )

    def action_open_document(self):
        """Open the order or call made for this work, else the plan.

        :return: a window action
        """
        check_single(self)
        self.check_access("read")
        document = self.order_id or self.callback_id or self.plan_id
        return document._get_records_action()

    # -- watch

    @api.model
    def _cron_watch(self):
        """Tell heads about overdue work that nobody planned, once.

        Orders tell through their commitment, calls through their own due time.
        """
        overdue = [
            ("state", "=", "planned"),
            ("told_on", "=", False),
            ("due_on", "<", fields.Date.to_string(fields.Date.today())),
        ]
        groups = self._read_group(overdue, ["company_id"])
        companies = self.env["res.company"].union(*[company for (company,) in groups])
        at_work = companies._aftersales_at_work()
        self._watch([*overdue, ("company_id", "in", at_work.ids)], "_tell_overdue")

    def _tell_overdue(self):
        """Raise an activity on the plan for the head."""
        entries = []
        for occurrence in self:
            head = occurrence.company_id._aftersales_get_head(occurrence.team_id)
            if head:
                summary = self.env._(
                    "Overdue and not planned: %s", occurrence.display_name
                )
                entries.append((occurrence.plan_id, head, summary))
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries,
                "aftersales_service.mail_activity_plan_overdue",
                scope="escalations",
            )
        self._unguarded().write({"told_on": fields.Datetime.now()})

    def _get_tz(self):
        """Return the zone in which this work's days are counted."""
        self.ensure_one()
        return self.site_id.tz or self.company_id._get_aftersales_tz()

    @api.model
    def _to_utc(self, day, clock_time, tz):
        """Return a local time of a day as naive UTC.

        :param date day: local day
        :param time clock_time: local time
        :param str tz: name of the zone
        """
        return clock.from_local(datetime.combine(day, clock_time or time()), tz)
