from datetime import timedelta

from odoo import api, fields, models

from .. import arguments
from ..exceptions import MissingError
from .aftersales_fact_mixin import fact_action

# Older reports are written at a desk.
DAYS_SHOWN = 7


class AftersalesDayReport(models.Model):
    """The day report as the phone writes it: one step, one key."""

    _inherit = "aftersales.day.report"

    @fact_action
    def action_report_day(
        self, work, next_tasks=None, plan=None, date=None, at=None, request_key=None
    ):
        """Write and hand in the asker's own report of one day (DISP-29).

        Technicians, each his own; called on no record.

        :param str work: work of the day
        :param str next_tasks: what comes next
        :param str plan: how it is to be done
        :param date: the day; by default that of the fact, in the company's zone
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the report
        :raise MissingError: for a user without an employee
        :raise FactTimeError: when the day is reported already
        """
        vals = self._parse_texts(work=work, next_tasks=next_tasks, plan=plan)
        employee = self.env.user.employee_id
        if not employee:
            raise MissingError(
                self.env._("You are no employee here. Ask HR to link your user.")
            )
        day = arguments.as_date(self.env, date) or self._get_company_day(at)
        report = self.search(
            [("employee_id", "=", employee.id), ("date", "=", day)], limit=1
        )
        if report.state == "submitted":
            report._raise_sent()
        if report:
            report.write(vals)
        else:
            report = self.create({**vals, "employee_id": employee.id, "date": day})
        return report.action_submit(at)

    @api.model
    def _parse_texts(self, **texts):
        """Return the texts of a report by field name; the work is a must."""
        return {
            name: arguments.as_text(
                self.env,
                value,
                self._fields[name]._description_string(self.env),
                required=name == "work",
            )
            for name, value in texts.items()
        }

    @api.model
    def _get_company_day(self, moment):
        """Return the day of a moment on the company's clock."""
        zone = self.env.company._get_aftersales_tz()
        return fields.Datetime.context_timestamp(
            self.with_context(tz=zone), moment
        ).date()

    @api.model
    def _get_my_open(self):
        """Return today's report and earlier ones that are owed, oldest first."""
        today = self._get_company_today()
        reports = self.search(
            [
                ("employee_id", "=", self.env.user.employee_id.id),
                ("date", ">=", today - timedelta(days=DAYS_SHOWN)),
                ("date", "<=", today),
                "|",
                ("date", "=", today),
                ("state", "=", "open"),
            ],
            order="date",
        )
        rows = [
            {
                "date": fields.Date.to_string(report.date),
                "state": report.state,
                "work": report.work or "",
                "next_tasks": report.next_tasks or "",
                "plan": report.plan or "",
            }
            for report in reports
        ]
        if today not in reports.mapped("date"):
            empty = dict.fromkeys(("work", "next_tasks", "plan"), "")
            rows.append(
                {"date": fields.Date.to_string(today), "state": "open", **empty}
            )
        return rows
