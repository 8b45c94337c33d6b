import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import guard
from ..arguments import as_text
from ..exceptions import TransitionError
from .aftersales_fact_mixin import fact_action

HEAD = "aftersales_service.group_head"
DISPATCHER = "aftersales_service.group_dispatcher"
# Who may see what a journey pays; dispatchers see the journey alone.
PAY_GROUPS = (
    "aftersales_service.group_technician,aftersales_service.group_head,"
    "payroll.group_payroll_user"
)


class AftersalesTrip(models.Model):
    """One employee's journey."""

    _name = "aftersales.trip"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.fact.mixin",
        "aftersales.state.mixin",
        "aftersales.frozen.mixin",
        "aftersales.thread.mixin",
        "mail.activity.mixin",
    ]
    _description = "Trip"
    _order = "departed_on desc, id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.trip"
    # Given when the trip is made and fixed from then on.
    _entry_fields = frozenset({"company_id", "employee_id"})
    _guarded_fields = _entry_fields | {
        "departed_on",
        "returned_on",
        "submitted_on",
        "date_from",
        "date_to",
        "nights",
        "actual_days",
        "variance_days",
        "confirmed_by_id",
        "confirmed_on",
    }
    _state_transitions = {
        "open": {"returned", "cancel"},
        "returned": {"submitted", "cancel"},
        "submitted": {"confirmed", "returned", "cancel"},
        "confirmed": set(),
        "cancel": set(),
    }

    name = fields.Char(string="Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Traveller",
        required=True,
        index=True,
        check_company=True,
        default=lambda self: self.env.user.employee_id,
    )
    destination = fields.Char()
    order_ids = fields.Many2many(
        "aftersales.order", string="Orders", check_company=True
    )
    expected_days = fields.Float()
    departed_on = fields.Datetime(readonly=True, copy=False)
    returned_on = fields.Datetime(readonly=True, copy=False)
    actual_days = fields.Integer(
        compute="_compute_dates", store=True, help="Calendar days on the road."
    )
    nights = fields.Integer(compute="_compute_dates", store=True)
    date_from = fields.Date(
        compute="_compute_dates", store=True, string="First Day", help="Company time."
    )
    date_to = fields.Date(compute="_compute_dates", store=True, string="Last Day")
    variance_days = fields.Float(
        compute="_compute_dates", store=True, help="Actual less expected days."
    )
    line_ids = fields.One2many(
        "aftersales.trip.line", "trip_id", copy=False, groups=PAY_GROUPS
    )
    adjustment_ids = fields.One2many(
        "aftersales.adjustment",
        compute="_compute_adjustment_ids",
        string="Adjustments",
        groups=PAY_GROUPS,
    )
    adjustment_count = fields.Integer(
        compute="_compute_adjustment_ids", groups=PAY_GROUPS
    )
    shared_with_trip_id = fields.Many2one(
        "aftersales.trip",
        string="Room Shared, Paid on",
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="A shared room is paid once, on the colleague's trip.",
    )
    note = fields.Text()
    submitted_on = fields.Datetime(readonly=True, copy=False)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")
    state = fields.Selection(
        [
            ("open", "Travelling"),
            ("returned", "Returned"),
            ("submitted", "Submitted"),
            ("confirmed", "Confirmed"),
            ("cancel", "Cancelled"),
        ],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _order_index = models.Index("(departed_on DESC, id DESC)")

    @api.depends("departed_on", "returned_on", "expected_days", "company_id")
    def _compute_dates(self):
        for trip in self:
            trip.date_from = trip._get_local_date(trip.departed_on)
            trip.date_to = trip._get_local_date(trip.returned_on)
            over = trip.date_from and trip.date_to
            trip.nights = (trip.date_to - trip.date_from).days if over else 0
            trip.actual_days = trip.nights + 1 if over else 0
            trip.variance_days = (
                trip.actual_days - trip.expected_days
                if over and trip.expected_days
                else 0.0
            )

    def _get_local_date(self, moment):
        """Return the company's calendar date of a UTC time, or False."""
        if not moment:
            return False
        company = self.company_id.sudo()  # sudo: the calendar's zone is no secret
        zone = pytz.timezone(company.resource_calendar_id.tz or "UTC")
        return pytz.utc.localize(moment).astimezone(zone).date()

    def _compute_adjustment_ids(self):
        adjustments = self.env["aftersales.adjustment"].search(
            [("source_model", "=", self._name), ("source_id", "in", self.ids)]
        )
        by_trip = adjustments.grouped("source_id")
        for trip in self:
            trip.adjustment_ids = by_trip.get(trip.id, adjustments.browse())
            trip.adjustment_count = len(trip.adjustment_ids)

    @api.depends("employee_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for trip, trip_sudo in zip(self, self.sudo(), strict=True):
            # sudo: the user behind an employee is no public field
            trip.is_mine = trip_sudo.employee_id.user_id == self.env.user

    def _search_is_mine(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        own = (
            self.env["hr.employee"]
            .sudo()
            ._search(  # sudo: own employee records
                [("user_id", "=", self.env.uid)]
            )
        )
        return [("employee_id", "in", own)]

    @api.model
    def _get_guarded_on_create(self):
        return super()._get_guarded_on_create() - self._entry_fields

    @api.model_create_multi
    def create(self, vals_list):
        trips = super().create([self._prepare_entry(vals) for vals in vals_list])
        if not self.env.su and not self.env.user.has_group(DISPATCHER):
            trips._check_own(self.env._("A technician enters his own trips only."))
        return trips

    @api.model
    def _prepare_entry(self, vals):
        """Return create values with the company the traveller works for."""
        employee = (
            self.env["hr.employee"].browse(vals.get("employee_id"))
            if vals.get("employee_id")
            else self.env.user.employee_id
        ).sudo()  # sudo: the company of an employee
        return {**vals, "company_id": (employee.company_id or self.env.company).id}

    def _get_frozen(self):
        """Return the trips that are closed."""
        if guard.is_open(self.env):
            return self.browse()
        return self.filtered(lambda trip: trip.state in ("confirmed", "cancel"))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_departed(self):
        self.filtered("departed_on")._raise_frozen()

    def _check_own(self, message):
        """Raise ``message`` unless all trips are the user's own."""
        if not self.env.su and not all(self.mapped("is_mine")):
            raise AccessError(message)

    def _check_traveller(self):
        """Refuse others than the traveller, dispatchers and heads."""
        if not self.env.user.has_group(DISPATCHER):
            self._check_own(
                self.env._("Only the traveller or a dispatcher records a trip.")
            )

    def _check_head(self):
        """Refuse others than heads, and heads about their own trips."""
        if self.env.su:
            return
        if not self.env.user.has_group(HEAD):
            raise AccessError(self.env._("Only a head of department does this."))
        if any(self.mapped("is_mine")):
            raise AccessError(
                self.env._("Your own trip is confirmed by another head of department.")
            )

    @fact_action
    def action_depart(self, at=None, request_key=None):
        """Stamp the departure.

        :param at: UTC time of departure, now by default
        :param str request_key: the same key again returns the first result
        :return: the trips
        :raise TransitionError: when a trip departed before
        """
        self._check_traveller()
        gone = self.filtered(lambda trip: trip.departed_on or trip.state != "open")
        if gone:
            raise TransitionError(
                self.env._("%s has departed already.", ", ".join(gone.mapped("name")))
            )
        self._unguarded().write({"departed_on": at})
        self.env["aftersales.audit"]._log(self, "departed", happened_on=at)
        return self

    @fact_action
    def action_return(self, at=None, request_key=None):
        """Stamp the return.

        :param at: UTC time of return, now by default
        :param str request_key: the same key again returns the first result
        :return: the trips
        :raise TransitionError: when a trip has not departed or has returned
        :raise FactTimeError: before the departure
        """
        self._check_traveller()
        here = self.filtered(lambda trip: not trip.departed_on or trip.returned_on)
        if here:
            raise TransitionError(
                self.env._(
                    "%s has not departed, or has returned already.",
                    ", ".join(here.mapped("name")),
                )
            )
        for trip in self:
            trip._check_not_before(at, trip.departed_on, self.env._("Departure"))
        self._set_state("returned", {"returned_on": at}, happened_on=at)
        return self

    def action_cancel(self, reason):
        """Cancel trips that were not confirmed.

        :param str reason: why, kept in the audit trail
        :return: the trips
        """
        self.check_access("write")
        reason = as_text(self.env, reason, self.env._("Reason"))
        self._check_traveller()
        self._set_state("cancel", reason=reason)
        return self
