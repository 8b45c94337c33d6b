from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..arguments import as_choice, as_text
from ..calc import clock, scales
from ..exceptions import MissingError, NotAllowedError
from .aftersales_fact_mixin import fact_action

REPEAT_RULE = "REPEAT"
REPEAT_REASONS = [
    ("personal", "Personal: Poor Work"),
    ("part", "Part or Material"),
    ("customer", "Customer"),
    ("other", "Other"),
]


class HelpdeskTicket(models.Model):
    """Why a fault came back, and what that means for pay (PEN-07, AMB-10)."""

    _inherit = "helpdesk.ticket"

    repeat_reason = fields.Selection(
        REPEAT_REASONS,
        string="Why It Came Back",
        readonly=True,
        copy=False,
        groups="aftersales_service.group_head,aftersales_service.group_quality_vp,"
        "aftersales_service.group_general_manager",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"repeat_reason"}

    @fact_action
    def action_judge_repeat(self, reason, note, at=None, request_key=None):
        """Say why a fault came back; only a personal reason costs money.

        Heads only. Whoever led the repair before gets a warning the first time
        within the rule's days, then the costs of the new visits: its trips and its
        parts.  Another reason takes it back.

        :param str reason: personal, part, customer or other
        :param str note: how it is known
        :param at: when; now by default
        :param str request_key: see ``fact_action``
        :return: self
        :raise AccessError: for others than heads, and for who led that repair
        :raise MissingError: when a ticket repeats no other, or nobody repaired it
        """
        if not self.env.user.has_group("aftersales_service.group_head"):
            raise AccessError(
                self.env._("Only a head of department says why a fault came back.")
            )
        reason = as_choice(self.env, reason, REPEAT_REASONS, self.env._("Reason"))
        note = as_text(self.env, note, self.env._("Note"))
        self._check_repeats(reason)
        self._unguarded().write({"repeat_reason": reason})
        self.env["aftersales.audit"]._log(
            self, "repeat_judged", reason=note, happened_on=at, cause=reason
        )
        entries = self.env["aftersales.adjustment"]
        if reason == "personal":
            entries._propose_on_ladder(self._prepare_repeat_proposals(note))
        else:
            entries._withdraw_facts(self, note, [REPEAT_RULE])
        return self

    def _check_repeats(self, reason):
        """Refuse tickets that repeat none, or whose first repair nobody did."""
        for ticket in self:
            if not ticket.repeat_of_id:
                raise MissingError(
                    self.env._(
                        "%s repeats no earlier case: same unit and symptom within the "
                        "days of the company.",
                        ticket.display_name,
                    )
                )
            # sudo: HR alone reads an employee's user
            repairer = ticket._get_first_repairer().sudo()
            if repairer.user_id == self.env.user and not self.env.su:
                raise NotAllowedError(
                    self.env._(
                        "You led the repair under %s yourself: another head says why "
                        "the fault came back.",
                        ticket.repeat_of_id.display_name,
                    )
                )
            if reason == "personal" and not repairer:
                raise MissingError(
                    self.env._(
                        "Nobody finished a repair under %s.",
                        ticket.repeat_of_id.display_name,
                    )
                )

    def _get_first_repairer(self):
        """Return who led the last repair of the case that this one repeats."""
        orders = self.repeat_of_id.sudo().order_ids  # sudo: whoever's order it was
        done = orders.filtered(
            lambda order: order.state in ("done", "closed") and order.lead_id
        )
        return done.sorted("done_on")[-1:].lead_id.sudo(False)

    def _prepare_repeat_proposals(self, note):
        """Return one proposal for each repeat, with the costs of its visits."""
        costs = self._get_repeat_costs()
        proposals = []
        for ticket in self:
            zone = ticket.company_id._get_aftersales_tz()
            received = ticket.received_on or ticket.create_date
            proposals.append(
                {
                    "rule": REPEAT_RULE,
                    "employee": ticket._get_first_repairer(),
                    "date": clock.to_local(received, zone).date(),
                    "event": ticket,
                    "company": ticket.company_id,
                    "amount": float(costs[ticket.id]),
                    "facts": self.env._(
                        "%(ticket)s repeats %(first)s: same unit and symptom. "
                        "Costs of its visits: %(costs)s. %(note)s",
                        ticket=ticket.number,
                        first=ticket.repeat_of_id.number,
                        costs=costs[ticket.id],
                        note=note,
                    ),
                }
            )
        return proposals

    def _get_repeat_costs(self):
        """Return what the visits of these cases cost: their trips and parts.

        A trip to several orders counts with the part of these orders.

        :return: ``Decimal`` by ticket id
        """
        costs = defaultdict(lambda: scales.ZERO)
        orders = self.sudo().order_ids  # sudo: pay and parts of others
        for claim in orders.claim_ids:
            if claim.state not in ("rejected", "cancel"):
                costs[claim.order_id.ticket_id.id] += scales.money(claim.cost_total)
        trips = orders.trip_ids
        paid = self.env["aftersales.adjustment"].sudo()  # sudo: as above
        entries = paid.search(
            [
                ("source_model", "=", trips._name),
                ("source_id", "in", trips.ids),
                ("kind", "=", "allowance"),
                ("effect", "=", "base"),
                ("state", "!=", "cancel"),
            ]
        )._filter_live()
        by_trip = entries.grouped("source_id")
        for trip in trips:
            amounts = by_trip.get(trip.id, entries.browse()).mapped("amount")
            total = sum(map(scales.decimal, amounts), scales.ZERO)
            for order in trip.order_ids & orders:
                costs[order.ticket_id.id] += scales.money(total / len(trip.order_ids))
        return costs

    def action_open_judge_repeat(self):
        """Open the dialog that asks why a fault came back.

        :return: window action
        """
        return self._open_decide("repeat", self.env._("Why It Came Back"))
