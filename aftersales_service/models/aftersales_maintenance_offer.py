from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date

OFFER_BATCH = 500


class ProductTemplate(models.Model):
    """When maintenance is offered after the installation (INSP-13)."""

    _inherit = "product.template"

    aftersales_offer_months = fields.Integer(
        string="Maintenance Offered after (Months)",
        help="So long after the installation the desk offers maintenance. 0: never.",
    )

    _aftersales_offer_months_positive = models.Constraint(
        "CHECK (aftersales_offer_months >= 0)", "Months cannot be negative."
    )


class AftersalesEquipment(models.Model):
    """Units whose owners are offered maintenance by appointment."""

    _inherit = "aftersales.equipment"

    offer_on = fields.Date(
        string="Maintenance Offered On",
        compute="_compute_offer_on",
        store=True,
        help="The day on which the desk offers maintenance by appointment.",
    )
    offer_made_on = fields.Date(string="Offer Raised On", readonly=True, copy=False)

    _offer_index = models.Index(
        "(offer_on) WHERE offer_on IS NOT NULL AND offer_made_on IS NULL"
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"offer_made_on"}

    @api.depends("install_date", "product_id.product_tmpl_id.aftersales_offer_months")
    def _compute_offer_on(self):
        for unit in self:
            months = unit.product_id.aftersales_offer_months
            unit.offer_on = (
                unit.install_date + relativedelta(months=months)
                if unit.install_date and months
                else False
            )

    @api.model
    def _cron_offer_maintenance(self):
        """Put due offers on the lists of those who make them, once each."""
        crons = self.env["ir.cron"]
        domain = [
            ("offer_on", "<=", fields.Date.today()),
            ("offer_made_on", "=", False),
            ("state", "=", "in_service"),
            ("site_id", "!=", False),
        ]
        crons._commit_progress(remaining=self.search_count(domain))
        while due := self.search(domain, order="offer_on, id", limit=OFFER_BATCH):
            locked = due.try_lock_for_update()
            locked._raise_offers()
            if not locked or not crons._commit_progress(len(locked)):
                break

    def _raise_offers(self):
        """Raise one activity for each unit, for its technician or the head."""
        entries = []
        for unit in self:
            site = unit.site_id
            # sudo: HR alone reads an employee's user
            user = site.technician_id.sudo().user_id.sudo(False)
            user = user or unit.company_id._aftersales_get_head(site.team_id)
            if user:
                summary = self.env._("Offer maintenance: %s", unit.display_name)
                entries.append((unit, user, summary))
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries, "aftersales_service.mail_activity_maintenance_offer"
            )
        self._unguarded().write({"offer_made_on": fields.Date.today()})


class ResCompany(models.Model):
    """How far ahead callers remind of maintenance (INSP-14)."""

    _inherit = "res.company"

    aftersales_remind_days = fields.Integer(
        string="Remind of Maintenance (Days Ahead)",
        help="Call-backs remind of maintenance that falls due within so many days. "
        "0: they do not.",
    )


class ResConfigSettings(models.TransientModel):
    """The same, on the settings page."""

    _inherit = "res.config.settings"

    aftersales_remind_days = fields.Integer(
        related="company_id.aftersales_remind_days", readonly=False
    )


class AftersalesCallback(models.Model):
    """A friendly reminder of due maintenance, in the caller's script (INSP-14)."""

    _inherit = "aftersales.callback"

    maintenance_reminder = fields.Char(
        compute="_compute_maintenance_reminder",
        help="What falls due at the customer's sites soon: mention it at the end.",
    )

    @api.depends("partner_id", "site_id", "company_id.aftersales_remind_days")
    def _compute_maintenance_reminder(self):
        today = fields.Date.context_today(self)
        days = max(self.company_id.mapped("aftersales_remind_days"), default=0)
        plans_sudo = self.env["aftersales.plan"].sudo()  # sudo: a date to mention
        if days:
            plans_sudo = plans_sudo.search(
                [
                    ("kind", "=", "visit"),
                    ("is_unannounced", "=", False),
                    ("next_date", ">=", today),
                    ("next_date", "<=", today + relativedelta(days=days)),
                    ("partner_id", "in", self.partner_id.ids),
                ],
                order="next_date, id",
            )
        for callback in self:
            until = today + relativedelta(
                days=callback.company_id.aftersales_remind_days
            )
            due = plans_sudo.filtered(
                lambda plan, one=callback, until=until: (
                    plan.partner_id == one.partner_id
                    and plan.company_id == one.company_id
                    and plan.next_date <= until
                    and one.company_id.aftersales_remind_days
                )
            )
            callback.maintenance_reminder = ", ".join(
                f"{plan.name}: {format_date(self.env, plan.next_date)}" for plan in due
            )
