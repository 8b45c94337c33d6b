from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from .. import guard
from ..arguments import as_text
from ..exceptions import MissingError, TransitionError

HEAD = "aftersales_service.group_head"
CHARGE_RULE, CREDIT_RULE = "SECONDMENT", "SECOND_CREDIT"


class AftersalesSecondment(models.Model):
    """People lent to another group, or from one, for some days (PAY-08, PAY-09)."""

    _name = "aftersales.secondment"
    _inherit = [
        "aftersales.number.mixin",
        "aftersales.state.mixin",
        "aftersales.frozen.mixin",
        "aftersales.thread.mixin",
        "hr.mixin",
    ]
    _description = "Secondment"
    _order = "date_from desc, id desc"
    _check_company_auto = True
    _sequence_code = "aftersales.secondment"
    _guarded_fields = frozenset({"confirmed_by_id"})
    _state_transitions = {
        "draft": {"confirmed", "cancel"},
        "confirmed": {"cancel"},
        "cancel": set(),
    }

    name = fields.Char(string="Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    direction = fields.Selection(
        [("out", "Lent to Another Group"), ("in", "Lent to After-Sales")],
        required=True,
        default="out",
        help="What goes out is charged to the borrowing group; who comes in is paid "
        "by our allowances, and his piece rate leaves these days out.",
    )
    department_id = fields.Many2one(
        "hr.department", string="Other Group", required=True, check_company=True
    )
    employee_ids = fields.Many2many(
        "hr.employee",
        "aftersales_secondment_employee_rel",
        "secondment_id",
        "employee_id",
        string="People",
        required=True,
        check_company=True,
    )
    date_from = fields.Date(
        string="First Day", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(
        string="Last Day", required=True, default=fields.Date.context_today
    )
    day_count = fields.Integer(string="Days", compute="_compute_day_count", store=True)
    note = fields.Text(string="What For")
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed"), ("cancel", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A secondment ends after it begins."
    )

    @api.depends("date_from", "date_to")
    def _compute_day_count(self):
        for secondment in self:
            secondment.day_count = len(secondment._get_days())

    def _get_days(self):
        """Return the days of one secondment."""
        if not self.date_from or not self.date_to:
            return []
        count = (self.date_to - self.date_from).days + 1
        return [self.date_from + timedelta(days=day) for day in range(count)]

    def _get_frozen(self):
        """Return what is confirmed or cancelled."""
        if guard.is_open(self.env):
            return self.browse()
        return self.filtered(lambda record: record.state != "draft")

    @api.constrains("employee_ids", "date_from", "date_to", "state")
    def _check_once(self):
        """Refuse that somebody is lent twice on the same day."""
        for secondment in self.filtered(lambda record: record.state != "cancel"):
            other = self.search(
                [
                    ("id", "!=", secondment.id),
                    ("state", "!=", "cancel"),
                    ("employee_ids", "in", secondment.employee_ids.ids),
                    ("date_from", "<=", secondment.date_to),
                    ("date_to", ">=", secondment.date_from),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "%s holds some of these people on the same days already.",
                        other.name,
                    )
                )

    def _check_head(self):
        """Refuse others than heads, and heads who are lent themselves."""
        if self.env.su:
            return
        if not self.env.user.has_group(HEAD):
            raise AccessError(self.env._("Only a head of department does this."))
        lent = self.sudo().employee_ids.user_id  # sudo: users behind employees
        if self.env.user in lent:
            raise AccessError(
                self.env._("Who is lent himself lets another head confirm it.")
            )

    def action_confirm(self):
        """Confirm secondments: each day and person is charged to the other group.

        Heads only. Nothing is taken from the technician; what he gets is the
        credit of the rule SECOND_CREDIT, where the company has activated it.

        :return: the secondments
        :raise MissingError: without people
        """
        self.check_access("write")
        self._check_head()
        self._lock()
        empty = self.filtered(lambda record: not record.employee_ids)
        if empty:
            raise MissingError(
                self.env._("Say who is lent: %s.", ", ".join(empty.mapped("name")))
            )
        moved = self.filtered(lambda record: record.state != "confirmed")._set_state(
            "confirmed", {"confirmed_by_id": self.env.uid}
        )
        proposals = [
            secondment._prepare_proposal(employee, rule)
            for secondment in moved.filtered(lambda record: record.direction == "out")
            for employee in secondment.employee_ids
            for rule in (CHARGE_RULE, CREDIT_RULE)
        ]
        entries = self.env["aftersales.adjustment"]._propose(proposals)
        entries._verify()
        return self

    def _prepare_proposal(self, employee, rule):
        """Return the proposal of one person under one rule."""
        return {
            "rule": rule,
            "employee": employee,
            "date": self.date_from,
            "event": self,
            "source": self,
            "quantity": float(self.day_count),
            "facts": self.env._(
                "Lent to %(group)s from %(start)s to %(end)s: %(days)s days. %(note)s",
                group=self.department_id.name,
                start=self.date_from,
                end=self.date_to,
                days=self.day_count,
                note=self.note or "",
            ).strip(),
        }

    def action_cancel(self, reason):
        """Cancel secondments and what they charged.

        :param str reason: why, kept in the audit trail
        :return: the secondments
        :raise TransitionError: when one is cancelled already
        """
        self.check_access("write")
        reason = as_text(self.env, reason, self.env._("Reason"))
        self._check_head()
        self._lock()
        if self.filtered(lambda record: record.state == "cancel"):
            raise TransitionError(self.env._("It is cancelled already."))
        self._set_state("cancel", reason=reason)
        self.env["aftersales.adjustment"]._withdraw_facts(self, reason)
        return self

    def action_open_cancel(self):
        """Open the dialog that asks why secondments are cancelled.

        :return: window action
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give the Reason"),
            "res_model": "aftersales.trip.explain",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_operation": "cancel_secondment",
                "default_secondment_ids": self.ids,
            },
        }

    def action_open_adjustments(self):
        """Open what these secondments charged.

        :return: window action
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Charges"),
            "res_model": "aftersales.adjustment",
            "view_mode": "list,form",
            "domain": [
                ("source_model", "=", self._name),
                ("source_id", "in", self.ids),
            ],
        }
