"""The demo company: what XML and CSV cannot say, because it depends on today."""

from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from pytz import timezone, utc

from odoo import api, fields, models

ZONE = timezone("Asia/Shanghai")
# First days of the holidays that follow the moon, as they are announced.
SPRING_FESTIVAL = ("2025-01-28", "2026-02-16", "2027-02-05", "2028-01-25", "2029-02-12")
TOMB_SWEEPING = ("2025-04-04", "2026-04-05", "2027-04-05", "2028-04-04", "2029-04-04")
DRAGON_BOAT = ("2025-05-31", "2026-06-19", "2027-06-09", "2028-05-28", "2029-06-16")
MID_AUTUMN = ("2026-09-25", "2027-09-15", "2029-09-22")


class AftersalesDemo(models.AbstractModel):
    """Plays the demo company; called by the demo data files only."""

    _name = "aftersales.demo"
    _description = "Demo Company"

    @api.model
    def _record(self, name):
        """Return the demo record with this external id, without the suffix."""
        return self.env.ref(f"aftersales_service.{name}_demo")

    @api.model
    def _today(self):
        """Return today on the wall of the demo company."""
        return utc.localize(fields.Datetime.now()).astimezone(ZONE).date()

    @api.model
    def _history_start(self):
        """Return the first day of the demo history: three months ago."""
        return self._today() - relativedelta(months=3)

    @api.model
    def _at(self, day, hour, minute=0):
        """Return a time on the clock in Shanghai as naive UTC datetime.

        :param date day: the day
        :param int hour: may pass 23, then it counts into the next day
        :param int minute: may pass 59
        """
        wall = datetime.combine(day, time()) + timedelta(hours=hour, minutes=minute)
        return ZONE.localize(wall).astimezone(utc).replace(tzinfo=None)

    @api.model
    def _working_days(self, first, last):
        """Return the working days of the demo company from first to last."""
        holidays = self._holiday_dates(range(first.year, last.year + 1))
        days = (first + timedelta(days=i) for i in range((last - first).days + 1))
        return [day for day in days if day.weekday() < 5 and day not in holidays]

    @api.model
    def _holidays(self, years):
        """Return name, first and last day of the public holidays of some years."""
        fixed = [("New Year 元旦", 1, 1, 1), ("Labour Day 劳动节", 5, 1, 5)]
        fixed.append(("National Day 国庆节", 10, 1, 7))
        moon = [("Spring Festival 春节", SPRING_FESTIVAL, 8)]
        moon.append(("Tomb-Sweeping Day 清明节", TOMB_SWEEPING, 1))
        moon.append(("Dragon Boat Festival 端午节", DRAGON_BOAT, 1))
        moon.append(("Mid-Autumn Festival 中秋节", MID_AUTUMN, 1))
        first_days = [
            (name, date(year, month, day), length)
            for name, month, day, length in fixed
            for year in years
        ] + [
            (name, fields.Date.to_date(text), length)
            for name, texts, length in moon
            for text in texts
            if int(text[:4]) in years
        ]
        return [
            (name, first, first + timedelta(days=length - 1))
            for name, first, length in first_days
        ]

    @api.model
    def _holiday_dates(self, years):
        return {
            first + timedelta(days=offset)
            for _name, first, last in self._holidays(years)
            for offset in range((last - first).days + 1)
        }

    @api.model
    def _setup_company(self):
        """Give the company its working time and its holidays."""
        company = self._record("company")
        calendar = company.resource_calendar_id
        calendar.write({"name": "Shanghai 40 h 上海", "tz": ZONE.zone})
        today = self._today()
        years = range((today - relativedelta(months=4)).year, today.year + 2)
        self.env["resource.calendar.leaves"].create(
            [
                {
                    "name": name,
                    "company_id": company.id,
                    "calendar_id": calendar.id,
                    "date_from": self._at(first, 0),
                    "date_to": self._at(last, 23, 59),
                }
                for name, first, last in self._holidays(years)
            ]
        )
