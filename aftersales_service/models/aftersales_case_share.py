from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import guard
from ..arguments import as_text, check_single
from ..exceptions import TransitionError

PARTIES = [
    ("employee", "Employee"),
    ("customer", "Customer"),
    ("supplier", "Supplier"),
    ("production", "Production"),
    ("design", "Design"),
    ("transport", "Transport"),
    ("unknown", "Unknown"),
]


class AftersalesCaseShare(models.Model):
    """What one party bears of a case; an employee reads his own and states his view."""

    _name = "aftersales.case.share"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Share of Responsibility"
    _order = "case_id desc, percent desc, id"
    _check_company_auto = True
    _guarded_fields = frozenset({"amount", "statement", "stated_on"})

    case_id = fields.Many2one(
        "aftersales.case", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    party = fields.Selection(PARTIES, required=True, default="employee")
    employee_id = fields.Many2one(
        "hr.employee", index="btree_not_null", check_company=True
    )
    percent = fields.Float(string="Share (%)", digits=(5, 2))
    amount = fields.Monetary(string="Penalty", readonly=True, copy=False)
    statement = fields.Text(string="Employee's Statement", readonly=True, copy=False)
    stated_on = fields.Datetime(readonly=True, copy=False)
    # What the employee may know of the case: he reads these, not the case itself.
    case_name = fields.Char(related="case_id.name", string="Case Number")
    case_state = fields.Selection(related="case_id.state", string="Case State")
    case_kind = fields.Selection(related="case_id.kind", string="Kind of Case")
    case_subject = fields.Char(related="case_id.subject", string="About")
    happened_on = fields.Date(related="case_id.happened_on")
    breached_rule_id = fields.Many2one(related="case_id.breached_rule_id")
    outcome = fields.Selection(related="case_id.outcome")
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")

    _percent_possible = models.Constraint(
        "CHECK (percent >= 0 AND percent <= 100)", "A share lies between 0 and 100 %."
    )
    _employee_named = models.Constraint(
        "CHECK ((party = 'employee') = (employee_id IS NOT NULL))",
        "Name the employee of an employee's share, and of no other.",
    )
    _employee_unique = models.UniqueIndex(
        "(case_id, employee_id) WHERE employee_id IS NOT NULL",
        "This employee bears a share of the case already.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "A penalty cannot be negative."
    )

    @api.depends("case_id.name", "party", "employee_id")
    def _compute_display_name(self):
        parties = dict(self._fields["party"]._description_selection(self.env))
        for share in self:
            share_sudo = share.sudo()  # sudo: HR alone reads employees
            bearer = share_sudo.employee_id.name or parties.get(share.party, "")
            share.display_name = f"{share_sudo.case_id.name or ''} {bearer}".strip()

    @api.depends("employee_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for share, share_sudo in zip(self, self.sudo(), strict=True):
            # sudo: the user behind an employee is no public field
            share.is_mine = share_sudo.employee_id.user_id == self.env.user

    def _search_is_mine(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        own = (
            self.env["hr.employee"]
            .sudo()
            ._search(  # sudo: own employee records
                [("user_id", "=", self.env.uid)]
            )
        )
        return [("employee_id", "in", own)]

    @api.onchange("party")
    def _onchange_party(self):
        if self.party != "employee":
            self.employee_id = False

    @api.model_create_multi
    def create(self, vals_list):
        self._take_turn_of(vals_list, "case_id")
        shares = super().create(vals_list)
        if not guard.is_open(self.env):
            shares.case_id._check_content({"share_ids"})
        return shares

    def write(self, vals):
        if guard.is_open(self.env):
            return super().write(vals)
        self._check_others()
        self.case_id._check_content({"share_ids"})
        result = super().write(vals)
        if "case_id" in vals:
            self.case_id._check_content({"share_ids"})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_determined(self):
        self._check_others()
        self.case_id._check_content({"share_ids"})

    def _check_others(self):
        """Refuse who would lower or take away what he bears himself (ROLE-02)."""
        if not self.env.su and any(self.mapped("is_mine")):
            raise AccessError(
                self.env._(
                    "Your own share is found by others. State your view instead."
                )
            )

    def action_state(self, text):
        """Put one's own view of a case on record, until it is decided (ACC-08).

        :param str text: what the employee has to say; it replaces what he said
        :return: self
        :raise AccessError: for other people's shares
        :raise TransitionError: once the case is decided or dismissed
        """
        self.check_access("read")
        text = as_text(self.env, text, self.env._("Statement"))
        self._lock()
        if not self or not all(self.mapped("is_mine")):
            raise AccessError(self.env._("Only the employee himself states his view."))
        own = self.sudo()  # sudo: employees only read their shares
        closed = own.filtered(
            lambda share: share.case_state in ("decided", "dismissed")
        )
        if closed:
            raise TransitionError(
                self.env._(
                    "%s is closed. Appeal against the penalty instead.",
                    ", ".join(closed.case_id.mapped("name")),
                )
            )
        own._unguarded().write({"statement": text, "stated_on": fields.Datetime.now()})
        self.env["aftersales.audit"]._log(own.case_id, "stated", reason=text)
        return self

    def action_open_statement(self):
        """Open the dialog in which an employee writes his statement.

        :return: window action
        """
        check_single(self)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Your Statement"),
            "res_model": "aftersales.case.explain",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_operation": "state",
                "default_share_id": self.id,
                "default_text": self.statement,
            },
        }
