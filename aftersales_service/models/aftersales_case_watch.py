from odoo import api, fields, models


class AftersalesCase(models.Model):
    """Complaints that nobody judged go before the quality vice president."""

    _inherit = "aftersales.case"

    @api.model
    def _cron_watch(self):
        """Open cases about valid complaints that nobody judged in time (PEN-21)."""
        companies = self.env["res.company"].search(
            [("aftersales_complaint_case_days", ">", 0)]
        )
        for company in companies:
            self.with_company(company)._open_complaints(company)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _open_complaints(self, company):
        """Put valid complaints that nobody judged in time upwards, once (PEN-21).

        :return: the cases
        """
        days = company.aftersales_complaint_case_days
        calendar = company.resource_calendar_id
        if not days or not calendar:
            return self.browse()
        limit = calendar.plan_days(-days, fields.Datetime.now(), compute_leaves=True)
        tickets = self.env["helpdesk.ticket"].search(
            [
                ("company_id", "=", company.id),
                ("verified", "=", "valid"),
                ("complaint_employee_ids", "!=", False),
                ("verified_on", "<", limit),
            ]
        )
        known = self._get_live_cases(tickets, "complaint")
        tickets = tickets.filtered(lambda ticket: ticket.id not in known)
        return self._open_for(
            tickets,
            "complaint",
            facts=self.env._(
                "A valid complaint about somebody stood %s working days without a "
                "decision.",
                days,
            ),
            employees={ticket.id: ticket.complaint_employee_ids for ticket in tickets},
            loss_kind="reputation",
        )
