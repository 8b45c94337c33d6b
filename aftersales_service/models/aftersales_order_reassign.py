from datetime import datetime, time, timedelta

from odoo import api, models

from .. import arguments
from ..calc import clock
from ..exceptions import ArgumentError, MissingError
from .aftersales_order_assign import Job


class AftersalesOrder(models.Model):
    """Work that goes to somebody else: one job, or all of a sick technician's."""

    _inherit = "aftersales.order"

    def action_reassign(self, employee_id, reason):
        """Give orders to another lead at the same time, and tell both (ROLE-04).

        Dispatchers and heads; orders on which nobody is under way. Who leads an
        order already keeps it, so a repetition changes nothing. A dispatched order
        stays dispatched, with a kit list of the new lead's own.

        :param int employee_id: who takes over
        :param str reason: why, for the record and for both technicians
        :return: the same orders
        :raise TransitionError: once the technician set off, or when work is over
        :raise NotEntitledError: when the new lead lacks a licence
        """
        self._ensure_planner()
        self.check_access("write")
        lead = self._as_employee(employee_id)
        if not lead:
            raise MissingError(self.env._("Choose who takes over."))
        reason = arguments.as_text(self.env, reason, self.env._("Reason"))
        self._lock()
        self._check_may_schedule()
        self._reassign(dict.fromkeys(self.ids, lead), reason)
        return self

    @api.model
    def action_reassign_absence(
        self, employee_id, date_from, date_to=None, reason=None, assignments=None
    ):
        """Give all jobs of an absent technician to others in one step (ROLE-04).

        Dispatchers and heads. Takes the scheduled and dispatched orders that he
        leads in the company on these days and on which nobody is under way. Each
        goes to whom ``assignments`` names, else to the best technician who is free;
        where nobody is, it returns to the queue. Repeated, nothing is left to do.

        :param int employee_id: who is absent
        :param date_from: first day, YYYY-MM-DD in the company's zone
        :param date_to: last day, inclusive; by default the first
        :param str reason: why, for the record and for those concerned
        :param dict assignments: ``{order id: employee id}`` chosen by hand; false
            for the queue
        :return: the orders that went to somebody else or back to the queue
        """
        self._ensure_planner()
        self.check_access("write")
        reason = arguments.as_text(self.env, reason, self.env._("Reason"))
        absent, first, last = self._parse_absence(employee_id, date_from, date_to)
        chosen = self._parse_assignments(assignments)
        orders = self._get_orders_of(absent, first, last)
        orders._lock()
        orders = orders.filtered(lambda order: order._is_movable_of(absent))
        takers = orders._allocate(absent, chosen)
        left = orders.filtered(lambda order: not takers[order.id])
        (orders - left)._reassign(takers, reason)
        left._return_to_queue(reason)
        return orders

    def _parse_absence(self, employee_id, date_from, date_to):
        """Return who is absent, and the first and last day.

        :raise ArgumentError: when something is missing or the wrong way round
        """
        absent = self._as_employee(employee_id)
        first = arguments.as_date(self.env, date_from)
        last = arguments.as_date(self.env, date_to) or first
        if not absent or not first:
            raise ArgumentError(
                self.env._("Name who is absent, and the first day of the absence.")
            )
        if last < first:
            raise ArgumentError(
                self.env._("The last day of the absence lies before its first.")
            )
        return absent, first, last

    def _parse_assignments(self, assignments):
        """Return ``{order id: employee}`` from what a client sends.

        Keys may be texts, because JSON knows no others.
        """
        if not assignments:
            return {}
        if not isinstance(assignments, dict):
            raise ArgumentError(
                self.env._("Name who takes over as {order id: employee id}.")
            )
        try:
            ids = {int(key): value for key, value in assignments.items()}
        except (TypeError, ValueError) as error:
            raise ArgumentError(
                self.env._("Name who takes over as {order id: employee id}.")
            ) from error
        people = {value: self._as_employee(value) for value in set(ids.values())}
        return {order_id: people[value] for order_id, value in ids.items()}

    @api.model
    def _get_orders_of(self, employee, first, last):
        """Return the orders an employee leads on some days, nobody under way."""
        # sudo: HR alone reads employees; his company, not the session's first one
        company = employee.sudo().company_id.sudo(self.env.su)
        tz = company._get_aftersales_tz()
        start = clock.from_local(datetime.combine(first, time.min), tz)
        end = clock.from_local(datetime.combine(last, time.min), tz)
        orders = self.search(
            [
                ("lead_id", "=", employee.id),
                ("company_id", "=", company.id),
                ("state", "in", ("scheduled", "dispatched")),
                ("planned_start", ">=", start),
                ("planned_start", "<", end + timedelta(days=1)),
            ],
            order="planned_start, id",
        )
        return orders.filtered(lambda order: not order.departed_on)

    def _is_movable_of(self, employee):
        """Tell whether this order still is that employee's and has not begun."""
        return (
            self.lead_id == employee
            and self.state in ("scheduled", "dispatched")
            and not self.departed_on
        )

    def _allocate(self, absent, chosen):
        """Return who takes each order: ``{order id: employee}``, empty for nobody.

        Each order given away fills the day of who gets it.

        :param absent: who cannot go
        :param dict chosen: ``{order id: employee}`` chosen by hand
        """
        people = self.env["hr.employee"]
        if not self:
            return {}
        people = self._get_candidates() - absent
        spans = {order.id: order._get_window() for order in self}
        facts = self._load_facts(people, spans)
        homes, territories = self._get_homes(people), self._get_territories()
        takers = {}
        for order in self:
            window = spans[order.id]
            if order.id in chosen:
                taker = chosen[order.id]
            else:
                ranked = order._rank(
                    people, window, territories[order.id], facts, homes
                )
                best = next((one for one in ranked if one["is_free"]), None)
                taker = people.browse(best["employee_id"] if best else False)
            takers[order.id] = taker
            if taker:
                facts["jobs"][taker.id].append(
                    Job(order.id, *window, order.name, order.name, None, True)
                )
        return takers

    def _reassign(self, takers, reason):
        """Give each order to its taker, on the record, and tell everybody.

        :param dict takers: ``{order id: employee}``
        :param str reason: why
        """
        changing = self.filtered(lambda order: order.lead_id != takers[order.id])
        before = changing._note_before()
        losers = {order.id: order.lead_id for order in changing}
        for taker, orders in changing.grouped(lambda order: takers[order.id]).items():
            orders._check_licences(lead=taker)
            orders._assign_lead(taker)
        changing.filtered(lambda order: order.state == "dispatched")._make_kit()
        changing._record_change("reassign", before, asked_by="us", reason=reason)
        changing._tell_crew(losers, reason)
        changing._warn_conflicts()

    def _return_to_queue(self, reason):
        """Take the lead off orders that nobody can take: the desk plans them anew."""
        before = self._note_before()
        losers = {order.id: order.lead_id for order in self}
        self._finish_dispatch_activities()
        self._get_leads()._unguarded().unlink()
        self._set_state("draft", reason=reason)
        self._record_change("reassign", before, asked_by="us", reason=reason)
        self._tell_crew(losers, reason)

    # -- telling the technicians

    def _tell_crew(self, losers, reason):
        """Tell who lost jobs and who got them, in one message each.

        :param dict losers: ``{order id: employee who led it}``
        :param str reason: why
        """
        for employee, orders in self.grouped(lambda order: losers[order.id]).items():
            orders._tell(employee, self.env._("Taken off your plan"), reason)
        for employee, orders in self.grouped("lead_id").items():
            orders._tell(employee, self.env._("New on your plan"), reason)

    def _tell(self, employee, subject, reason=None):
        """Send one employee a message about some orders."""
        partner = employee.sudo().user_id.partner_id  # sudo: HR alone reads users
        if not partner:
            return
        lines = [
            self.env._(
                "%(order)s, %(place)s, %(start)s",
                order=order.name,
                place=order.site_id.name or order.partner_id.name or "",
                start=order._show_time(order.planned_start),
            )
            for order in self
        ]
        self.env["mail.thread"].message_notify(
            partner_ids=partner.ids,
            subject=subject,
            body=self._get_told(subject, "; ".join(lines), reason),
        )

    def _get_told(self, subject, orders, reason):
        """Return the text of a message about some orders."""
        if not reason:
            return f"{subject}: {orders}."
        return self.env._(
            "%(subject)s: %(orders)s. Reason: %(reason)s",
            subject=subject,
            orders=orders,
            reason=reason,
        )
