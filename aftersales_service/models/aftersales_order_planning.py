from odoo import models
from odoo.fields import Command

from .. import arguments
from ..exceptions import FactTimeError, TransitionError


class AftersalesOrder(models.Model):
    """Scheduling, dispatch, cancelling and rework: the dispatcher's acts."""

    _inherit = "aftersales.order"

    def action_schedule(
        self,
        planned_start,
        planned_end=None,
        employee_id=None,
        promised_start=None,
        reason=None,
    ):
        """Give orders a time and a lead; dispatchers and heads.

        A time agreed with the customer replaces the promise of arrival (DISP-01).
        May be repeated until the technician departs; past a time agreed with the
        customer only by ``action_reschedule`` (DISP-12). Overlaps and absences are
        shown to the planner; a lead without a licence is refused (TRN-09).

        :param planned_start: naive UTC datetime or ISO text
        :param planned_end: naive UTC datetime or ISO text; none keeps the length
        :param int employee_id: the lead; by default the lead the order has, else
            the technician of the site
        :param promised_start: time agreed with the customer, if one was agreed
        :param str reason: why a head sends somebody without the licence demanded
        :return: the same orders
        :raise TransitionError: once the work began, or past a time that was promised
        :raise FactTimeError: for impossible times
        :raise NotEntitledError: when the lead lacks a licence
        """
        self._ensure_planner()
        self.check_access("write")
        start = self._parse_planned(planned_start, self.env._("Planned Start"))
        end = self._parse_planned(planned_end)
        promise = self._parse_planned(promised_start)
        lead = self._as_employee(employee_id)
        reason = arguments.as_text(
            self.env, reason, self.env._("Reason"), required=False
        )
        self._lock()
        self._check_may_schedule()
        self._check_promise_kept(start, promise)
        self._schedule(start, end, lead, promise, reason)
        return self

    def _schedule(self, start, end, lead, promise, reason="", moved_by="customer"):
        """Write time and lead of orders that are locked and may be planned.

        :param datetime start: planned start
        :param end: planned end, or None to keep the length
        :param lead: the ``hr.employee`` who leads, or none for the one proposed
        :param promise: time agreed with the customer, or None
        :param str reason: why a head waives a licence
        :param str moved_by: whose wish the time agreed is, customer or us
        """
        if end and end < start:
            raise FactTimeError(
                self.env._("The planned end lies before the planned start.")
            )
        for employee, orders in self.grouped(
            lambda order: lead or order.lead_id or order.site_id.technician_id
        ).items():
            if employee:
                orders._check_licences(start, employee, reason)
        before = self._note_plan()
        self._write_schedule(start, end, promise)
        self._assign_lead(lead)
        self._propose_leads()
        self._log_schedule(start, promise, before)
        if promise:
            self._keep_first_promise(promise)
            self._promise_arrival(promise, moved_by)
        self._warn_conflicts()

    def _note_plan(self):
        """Return what a schedule says now: ``{order id: values}``."""
        return {
            order.id: (
                order.planned_start,
                order.planned_end,
                order.promised_start,
                order.lead_id.id,
            )
            for order in self
        }

    def _log_schedule(self, start, promise, before):
        """Move drafts to scheduled, and log the others that changed as rescheduled.

        :param dict before: of ``_note_plan``
        """
        waiting = self.filtered(lambda order: order.state == "draft")
        scheduled = waiting._set_state("scheduled")
        after = self._note_plan()
        self.env["aftersales.audit"]._log(
            self.filtered(
                lambda order: (
                    order not in scheduled and before[order.id] != after[order.id]
                )
            ),
            "rescheduled",
            planned_start=str(start),
            promised_start=str(promise or ""),
        )

    def _parse_planned(self, value, required_as=None):
        """Return a planned time, None when empty.

        :param value: what the client sent
        :param str required_as: name on screen of a value that must be given
        """
        if not value:
            if required_as:
                raise FactTimeError(
                    self.env._("Fill in “%(label)s”.", label=required_as)
                )
            return None
        return self._parse_fact_time(value)

    def _as_employee(self, value):
        """Return the employee a planner picked, by id or record, or none."""
        if isinstance(value, models.BaseModel) and value._name == "hr.employee":
            value = value.id
        public = arguments.as_record(self.env, "hr.employee.public", value)
        return self.env["hr.employee"].browse(public.ids)

    def _check_may_schedule(self):
        """Refuse orders whose technician is under way, and finished ones."""
        begun = self.filtered(
            lambda order: (
                order.state not in ("draft", "scheduled", "dispatched")
                or order.departed_on
            )
        )
        if begun:
            raise TransitionError(
                self.env._(
                    "%(orders)s cannot be scheduled any more: the work has begun or "
                    "is over. Record “No Access” or open a rework order.",
                    orders=", ".join(begun.mapped("display_name")),
                )
            )

    def _write_schedule(self, start, end, promise):
        """Write the times; without an end, an order keeps its length."""
        vals = {"planned_start": start}
        if promise:
            vals["promised_start"] = promise
        by_end = self.grouped(
            lambda order: (
                end
                or (
                    order.planned_end
                    and start + (order.planned_end - order.planned_start)
                )
            )
        )
        for planned_end, orders in by_end.items():
            orders._unguarded().write({**vals, "planned_end": planned_end})

    def _assign_lead(self, employee):
        """Make an employee the lead; one who already travelled stays a member."""
        if not employee:
            return
        changing = self.filtered(
            lambda order: order._get_leads().employee_id != employee
        )
        leads = changing._get_leads()
        stamped = leads.filtered(lambda worker: worker.departed_on or worker.is_late)
        stamped._unguarded().write({"role": "member"})
        (leads - stamped)._unguarded().unlink()
        members = changing.worker_ids.filtered(
            lambda worker: worker.employee_id == employee
        )
        members._unguarded().write({"role": "lead"})
        self.env["aftersales.order.worker"]._unguarded().create(
            [
                {"order_id": order.id, "employee_id": employee.id, "role": "lead"}
                for order in changing - members.order_id
            ]
        )
        changing.filtered(lambda order: order.state == "dispatched")._notify_leads()

    def _inverse_lead_id(self):
        self._ensure_planner()
        for lead, orders in self.grouped("lead_id").items():
            if lead:
                orders._assign_lead(lead)
            else:
                orders._get_leads().unlink()

    def _propose_leads(self):
        """Give orders without a lead the technician of their site (SITE-03)."""
        unled = self.filtered(lambda order: not order._get_leads())
        for employee, orders in unled.grouped(
            lambda order: order.site_id.technician_id
        ).items():
            orders._assign_lead(employee)

    def _promise_arrival(self, promise, moved_by):
        """Replace the promise of arrival by a time agreed with the customer."""
        reason = self.env._("Agreed with the customer")
        self.env["aftersales.commitment"]._reschedule(
            self, "arrive", promise, reason, moved_by=moved_by
        )

    def action_dispatch(self):
        """Send the technician: makes the kit list and tells him (DISP-17).

        Dispatchers and heads; from scheduled.

        :return: the same orders
        :raise MissingError: naming what the dispatch still needs
        """
        self._ensure_planner()
        self.check_access("write")
        self._lock()
        self._ensure_can_reach("dispatched")
        moving = self.filtered(lambda order: order.state != "dispatched")
        remote = moving.filtered(lambda order: order.mode == "remote")
        if remote:
            raise TransitionError(
                self.env._(
                    "%(orders)s: remote work needs no dispatch. Record it as done.",
                    orders=", ".join(remote.mapped("display_name")),
                )
            )
        moving._ensure_nothing_missing("dispatch")
        moved = moving._set_state("dispatched")
        moved._make_kit()
        moved._notify_leads()
        return self

    def _notify_leads(self):
        """Give each lead an activity on the order sent to him; many in one mail."""
        self._finish_dispatch_activities()
        by_lead = self.grouped("lead_id")
        for lead, orders in by_lead.items():
            user = lead.sudo().user_id  # sudo: HR alone reads an employee's user
            if not user:
                continue
            is_mailed_apart = len(orders) == 1 or user == self.env.user
            summary = self.env._("You are sent to a customer")
            orders.sudo().with_context(  # sudo: in the desk's name, for him
                mail_activity_quick_update=not is_mailed_apart
            ).activity_schedule(
                "aftersales_service.activity_dispatched",
                summary=summary,
                user_id=user.id,
            )
            if not is_mailed_apart:
                orders._tell(lead, summary)

    def _finish_dispatch_activities(self):
        """Take the notice of a dispatch away, once it is answered or void."""
        self.sudo().activity_unlink(  # sudo: whoever it was assigned to
            ["aftersales_service.activity_dispatched"]
        )

    def action_cancel(self, reason):
        """Cancel orders that have not begun; dispatchers and heads.

        :param str reason: goes on record
        :return: the same orders
        :raise TransitionError: on site or later, or with parts claimed for it
        """
        self._ensure_planner()
        self.check_access("write")
        reason = arguments.as_text(self.env, reason, self.env._("Reason"))
        self._lock()
        self._ensure_can_reach("cancel")
        moving = self.filtered(lambda order: order.state != "cancel")
        claims_sudo = moving._get_open_claims()
        if claims_sudo:
            raise TransitionError(
                self.env._(
                    "Parts are claimed for these orders: %(claims)s. Close, reject "
                    "or cancel the claims first.",
                    claims=", ".join(claims_sudo.mapped("name")),
                )
            )
        moved = moving._set_state("cancel", reason=reason)
        moved._finish_dispatch_activities()
        self.env["aftersales.commitment"]._cancel(moved, reason=reason)
        note = self.env._("Cancelled: %s", reason)
        moved._message_log_batch(bodies=dict.fromkeys(moved.ids, note))
        return self

    def action_rework(self):
        """Open an order that does the work again, once for each order.

        Dispatchers and heads; for work that is done. While a rework order is
        open the same one is returned (DISP-06).

        :return: the draft rework orders, one per order
        :raise TransitionError: when the work is not done yet
        """
        self._ensure_planner()
        self.check_access("write")
        self._take_turn()
        unfinished = self.filtered(lambda order: order.state not in ("done", "closed"))
        if unfinished:
            raise TransitionError(
                self.env._(
                    "%(orders)s: only work that is done can be done again.",
                    orders=", ".join(unfinished.mapped("display_name")),
                )
            )
        self.rework_ids.flush_recordset(["state"])  # the index on open ones reads it
        running = self.rework_ids.filtered(
            lambda order: order.state not in ("done", "closed", "cancel")
        )
        missing = self - running.rework_of_id
        created = self._unguarded().create(
            [order._prepare_rework_vals() for order in missing]
        )
        self.env["aftersales.audit"]._log(missing, "rework")
        missing._reopen_tickets()
        return (running | created)._guarded_again()

    def _prepare_rework_vals(self):
        """Return the values of the order that does this one's work again."""
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "service_type": "rework",
            "mode": "onsite",
            "partner_id": self.partner_id.id,
            "site_id": self.site_id.id,
            "ticket_id": self.ticket_id.id,
            "policy_id": self.policy_id.id,
            "rework_of_id": self.id,
            "unit_ids": [
                Command.create(
                    {
                        "equipment_id": unit.equipment_id.id,
                        "symptom_id": unit.symptom_id.id,
                        "expected_cause_id": unit.cause_id.id,
                    }
                )
                for unit in self.unit_ids
            ],
            "worker_ids": [
                Command.create({"employee_id": lead.employee_id.id, "role": "lead"})
                for lead in self._get_leads()
            ],
        }
