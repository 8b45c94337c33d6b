from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import arguments, guard
from ..exceptions import FrozenFactError, TransitionError

LATE_REASONS = [
    ("personal", "Personal"),
    ("customer", "Customer"),
    ("traffic", "Traffic"),
    ("other", "Other"),
]


class AftersalesOrderWorker(models.Model):
    """One employee on an order, with his stamps."""

    _name = "aftersales.order.worker"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Worker on an Order"
    _order = "order_id, role, id"
    _rec_name = "employee_id"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {
            "departed_on",
            "arrived_on",
            "left_on",
            "due_on",
            "is_late",
            "is_unannounced",
            "late_minutes",
            "late_reason",
            "late_reason_confirmed",
            "late_confirmed_by_id",
            "late_confirmed_on",
        }
    )

    order_id = fields.Many2one(
        "aftersales.order", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, check_company=True
    )
    role = fields.Selection(
        [("lead", "Lead"), ("member", "Member")], required=True, default="lead"
    )
    departed_on = fields.Datetime(string="Departed", readonly=True, copy=False)
    arrived_on = fields.Datetime(string="Arrived", readonly=True, copy=False)
    left_on = fields.Datetime(string="Left", readonly=True, copy=False)
    due_on = fields.Datetime(
        string="Due on Site",
        readonly=True,
        copy=False,
        help="The promise that held when the worker arrived.",
    )
    is_late = fields.Boolean(string="Late", readonly=True, copy=False)
    is_unannounced = fields.Boolean(
        string="Not Announced",
        readonly=True,
        copy=False,
        help="Late, and nobody called the customer before.",
    )
    late_minutes = fields.Integer(string="Late (Minutes)", readonly=True, copy=False)
    late_reason = fields.Selection(
        LATE_REASONS, string="Reason Reported", readonly=True, copy=False
    )
    late_reason_confirmed = fields.Selection(
        LATE_REASONS, string="Reason Confirmed", readonly=True, copy=False
    )
    late_confirmed_by_id = fields.Many2one(
        "res.users", string="Confirmed by", readonly=True, copy=False
    )
    late_confirmed_on = fields.Datetime(
        string="Confirmed on", readonly=True, copy=False
    )
    share = fields.Float(string="Share (%)", default=100.0)

    _employee_unique = models.UniqueIndex(
        "(order_id, employee_id)", "An order lists each employee once."
    )
    _lead_unique = models.UniqueIndex(
        "(order_id) WHERE role = 'lead'", "An order has one lead."
    )
    _share_range = models.Constraint(
        "CHECK (share BETWEEN 0 AND 100)",
        "The share of a worker lies between 0 and 100 %.",
    )
    _stamps_in_order = models.Constraint(
        "CHECK (arrived_on >= departed_on AND left_on >= arrived_on)",
        "Departure, arrival and leaving must follow each other.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        workers = super().create(vals_list)
        if not guard.is_open(self.env):
            workers._check_may_plan()
        return workers

    def write(self, vals):
        if not guard.is_open(self.env):
            self._check_may_plan()
            if "employee_id" in vals or "order_id" in vals:
                self._check_not_stamped()
        return super().write(vals)

    def _check_may_plan(self):
        """Refuse changes of the crew by technicians, and after the work."""
        self.order_id._ensure_planner()
        self.order_id._check_not_frozen()

    def _check_not_stamped(self):
        """Keep the facts of an employee with that employee."""
        stamped = self.filtered(lambda worker: worker.departed_on or worker.is_late)
        if stamped:
            raise FrozenFactError(
                self.env._(
                    "%(workers)s already travelled for this order and cannot be "
                    "replaced on it. Record “No Access” or leave the order to him.",
                    workers=", ".join(stamped.employee_id.mapped("name")),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_stamped(self):
        self._check_may_plan()
        self._check_not_stamped()

    def action_report_late(self, reason):
        """Record why a worker came late, as he says himself (PEN-02).

        The worker, or a dispatcher for him. The same reason again changes nothing.

        :param str reason: personal, customer, traffic or other
        :return: the same workers
        :raise TransitionError: when somebody was not late
        :raise FrozenFactError: when the reason is already confirmed
        """
        self.check_access("write")
        reason = arguments.as_choice(
            self.env, reason, LATE_REASONS, self.env._("Reason")
        )
        self.order_id._lock()
        self.invalidate_recordset()
        if self - self._get_own():
            self.order_id._ensure_planner()
        self._check_late_open()
        fresh = self.filtered(lambda worker: worker.late_reason != reason)
        fresh._unguarded().write({"late_reason": reason})
        fresh._log_late("late_reason_reported", reason)
        return self

    def action_confirm_late(self, reason):
        """Confirm why a worker came late; a personal reason proposes a penalty.

        A dispatcher or head who is not on the order (PEN-02).

        :param str reason: personal, customer, traffic or other
        :return: the same workers
        :raise AccessError: for anybody else
        :raise TransitionError: when somebody was not late
        :raise FrozenFactError: when the reason is already confirmed
        """
        self.check_access("read")
        self.order_id._ensure_planner()
        reason = arguments.as_choice(
            self.env, reason, LATE_REASONS, self.env._("Reason")
        )
        self.order_id._lock()
        self.invalidate_recordset()
        if self.order_id.worker_ids._get_own():
            raise AccessError(
                self.env._("You were on this order: somebody else must confirm.")
            )
        self._check_late_open()
        self._unguarded().write(
            {
                "late_reason_confirmed": reason,
                "late_confirmed_by_id": self.env.uid,
                "late_confirmed_on": fields.Datetime.now(),
            }
        )
        self._log_late("late_reason_confirmed", reason)
        if reason == "personal":
            self._propose_late()
        return self

    def _get_own(self):
        """Return the worker records of the user who asks."""
        workers_sudo = self.sudo()  # sudo: HR alone reads an employee's user
        return workers_sudo.filtered(
            lambda worker: worker.employee_id.user_id.id == self.env.uid
        ).sudo(self.env.su)

    def _check_late_open(self):
        """Refuse workers who were in time, or whose reason is settled."""
        punctual = self.filtered(lambda worker: not worker.is_late)
        if punctual:
            raise TransitionError(
                self.env._(
                    "%(workers)s arrived in time: there is no reason to record.",
                    workers=", ".join(punctual.employee_id.mapped("name")),
                )
            )
        confirmed = self.filtered("late_reason_confirmed")
        if confirmed:
            raise FrozenFactError(
                self.env._(
                    "The reason of %(workers)s is already confirmed. The head of "
                    "department corrects a penalty on the penalty itself.",
                    workers=", ".join(confirmed.employee_id.mapped("name")),
                )
            )

    def _log_late(self, event, reason):
        """Keep what was said about lateness in the orders' audit trails."""
        self.env["aftersales.audit"]._log(
            self.order_id, event, reason=reason, employees=self.employee_id.ids
        )

    def _propose_late(self):
        """Propose the penalty for coming late, once for each worker."""
        self._propose(
            "LATE",
            {
                worker.id: self.env._(
                    "Due on site at %(due)s, arrived at %(arrived)s: %(minutes)s "
                    "minutes late. Reason reported: %(reported)s. Reason confirmed "
                    "by %(user)s: personal.",
                    due=worker._show(worker.due_on),
                    arrived=worker._show(worker._get_late_on()),
                    minutes=worker.late_minutes,
                    reported=worker._show_reason(),
                    user=worker.late_confirmed_by_id.name,
                )
                for worker in self
            },
            {worker.id: worker._get_late_on() for worker in self},
        )

    def _propose_no_call(self):
        """Propose the penalty for leaving without a call, once for each worker."""
        self._propose(
            "NO_CALL",
            {
                worker.id: self.env._(
                    "Left the customer at %(left)s without calling headquarters.",
                    left=worker._show(worker.left_on),
                )
                for worker in self
            },
            {worker.id: worker.left_on for worker in self},
        )

    def _propose(self, rule, facts, moments):
        """Propose one adjustment per worker; the worker record is the fact.

        Nothing is proposed where an incident happened (DISP-22).

        :param str rule: code of the pay rule
        :param dict facts: evidence as text, by worker id
        :param dict moments: when it happened, by worker id
        """
        self.env["aftersales.adjustment"]._propose(
            [
                {
                    "rule": rule,
                    "employee": worker.employee_id,
                    "date": worker.order_id._get_pay_date(moments[worker.id]),
                    "event": worker,
                    "source": worker.order_id,
                    "facts": facts[worker.id],
                }
                for worker in self
                if not worker.order_id.incident_on
            ]
        )

    def _get_late_on(self):
        """Return when a late worker arrived, also after a visit without access."""
        return self.due_on + timedelta(minutes=self.late_minutes)

    def _show(self, moment):
        """Return a time as people on the site read it."""
        return self.order_id._show_time(moment)

    def _show_reason(self):
        """Return the label of the reason reported, or a dash."""
        labels = dict(self._fields["late_reason"]._description_selection(self.env))
        return labels.get(self.late_reason, "-")
