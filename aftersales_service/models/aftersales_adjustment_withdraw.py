from odoo import api, models

from ..arguments import as_text


class AftersalesAdjustment(models.Model):
    """Facts that turn out wrong take their consequences along."""

    _inherit = "aftersales.adjustment"

    def _filter_live(self):
        """Return those that still count: not cancelled, and not reversed."""
        return self.filtered(
            lambda entry: (
                entry.state != "cancel"
                and all(one.state == "cancel" for one in entry.reversal_ids)
            )
        )

    @api.model
    def _withdraw_facts(self, events, reason, codes=(), keep=None):
        """Take back what some facts proposed: cancelled, or reversed where paid.

        :param events: the records that are the facts
        :param str reason: what was corrected
        :param codes: pay rule codes, all by default
        :param dict keep: ``hr.employee`` records who keep theirs, by fact id
        :return: the adjustments taken back
        """
        reason = as_text(self.env, reason, self.env._("Reason"))
        live = self.sudo().search(  # sudo: facts are corrected by people who see no pay
            [
                ("event_model", "=", events._name),
                ("event_id", "in", events.ids),
                ("state", "!=", "cancel"),
                ("effect", "=", "base"),
                *([("rule_id.code", "in", list(codes))] if codes else []),
            ]
        )
        kept = {event_id: people.ids for event_id, people in (keep or {}).items()}
        live = live._filter_live().filtered(
            lambda entry: entry.employee_id.id not in kept.get(entry.event_id, ())
        )
        paid = live.filtered("settled_amount")
        if live - paid:
            (live - paid)._cancel(reason)
        if paid:
            entries = paid._reverse(reason)
            entries.filtered(lambda entry: not entry.is_above_limit)._confirm()
        return self.browse(live.ids)

    @api.model
    def _propose_phone_off(self, proposals):
        """Fine a phone that was not answered, or withdraw the trip's allowance.

        Whoever has a trip phone allowance that day loses it, once; everybody else
        is fined for each time (PEN-04, AMB-11).

        :param proposals: as ``_propose``, without ``rule``
        :return: the fines proposed
        """
        allowances = self._find_phone_allowances(proposals)
        fines = []
        for proposal in proposals:
            company = self._get_proposal_company(proposal)
            entries = allowances.get((proposal["employee"].id, proposal["date"]))
            if company.aftersales_phone_mode == "fine" or not entries:
                fines.append({**proposal, "rule": "PHONE_OFF"})
            elif live := entries._filter_live()[:1]:
                trip = self.env[live.event_model].browse(live.event_id)
                self._withdraw_facts(trip, proposal["facts"], ["TRIP_PHONE"])
        return self._propose(fines)

    @api.model
    def _find_phone_allowances(self, proposals):
        """Return the phone allowances of the trips on the days of some facts.

        Those withdrawn before as well: a trip loses its allowance once.

        :return: adjustments by (employee id, day), in two queries
        """
        employees = {proposal["employee"].id for proposal in proposals}
        days = {(proposal["employee"].id, proposal["date"]) for proposal in proposals}
        trips = self.env["aftersales.trip"].sudo()  # sudo: as _propose
        if not days:
            return {}
        trips = trips.search(
            [
                ("employee_id", "in", list(employees)),
                ("date_from", "<=", max(day for _who, day in days)),
                ("date_to", ">=", min(day for _who, day in days)),
            ]
        )
        entries = self.sudo().search(  # sudo: as _propose
            [
                ("event_model", "=", trips._name),
                ("event_id", "in", trips.ids),
                ("rule_id.code", "=", "TRIP_PHONE"),
                ("effect", "=", "base"),
                ("amount", ">", 0),
            ]
        )
        by_trip = entries.grouped("event_id")
        found = {}
        for who, day in days:
            for trip in trips:
                if trip.employee_id.id == who and trip.date_from <= day <= trip.date_to:
                    mine = by_trip.get(trip.id, entries.browse())
                    found[who, day] = found.get((who, day), entries.browse()) | mine
        return found
