from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools.misc import clean_context

from ..arguments import check_single
from ..models.aftersales_order_interrupt import SEVERITIES
from ..models.aftersales_order_reschedule import ASKED_BY

MOVES = [
    ("reschedule", "Reschedule"),
    ("reassign", "Reassign"),
    ("interrupt", "Urgent Job First"),
]


class AftersalesOrderMove(models.TransientModel):
    """Ask what a change of an appointment needs, then make it."""

    _name = "aftersales.order.move"
    _description = "Change an Appointment"

    order_ids = fields.Many2many("aftersales.order", string="Orders", required=True)
    move = fields.Selection(MOVES, required=True, default="reschedule")
    planned_start = fields.Datetime(string="New Time")
    planned_end = fields.Datetime(string="Until")
    promised_text = fields.Char(
        string="Promised So Far", compute="_compute_promised_text"
    )
    employee_id = fields.Many2one("hr.employee", string="Technician")
    proposal_text = fields.Text(string="Who Could Go", compute="_compute_proposal_text")
    asked_by = fields.Selection(ASKED_BY, default="us", required=True)
    consent_by = fields.Char(string="Agreed By")
    apologised = fields.Boolean(string="We Apologised")
    urgent_order_id = fields.Many2one("aftersales.order")
    severity = fields.Selection(SEVERITIES[1:], default="urgent")
    reason = fields.Char(required=True)

    @api.depends("order_ids")
    def _compute_promised_text(self):
        for wizard in self:
            order = wizard.order_ids[:1]._origin
            wizard.promised_text = order and order._show_time(order.promised_start)

    @api.depends("order_ids", "move", "planned_start", "planned_end")
    def _compute_proposal_text(self):
        """Name the three who could best go, for the first order."""
        for wizard in self:
            order = wizard.order_ids[:1]._origin
            wizard.proposal_text = order and "\n".join(
                f"{one['name']}: {' '.join(one['reasons'])}"
                for one in order.propose_technicians(
                    wizard.planned_start or None, wizard.planned_end or None, limit=3
                )
            )

    def action_confirm(self):
        """Make the change with what was entered.

        :return: an action that closes the window
        """
        check_single(self)
        env = self.env(context=clean_context(self.env.context))
        orders = self.order_ids.with_env(env)
        if self.move == "reassign":
            orders.action_reassign(self.employee_id.id, self.reason)
        elif self.move == "interrupt":
            orders.action_interrupt(
                self.urgent_order_id.id,
                self.severity,
                self.reason,
                self.employee_id.id or None,
                self.apologised,
            )
        else:
            orders.action_reschedule(
                self.planned_start,
                self.reason,
                self.consent_by,
                self.asked_by,
                self.planned_end or None,
                self.employee_id.id or None,
                self.apologised,
            )
        return {"type": "ir.actions.act_window_close"}


class AftersalesOrderAbsence(models.TransientModel):
    """A technician falls ill: give all his jobs away in one step."""

    _name = "aftersales.order.absence"
    _description = "Reassign an Absent Technician's Jobs"

    employee_id = fields.Many2one("hr.employee", string="Who Is Absent", required=True)
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(string="To", required=True, default=fields.Date.context_today)
    reason = fields.Char(required=True)
    line_ids = fields.One2many(
        "aftersales.order.absence.line",
        "absence_id",
        string="Jobs",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("employee_id", "date_from", "date_to")
    def _compute_line_ids(self):
        for wizard in self:
            orders = self.env["aftersales.order"]
            takers = {}
            if wizard.employee_id and wizard.date_from and wizard.date_to:
                orders = orders._get_orders_of(
                    wizard.employee_id._origin, wizard.date_from, wizard.date_to
                )
                takers = orders._allocate(wizard.employee_id._origin, {})
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {"order_id": order.id, "employee_id": takers[order.id].id}
                    )
                    for order in orders
                ),
            ]

    def action_confirm(self):
        """Give the jobs away as the list says.

        :return: an action that closes the window
        """
        check_single(self)
        env = self.env(context=clean_context(self.env.context))
        env["aftersales.order"].action_reassign_absence(
            self.employee_id.id,
            self.date_from,
            self.date_to,
            self.reason,
            {line.order_id.id: line.employee_id.id for line in self.line_ids},
        )
        return {"type": "ir.actions.act_window_close"}


class AftersalesOrderAbsenceLine(models.TransientModel):
    """One job of an absent technician, and who takes it."""

    _name = "aftersales.order.absence.line"
    _description = "Job of an Absent Technician"
    _order = "id"

    absence_id = fields.Many2one(
        "aftersales.order.absence", required=True, ondelete="cascade", index=True
    )
    order_id = fields.Many2one("aftersales.order", required=True, readonly=True)
    planned_start = fields.Datetime(related="order_id.planned_start")
    place = fields.Char(related="order_id.service_address")
    employee_id = fields.Many2one(
        "hr.employee",
        string="Goes To",
        help="Empty: back to the queue, to be planned anew.",
    )
    conflict_text = fields.Text(compute="_compute_conflict_text")

    @api.depends("order_id", "employee_id")
    def _compute_conflict_text(self):
        for employee, lines in self.grouped("employee_id").items():
            conflicts = {}
            if employee:
                conflicts = lines.order_id._origin._get_conflicts(employee._origin)
            for line in lines:
                found = conflicts.get(line.order_id._origin.id, ())
                line.conflict_text = "\n".join(item["text"] for item in found)
