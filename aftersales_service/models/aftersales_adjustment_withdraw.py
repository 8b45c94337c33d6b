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
        fines = []
        for proposal in proposals:
            allowance = self._find_phone_allowance(proposal)
            if allowance:
                self._withdraw_facts(
                    self.env[allowance.event_model].browse(allowance.event_id),
                    proposal["facts"],
                    ["TRIP_PHONE"],
                )
            elif not self._is_phone_withdrawn(proposal):
                fines.append({**proposal, "rule": "PHONE_OFF"})
        return self._propose(fines)

    @api.model
    def _find_phone_allowance(self, proposal):
        """Return the live phone allowance of the trip that covers a day, if any."""
        return self._find_phone_entries(proposal)._filter_live()[:1]

    @api.model
    def _is_phone_withdrawn(self, proposal):
        """Tell whether the trip of that day lost its phone allowance already."""
        return bool(self._find_phone_entries(proposal))

    @api.model
    def _find_phone_entries(self, proposal):
        """Return the phone allowances of the trips that cover the day of a fact."""
        trips = self.env["aftersales.trip"].sudo()  # sudo: as _propose
        trips = trips.search(
            [
                ("employee_id", "=", proposal["employee"].id),
                ("date_from", "<=", proposal["date"]),
                ("date_to", ">=", proposal["date"]),
            ]
        )
        return self.sudo().search(  # sudo: as _propose
            [
                ("event_model", "=", trips._name),
                ("event_id", "in", trips.ids),
                ("rule_id.code", "=", "TRIP_PHONE"),
                ("effect", "=", "base"),
                ("amount", ">", 0),
            ]
        )
