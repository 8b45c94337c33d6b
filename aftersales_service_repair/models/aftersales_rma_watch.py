from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.aftersales_service.calc import clock

IDLE_STATES = ("received", "authorised", "waiting", "repair", "manufacturer", "ready")


class AftersalesRma(models.Model):
    """Customers hear from us while their unit is here (DEPOT-12)."""

    _inherit = "aftersales.rma"

    @api.model
    def _cron_remind(self):
        """Remind of cases whose customer was told nothing for too long."""
        yesterday = fields.Datetime.now() - timedelta(days=1)
        self._watch(
            [
                ("state", "in", IDLE_STATES),
                ("idle_told_on", "=", False),
                ("told_on", "<", fields.Datetime.to_string(yesterday)),
                ("company_id.aftersales_depot_idle_days", ">", 0),
            ],
            "_tell_idle",
        )

    def _tell_idle(self):
        """Remind who is responsible, or the head, once a silence."""
        idle = self._get_idle()
        entries = [
            (
                rma,
                rma.user_id or rma.company_id._aftersales_get_head(),
                self.env._("The customer heard nothing: tell him how it stands"),
            )
            for rma in idle
        ]
        self.env["mail.activity"]._aftersales_schedule(
            [entry for entry in entries if entry[1]],
            "aftersales_service_repair.mail_activity_rma",
            scope="escalations",
        )
        idle._unguarded().write({"idle_told_on": fields.Datetime.now()})

    def _get_idle(self):
        """Return the cases whose silence lasted the working days of the house."""
        now = fields.Datetime.now()
        if not self:
            return self
        clocks = self.company_id._aftersales_clock(min(self.mapped("told_on")))
        return self.filtered(
            lambda rma: (
                clock.deadline(
                    rma.told_on,
                    "working_days",
                    rma.company_id.aftersales_depot_idle_days,
                    tz=rma.company_id._aftersales_tz(),
                    cutoff_hour=24.0,
                    is_working=clocks[rma.company_id.id].is_working,
                )
                <= now
            )
        )

    def _get_reader_lang(self):
        """Return the language of who reads the paper: the customer."""
        self.ensure_one()
        return self.partner_id.lang or self.env.lang
