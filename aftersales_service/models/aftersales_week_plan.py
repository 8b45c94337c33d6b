from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import arguments
from ..calc import clock
from ..exceptions import FrozenFactError, MissingError, NotAllowedError

HEAD = "aftersales_service.group_head"
WEEK = timedelta(days=7)
DONE_STATES = ("done", "closed")
PLANNED_STATES = ("scheduled", "dispatched", "on_site", *DONE_STATES)


class AftersalesWeekPlan(models.Model):
    """What a technician does next week, approved before it begins (DISP-42)."""

    _name = "aftersales.week.plan"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Week Plan"
    _order = "date_from desc, id desc"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {"company_id", "submitted_on", "approved_on", "approved_by_id", "reminded_on"}
    )
    _state_transitions = {
        "draft": {"submitted"},
        "submitted": {"approved", "draft"},
        "approved": set(),
    }

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Technician",
        required=True,
        index=True,
        check_company=True,
        default=lambda self: self.env.user.employee_id,
    )
    date_from = fields.Date(
        string="Monday",
        required=True,
        index=True,
        default=lambda self: self._get_next_monday(self.env.company),
    )
    date_to = fields.Date(string="Sunday", compute="_compute_date_to", store=True)
    line_ids = fields.One2many("aftersales.week.plan.line", "plan_id", string="Jobs")
    head_note = fields.Text(
        string="Remark of the Head", copy=False, help="What to plan differently."
    )
    submitted_on = fields.Datetime(readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    reminded_on = fields.Datetime(readonly=True, copy=False)
    is_late = fields.Boolean(
        string="Approved Late",
        compute="_compute_is_late",
        store=True,
        help="When the week had begun.",
    )
    is_mine = fields.Boolean(compute="_compute_is_mine")
    planned_count = fields.Integer(
        string="Planned", compute="_compute_counts", store=True
    )
    done_count = fields.Integer(
        string="Done as Planned", compute="_compute_counts", store=True
    )
    done_share = fields.Float(
        string="Done as Planned (%)",
        compute="_compute_counts",
        store=True,
        aggregator="avg",
    )
    unplanned_count = fields.Integer(
        string="Done beside the Plan", compute="_compute_unplanned_count"
    )
    state = fields.Selection(
        [("draft", "To Write"), ("submitted", "Submitted"), ("approved", "Approved")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )

    _monday = models.Constraint(
        "CHECK (EXTRACT(ISODOW FROM date_from) = 1)", "A week begins on a Monday."
    )
    _employee_week_unique = models.UniqueIndex(
        "(employee_id, date_from)", "There is a plan of this week already. Open it."
    )

    # -- values

    @api.model
    def _get_next_monday(self, company):
        """Return the Monday after today, in the company's zone."""
        zone = company._get_aftersales_tz()
        today = clock.to_local(fields.Datetime.now(), zone).date()
        return today + timedelta(days=7 - today.weekday())

    @api.depends("employee_id", "date_from")
    def _compute_display_name(self):
        for plan in self:
            employee_sudo = plan.employee_id.sudo()  # sudo: the public name
            plan.display_name = f"{employee_sudo.name or ''} {plan.date_from or ''}"

    @api.depends("date_from")
    def _compute_date_to(self):
        for plan in self:
            plan.date_to = plan.date_from and plan.date_from + timedelta(days=6)

    @api.depends("approved_on", "date_from", "company_id")
    def _compute_is_late(self):
        for plan in self:
            start = plan.date_from and plan._get_span()[0]
            approved = plan.approved_on
            plan.is_late = bool(approved and start and approved >= start)

    @api.depends("employee_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        own = self._get_own()
        for plan in self:
            plan.is_mine = plan in own

    @api.depends("line_ids.is_done")
    def _compute_counts(self):
        for plan in self:
            plan.planned_count = len(plan.line_ids)
            plan.done_count = len(plan.line_ids.filtered("is_done"))
            plan.done_share = (
                plan.done_count / plan.planned_count * 100 if plan.planned_count else 0
            )

    def _compute_unplanned_count(self):
        """Orders done in the week that were on nobody's mind before it."""
        orders = self._get_orders(DONE_STATES, "done_on")
        for plan in self:
            beside = orders.get(plan, orders[None]) - plan.line_ids.order_id
            plan.unplanned_count = len(beside)

    def _get_span(self):
        """Return the first moment of the week, and of the next one, naive UTC."""
        self.ensure_one()
        zone = self.company_id._get_aftersales_tz()
        first = datetime.combine(self.date_from, time.min)
        return tuple(clock.from_local(day, zone) for day in (first, first + WEEK))

    def _get_orders(self, states, moment):
        """Return the orders of each plan's technician in its week, in one query.

        :param states: which orders count
        :param str moment: planned_start or done_on
        :return: ``{plan: orders}``; under None no orders
        """
        found = {None: self.env["aftersales.order"]}
        spans = {plan: plan._get_span() for plan in self if plan.date_from}
        if not spans:
            return found
        orders = self.env["aftersales.order"].search(
            [
                ("worker_ids.employee_id", "in", self.employee_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("state", "in", states),
                (moment, ">=", min(start for start, _end in spans.values())),
                (moment, "<", max(end for _start, end in spans.values())),
            ],
            order=f"{moment}, id",
        )
        for plan, (start, end) in spans.items():
            found[plan] = orders.filtered(
                lambda order, plan=plan, start=start, end=end: (
                    start <= order[moment] < end
                    and plan.employee_id in order.worker_ids.employee_id
                    and order.company_id == plan.company_id
                )
            )
        return found

    # -- who writes

    def _get_own(self):
        """Return the plans of the user who asks."""
        plans_sudo = self.sudo()  # sudo: HR alone reads an employee's user
        return plans_sudo.filtered(
            lambda plan: plan.employee_id.user_id.id == self.env.uid
        ).sudo(self.env.su)

    def _check_own(self):
        """Refuse to write the plan of a colleague."""
        if not self.env.su and self - self._get_own():
            raise AccessError(self.env._("Everybody writes his own week plan."))

    def _check_open(self):
        """Refuse to change what was submitted."""
        sent = self.filtered(lambda plan: plan.state != "draft")
        if sent:
            raise FrozenFactError(
                self.env._(
                    "%(plans)s was submitted and cannot change any more. Ask the head "
                    "of department to return it.",
                    plans=", ".join(sent[:5].mapped("display_name")),
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        plans._check_own()
        plans._fill()
        return plans

    def write(self, vals):
        if "head_note" in vals:
            self._check_head()
        if vals.keys() & {"employee_id", "date_from", "line_ids"}:
            self._check_own()
            if vals.keys() - {"line_ids"}:
                self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        self._check_own()
        self._check_open()

    # -- steps

    def action_fill(self):
        """Put the visits of the week on plans that lack them; who writes them.

        :return: the same plans
        :raise FrozenFactError: once a plan was submitted
        """
        self.check_access("write")
        self._check_own()
        self._lock()
        self._check_open()
        self._fill()
        return self

    def _fill(self):
        """Add a line for each visit planned in the week that has none."""
        orders = self._get_orders(PLANNED_STATES, "planned_start")
        self.env["aftersales.week.plan.line"].create(
            [
                {"plan_id": plan.id, "date": plan._get_day(order), "order_id": order.id}
                for plan in self
                for order in orders.get(plan, orders[None]) - plan.line_ids.order_id
            ]
        )

    def _get_day(self, order):
        """Return the day of a visit, in the company's zone."""
        zone = self.company_id._get_aftersales_tz()
        return clock.to_local(order.planned_start, zone).date()

    def action_submit(self):
        """Hand plans to the head of department; who writes them (DISP-42).

        :return: the same plans
        :raise MissingError: when a plan has no job
        """
        self.check_access("write")
        self._check_own()
        self._lock()
        empty = self.filtered(lambda plan: not plan.line_ids)
        if empty:
            raise MissingError(
                self.env._("Add what you do next week: a plan has at least one job.")
            )
        todo = self.filtered(lambda plan: plan.state == "draft")
        moved = todo._set_state("submitted", {"submitted_on": fields.Datetime.now()})
        moved._tell_head()
        return self

    def _tell_head(self):
        """Replace the notices of these plans by one for the head."""
        self._finish_notices()
        entries = [
            (plan, head, self.env._("Approve the week plan: %s", plan.display_name))
            for plan in self
            if (head := plan.company_id._aftersales_get_head())
        ]
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries, "aftersales_service.activity_week_plan", scope="approvals"
            )

    def _finish_notices(self):
        """Take the notices of these plans away."""
        self.sudo().activity_unlink(  # sudo: raised by the house
            ["aftersales_service.activity_week_plan"]
        )

    def action_approve(self):
        """Approve plans; heads of department, never their own (DISP-42).

        :return: the same plans
        :raise NotAllowedError: for one's own plan
        """
        self._check_head()
        self.check_access("write")
        self._lock()
        moved = self._set_state(
            "approved",
            {
                "approved_on": fields.Datetime.now(),
                "approved_by_id": self.env.uid,
            },
        )
        moved._finish_notices()
        return self

    def action_return(self, remark=None):
        """Give plans back to be written anew; heads of department (DISP-42).

        :param str remark: what is to be planned differently; by default the remark
            that stands on the plan
        :return: the same plans
        """
        self._check_head()
        self.check_access("write")
        label = self.env._("Remark of the Head")
        self._lock()
        todo = self.filtered(lambda plan: plan.state != "draft")
        remarks = {
            plan.id: arguments.as_text(
                self.env, plan.head_note if remark is None else remark, label
            )
            for plan in todo
        }
        moved = todo._set_state(
            "draft",
            lambda plan: {"submitted_on": False, "head_note": remarks[plan.id]},
        )
        moved._finish_notices()
        moved._tell_writers(self.env._("Plan the week anew"))
        return self

    def _tell_writers(self, summary):
        """Give the technicians of these plans an activity."""
        entries = [
            (plan, user, summary)
            for plan in self
            # sudo: HR alone reads an employee's user
            for user in plan.employee_id.sudo().user_id
        ]
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries, "aftersales_service.activity_week_plan"
            )

    def _check_head(self):
        """Refuse who is no head, and the head's own plan."""
        if not self.env.user.has_group(HEAD):
            raise AccessError(self.env._("The head of department approves week plans."))
        if self._get_own():
            raise NotAllowedError(self.env._("Nobody approves his own week plan."))
