from datetime import datetime, time

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import guard
from ..arguments import check_single
from ..calc import clock
from ..exceptions import FrozenFactError

DESK = "aftersales_service.group_dispatcher"
RESULTS = ("satisfied", "average", "dissatisfied", "unreachable")


class AftersalesCallbackSummary(models.Model):
    """What the customers of a period said: the call-back summary report (F51)."""

    _name = "aftersales.callback.summary"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Call-Back Summary Report"
    _order = "date_from desc, id desc"
    _guarded_fields = frozenset(
        {
            "owed_count",
            "done_count",
            "on_time_count",
            "suggestion_count",
            "suggestions",
            "member_count",
            "member_done_count",
            "filed_on",
            "filed_by_id",
            *(f"{result}_count" for result in RESULTS),
        }
    )

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: (
            fields.Date.context_today(self) + relativedelta(day=1, months=-1)
        ),
    )
    date_to = fields.Date(
        string="Until",
        required=True,
        default=lambda self: (
            fields.Date.context_today(self) + relativedelta(day=1, days=-1)
        ),
    )
    owed_count = fields.Integer(string="Owed", readonly=True)
    done_count = fields.Integer(string="Answered", readonly=True)
    on_time_count = fields.Integer(string="In Time", readonly=True)
    satisfied_count = fields.Integer(string="Satisfied", readonly=True)
    average_count = fields.Integer(string="Average", readonly=True)
    dissatisfied_count = fields.Integer(string="Dissatisfied", readonly=True)
    unreachable_count = fields.Integer(string="Unreachable", readonly=True)
    suggestion_count = fields.Integer(string="Suggestions", readonly=True)
    suggestions = fields.Text(string="What Could Be Better", readonly=True)
    member_count = fields.Integer(string="Members to Call", readonly=True)
    member_done_count = fields.Integer(string="Members Called", readonly=True)
    on_time_share = fields.Float(
        string="In Time (%)", compute="_compute_shares", digits=(5, 1)
    )
    coverage = fields.Float(
        string="Coverage of Members (%)", compute="_compute_shares", digits=(5, 1)
    )
    is_below_target = fields.Boolean(
        string="Below Target", compute="_compute_shares", help="Coverage too low."
    )
    analysis = fields.Text(help="What follows from the answers, in words.")
    filed_on = fields.Datetime(readonly=True, copy=False)
    filed_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The last day lies before the first."
    )

    @api.depends("date_from", "date_to")
    def _compute_display_name(self):
        for summary in self:
            summary.display_name = f"{summary.date_from} – {summary.date_to}"

    @api.depends(
        "owed_count", "on_time_count", "member_count", "member_done_count", "company_id"
    )
    def _compute_shares(self):
        for summary in self:
            owed, members = summary.owed_count, summary.member_count
            summary.on_time_share = 100.0 * summary.on_time_count / (owed or 1)
            summary.coverage = (
                100.0 * summary.member_done_count / members if members else 100.0
            )
            policy = summary.company_id.sudo().aftersales_policy_id  # sudo: a setting
            target = policy.coverage_target if policy else 100.0
            summary.is_below_target = summary.coverage < target

    @api.model_create_multi
    def create(self, vals_list):
        summaries = super().create(vals_list)
        summaries._count()
        return summaries

    def write(self, vals):
        if not guard.is_open(self.env):
            self._check_not_filed()
        result = super().write(vals)
        if vals.keys() & {"date_from", "date_to", "company_id"}:
            self._count()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        self._check_not_filed()

    def _check_not_filed(self):
        """Refuse to change reports that were filed."""
        if any(summary.filed_on for summary in self):
            raise FrozenFactError(
                self.env._("The report is filed and cannot change. Make another one.")
            )

    def action_count(self):
        """Count the period anew; dispatchers and heads, until it is filed.

        :return: self
        """
        self._check_desk()
        self.check_access("write")
        self._check_not_filed()
        self._count()
        return self

    def action_file(self):
        """Count a last time, then file the report for good (CB-11).

        :return: self
        """
        self._check_desk()
        self.check_access("write")
        self._lock()
        fresh = self.filtered(lambda summary: not summary.filed_on)
        fresh._count()
        fresh._unguarded().write(
            {"filed_on": fields.Datetime.now(), "filed_by_id": self.env.uid}
        )
        self.env["aftersales.audit"]._log(fresh, "filed")
        return self

    @api.model
    def _check_desk(self):
        if not self.env.user.has_group(DESK):
            raise AccessError(
                self.env._("Only dispatchers and heads of department report this.")
            )

    def _count(self):
        """Write down the figures of each period."""
        for summary in self:
            callbacks = self.env["aftersales.callback"].search(summary._get_domain())
            done = callbacks.filtered(lambda one: one.state == "done")
            members = callbacks.filtered(
                lambda one: one.partner_id.commercial_partner_id.is_aftersales_member
            )
            wishes = done.filtered("improvement")
            figures = {
                f"{result}_count": len(
                    done.filtered(lambda one, result=result: one.result == result)
                )
                for result in RESULTS
            }
            summary._unguarded().write(
                {
                    **figures,
                    "owed_count": len(callbacks),
                    "done_count": len(done),
                    "on_time_count": len(done.filtered(lambda one: not one.is_late)),
                    "suggestion_count": len(wishes),
                    "suggestions": "\n".join(
                        f"{one.partner_id.display_name}: {one.improvement}"
                        for one in wishes
                    ),
                    "member_count": len(members.partner_id),
                    "member_done_count": len(members.partner_id)
                    - len((members - done).partner_id),
                }
            )

    def _get_domain(self):
        """Return which call-backs belong to the period: those due in it."""
        self.ensure_one()
        tz = self.company_id._aftersales_tz()
        start = datetime.combine(self.date_from, time.min)
        return [
            ("company_id", "=", self.company_id.id),
            ("state", "!=", "cancel"),
            ("due_on", ">", clock.from_local(start, tz)),
            ("due_on", "<=", clock.end_of_day(self.date_to, tz)),
        ]

    def action_open_callbacks(self):
        """Open the call-backs that were counted.

        :return: window action
        """
        check_single(self)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Call-Backs"),
            "res_model": "aftersales.callback",
            "view_mode": "list,pivot,graph,form",
            "domain": self._get_domain(),
        }
