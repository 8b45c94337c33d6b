from datetime import datetime, time, timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class AftersalesMonthMixin(models.AbstractModel):
    """A ``month`` of a company: kept by its first day, counted on its clock."""

    _name = "aftersales.month.mixin"
    _description = "After-Sales Month"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_first_day(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_first_day(vals))

    @api.model
    def _with_first_day(self, vals):
        """Return values with the first day of their month."""
        day = fields.Date.to_date(vals.get("month"))
        return {**vals, "month": day.replace(day=1)} if day else vals

    def _get_zone(self):
        """Return the name of the zone in which their company counts its months."""
        company = self.company_id[:1] or self.env.company
        return company._get_aftersales_tz()

    def _get_span(self):
        """Return when the months of these records begin and end, naive UTC.

        :return: ``(start, end)`` on the clock of their company; nothing lies between
            them where no month is given
        """
        zone = pytz.timezone(self._get_zone())
        months = [month for month in self.mapped("month") if month]
        if not months:
            return (fields.Datetime.now(),) * 2
        days = min(months), max(months) + relativedelta(months=1)
        return tuple(
            zone.localize(datetime.combine(day, time.min))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for day in days
        )

    @api.model
    def _get_first_day(self, moment):
        """Return the month that a group of ``_read_group`` by month stands for.

        :param datetime moment: its beginning, in whatever zone
        """
        return (moment + timedelta(hours=12)).date().replace(day=1)
