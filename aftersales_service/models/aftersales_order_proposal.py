from datetime import timedelta

from odoo import api, models

from .. import arguments
from ..calc import geo

# How many technicians a proposal names, unless more are asked for.
PROPOSED = 10


class AftersalesOrder(models.Model):
    """Who should go: technicians proposed for an order, best first, and why."""

    _inherit = "aftersales.order"

    def propose_technicians(self, planned_start=None, planned_end=None, limit=PROPOSED):
        """Return technicians for one order, best first, with the reasons.

        Who is barred (licence), absent or busy comes last; before them the
        responsible technician of the site, then those of its territory, then who
        has less to do that day and less far to go (SITE-05, DISP-10).

        :param planned_start: naive UTC datetime or ISO text; by default the time
            planned, else the next hour
        :param planned_end: its end; by default the usual length
        :param int limit: how many at most
        :return: list of ``{employee_id, name, is_free, is_barred, load_hours,
            distance_km, reasons}``; reasons are texts
        """
        arguments.check_single(self)
        self._ensure_planner()
        self.check_access("read")
        start = self._parse_planned(planned_start)
        end = self._parse_planned(planned_end)
        limit = arguments.as_number(self.env, limit, self.env._("How Many"), whole=True)
        return self._get_proposals({self.id: (start, end)})[self.id][: int(limit)]

    def _get_proposals(self, windows=None, without=None):
        """Return the technicians proposed for many orders, in few queries.

        :param dict windows: ``{order id: (start, end)}`` considered instead of
            the times planned; parts may be empty
        :param without: employees who are not considered
        :return: ``{order id: [proposal]}``, see ``propose_technicians``
        """
        now = self._parse_fact_time(None).replace(minute=0, second=0)
        spans = {}
        for order in self:
            start, end = (windows or {}).get(order.id, (None, None))
            start = start or order.planned_start or now + timedelta(hours=1)
            spans[order.id] = order._get_window(start, end)
        territories = self._get_territories()
        people = self._get_candidates() - (without or self.env["hr.employee"])
        facts = self._load_facts(people, spans) if self else {}
        homes = self._get_homes(people)
        return {
            order.id: order._rank(
                people, spans[order.id], territories[order.id], facts, homes
            )
            for order in self
        }

    def _get_territories(self):
        """Return the territory that serves each order: ``{order id: territory}``."""
        territories = self.env["aftersales.territory"]
        winners = territories._get_winners(self.company_id)
        found = {}
        for order in self.sudo():  # sudo: addresses of any customer
            company = order.company_id.id
            state = (order.site_id.address_id or order.partner_id).state_id
            winner = winners.get((company, state.id)) or winners.get((company, "else"))
            found[order.id] = order.site_id.territory_id or territories.browse(winner)
        return found

    def _get_candidates(self):
        """Return all who might go: technicians of the companies' territories."""
        orders_sudo = self.sudo()  # sudo: dispatchers read no employees
        territories_sudo = orders_sudo.env["aftersales.territory"].search(
            [("company_id", "in", self.company_id.ids)]
        )
        people = territories_sudo.technician_ids
        people |= orders_sudo.site_id.technician_id | orders_sudo.lead_id
        companies = self.company_id
        people = people.filtered(
            lambda person: person.active and person.company_id in companies
        )
        return people.sudo(self.env.su)

    @api.model
    def _get_homes(self, people):
        """Return where employees start from: ``{employee id: place or None}``."""
        homes = {}
        for person in people.sudo():  # sudo: coordinates, used for distances only
            places = [
                geo.as_place(address.partner_latitude, address.partner_longitude)
                for address in (person.work_contact_id, person.address_id)
            ]
            homes[person.id] = next(filter(None, places), None)
        return homes

    def _rank(self, people, window, territory, facts, homes):
        """Return the proposals for one order, best first."""
        self.ensure_one()
        address_sudo = (self.site_id.address_id or self.partner_id).sudo()
        # sudo: coordinates, used for distances only
        place = geo.as_place(
            address_sudo.partner_latitude, address_sudo.partner_longitude
        )
        company_sudo = self.company_id.sudo()  # sudo: its working day is no secret
        full_day = company_sudo.resource_calendar_id.hours_per_day
        ranked = []
        for person in people.sudo():  # sudo: names of employees are public
            if person.company_id != self.company_id:
                continue
            proposal = self._judge_person(
                person, window, territory, facts, (place, homes[person.id])
            )
            kinds = proposal.pop("kinds")
            distance = proposal["distance_km"]
            key = (
                "licence" in kinds,
                "absence" in kinds,
                "overlap" in kinds,
                full_day and proposal["load_hours"] >= full_day,
                not proposal.pop("is_owner"),
                not proposal.pop("is_local"),
                proposal["load_hours"],
                float("inf") if distance is False else distance,
                person.name,
            )
            ranked.append((key, proposal))
        ranked.sort(key=lambda item: item[0])
        return [proposal for _key, proposal in ranked]

    def _judge_person(self, person, window, territory, facts, places):
        """Return one proposal: the facts about an employee, and their words."""
        conflicts = self._judge(person, window, facts)
        kinds = {item["kind"] for item in conflicts}
        is_owner = person == self.site_id.sudo().technician_id  # sudo: only compared
        is_local = person in territory.sudo().technician_ids  # sudo: only compared
        day_jobs = self._get_day_jobs(person, window[0], facts)
        load = sum((job.end - job.start).total_seconds() / 3600 for job in day_jobs)
        distance, from_where = self._get_distance(day_jobs, window[0], *places)
        reasons = []
        if is_owner:
            reasons.append(self.env._("Responsible for this site."))
        if is_local:
            # sudo: the name of a rule
            name = territory.sudo().name
            reasons.append(self.env._("Serves the territory %s.", name))
        reasons.append(self._describe_licences(kinds, facts))
        reasons.append(self._describe_load(day_jobs, load))
        if distance is not None:
            reasons.append(
                self.env._(
                    "%(km)s km from %(place)s.", km=round(distance), place=from_where
                )
            )
        reasons += [item["text"] for item in conflicts]
        return {
            "employee_id": person.id,
            "name": person.name,
            "is_free": not kinds,
            "is_barred": "licence" in kinds,
            "load_hours": round(load, 2),
            "distance_km": False if distance is None else round(distance, 1),
            "reasons": [reason for reason in reasons if reason],
            "kinds": kinds,
            "is_owner": is_owner,
            "is_local": is_local,
        }

    def _describe_licences(self, kinds, facts):
        """Return that the licences demanded are there, where any is demanded."""
        demanded = facts["demanded"][self.id].sudo()  # sudo: names of licences
        if not demanded or "licence" in kinds:
            return ""
        return self.env._("Holds: %s.", ", ".join(demanded.mapped("name")))

    def _describe_load(self, jobs, load):
        """Return what an employee does that day in words."""
        if not jobs:
            return self.env._("Nothing else that day.")
        return self.env._(
            "Jobs that day: %(count)s (%(hours)s h).",
            count=len(jobs),
            hours=f"{load:.1f}",
        )

    def _get_day_jobs(self, person, start, facts):
        """Return what an employee does on the day of a job, without that job."""
        day = self._get_day(start)
        return [
            job
            for job in facts["jobs"].get(person.id, ())
            if self._is_other(job) and self._get_day(job.start) == day
        ]

    def _get_distance(self, jobs, start, place, home):
        """Return the way to a job: from the job before, else from home.

        :return: ``(kilometres or None, from where)``
        """
        before = [job for job in jobs if job.start <= start and job.place]
        if before:
            return geo.distance_km(before[-1].place, place), before[-1].label
        return geo.distance_km(home, place), self.env._("where he starts from")
