from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools.misc import clean_context

from ..arguments import check_single


class AftersalesOrderSchedule(models.TransientModel):
    """Ask for time and technician, propose who could go, then schedule."""

    _name = "aftersales.order.schedule"
    _description = "Schedule Service Orders"

    order_ids = fields.Many2many("aftersales.order", string="Orders", required=True)
    planned_start = fields.Datetime(
        required=True, default=lambda self: self._default_planned_start()
    )
    planned_end = fields.Datetime()
    employee_id = fields.Many2one("hr.employee", string="Lead Technician")
    is_promised = fields.Boolean(
        string="Agreed with the Customer",
        help="The planned start replaces the promise of arrival.",
    )
    promised_start = fields.Datetime(
        string="Agreed Time",
        compute="_compute_promised_start",
        store=True,
        readonly=False,
    )
    line_ids = fields.One2many(
        "aftersales.order.schedule.line",
        "schedule_id",
        string="Who Could Go",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    conflict_text = fields.Text(compute="_compute_conflict_text")
    is_barred = fields.Boolean(compute="_compute_conflict_text")
    may_waive = fields.Boolean(compute="_compute_conflict_text")
    reason = fields.Char(
        string="Why All the Same",
        help="A head of department sends somebody without the licence.",
    )

    @api.model
    def _default_planned_start(self):
        """Return the next full hour: who reports a fault wants somebody now."""
        now = fields.Datetime.now() + timedelta(hours=1)
        return now.replace(minute=0, second=0, microsecond=0)

    @api.depends("is_promised", "planned_start")
    def _compute_promised_start(self):
        for wizard in self:
            wizard.promised_start = wizard.is_promised and wizard.planned_start

    @api.depends("order_ids", "planned_start", "planned_end")
    def _compute_line_ids(self):
        """Propose technicians for the first order; several go to one person."""
        for wizard in self:
            order = wizard.order_ids[:1]._origin
            proposals = []
            if order and wizard.planned_start:
                proposals = order.propose_technicians(
                    wizard.planned_start, wizard.planned_end or None
                )
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "employee_id": proposal["employee_id"],
                            "is_free": proposal["is_free"],
                            "is_barred": proposal["is_barred"],
                            "reasons": " ".join(proposal["reasons"]),
                        }
                    )
                    for proposal in proposals
                ),
            ]

    @api.depends("order_ids", "planned_start", "planned_end", "employee_id")
    @api.depends_context("uid")
    def _compute_conflict_text(self):
        is_head = self.env.user.has_group("aftersales_service.group_head")
        for wizard in self:
            conflicts = {}
            if wizard.employee_id and wizard.planned_start:
                conflicts = wizard.order_ids._origin._get_conflicts(
                    wizard.employee_id._origin,
                    wizard.planned_start,
                    wizard.planned_end,
                )
            items = [item for found in conflicts.values() for item in found]
            wizard.conflict_text = "\n".join(
                dict.fromkeys(item["text"] for item in items)
            )
            wizard.is_barred = any(item["kind"] == "licence" for item in items)
            wizard.may_waive = wizard.is_barred and is_head

    def action_confirm(self):
        """Schedule the orders with what was entered.

        :return: an action that closes the window
        """
        check_single(self)
        env = self.env(context=clean_context(self.env.context))
        self.order_ids.with_env(env).action_schedule(
            self.planned_start,
            planned_end=self.planned_end or None,
            employee_id=self.employee_id.id or None,
            promised_start=self.promised_start or None,
            reason=self.reason or None,
        )
        return {"type": "ir.actions.act_window_close"}


class AftersalesOrderScheduleLine(models.TransientModel):
    """One technician who could go, and why."""

    _name = "aftersales.order.schedule.line"
    _description = "Technician Proposed"
    _order = "id"

    schedule_id = fields.Many2one(
        "aftersales.order.schedule", required=True, ondelete="cascade", index=True
    )
    employee_id = fields.Many2one("hr.employee", required=True)
    is_free = fields.Boolean()
    is_barred = fields.Boolean()
    reasons = fields.Text(string="Why")

    def action_choose(self):
        """Take this technician, and go on with the window.

        :return: the window
        """
        check_single(self)
        self.check_access("write")
        self.schedule_id.employee_id = self.employee_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Schedule"),
            "res_model": "aftersales.order.schedule",
            "res_id": self.schedule_id.id,
            "view_mode": "form",
            "target": "new",
        }
