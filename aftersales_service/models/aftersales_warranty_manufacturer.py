from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..arguments import as_text
from ..exceptions import TransitionError
from .aftersales_fact_mixin import fact_action


class AftersalesWarrantyCheck(models.Model):
    """Warranties that nobody but the manufacturer can judge (ESC-08)."""

    _name = "aftersales.warranty.check"
    _inherit = [
        "aftersales.warranty.check",
        "aftersales.fact.mixin",
        "aftersales.watch.mixin",
    ]
    _frozen_exempt = frozenset(
        {
            "manufacturer_asked_on",
            "manufacturer_asked_by_id",
            "manufacturer_question",
            "manufacturer_remind_on",
            "manufacturer_reminders",
        }
    )

    manufacturer_asked_on = fields.Datetime(readonly=True)
    manufacturer_asked_by_id = fields.Many2one(
        "res.users", readonly=True, ondelete="restrict"
    )
    manufacturer_question = fields.Text(
        string="Question to the Manufacturer", readonly=True
    )
    manufacturer_remind_on = fields.Datetime(string="Ask Again On", readonly=True)
    manufacturer_reminders = fields.Integer(
        string="Reminders", readonly=True, aggregator=None
    )
    is_pending_manufacturer = fields.Boolean(
        string="With the Manufacturer",
        compute="_compute_is_pending_manufacturer",
        search="_search_is_pending_manufacturer",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | self._frozen_exempt

    @api.depends("manufacturer_asked_on", "override_ids")
    def _compute_is_pending_manufacturer(self):
        for check in self:
            check.is_pending_manufacturer = (
                check.manufacturer_asked_on and not check.override_ids
            )

    @api.model
    def _search_is_pending_manufacturer(self, operator, value):
        if operator != "in":
            return NotImplemented
        pending = [("manufacturer_asked_on", "!=", False), ("override_ids", "=", False)]
        return pending if True in value else ["!", "&", *pending]

    @fact_action(access="read")
    def action_ask_manufacturer(self, question, at=None, request_key=None):
        """Put undecided warranties to the manufacturer, and remind until decided.

        Dispatchers and heads.  The head's decision on the verdict ends it.

        :param str question: what the manufacturer was asked
        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise TransitionError: when a verdict is clear or was replaced
        """
        if not self.env.user.has_group("aftersales_service.group_dispatcher"):
            raise AccessError(
                self.env._("Only dispatchers and heads of department may do this.")
            )
        question = as_text(
            self.env,
            question,
            self._fields["manufacturer_question"]._description_string(self.env),
        )
        todo = self.filtered(lambda check: not check.manufacturer_asked_on)
        todo._check_undecided()
        for company, checks in todo.grouped("company_id").items():
            # sudo: the desk reads verdicts, it does not write them
            checks.sudo()._unguarded().write(
                {
                    "manufacturer_asked_on": at,
                    "manufacturer_asked_by_id": self.env.uid,
                    "manufacturer_question": question,
                    "manufacturer_remind_on": self._get_next_reminder(company, at),
                }
            )
        self.env["aftersales.audit"]._log(
            todo, "manufacturer_asked", reason=question, happened_on=at
        )
        return self

    def _check_undecided(self):
        """Refuse verdicts that are clear or were replaced."""
        clear = self.filtered(
            lambda check: check.verdict != "undetermined" or check.override_ids
        )
        if clear:
            raise TransitionError(
                self.env._(
                    "The verdict on %s is clear: there is nothing to ask.",
                    clear[0].display_name,
                )
            )

    @api.model
    def _get_next_reminder(self, company, moment):
        """Return when to ask again; never where the company does not want it."""
        days = company.sudo().aftersales_manufacturer_days  # sudo: only its setting
        return days > 0 and moment + timedelta(days=days)

    @api.model
    def _cron_remind(self):
        """Remind of questions the manufacturer has not answered (ESC-08)."""
        now = fields.Datetime.to_string(fields.Datetime.now())
        waiting = [("manufacturer_remind_on", "<=", now), ("override_ids", "=", False)]
        groups = self._read_group(waiting, ["company_id"])
        companies = self.env["res.company"].union(*[company for (company,) in groups])
        at_work = companies._aftersales_at_work()
        self._watch(
            [*waiting, ("company_id", "in", at_work.ids)], "_remind_manufacturer"
        )

    def _remind_manufacturer(self):
        """Let who asked ask again, or his deputy, once an interval."""
        now = fields.Datetime.now()
        acting = self.env["aftersales.deputy"]._get_acting(
            "escalations", self.company_id
        )
        entries = [
            (
                check.equipment_id,
                user,
                self.env._(
                    "Warranty not decided since %(date)s: ask the manufacturer again",
                    date=fields.Date.to_string(check.manufacturer_asked_on),
                ),
            )
            for check in self
            for user in acting.replace(check.manufacturer_asked_by_id, check.company_id)
        ]
        self.env["mail.activity"]._aftersales_schedule(
            entries, "aftersales_service.mail_activity_manufacturer"
        )
        for check in self._unguarded():
            check.write(
                {
                    "manufacturer_remind_on": self._get_next_reminder(
                        check.company_id, now
                    ),
                    "manufacturer_reminders": check.manufacturer_reminders + 1,
                }
            )
