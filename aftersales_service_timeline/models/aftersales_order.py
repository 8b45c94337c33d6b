from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.aftersales_service.exceptions import ArgumentError

# States in which a job can still be dragged.
MOVABLE = ("draft", "scheduled", "dispatched")
# States in which a job fills its technician's time.
BUSY = (*MOVABLE, "on_site")
# The board shows at most so many days at a time.
MAX_DAYS = 31
# Jobs without a time that wait in the unassigned lane, at most.
WAITING = 50


class AftersalesOrder(models.Model):
    """What the dispatch board shows, in one call with a constant query count."""

    _inherit = "aftersales.order"

    @api.model
    def get_board(self, start, end, domain=None):
        """Return jobs, lanes and absences of some days; dispatchers and heads.

        :param start: first moment shown, naive UTC or ISO text
        :param end: last moment shown
        :param list domain: a search on orders, none for all
        :return: ``{jobs, lanes, absences, states, waiting_count}``; lanes are the
            technicians of all territories and whoever has a job; moments are naive
            UTC texts
        :raise ArgumentError: for an impossible span or search
        """
        self._ensure_planner()
        self.check_access("read")
        first, last = self._parse_span(start, end)
        jobs = self._search_board(
            [
                ("planned_start", "<", last),
                "|",
                ("planned_start", ">=", first),
                ("planned_end", ">", first),
                ("state", "!=", "cancel"),
            ],
            domain,
        )
        waiting = self._search_board(
            [("planned_start", "=", False), ("state", "=", "draft")], domain
        )
        shown = waiting[:WAITING].with_prefetch()
        territories_sudo = self._get_board_territories()
        people_sudo = (
            territories_sudo.technician_ids.filtered("active") | jobs.sudo().lead_id
        )  # sudo: dispatchers read no employees
        leaves = self._load_leaves(people_sudo, first, last)
        return {
            "jobs": jobs._show_jobs(leaves) + shown._show_waiting(),
            "waiting_count": len(waiting),
            "states": self._fields["state"]._description_selection(self.env),
            "lanes": self._show_lanes(people_sudo, territories_sudo),
            "absences": self._show_absences(leaves),
        }

    @api.model
    def _show_absences(self, leaves):
        """Return absences as the board shows them."""
        return [
            {
                "employee_id": employee_id,
                "start": fields.Datetime.to_string(leave_from),
                "end": fields.Datetime.to_string(leave_to),
            }
            for employee_id, spans in leaves.items()
            for leave_from, leave_to in spans
        ]

    @api.model
    def _parse_span(self, start, end):
        """Return the first and last moment a client asks for."""
        first = self._parse_planned(start, self.env._("From"))
        last = self._parse_planned(end, self.env._("To"))
        if not first < last <= first + timedelta(days=MAX_DAYS):
            raise ArgumentError(
                self.env._("The board shows between an hour and %s days.", MAX_DAYS)
            )
        return first, last

    @api.model
    def _search_board(self, needed, domain):
        """Return the orders of the board that also match a client's search."""
        try:
            asked = Domain(domain or [])
            return self.search(Domain(needed) & asked, order="planned_start, id")
        except (TypeError, ValueError) as error:
            raise ArgumentError(
                self.env._("This search is not possible on the board.")
            ) from error

    @api.model
    def _get_board_territories(self):
        """Return the companies' territories, whose technicians have a lane."""
        territories_sudo = self.env["aftersales.territory"].sudo()
        # sudo: the technicians of a territory are employees
        return territories_sudo.search([("company_id", "in", self.env.companies.ids)])

    @api.model
    def _show_lanes(self, people, territories):
        """Return the lanes by name, each with the territories it serves."""
        served = defaultdict(list)
        for territory in territories:
            for employee_id in territory.technician_ids.ids:
                served[employee_id].append(territory.name)
        return [
            {
                "id": person.id,
                "name": person.name,
                "territories": ", ".join(served[person.id]),
            }
            for person in people.sorted("name")
        ]

    def _show_jobs(self, leaves):
        """Return the jobs as the board draws them.

        :param dict leaves: absences by employee id
        """
        now = fields.Datetime.now()
        windows = {order.id: order._get_window() for order in self}
        clashing = self._find_clashing(windows, leaves)
        return [
            {
                **order._show_job(*windows[order.id]),
                "is_late": order.is_late
                or (order.state in MOVABLE and order.planned_start < now),
                "is_clashing": order.id in clashing,
                "is_movable": order.state in MOVABLE and not order.departed_on,
            }
            for order in self
        ]

    def _show_job(self, start, end):
        """Return what every job shows."""
        order_sudo = self.sudo()  # sudo: names of people and places
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "severity": self.severity,
            "lead_id": self.lead_id.id,
            "place": order_sudo.site_id.name or order_sudo.partner_id.name or "",
            "start": fields.Datetime.to_string(start),
            "end": fields.Datetime.to_string(end),
            "promised": fields.Datetime.to_string(self.promised_start) or False,
        }

    def _show_waiting(self):
        """Return jobs without a time, drawn at the next hour without a lane."""
        now = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        shown = []
        for order in self:
            start, end = order._get_window(now + timedelta(hours=1))
            shown.append(
                {
                    **order._show_job(start, end),
                    "lead_id": False,
                    "is_late": False,
                    "is_clashing": False,
                    "is_movable": True,
                    "is_waiting": True,
                }
            )
        return shown

    def _find_clashing(self, windows, leaves):
        """Return ids of jobs that overlap another, or an absence, of their lead.

        :param dict windows: ``{order id: (start, end)}``
        :param dict leaves: absences by employee id
        """
        by_lead = defaultdict(list)
        for order in self:
            if order.state in BUSY and order.lead_id:
                by_lead[order.lead_id.id].append((*windows[order.id], order.id))
        clashing = set()
        for lead_id, jobs in by_lead.items():
            jobs.sort()
            latest, latest_id = None, None
            for start, end, order_id in jobs:
                if latest and start < latest:
                    clashing |= {order_id, latest_id}
                if any(
                    begin < end and start < until
                    for begin, until in leaves.get(lead_id, ())
                ):
                    clashing.add(order_id)
                if not latest or end > latest:
                    latest, latest_id = end, order_id
        return clashing
