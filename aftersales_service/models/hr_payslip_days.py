from collections import defaultdict
from datetime import datetime, time

import pytz

from odoo import models

DAYS, NORM, LENT = "AS_DAYS", "AS_NORM", "AS_LENT"


class HrPayslip(models.Model):
    """Days attended, for structures that pay the wage by them (PAY-07, PAY-10).

    A day counts once: by the clock (or the working days without unpaid leave, where
    nobody clocks), or by a signed order outside.  Days lent to another group, or
    from one, are shown beside, so that a piece rate can leave them out (PAY-09).
    """

    _inherit = "hr.payslip"

    def _aftersales_count_days(self):
        """Write the days of these slips down, where their structure asks for them."""
        slips = self._aftersales_by_days()
        if not slips:
            return
        field_days = slips._aftersales_get_field_days()
        lent = slips._aftersales_get_lent_days()
        values = []
        for slip in slips:
            period = slip.date_from, slip.date_to
            attended = slip._aftersales_get_clock_days()
            attended |= {
                day
                for day in field_days[slip.employee_id.id]
                if period[0] <= day <= period[1]
            }
            away = {
                day
                for day in lent[slip.employee_id.id]
                if period[0] <= day <= period[1]
            }
            values += slip._aftersales_prepare_days(
                {DAYS: len(attended), LENT: len(away)}
            )
        # sudo: HR computes, the lines are the bridge's
        lines = self.env["hr.payslip.worked_days"].sudo()
        lines.search(
            [
                ("payslip_id", "in", slips.ids),
                ("code", "in", [DAYS, NORM, LENT]),
            ]
        ).unlink()
        lines.create(values)
        slips.invalidate_recordset(["worked_days_line_ids"])

    def _aftersales_by_days(self):
        """Return the slips whose structure pays the wage by attendance."""
        rule = self.env.ref(
            "aftersales_service.salary_rule_basic_days", raise_if_not_found=False
        )
        if not rule:
            return self.browse()
        asked = {}
        for slip in self:
            structures = slip.struct_id or slip._aftersales_get_contracts().struct_id
            if structures not in asked:
                rules = structures.get_structure_with_parents().get_all_rules()
                asked[structures] = rule in rules
        return self.filtered(
            lambda slip: (
                asked[slip.struct_id or slip._aftersales_get_contracts().struct_id]
                and slip._aftersales_get_contracts()
            )
        )

    def _aftersales_prepare_days(self, counts):
        """Return the create values of the worked days of one slip.

        :param dict counts: days by code
        """
        labels = {
            DAYS: self.env._("Days attended"),
            NORM: self.env._("Days of a month's wage"),
            LENT: self.env._("Days lent from or to another group"),
        }
        norm = self.company_id.aftersales_day_divisor
        counts = {**counts, NORM: norm or len(self._aftersales_get_working_days())}
        contract = self._aftersales_get_contracts()[-1:]
        return [
            {
                "payslip_id": self.id,
                "name": labels[code],
                "code": code,
                "number_of_days": days,
                "contract_id": contract.id,
                "sequence": 90,
            }
            for code, days in counts.items()
            if days or code != LENT
        ]

    def _aftersales_get_calendar(self):
        """Return the working calendar of one slip's last contract."""
        contract = self._aftersales_get_contracts()[-1:]
        return contract.resource_calendar_id or self.company_id.resource_calendar_id

    def _aftersales_get_working_days(self):
        """Return the working days of one slip's period, whoever was absent."""
        return self._aftersales_get_days(leaves=False)

    def _aftersales_get_clock_days(self):
        """Return the days somebody attended in the company: the clock's, if any.

        Without a clock these are the working days without unpaid leave.
        """
        if "hr.attendance" in self.env:
            # sudo: HR of pay reads no attendances
            stamps = self.env["hr.attendance"].sudo()
            stamps = stamps.search(
                [
                    ("employee_id", "=", self.employee_id.id),
                    ("check_in", ">=", self._aftersales_to_utc(self.date_from, False)),
                    ("check_in", "<=", self._aftersales_to_utc(self.date_to, True)),
                ]
            )
            zone = pytz.timezone(self.company_id._get_aftersales_tz())
            return {
                pytz.utc.localize(stamp.check_in).astimezone(zone).date()
                for stamp in stamps
            }
        return self._aftersales_get_days(leaves=True)

    def _aftersales_to_utc(self, day, at_end):
        """Return the begin or end of a company's day as naive UTC."""
        zone = pytz.timezone(self.company_id._get_aftersales_tz())
        moment = zone.localize(datetime.combine(day, time.max if at_end else time.min))
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    def _aftersales_get_days(self, leaves):
        """Return the days with working hours in the period of one slip.

        :param bool leaves: whether days of unpaid leave are left out
        """
        calendar = self._aftersales_get_calendar()
        zone = pytz.timezone(self.company_id._get_aftersales_tz())
        start = zone.localize(datetime.combine(self.date_from, time.min))
        end = zone.localize(datetime.combine(self.date_to, time.max))
        # sudo: leaves of an employee, for his pay
        resource = self.employee_id.sudo().resource_id
        if leaves:
            domain = [("holiday_id.holiday_status_id.unpaid", "=", True)]
            intervals = calendar.sudo()._work_intervals_batch(  # sudo: as above
                start, end, resource, domain
            )
        else:
            intervals = calendar._attendance_intervals_batch(start, end, resource)
        return {interval[0].date() for interval in intervals[resource.id]}

    def _aftersales_get_field_days(self):
        """Return the days with a signed order outside, by employee id (DISP-39)."""
        days = defaultdict(set)
        # sudo: HR sees no orders
        attendances = self.env["aftersales.attendance"].sudo()
        for attendance in attendances.search(
            [
                ("employee_id", "in", self.employee_id.ids),
                ("date", ">=", min(self.mapped("date_from"))),
                ("date", "<=", max(self.mapped("date_to"))),
                ("day_count", ">", 0),
            ]
        ):
            days[attendance.employee_id.id].add(attendance.date)
        return days

    def _aftersales_get_lent_days(self):
        """Return the days of confirmed secondments, by employee id."""
        days = defaultdict(set)
        secondments = self.env["aftersales.secondment"].search(
            [
                ("employee_ids", "in", self.employee_id.ids),
                ("state", "=", "confirmed"),
                ("date_from", "<=", max(self.mapped("date_to"))),
                ("date_to", ">=", min(self.mapped("date_from"))),
            ]
        )
        for secondment in secondments:
            for employee in secondment.employee_ids:
                days[employee.id].update(secondment._get_days())
        return days
