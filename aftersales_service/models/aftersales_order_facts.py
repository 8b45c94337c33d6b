from odoo import fields, models
from odoo.tools import format_datetime

from .. import arguments, images
from ..exceptions import MissingError, TransitionError
from .aftersales_fact_mixin import fact_action


class AftersalesOrder(models.Model):
    """What happens on the way and on site, stamped where it happens.

    A technician's fact goes on his own worker record; what a dispatcher records
    for him goes on the lead's.
    """

    _inherit = "aftersales.order"

    @fact_action
    def action_depart(self, at=None, request_key=None):
        """Record that the technician set off, with his kit complete (DISP-17).

        Workers on the order, dispatchers and heads; dispatched orders.

        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        :raise MissingError: when a kit item is missing
        """
        self._check_step(("dispatched", "on_site"), self.env._("Depart"))
        workers = self._get_acting_workers().filtered(
            lambda worker: not worker.departed_on
        )
        workers.order_id._ensure_nothing_missing("depart")
        workers._stamp("departed_on", at)
        self._finish_dispatch_activities()
        return self

    @fact_action
    def action_arrive(self, at=None, request_key=None):
        """Record that the technician is on site; keeps or breaks the promise.

        Workers on the order, dispatchers and heads, after the departure.

        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        """
        self._check_step(("dispatched", "on_site"), self.env._("Arrive"))
        workers = self._get_acting_workers().filtered(
            lambda worker: not worker.arrived_on
        )
        workers._check_stamped("departed_on")
        workers._stamp("arrived_on", at)
        workers._note_lateness(at)
        orders = workers.order_id
        self._fulfil_promise(orders, "arrive", at)
        begun = orders.filtered(lambda order: order.state == "dispatched")._set_state(
            "on_site", happened_on=at
        )
        self.env["aftersales.callback"]._create_for(
            begun, {order.id: {"started"} for order in begun}, at
        )
        return self

    @fact_action
    def action_no_access(
        self, reason=None, card_left=False, photo=None, at=None, request_key=None
    ):
        """Record that nobody let the technician in; back to the dispatcher.

        Being at the door counts as arriving. The journey is kept with the order
        and its stamps in the audit trail; the next one starts afresh (DISP-16).

        :param str reason: whom he asked for
        :param bool card_left: the service card hangs on the door
        :param photo: picture of the closed door in base64
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders, to be scheduled again
        """
        reason = arguments.as_text(self.env, reason, self.env._("Reason"))
        card_left = arguments.as_flag(self.env, card_left, self.env._("Card Left"))
        if photo:
            photo = images.as_image(self.env, photo, self.env._("Photo"))
        self._check_step(("dispatched", "on_site"), self.env._("No Access"))
        self._check_not_frozen()
        acting = self._reach_the_door(at)
        acting._keep_attempts(
            at, {"reason": reason, "card_left": card_left, "photo": photo or False}
        )
        self._set_state(
            "draft",
            {"planned_start": False, "planned_end": False, "promised_start": False},
            reason=reason,
            happened_on=at,
        )
        self._forget_journey()
        note = self.env._("No access: %s", reason)
        self._message_log_batch(bodies=dict.fromkeys(self.ids, note))
        return self

    def _forget_journey(self):
        """Clear the stamps of a journey in vain; they stay in the audit trail."""
        self._unguarded().write(
            {"hq_called_on": False, "called_ahead_on": False, "work_started_on": False}
        )
        self.worker_ids._unguarded().write(
            {"departed_on": False, "arrived_on": False, "left_on": False}
        )

    @fact_action
    def action_call_headquarters(self, at=None, request_key=None):
        """Record the call to headquarters that is due before leaving (DISP-27).

        Workers on the order, dispatchers and heads; from the arrival on.

        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        """
        self._check_step(("on_site", "done"), self.env._("Call Headquarters"))
        acting = self._get_acting_workers()
        acting._check_stamped("arrived_on")
        orders = acting.order_id.filtered(lambda order: not order.hq_called_on)
        for order in orders:
            order._check_not_before(at, order.arrived_on, self.env._("Arrived"))
        orders._unguarded().write({"hq_called_on": at})
        self.env["aftersales.audit"]._log(orders, "hq_called", happened_on=at)
        return self

    @fact_action
    def action_leave(self, at=None, request_key=None):
        """Record that the technician left; without a call a fine is proposed.

        Workers on the order, dispatchers and heads. The lead answers for the call
        to headquarters (PEN-01, DISP-27).

        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        """
        self._check_step(("on_site", "done"), self.env._("Leave"))
        workers = self._get_acting_workers().filtered(lambda worker: not worker.left_on)
        workers._check_stamped("arrived_on")
        workers._stamp("left_on", at)
        self.env["aftersales.commitment"]._start_on(workers.order_id, "leave", at)
        workers.filtered(
            lambda worker: (
                worker.role == "lead"
                and (
                    not worker.order_id.hq_called_on
                    or worker.order_id.hq_called_on > at
                )
            )
        )._propose_no_call()
        return self

    @fact_action
    def action_report_late(self, reason, at=None, request_key=None):
        """Record why the technician came late, as he says himself.

        :param str reason: personal, customer, traffic or other
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        """
        self._get_acting_workers().action_report_late(reason)
        return self

    def _check_step(self, states, step):
        """Refuse a step outside the states it belongs to, and for remote work.

        :param tuple states: states the step may be taken in
        :param str step: name of the step on screen
        """
        remote = self.filtered(lambda order: order.mode == "remote")
        if remote:
            raise TransitionError(
                self.env._(
                    "%(orders)s is remote work: nobody travels for it.",
                    orders=", ".join(remote.mapped("display_name")),
                )
            )
        stuck = self.filtered(lambda order: order.state not in states)
        if stuck:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise TransitionError(
                self.env._(
                    "“%(step)s” is not possible now for %(orders)s. Current state: "
                    "%(states)s.",
                    step=step,
                    orders=", ".join(stuck.mapped("display_name")),
                    states=", ".join(sorted({labels[o.state] for o in stuck})),
                )
            )

    def _get_acting_workers(self):
        """Return the worker record each fact of the user is stamped on.

        :raise AccessError: when somebody who does not plan is not on an order
        :raise MissingError: when a dispatcher records for an order without lead
        """
        own = self.worker_ids._get_own()
        others = self - own.order_id
        if not others:
            return own
        others._ensure_planner()
        leads = others._get_leads()
        unled = others - leads.order_id
        if unled:
            raise MissingError(
                self.env._(
                    "%(orders)s has no lead technician yet. Schedule it first.",
                    orders=", ".join(unled.mapped("display_name")),
                )
            )
        return own | leads

    def _fulfil_promise(self, orders, milestone, at):
        """Tell the promises on these orders and their tickets that they are kept."""
        self.env["aftersales.commitment"]._fulfil(orders, milestone, at)

    def _get_arrival_due(self, shown=False):
        """Return when the technician is due: the appointment, else the promise.

        :param bool shown: the last minute in time, 23:59 where a day is promised
        :return: naive UTC datetime, or False when nothing was promised
        """
        self.ensure_one()
        if self.promised_start:
            return self.promised_start
        order_sudo = self.sudo()  # sudo: technicians read no promises
        promises = order_sudo.commitment_ids | order_sudo.ticket_id.commitment_ids
        running = promises.filtered(
            lambda promise: (
                promise.milestone == "arrive"
                and promise.state in ("open", "missed")
                and not promise.fulfilled_on
            )
        )
        return min(running.mapped("due_on" if shown else "deadline"), default=False)

    def _get_arrival_grace(self):
        """Return the minutes that the promise of arrival forgives (DISP-01)."""
        self.ensure_one()
        order_sudo = self.sudo()  # sudo: technicians read no promises
        promises = order_sudo.commitment_ids | order_sudo.ticket_id.commitment_ids
        arrivals = promises.filtered(
            lambda promise: promise.milestone == "arrive" and promise.state != "cancel"
        )
        return max(arrivals.mapped("grace_minutes"), default=0.0)

    def _get_pay_date(self, moment):
        """Return the day a fact counts for pay: in the company's own zone."""
        self.ensure_one()
        zone = self.company_id._get_aftersales_tz()
        return fields.Datetime.context_timestamp(
            self.with_context(tz=zone), moment
        ).date()

    def _show_time(self, moment):
        """Return a time as people on the site read it; empty for none."""
        self.ensure_one()
        if not moment:
            return ""
        return format_datetime(
            self.env, moment, tz=self._get_tz(), dt_format="yyyy-MM-dd HH:mm"
        )
