from datetime import timedelta

from odoo import api, fields, models


class AftersalesOrder(models.Model):
    """Incidents that nobody ends: the head hears of them again (ESC-07)."""

    _name = "aftersales.order"
    _inherit = ["aftersales.order", "aftersales.watch.mixin"]

    incident_reminded_on = fields.Datetime(readonly=True, copy=False)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"incident_reminded_on"}

    @api.model
    def _cron_remind(self):
        """Remind of running incidents and open returns, once an interval.

        In working time, as often as the company wants it.
        """
        companies = self.env["res.company"].search(
            [("aftersales_reminder_hours", ">", 0)]
        )
        for company in companies._aftersales_at_work():
            wait = timedelta(hours=company.aftersales_reminder_hours)
            before = fields.Datetime.to_string(fields.Datetime.now() - wait)
            self._watch(
                [
                    ("company_id", "=", company.id),
                    ("incident_on", "<=", before),
                    ("incident_ended_on", "=", False),
                    "|",
                    ("incident_reminded_on", "=", False),
                    ("incident_reminded_on", "<=", before),
                ],
                "_remind_incident",
            )
            self.env["aftersales.order.return"]._watch(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "open"),
                    ("requested_on", "<=", before),
                    "|",
                    ("reminded_on", "=", False),
                    ("reminded_on", "<=", before),
                ],
                "_remind",
            )

    def _remind_incident(self):
        """Tell the head and the duty manager again that an incident runs."""
        self.sudo().activity_unlink(  # sudo: whoever was alerted
            ["aftersales_service.activity_incident"]
        )
        self._alert_incident(self.env._("not settled yet"))
        self._unguarded().write({"incident_reminded_on": fields.Datetime.now()})


class AftersalesOrderReturn(models.Model):
    """Returns that nobody decides: the head hears of them again (DISP-15)."""

    _name = "aftersales.order.return"
    _inherit = ["aftersales.order.return", "aftersales.watch.mixin"]

    reminded_on = fields.Datetime(readonly=True, copy=False)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"reminded_on"}

    def _remind(self):
        """Tell the heads of these orders again that a decision is waited for."""
        kind = "aftersales_service.activity_return_request"
        orders = self.order_id
        orders.sudo().activity_unlink([kind])  # sudo: whoever was told first
        for request in self:
            request.order_id._tell_return(
                self.env._("Return not decided yet: %s", request.reason)
            )
        self._unguarded().write({"reminded_on": fields.Datetime.now()})


class ResCompany(models.Model):
    """How long an incident or a return may wait before somebody is reminded."""

    _inherit = "res.company"

    aftersales_reminder_hours = fields.Float(
        string="Remind after (Hours)",
        default=24.0,
        help="Of incidents that run and returns that wait for their decision, again "
        "after each such span. 0: never.",
    )


class ResConfigSettings(models.TransientModel):
    """The setting of the reminders on the settings screen."""

    _inherit = "res.config.settings"

    aftersales_reminder_hours = fields.Float(
        related="company_id.aftersales_reminder_hours", readonly=False
    )
