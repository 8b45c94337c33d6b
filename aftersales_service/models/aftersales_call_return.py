from datetime import timedelta

from odoo import api, fields, models

from ..calc import clock

SEARCHED_DAYS = 31


class AftersalesCall(models.Model):
    """Missed calls are returned first when the desk opens (HOT-16)."""

    _inherit = "aftersales.call"

    return_by = fields.Datetime(compute="_compute_return_by", store=True)
    is_return_late = fields.Boolean(
        string="Return Overdue", compute="_compute_is_return_late"
    )

    @api.depends("called_on", "needs_callback", "company_id")
    def _compute_return_by(self):
        for call in self:
            minutes = call.company_id.aftersales_return_minutes
            if minutes and call.needs_callback and call.called_on:
                start = call._get_desk_start()
                call.return_by = start + timedelta(minutes=minutes)
            else:
                call.return_by = False

    def _get_desk_start(self):
        """Return when the desk is at work after this call, naive UTC."""
        company = self.company_id
        tz = company._aftersales_tz()
        get_spans = company._aftersales_work_spans(self.called_on)[company.id]
        local = clock.to_local(self.called_on, tz).replace(tzinfo=None)
        for offset in range(SEARCHED_DAYS):
            for opens, closes in get_spans(local.date() + timedelta(days=offset)):
                if local < closes:
                    return clock.from_local(max(local, opens), tz)
        return self.called_on

    @api.depends("return_by", "needs_callback")
    def _compute_is_return_late(self):
        now = fields.Datetime.now()
        for call in self:
            call.is_return_late = bool(
                call.needs_callback and call.return_by and call.return_by < now
            )
