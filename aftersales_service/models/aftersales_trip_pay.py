from datetime import timedelta

from odoo import fields, models

from ..arguments import as_text
from ..exceptions import MissingError, TransitionError

PHONE_RULE = "TRIP_PHONE"
# Who works for his own account: his trips are his own cost (PAY-16).
OUTSIDE_TYPES = frozenset({"contractor", "freelance"})


class AftersalesTrip(models.Model):
    """What a trip pays: lines, checks, and the adjustments made of them."""

    _inherit = "aftersales.trip"

    def action_propose_lines(self):
        """Propose a night per date difference, and a line for each day's meals.

        Meals stay at zero: the traveller enters how many he had.

        :return: the trips
        :raise TransitionError: before the return, or once submitted
        """
        self.check_access("write")
        self._check_own(self.env._("The traveller enters what he had."))
        self._lock()
        if self.filtered(lambda trip: trip.state != "returned"):
            raise TransitionError(
                self.env._("Lines are proposed between return and submission.")
            )
        lines = self.env["aftersales.trip.line"]
        present = {
            (line.trip_id.id, line.kind, line.date)
            for line in lines.search([("trip_id", "in", self.ids)])
        }
        lines.create(
            [
                {"trip_id": trip.id, "kind": kind, "date": date, "quantity": quantity}
                for trip in self
                for kind, date, quantity in trip._prepare_proposals()
                if (trip.id, kind, date) not in present
            ]
        )
        return self

    def _prepare_proposals(self):
        """Return ``(kind, date, quantity)`` for each night and day of a trip."""
        days = [self.date_from + timedelta(day) for day in range(self.actual_days)]
        rooms = 0 if self._is_guest() else self._count_lodgings()
        nights = [("lodging", day, 1.0) for day in days[:rooms]]
        return nights + [("meal", day, 0.0) for day in days]

    def _count_lodgings(self):
        """Return how often lodging is paid: nights, or days with a night (AMB-36)."""
        by_day = self.company_id.aftersales_lodging_basis == "days" and self.nights
        return self.actual_days if by_day else self.nights

    def _is_guest(self):
        """Tell whether the room of this trip is paid on another one (AMB-37)."""
        per_room = self.company_id.aftersales_lodging_unit == "room"
        return per_room and bool(self.shared_with_trip_id)

    def action_submit(self):
        """Hand the trip in: stamps, lines and receipts are complete.

        :return: the trips
        :raise AccessError: for others than the traveller
        :raise MissingError: when something is missing or not allowed
        """
        self.check_access("write")
        self._check_own(self.env._("The traveller himself hands in his trip."))
        self._lock()
        self._check_complete()
        self._set_state("submitted", {"submitted_on": fields.Datetime.now()})
        return self

    def action_send_back(self, reason):
        """Return a trip to its traveller for correction (head).

        :param str reason: what is wrong
        :return: the trips
        """
        self.check_access("write")
        reason = as_text(self.env, reason, self.env._("Reason"))
        self._check_head()
        self._lock()
        if self.filtered(lambda trip: trip.state != "submitted"):
            raise TransitionError(self.env._("Only a submitted trip is sent back."))
        self._set_state("returned", reason=reason)
        self.line_ids._unguarded().write({"approved_by": False})
        return self

    def action_confirm(self):
        """Confirm trips: one verified adjustment a day and rule, by dated rates.

        What was asked above the standard pays the standard, unless the head
        approved the line.

        :return: the trips
        :raise AccessError: for others than a head who did not travel
        :raise MissingError: when something is missing or not allowed
        """
        self.check_access("write")
        self._check_head()
        self._lock()
        todo = self.filtered(lambda trip: trip.state != "confirmed")
        todo._check_complete()
        todo._check_days()
        moved = todo._set_state(
            "confirmed",
            {"confirmed_by_id": self.env.uid, "confirmed_on": fields.Datetime.now()},
        )
        proposals = moved._prepare_phone_proposals()
        proposals += moved.line_ids._get_payable()._prepare_proposals()
        self.env["aftersales.adjustment"]._propose(proposals)._verify()
        return self

    def _prepare_phone_proposals(self):
        """Return the proposals of trip phone allowances, where one is set."""
        rules = (
            self.env["aftersales.pay.rule"]
            .sudo()  # sudo: shared rules of the company
            ._by_code({PHONE_RULE}, self.company_id)
        )
        proposals = []
        for trip in self:
            rule = rules.get((trip.company_id.id, PHONE_RULE))
            rate = rule and rule._get_rate(trip.date_from)
            if rate and rate.amount:
                proposals.append(
                    {
                        "rule": PHONE_RULE,
                        "employee": trip.employee_id,
                        "date": trip.date_from,
                        "event": trip,
                        "source": trip,
                        "facts": trip._get_facts(),
                    }
                )
        return proposals

    def _get_facts(self):
        """Return the journey as one line of evidence."""
        return self.env._(
            "Trip %(name)s to %(destination)s, %(start)s to %(end)s, "
            "orders: %(orders)s.",
            name=self.name,
            destination=self.destination or "-",
            start=self.date_from,
            end=self.date_to,
            orders=", ".join(self.sudo().order_ids.mapped("name"))  # sudo: evidence
            or "-",
        )

    def _check_complete(self):
        """Raise what stands in the way of submission, of all trips at once.

        :raise MissingError: with one sentence for each obstacle
        """
        found = [
            f"{trip.name}: {text}"
            for trip in self
            for text in trip._get_stamp_obstacles()
        ]
        found += self.line_ids._get_obstacles()
        if found:
            raise MissingError("\n".join(found))

    def _get_stamp_obstacles(self):
        """Return what is missing about the journey itself."""
        if not (self.departed_on and self.returned_on):
            return [self.env._("record departure and return first.")]
        employee = self.employee_id.sudo()  # sudo: the kind of his contract
        if employee.employee_type in OUTSIDE_TYPES:
            return [self.env._("subcontractors bear the costs of their trips.")]
        return []

    def action_open_adjustments(self):
        """Open the adjustments made of these trips.

        :return: window action
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pay Adjustments"),
            "res_model": "aftersales.adjustment",
            "view_mode": "list,form",
            "domain": [("id", "in", self.adjustment_ids.ids)],
        }

    def action_open_cancel(self):
        """Open the dialog that cancels trips.

        :return: window action
        """
        return self._open_explain("cancel")

    def action_open_send_back(self):
        """Open the dialog that sends trips back.

        :return: window action
        """
        return self._open_explain("send_back")

    def _open_explain(self, operation):
        """Open the dialog that asks for the reason of an act.

        :param str operation: what the dialog then does
        :return: window action
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give the Reason"),
            "res_model": "aftersales.trip.explain",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_operation": operation,
                "default_trip_ids": self.ids,
            },
        }
