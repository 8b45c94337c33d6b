import functools
import logging
from collections import defaultdict
from datetime import timedelta

import pytz

from odoo import api, fields, models

from ..calc import clock, worktime

_logger = logging.getLogger(__name__)


class ResCompany(models.Model):
    """Working time of a company, as promises and their warnings need it."""

    _inherit = "res.company"

    def _aftersales_tz(self):
        """Return the name of the zone in which the company's days begin."""
        self.ensure_one()
        return self.resource_calendar_id.tz or self.partner_id.tz or "UTC"

    def _aftersales_work_spans(self, since):
        """Return by company id a function returning the worked spans of a date.

        The spans are those of the company's calendar, on its clock, less public
        holidays (ESC-13); a company without attendance works at all hours.

        :param datetime since: earliest moment asked about, naive UTC
        """
        calendars = self.sudo().resource_calendar_id  # sudo: clocks of anybody
        holidays = self._aftersales_get_holidays(calendars, since)
        weeks = {calendar.id: _get_week(calendar) for calendar in calendars}
        return {
            company.id: functools.lru_cache(maxsize=None)(
                functools.partial(
                    worktime.day_spans,
                    week=weeks.get(company.sudo().resource_calendar_id.id, {}),
                    closures=holidays[company.sudo().resource_calendar_id.id],
                )
            )
            for company in self
        }

    def _aftersales_clock(self, since):
        """Return by company id what deadlines need to know about working time.

        :param datetime since: earliest moment asked about, naive UTC
        :return: ``{company id: Clock}``
        """
        spans = self._aftersales_work_spans(since)
        return {
            company.id: Clock(spans[company.id], company._aftersales_tz())
            for company in self
        }

    def _aftersales_get_holidays(self, calendars, since):
        """Return by calendar id the local (from, to) of its public holidays."""
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()  # sudo: holidays of the company, nobody's private leave
            .search(
                [
                    ("resource_id", "=", False),
                    ("company_id", "in", [*self.ids, False]),
                    ("calendar_id", "in", [*calendars.ids, False]),
                    ("date_to", ">=", since - timedelta(days=1)),
                ]
            )
        )
        holidays = defaultdict(list)
        for leave in leaves:
            everywhere = calendars.filtered(
                lambda calendar, company=leave.company_id: (
                    not company or calendar.company_id in (company, company.browse())
                )
            )
            for calendar in leave.calendar_id or everywhere:
                tz = calendar.tz or "UTC"
                holidays[calendar.id].append(
                    (
                        clock.to_local(leave.date_from, tz),
                        clock.to_local(leave.date_to, tz),
                    )
                )
        return holidays

    def _aftersales_at_work(self, now=None):
        """Return the companies of self that are at work at a moment (rule D12).

        :param datetime now: naive UTC; now by default
        """
        now = pytz.utc.localize(now or fields.Datetime.now())
        at_work = self.browse()
        for company in self:
            calendar = company.sudo().resource_calendar_id  # sudo: clocks of anybody
            if not calendar.attendance_ids:
                at_work |= company
                continue
            spans = calendar._work_intervals_batch(now, now + timedelta(minutes=1))
            if spans[False]:
                at_work |= company
        return at_work

    def _aftersales_try(self, act, *arguments):
        """Do something of a nightly run for one company (rule D4).

        What goes wrong is undone and logged, and hinders no other company.

        :param act: function of the company and the other arguments
        :return: what it returns, or None where it failed
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                return act(self, *arguments)
        except Exception:
            _logger.exception("%s failed for company %s", act.__name__, self.id)
            return None

    @api.model
    def _aftersales_format_span(self, span):
        """Return a length of time in words, its two largest units.

        :param timedelta span: positive or negative; its size is shown
        """
        days, hours, minutes = clock.split_span(span.total_seconds())
        if days:
            return self.env._("%(days)s d %(hours)s h", days=days, hours=hours)
        if hours:
            return self.env._(
                "%(hours)s h %(minutes)s min", hours=hours, minutes=minutes
            )
        return self.env._("%(minutes)s min", minutes=minutes)


class Clock:
    """Working time of one company: worked dates, and hours that pass at work."""

    def __init__(self, get_spans, tz):
        self._get_spans = get_spans
        self._tz = tz

    def is_working(self, day):
        """Tell whether somebody works on a date."""
        return bool(self._get_spans(day))

    def add_work(self, started, length):
        """Return when so much working time has passed, naive UTC."""
        return worktime.add_work(started, length, self._get_spans, self._tz)

    def work_between(self, started, ended):
        """Return the working time between two moments, as timedelta."""
        return worktime.work_between(started, ended, self._get_spans, self._tz)


def _get_week(calendar):
    """Return the worked hours of a calendar by (week type, weekday)."""
    week = {}
    for line in calendar.attendance_ids:
        if line.day_period == "lunch" or line.display_type:
            continue
        kind = int(line.week_type) if calendar.two_weeks_calendar else None
        key = (kind, int(line.dayofweek))
        week.setdefault(key, []).append((line.hour_from, line.hour_to))
    return week
