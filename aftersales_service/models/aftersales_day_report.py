from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import arguments
from ..calc import clock
from ..exceptions import FactTimeError
from .aftersales_fact_mixin import fact_action

PLANNER_GROUP = "aftersales_service.group_dispatcher"


class AftersalesDayReport(models.Model):
    """What a technician did today and does next, in a few words (DISP-29)."""

    _name = "aftersales.day.report"
    _inherit = [
        "aftersales.fact.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Day Report"
    _order = "date desc, id desc"
    _check_company_auto = True
    _guarded_fields = frozenset({"company_id", "submitted_on", "reminded_on"})
    _state_transitions = {"open": {"submitted"}, "submitted": set()}

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    employee_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        check_company=True,
        default=lambda self: self.env.user.employee_id,
    )
    date = fields.Date(
        required=True, index=True, default=lambda self: self._get_company_today()
    )
    work = fields.Text(string="Work of the Day")
    next_tasks = fields.Text()
    plan = fields.Text()
    submitted_on = fields.Datetime(readonly=True, copy=False)
    reminded_on = fields.Datetime(readonly=True, copy=False)
    is_late = fields.Boolean(
        string="Late", compute="_compute_is_late", store=True, help="After a reminder."
    )
    is_mine = fields.Boolean(compute="_compute_is_mine")
    state = fields.Selection(
        [("open", "To Write"), ("submitted", "Submitted")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
    )

    _employee_date_unique = models.UniqueIndex(
        "(employee_id, date)", "There is a report of this day already. Open that one."
    )

    @api.depends("employee_id", "date")
    def _compute_display_name(self):
        for report in self:
            employee_sudo = report.employee_id.sudo()  # sudo: the public name
            report.display_name = f"{employee_sudo.name or ''} {report.date or ''}"

    @api.depends("state", "reminded_on")
    def _compute_is_late(self):
        for report in self:
            report.is_late = bool(report.reminded_on)

    @api.depends("employee_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        own = self._get_own()
        for report in self:
            report.is_mine = report in own

    @api.model
    def _get_company_today(self):
        zone = self.env.company._get_aftersales_tz()
        return clock.to_local(fields.Datetime.now(), zone).date()

    def _get_own(self):
        """Return the reports of the user who asks."""
        reports_sudo = self.sudo()  # sudo: HR alone reads an employee's user
        return reports_sudo.filtered(
            lambda report: report.employee_id.user_id.id == self.env.uid
        ).sudo(self.env.su)

    @api.model_create_multi
    def create(self, vals_list):
        reports = super().create(vals_list)
        reports._check_own()
        return reports

    def write(self, vals):
        if vals.keys() & {"employee_id", "date", "work", "next_tasks", "plan"}:
            self._check_own()
            self.filtered(lambda report: report.state == "submitted")._raise_sent()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_due(self):
        """A day that somebody was reminded of, or reported, stays on record."""
        self.filtered(
            lambda report: report.state == "submitted" or report.reminded_on
        )._raise_sent()

    def _check_own(self):
        """Refuse to write the report of a colleague."""
        if not self.env.su and self - self._get_own():
            raise AccessError(self.env._("Everybody writes his own day report."))

    def _raise_sent(self):
        if self:
            raise FactTimeError(
                self.env._(
                    "%(reports)s is on record and cannot change any more. Write it "
                    "into the report of the next day.",
                    reports=", ".join(self[:5].mapped("display_name")),
                )
            )

    @fact_action
    def action_submit(self, at=None, request_key=None):
        """Hand in day reports; the technician himself, once for each day.

        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same reports
        :raise FactTimeError: for a day that has not come
        :raise ArgumentError: when the work of the day is not described
        """
        self._check_own()
        for report in self.filtered(lambda report: report.state == "open"):
            arguments.as_text(self.env, report.work, self.env._("Work of the Day"))
            if report.date > report._get_company_today():
                raise FactTimeError(
                    self.env._("A day cannot be reported before it begins.")
                )
        moved = self._set_state("submitted", {"submitted_on": at}, happened_on=at)
        moved.sudo().activity_unlink(  # sudo: the reminder was raised by the house
            ["aftersales_service.activity_day_report"]
        )
        return self

    # -- reminder

    @api.model
    def _cron_remind(self):
        """Remind, once a day, who has not reported by the company's hour."""
        companies = self.env["res.company"].search([("active", "=", True)])
        for company in companies:
            company._aftersales_try(self._remind_company)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _remind_company(self, company):
        """Remind the technicians of a company, once its hour has come.

        :param company: one ``res.company``
        """
        now = fields.Datetime.now()
        local = clock.to_local(now, company._get_aftersales_tz())
        if local.hour + local.minute / 60.0 >= company.aftersales_day_report_hour:
            self._remind(company, local.date(), now)

    @api.model
    def _remind(self, company, day, now):
        """Remind the technicians of a company who owe the report of a day.

        :param company: one ``res.company``
        :param date day: the day, in the company's zone
        :param datetime now: naive UTC
        :return: the reports that are owed
        """
        employees = self._get_active_technicians(company, day)
        reports = self.search(
            [("employee_id", "in", employees.ids), ("date", "=", day)]
        )
        missing = employees - reports.employee_id
        made = self._unguarded().create(
            [
                {"employee_id": one.id, "date": day, "company_id": company.id}
                for one in missing
            ]
        )
        owed = (reports | made).filtered(
            lambda report: report.state == "open" and not report.reminded_on
        )
        owed._unguarded().write({"reminded_on": now})
        entries = [
            (report, user, self.env._("Write the day report"))
            for report in owed
            if (user := report.employee_id.user_id)
        ]
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries, "aftersales_service.activity_day_report"
            )
        return owed._guarded_again()

    @api.model
    def _get_active_technicians(self, company, day):
        """Return who owes a report of a day: at work, and not on leave.

        Technicians work on the company's working days, and on every day on which
        they arrived at a customer.

        :param company: one ``res.company``
        :param date day: the day, in the company's zone
        """
        group = self.env.ref("aftersales_service.group_technician")
        employees = self.env["hr.employee"].search(
            [
                ("company_id", "=", company.id),
                ("user_id", "in", group.all_user_ids.ids),
            ]
        )
        away = self.env["hr.leave"].search(
            [
                ("employee_id", "in", employees.ids),
                ("state", "=", "validate"),
                ("request_date_from", "<=", day),
                ("request_date_to", ">=", day),
            ]
        )
        present = employees - away.employee_id
        start = clock.start_of_day(day, company._get_aftersales_tz())
        if company._aftersales_clock(start)[company.id].is_working(day):
            return present
        busy = self.env["aftersales.attendance"].search(
            [("employee_id", "in", present.ids), ("date", "=", day)]
        )
        return busy.employee_id
