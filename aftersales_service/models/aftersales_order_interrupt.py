from odoo import fields, models

from .. import arguments
from ..exceptions import ArgumentError, MissingError, TransitionError

SEVERITIES = [
    ("normal", "Normal"),
    ("urgent", "Urgent"),
    ("critical", "Critical"),
]
INTERRUPTIBLE = ("scheduled", "dispatched", "on_site")


class AftersalesOrder(models.Model):
    """Another customer's urgent job in between: the company decides (DISP-21)."""

    _inherit = "aftersales.order"

    severity = fields.Selection(
        SEVERITIES,
        default="normal",
        required=True,
        tracking=True,
        help="How badly the customer is hit; decides what goes first.",
    )

    def action_interrupt(
        self, urgent_order_id, severity, reason, employee_id=None, apologised=False
    ):
        """Send this job's technician to a more urgent one; dispatchers and heads.

        This job goes to another technician at once, or back to the queue for a new
        appointment; the urgent one is scheduled for now with the technician who
        comes free. Both are on record with the severity (DISP-21).

        :param int urgent_order_id: the order that goes first
        :param str severity: urgent or critical, of the urgent job
        :param str reason: why, told to the present customer
        :param int employee_id: who takes this job over; none for the queue
        :param bool apologised: that the present customer was told; needed
        :return: the urgent order
        :raise TransitionError: when this job or the urgent one cannot be moved
        :raise MissingError: before the present customer was told
        """
        arguments.check_single(self)
        self._ensure_planner()
        self.check_access("write")
        urgent = self._as_urgent(urgent_order_id)
        severity = arguments.as_choice(
            self.env, severity, SEVERITIES[1:], self.env._("Severity")
        )
        reason = arguments.as_text(self.env, reason, self.env._("Reason"))
        taker = self._as_employee(employee_id)
        if apologised is not True:
            raise MissingError(
                self.env._("Tell the present customer first, and record that you did.")
            )
        (self | urgent)._lock()
        if self._was_interrupted_for(urgent):
            return urgent
        technician = self._check_may_interrupt(urgent, taker)
        self._hand_over(urgent, severity, reason, taker)
        urgent._unguarded().write({"severity": severity})
        urgent._schedule(fields.Datetime.now(), None, technician, None)
        return urgent

    def _as_urgent(self, value):
        """Return the urgent order a client names.

        :raise ArgumentError: when it is none, or this one
        """
        urgent = arguments.as_record(self.env, "aftersales.order", value)
        if not urgent or urgent == self:
            raise ArgumentError(
                self.env._("Choose the other customer's order that goes first.")
            )
        urgent.check_access("write")
        return urgent

    def _was_interrupted_for(self, urgent):
        """Tell whether this very decision is already on record."""
        done = self.sudo().replan_ids.filtered(  # sudo: only whether it is there
            lambda change: change.urgent_order_id == urgent
        )
        return bool(done)

    def _check_may_interrupt(self, urgent, taker):
        """Return the technician who comes free.

        :raise TransitionError: when a job is in no state to be moved
        """
        technician = self.lead_id
        if self.state not in INTERRUPTIBLE or not technician:
            raise TransitionError(
                self.env._(
                    "%s cannot be interrupted: nobody is planned for it or at work.",
                    self.display_name,
                )
            )
        self._check_not_frozen()
        if urgent.mode == "remote":
            raise TransitionError(
                self.env._("%s is remote work: nobody travels for it.", urgent.name)
            )
        urgent._check_may_schedule()
        if taker == technician:
            raise ArgumentError(
                self.env._("Choose another technician for the present job.")
            )
        return technician

    def _hand_over(self, urgent, severity, reason, taker):
        """Free the technician of this job: to another, or back to the queue."""
        before = self._note_before()
        losers = {self.id: self.lead_id}
        state = self.state
        start = self.planned_start
        self._finish_dispatch_activities()
        if state in ("dispatched", "on_site") or not taker:
            self._set_state(
                "draft",
                {"planned_start": False, "planned_end": False, "promised_start": False},
                reason=reason,
            )
        self._clear_journey()
        if taker:
            self._schedule(start or fields.Datetime.now(), None, taker, None)
        self._record_change(
            "interrupt",
            before,
            asked_by="us",
            reason=reason,
            apologised=True,
            severity=severity,
            urgent_order_id=urgent.id,
        )
        if taker:
            self._tell_crew(losers, reason)

    def _clear_journey(self):
        """Forget the stamps of a journey cut short; they stay in the audit trail."""
        workers = self.worker_ids
        self.env["aftersales.audit"]._log(
            self,
            "journey_cut_short",
            departed_on=str(self.departed_on or ""),
            arrived_on=str(self.arrived_on or ""),
        )
        self._unguarded().write({"hq_called_on": False})
        workers._unguarded().write(
            {"departed_on": False, "arrived_on": False, "left_on": False}
        )

    def _missing_depart(self):
        """Nobody leaves one customer for another by himself (DISP-21)."""
        yield from super()._missing_depart()
        if self._is_planner():
            return
        own = self.worker_ids._get_own()
        workers_sudo = self.env["aftersales.order.worker"].sudo()
        # sudo: his own other jobs, by employee
        present = workers_sudo.search(
            [
                ("employee_id", "in", own.employee_id.ids),
                ("order_id.state", "=", "on_site"),
                ("order_id.partner_id", "not in", own.order_id.partner_id.ids),
                ("arrived_on", "!=", False),
                ("left_on", "=", False),
            ],
            limit=1,
        )
        for order in own.order_id if present else ():
            yield (
                order.id,
                "state",
                self.env._(
                    "You are still on site for %s. Leave it first, or call the "
                    "dispatcher, who decides what goes first.",
                    present.order_id.name,
                ),
            )
