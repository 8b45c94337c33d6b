from datetime import timedelta

from odoo import api, fields, models

from .aftersales_call import FULL_KINDS


class AftersalesCall(models.Model):
    """Faults that were written down and that nobody was told of (HOT-01)."""

    _name = "aftersales.call"
    _inherit = ["aftersales.call", "aftersales.watch.mixin"]

    unheard_on = fields.Datetime(
        string="Head Told On",
        readonly=True,
        copy=False,
        help="No ticket was made in time, so that nobody was sent.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"unheard_on"}

    @api.model
    def _watch_unheard(self):
        """Tell the head of faults that wait for their ticket for too long."""
        now = fields.Datetime.now()
        companies = self.env["res.company"].search(
            [("aftersales_notify_minutes", ">", 0)]
        )
        for company in companies:
            limit = timedelta(minutes=company.aftersales_notify_minutes)
            self._watch(self._get_unheard_domain(company, now - limit), "_tell_unheard")

    @api.model
    def _get_unheard_domain(self, company, before):
        """Return the domain of faults nobody was told of.

        :param company: one ``res.company``
        :param datetime before: written down before this
        """
        return [
            ("company_id", "=", company.id),
            ("direction", "=", "in"),
            ("kind", "in", FULL_KINDS),
            ("ticket_id", "=", False),
            ("result", "=", False),
            ("unheard_on", "=", False),
            ("recorded_on", "<", fields.Datetime.to_string(before)),
        ]

    def _tell_unheard(self):
        """Put these calls on the head's list."""
        entries = []
        for call in self:
            head = call.company_id._aftersales_get_head()
            if head:
                summary = self.env._("Nobody was told: %s", call.subject or call.name)
                entries.append((call, head, summary))
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries, "aftersales_service.mail_activity_unheard", scope="escalations"
            )
        self._unguarded().write({"unheard_on": fields.Datetime.now()})
