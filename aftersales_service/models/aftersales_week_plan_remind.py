from datetime import datetime, time, timedelta

from odoo import api, fields, models

from ..calc import clock


class AftersalesWeekPlan(models.Model):
    """Who is reminded of the plan of the next week, and when (DISP-42)."""

    _inherit = "aftersales.week.plan"

    @api.model
    def _cron_remind(self):
        """Remind once of plans that are not approved before the week (DISP-42)."""
        companies = self.env["res.company"].search(
            [("aftersales_week_plan", "=", True)]
        )
        for company in companies:
            company._aftersales_try(self._remind_company)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _remind_company(self, company):
        """Remind in one company, once its hour has come.

        :param company: one ``res.company``
        """
        now = fields.Datetime.now()
        monday = self._get_next_monday(company)
        zone = company._get_aftersales_tz()
        start = clock.from_local(datetime.combine(monday, time.min), zone)
        if now >= start - timedelta(hours=company.aftersales_week_plan_hours):
            self._remind(company, monday, now)

    @api.model
    def _remind(self, company, monday, now):
        """Remind who has not submitted, and the head of what he has not approved.

        :param company: one ``res.company``
        :param date monday: first day of the week
        :param datetime now: naive UTC
        :return: the plans that are owed
        """
        group = self.env.ref("aftersales_service.group_technician")
        employees = self.env["hr.employee"].search(
            [("company_id", "=", company.id), ("user_id", "in", group.all_user_ids.ids)]
        )
        plans = self.search(
            [("employee_id", "in", employees.ids), ("date_from", "=", monday)]
        )
        plans |= self.create(
            [
                {"employee_id": one.id, "date_from": monday, "company_id": company.id}
                for one in employees - plans.employee_id
            ]
        )
        owed = plans.filtered(
            lambda plan: plan.state != "approved" and not plan.reminded_on
        )
        owed._unguarded().write({"reminded_on": now})
        owed.filtered(lambda plan: plan.state == "submitted")._tell_head()
        owed.filtered(lambda plan: plan.state == "draft")._tell_writers(
            self.env._("Write the plan of next week")
        )
        return owed._guarded_again()
