from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from .. import guard
from ..arguments import as_date, as_text
from ..exceptions import TransitionError

HEAD = "aftersales_service.group_head"


class AftersalesAppraisal(models.Model):
    """The mark that a head gives each of his people for a month (PAY-13).

    Only the total stands here, out of a hundred: how it comes about is the business
    of the score sheet.  The year is judged by the mean of its months.
    """

    _name = "aftersales.appraisal"
    _inherit = [
        "aftersales.month.mixin",
        "aftersales.state.mixin",
        "aftersales.frozen.mixin",
        "aftersales.thread.mixin",
    ]
    _description = "Monthly Appraisal"
    _order = "month desc, employee_id, id"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {"assessor_id", "given_on", "agreed_on", "employee_note"}
    )
    _state_transitions = {
        "draft": {"given"},
        "given": {"agreed", "draft"},
        "agreed": set(),
    }

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, check_company=True
    )
    is_mine = fields.Boolean(compute="_compute_is_mine")
    month = fields.Date(
        required=True,
        default=lambda self: (
            fields.Date.context_today(self).replace(day=1) - relativedelta(months=1)
        ),
        help="Any day of the month; its first is kept.",
    )
    score = fields.Float(digits=(5, 2), aggregator="avg", help="Out of 100.")
    note = fields.Text(string="Remarks")
    assessor_id = fields.Many2one("res.users", readonly=True, copy=False)
    given_on = fields.Datetime(readonly=True, copy=False)
    agreed_on = fields.Datetime(string="Seen On", readonly=True, copy=False)
    employee_note = fields.Text(
        string="Employee's View", readonly=True, copy=False, tracking=False
    )
    state = fields.Selection(
        [("draft", "Draft"), ("given", "Given"), ("agreed", "Seen")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    _month_unique = models.UniqueIndex(
        "(company_id, employee_id, month)",
        "This employee has an appraisal for this month already.",
    )
    _score_valid = models.Constraint(
        "CHECK (score BETWEEN 0 AND 100)", "The score lies between 0 and 100."
    )

    @api.depends("employee_id", "month")
    def _compute_display_name(self):
        for appraisal in self:
            month = appraisal.month and format_date(
                self.env, appraisal.month, date_format="yyyy-MM"
            )
            name = appraisal.employee_id.sudo().name  # sudo: a colleague's name
            appraisal.display_name = " ".join(filter(None, (name, month)))

    @api.depends_context("uid")
    @api.depends("employee_id")
    def _compute_is_mine(self):
        for appraisal in self:
            user = appraisal.employee_id.sudo().user_id  # sudo: the user behind
            appraisal.is_mine = user == self.env.user

    def _get_frozen(self):
        """Return what was given: the head takes it back to change it."""
        if guard.is_open(self.env):
            return self.browse()
        return self.filtered(lambda record: record.state != "draft")

    def _check_head(self):
        """Refuse others than heads, and heads about themselves."""
        if self.env.su:
            return
        if not self.env.user.has_group(HEAD):
            raise AccessError(self.env._("Only a head of department appraises."))
        if any(self.mapped("is_mine")):
            raise AccessError(self.env._("Somebody else appraises you yourself."))

    @api.model
    def action_prepare_month(self, month=None):
        """Make a draft for everybody in the service who has none (heads).

        :param month: any day of the month; the last month when empty
        :return: the drafts made
        """
        self._check_head()
        day = as_date(self.env, month)
        if not day:
            day = fields.Date.context_today(self) - relativedelta(months=1)
        day = day.replace(day=1)
        group = self.env.ref("aftersales_service.group_technician")
        members = group.sudo().all_user_ids  # sudo: who is in a group
        heads = self.env.ref(HEAD).sudo().all_user_ids  # sudo: who is in a group
        company = self.env.company
        people = self.env["hr.employee"].search(
            [
                ("company_id", "=", company.id),
                ("user_id", "in", (members - heads).ids),
            ]
        )
        done = self.search([("company_id", "=", company.id), ("month", "=", day)])
        return self.create(
            [
                {"employee_id": person.id, "month": day, "company_id": company.id}
                for person in people - done.employee_id
            ]
        )

    def action_give(self):
        """Give the marks: the people see them, and may add their view (heads).

        :return: the appraisals
        :raise AccessError: for others, and about oneself
        :raise TransitionError: for a month that has not begun, or without a score
        """
        self.check_access("write")
        self._check_head()
        self._lock()
        todo = self.filtered(lambda record: record.state == "draft")
        today = fields.Date.context_today(self)
        early = todo.filtered(lambda record: record.month > today)
        empty = todo.filtered(lambda record: not record.score and not record.note)
        if early or empty:
            raise TransitionError(
                self.env._(
                    "%s cannot be given: the month has to have begun, and a score of "
                    "zero needs a remark.",
                    ", ".join((early | empty).mapped("display_name")),
                )
            )
        self.filtered(lambda record: record.state != "agreed")._set_state(
            "given", {"assessor_id": self.env.uid, "given_on": fields.Datetime.now()}
        )
        return self

    def action_take_back(self):
        """Take marks back to change them, until the employee has seen them.

        :return: the appraisals
        :raise TransitionError: when one was seen
        """
        self.check_access("write")
        self._check_head()
        self._set_state("draft", {"assessor_id": False, "given_on": False})
        return self

    def action_agree(self, note=""):
        """Note that the employee has seen his marks, with his view of them.

        :param str note: what he has to say
        :return: the appraisals
        :raise AccessError: for anybody else
        """
        self.check_access("read")
        note = as_text(self.env, note, self.env._("Your View"), required=False)
        if not all(self.mapped("is_mine")):
            raise AccessError(self.env._("Only the employee himself notes this."))
        self.sudo()._set_state(  # sudo: he may do this and write nothing else
            "agreed", {"agreed_on": fields.Datetime.now(), "employee_note": note}
        )
        return self
