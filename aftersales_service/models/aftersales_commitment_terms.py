from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date, format_time

from ..calc import clock
from .aftersales_policy_milestone import CLOCK_UNITS


class AftersalesCommitment(models.Model):
    """A promise in words: until when, what counts, and why."""

    _inherit = "aftersales.commitment"

    due_on = fields.Datetime(
        string="Due",
        compute="_compute_due_on",
        store=True,
        index=True,
        help="The last minute in which it is kept: 23:59 where a whole day counts.",
    )
    due_text = fields.Char(string="Due until", compute="_compute_due_text")
    terms = fields.Char(string="What Counts", compute="_compute_terms")
    reason_text = fields.Char(string="Why", compute="_compute_reason_text")

    @api.depends("deadline", "unit", "promised_to")
    def _compute_due_on(self):
        for promise in self:
            ends_day = promise._ends_with_day()
            one_minute = timedelta(minutes=1)
            promise.due_on = promise.deadline and (
                promise.deadline - one_minute if ends_day else promise.deadline
            )

    def _ends_with_day(self):
        """Tell whether the deadline is the end of a day, not a time of the day."""
        self.ensure_one()
        if self.unit in CLOCK_UNITS or self.promised_to:
            return False
        tz = self._get_tz(self)
        day = clock.to_local(self.deadline, tz).date()
        return clock.start_of_day(day, tz) == self.deadline

    @api.depends("deadline", "unit", "promised_to", "site_id", "company_id")
    @api.depends_context("lang", "tz")
    def _compute_due_text(self):
        for promise in self:
            promise.due_text = promise.deadline and promise._format_due()

    def _format_due(self):
        """Return the deadline as people say it: “end of 2 March”, or a time."""
        self.ensure_one()
        tz = self._get_tz(self)
        if self._ends_with_day():
            day = clock.to_local(self.deadline - timedelta(seconds=1), tz).date()
            text = self.env._("end of %(day)s", day=format_date(self.env, day))
        else:
            local = clock.to_local(self.deadline, tz)
            text = f"{format_date(self.env, local.date())} " + format_time(
                self.env, local.time(), time_format="HH:mm"
            )
        own_tz = self.env.context.get("tz") or self.env.user.tz
        return text if own_tz in (tz, None, False) else f"{text} ({tz})"

    @api.depends(
        "unit", "value", "hours_mode", "cutoff_hour", "promised_to", "order_id"
    )
    @api.depends_context("lang")
    def _compute_terms(self):
        for promise in self:
            promise.terms = promise._format_terms()

    def _format_terms(self):
        """Return what is counted: unit, calendar, cut-off (HOT-14)."""
        self.ensure_one()
        if self.promised_to:
            return self.env._("appointment: %s", self.promised_to)
        if self._is_planned():
            return self.env._("the due day of the plan")
        number = f"{self.value:g}"
        in_office = self.hours_mode == "office"
        if self.unit == "minutes":
            return (
                self.env._("%s minutes of office time", number)
                if in_office
                else self.env._("%s minutes by the clock", number)
            )
        if self.unit == "hours":
            return (
                self.env._("%s office hours", number)
                if in_office
                else self.env._("%s hours by the clock, day and night", number)
            )
        if self.unit == "calendar_days":
            return self.env._("%s calendar days, until the end of the day", number)
        if self.unit == "working_days":
            return self.env._("%s working days of the company calendar", number)
        return self._format_end_of_day(number)

    def _is_planned(self):
        """Tell whether a plan made this promise, not a line of a policy."""
        return bool(self.order_id and not self.unit and not self.policy_version)

    def _format_end_of_day(self, number):
        """Return the terms of a promise for the same day, or some days later."""
        if self.unit != "end_of_day":
            return False
        hours, minutes = divmod(round((self.cutoff_hour or 0.0) * 60), 60)
        if not self.value and hours >= 24:
            return self.env._("the same day")
        if not self.value:
            return self.env._(
                "the same day, for reports until %s", f"{hours}:{minutes:02d}"
            )
        return self.env._("end of the day, %s days later", number)

    @api.depends("policy_id", "policy_version", "unit", "order_id")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for promise in self:
            policy = promise.sudo().policy_id  # sudo: its name is no secret
            if promise._is_planned():
                promise.reason_text = self.env._("Planned work")
                continue
            promise.reason_text = policy and self.env._(
                "Policy “%(policy)s”, version %(version)s",
                policy=policy.name,
                version=promise.policy_version or "?",
            )
