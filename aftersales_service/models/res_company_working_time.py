from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

from ..calc import clock


class ResCompany(models.Model):
    """Working time of a company, as promises and their warnings need it."""

    _inherit = "res.company"

    def _aftersales_tz(self):
        """Return the name of the zone in which the company's days begin."""
        self.ensure_one()
        return self.resource_calendar_id.tz or self.partner_id.tz or "UTC"

    def _aftersales_working_days(self, since):
        """Return by company id a function telling whether a date is worked.

        A day is off when the calendar has no attendance on that weekday, or when
        a public holiday covers all of that day's attendance (ESC-13).

        :param datetime since: earliest moment asked about, naive UTC
        """
        calendars = self.sudo().resource_calendar_id  # sudo: clocks of anybody
        holidays = self._aftersales_get_holidays(calendars, since)
        return {
            company.id: _working_day_check(
                company._aftersales_get_attendance(),
                holidays[company.sudo().resource_calendar_id.id],
            )
            for company in self
        }

    def _aftersales_get_attendance(self):
        """Return {weekday: (first hour, last hour)} of the company calendar."""
        hours = {}
        calendar = self.sudo().resource_calendar_id  # sudo: clocks of anybody
        for line in calendar.attendance_ids:
            if line.day_period == "lunch" or line.display_type:
                continue
            weekday = int(line.dayofweek)
            first, last = hours.get(weekday, (24.0, 0.0))
            hours[weekday] = (min(first, line.hour_from), max(last, line.hour_to))
        return hours

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

    def _aftersales_get_head(self, team=None):
        """Return the user who heads the department: told where nobody else is.

        The leader of the team, where he is a head of department; else the first
        head of the company.

        :param team: ``helpdesk.ticket.team`` of the document, if any
        :return: one ``res.users`` or an empty recordset
        """
        self.ensure_one()
        group_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "aftersales_service.group_head"
        )
        # sudo: who heads the department is no secret to those who report to him
        heads = (
            self.env["res.groups"]
            .sudo()
            .browse(group_id)
            .all_user_ids.filtered(
                lambda user: user.active and self in user.company_ids
            )
        )
        leader = team.sudo().user_id if team else heads.browse()
        if leader and leader in heads:
            return leader.sudo(False)
        own = heads.filtered(lambda user: user.company_id == self)
        return (own or heads).sorted("id")[:1].sudo(False)


def _working_day_check(attendance, holidays):
    """Return the function that judges one date by attendance and holidays."""

    def is_working(day):
        if not attendance:
            return True
        span = attendance.get(day.weekday())
        if not span:
            return False
        midnight = datetime.combine(day, time.min)
        first = midnight + timedelta(hours=span[0])
        last = midnight + timedelta(hours=span[1])
        return not any(start <= first and end >= last for start, end in holidays)

    return is_working
