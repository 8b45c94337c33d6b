from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..arguments import as_text
from .aftersales_fact_mixin import fact_action


class AftersalesDocumentDue(models.Model):
    """One document that one employee owes for one period (DOC-01 to DOC-03)."""

    _name = "aftersales.document.due"
    _inherit = [
        "aftersales.fact.mixin",
        "aftersales.state.mixin",
        "aftersales.watch.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Document Due"
    _order = "due_on desc, employee_id, id"
    _guarded_fields = frozenset(
        {
            "rule_id",
            "employee_id",
            "company_id",
            "period_start",
            "due_on",
            "received_on",
            "received_by_id",
            "told_on",
            "waived_reason",
        }
    )
    _state_transitions = {
        "due": {"received", "missing", "waived"},
        "missing": {"received", "waived"},
        "received": set(),
        "waived": set(),
    }

    rule_id = fields.Many2one(
        "aftersales.document.rule",
        string="Document",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    employee_id = fields.Many2one(
        "hr.employee", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    period_start = fields.Date(string="Period", required=True, readonly=True)
    due_on = fields.Date(string="Due", required=True, readonly=True, index=True)
    received_on = fields.Datetime(string="Received", readonly=True)
    received_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    is_late = fields.Boolean(
        string="Late", compute="_compute_is_late", store=True, help="After its day."
    )
    told_on = fields.Datetime(string="Reminded On", readonly=True)
    waived_reason = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("due", "To Hand In"),
            ("missing", "Missing"),
            ("received", "Received"),
            ("waived", "Not Needed"),
        ],
        default="due",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )

    _period_unique = models.Constraint(
        "UNIQUE (rule_id, employee_id, period_start)",
        "This document is asked for already.",
    )

    @api.depends("rule_id", "employee_id", "period_start")
    def _compute_display_name(self):
        for due in self:
            rule = due.sudo().rule_id  # sudo: only its name
            period = fields.Date.to_string(due.period_start) or ""
            if rule.period == "month":
                period = period[:7]
            # sudo: a colleague's name is no secret
            due.display_name = f"{rule.name} {period} – {due.sudo().employee_id.name}"

    @api.depends("received_on", "due_on", "state")
    def _compute_is_late(self):
        for due in self:
            if due.received_on:
                zone = due.company_id.sudo()._get_aftersales_tz()  # sudo: its zone
                local = fields.Datetime.context_timestamp(
                    due.with_context(tz=zone), due.received_on
                )
                due.is_late = local.date() > due.due_on
            else:
                due.is_late = due.state == "missing"

    # -- actions

    @fact_action(access="read")
    def action_receive(self, at=None, request_key=None):
        """Stamp documents received; dispatchers and heads keep the archive.

        Never the employee who owes them.

        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        """
        self._check_archivist()
        todo = self.filtered(lambda due: due.state != "received")
        # sudo: the archive is kept by act, not by editing
        todo.sudo()._set_state(
            "received",
            {"received_on": at, "received_by_id": self.env.uid},
            happened_on=at,
        )
        todo.sudo().activity_unlink(  # sudo: whoever it was assigned to
            ["aftersales_service.mail_activity_document"]
        )
        return self

    def action_waive(self, reason):
        """Say that documents are not needed, for example after a month of leave.

        Heads of department, for others than themselves.

        :param str reason: goes on record
        :return: self
        """
        if not self.env.user.has_group("aftersales_service.group_head"):
            raise AccessError(
                self.env._("Only a head of department may do without a document.")
            )
        self.check_access("read")
        reason = as_text(self.env, reason, self.env._("Reason"))
        self._check_archivist()
        # sudo: as in action_receive
        self.sudo()._set_state("waived", {"waived_reason": reason}, reason=reason)
        self.sudo().activity_unlink(  # sudo: whoever it was assigned to
            ["aftersales_service.mail_activity_document"]
        )
        return self

    def _check_archivist(self):
        """Refuse who does not keep the archive, and who owes the paper himself."""
        if not self.env.user.has_group("aftersales_service.group_dispatcher"):
            raise AccessError(
                self.env._("Only dispatchers and heads of department may do this.")
            )
        # sudo: HR alone reads an employee's user
        if self.env.user in self.sudo().employee_id.user_id:
            raise AccessError(
                self.env._("Somebody else must take in a document of your own.")
            )

    # -- watch

    @api.model
    def _cron_watch(self):
        """Ask for what is due, and raise each missing item once (ESC-10)."""
        self.env["aftersales.document.rule"]._generate()
        self.env["ir.cron"]._commit_progress()
        groups = self._read_group([("state", "=", "due")], ["company_id"])
        companies = self.env["res.company"].union(*[company for (company,) in groups])
        for company in companies._aftersales_at_work():
            today = self.env["aftersales.deputy"]._get_today(company)
            self._watch(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "due"),
                    ("due_on", "<", fields.Date.to_string(today)),
                ],
                "_miss",
            )

    def _miss(self):
        """Mark documents missing and tell who owes them, once."""
        acting = self.env["aftersales.deputy"]._get_acting(
            "escalations", self.company_id
        )
        entries = [
            (due, user, self.env._("Missing: %s", due.display_name))
            for due in self
            # sudo: HR alone reads an employee's user
            for user in due.sudo().employee_id.user_id
            or acting.replace(due.company_id._aftersales_get_head(), due.company_id)
        ]
        self.env["mail.activity"]._aftersales_schedule(
            entries, "aftersales_service.mail_activity_document"
        )
        self._set_state("missing", {"told_on": fields.Datetime.now()})
