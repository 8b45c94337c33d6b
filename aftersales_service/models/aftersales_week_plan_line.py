from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..exceptions import TransitionError
from .aftersales_week_plan import DONE_STATES

# What stays open after the approval.
RESULT_FIELDS = frozenset({"note"})


class AftersalesWeekPlanLine(models.Model):
    """One job of a week plan: a visit, or a task of one's own (form F43)."""

    _name = "aftersales.week.plan.line"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Job of a Week Plan"
    _order = "plan_id, date, id"
    _rec_name = "task"
    _check_company_auto = True
    _guarded_fields = frozenset({"is_ticked"})

    plan_id = fields.Many2one(
        "aftersales.week.plan", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    employee_id = fields.Many2one(related="plan_id.employee_id", store=True)
    plan_state = fields.Selection(related="plan_id.state", string="Plan Status")
    date = fields.Date(required=True)
    order_id = fields.Many2one(
        "aftersales.order", index="btree_not_null", check_company=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
    )
    task = fields.Char(
        string="Job", compute="_compute_task", store=True, readonly=False
    )
    note = fields.Char(string="Why Not Done", help="Or how it went otherwise.")
    is_ticked = fields.Boolean(string="Ticked", readonly=True, copy=False)
    is_done = fields.Boolean(string="Done", compute="_compute_is_done", store=True)

    _order_unique = models.UniqueIndex(
        "(plan_id, order_id) WHERE order_id IS NOT NULL",
        "This visit stands on the plan already.",
    )

    @api.depends("order_id")
    def _compute_partner_id(self):
        for line in self:
            line.partner_id = line.order_id.partner_id or line.partner_id

    @api.depends("order_id")
    def _compute_task(self):
        kinds = dict(
            self.env["aftersales.order"]
            ._fields["service_type"]
            ._description_selection(self.env)
        )
        for line in self:
            order = line.order_id
            place = order.site_id.name or order.partner_id.name or ""
            known = f"{kinds.get(order.service_type, '')}: {place}" if order else ""
            line.task = line.task or known

    @api.depends("is_ticked", "order_id.state", "order_id.done_on", "plan_id.date_from")
    def _compute_is_done(self):
        """A visit counts as done as planned when it was done in that week."""
        for line in self:
            order = line.order_id
            if not order:
                line.is_done = line.is_ticked
                continue
            end = line.plan_id.date_from and line.plan_id._get_span()[1]
            line.is_done = bool(
                order.state in DONE_STATES
                and order.done_on
                and end
                and order.done_on < end
            )

    @api.constrains("date", "plan_id")
    def _check_date(self):
        for line in self:
            plan = line.plan_id
            if not plan.date_from <= line.date <= plan.date_to:
                raise ValidationError(
                    self.env._(
                        "%(day)s is not in the week of this plan.", day=line.date
                    )
                )

    @api.constrains("task")
    def _check_task(self):
        if any(not (line.task or "").strip() for line in self):
            raise ValidationError(self.env._("Say what is to be done."))

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.plan_id._check_own()
        lines.plan_id._check_open()
        return lines

    def write(self, vals):
        self.plan_id._check_own()
        if vals.keys() - RESULT_FIELDS - self._get_guarded_fields():
            self.plan_id._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        self.plan_id._check_own()
        self.plan_id._check_open()

    def action_tick(self):
        """Record that own tasks are done; who planned them, once approved.

        Visits follow from their orders.

        :return: the same jobs
        :raise TransitionError: for visits, and before the approval
        """
        self.check_access("write")
        self.plan_id._check_own()
        self._lock()
        wrong = self.filtered(
            lambda line: line.order_id or line.plan_state != "approved"
        )
        if wrong:
            raise TransitionError(
                self.env._(
                    "%(jobs)s: tasks of one's own are ticked once the plan is "
                    "approved; visits follow from their orders.",
                    jobs=", ".join(wrong[:5].mapped("display_name")),
                )
            )
        self._unguarded().write({"is_ticked": True})
        return self
