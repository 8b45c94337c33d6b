from odoo import models

from ..calc import clock

COMPLAINT_RULE, DEMERIT_RULE = "COMPLAINT", "DEMERIT"
# What the rule book calls for a demerit besides: quarrel, demands, not in time.
LATE_GROUND = "not_in_time"
DEMERIT_GROUNDS = frozenset({"quarrel", "demand", LATE_GROUND})


class HelpdeskTicket(models.Model):
    """What a verdict on a complaint means for pay (PEN-06, PEN-10)."""

    _inherit = "helpdesk.ticket"

    def _after_complaint_verified(self, before):
        result = super()._after_complaint_verified(before)
        ladder, demerits = [], []
        tickets = self.sudo()  # sudo: heads judge people they may not read
        fined = tickets._get_fined_late()
        tickets._withdraw_complaints(fined)
        for ticket in tickets:
            if ticket.verified != "valid":
                continue
            proposals = ticket._prepare_complaint_proposals()
            ladder += [
                {**one, "rule": COMPLAINT_RULE}
                for one in proposals
                if one["employee"] not in fined[ticket]
            ]
            if ticket.complaint_ground in DEMERIT_GROUNDS:
                demerits += [{**one, "rule": DEMERIT_RULE} for one in proposals]
        entries = self.env["aftersales.adjustment"]
        entries._propose_on_ladder(ladder)
        entries._propose(demerits, again=True)
        # A fine for coming late that gave way to this complaint is owed again.
        tickets._get_orders_meant().worker_ids.filtered(
            lambda worker: worker.late_reason_confirmed == "personal"
        )._propose_late()
        return result

    def _get_orders_meant(self):
        """Return the orders that these complaints can be about: own, and repeated."""
        return (self | self.repeat_of_id).order_ids

    def _get_fined_late(self):
        """Return who is fined for being late in the events complained about (AMB-08).

        Being late and the complaint about it are one event: one money clause, and
        the demerit beside it.

        :return: ``hr.employee`` records by ticket
        """
        meant = self.filtered(lambda ticket: ticket.complaint_ground == LATE_GROUND)
        fines = self.env["aftersales.adjustment"]._find_fined(
            "LATE", meant._get_orders_meant()
        )
        late = fines.grouped("source_id")
        fined = dict.fromkeys(self, self.env["hr.employee"])
        for ticket in meant:
            for order in ticket._get_orders_meant():
                fined[ticket] |= late.get(order.id, fines.browse()).employee_id
        for ticket, bearers in self._get_charged().items():
            fined[ticket] |= bearers
        return fined

    def _get_charged(self):
        """Return who bears a decided loss instead of the fixed fine (AMB-04).

        :return: ``hr.employee`` records by ticket
        """
        cases = self.env["aftersales.case"].search(
            [
                ("source_model", "=", self._name),
                ("source_id", "in", self.ids),
                ("state", "=", "decided"),
                ("keep_fixed_fine", "=", False),
                ("is_reversed", "=", False),
            ]
        )
        return {
            self.browse(case.source_id): case._get_fined_bearers() for case in cases
        }

    def _prepare_complaint_proposals(self):
        """Return one proposal for each employee complained about, without a rule."""
        zone = self.company_id._get_aftersales_tz()
        received = clock.to_local(self.received_on or self.create_date, zone).date()
        grounds = dict(
            self._fields["complaint_ground"]._description_selection(self.env)
        )
        facts = self.env._(
            "Complaint %(ticket)s of %(day)s, found valid. Ground: %(ground)s. "
            "%(reason)s",
            ticket=self.number,
            day=received,
            ground=grounds.get(self.complaint_ground) or "-",
            reason=self.verified_reason,
        )
        return [
            {
                "employee": employee,
                "date": received,
                "event": self,
                "company": self.company_id,
                "facts": facts,
            }
            for employee in self.complaint_employee_ids
        ]

    def _withdraw_complaints(self, fined):
        """Take back what these complaints cost those they are no longer about.

        :param dict fined: who pays for the same event under another clause, by ticket
        """
        valid = self.filtered(lambda ticket: ticket.verified == "valid")
        named = {ticket.id: ticket.complaint_employee_ids for ticket in valid}
        paying = {ticket.id: named[ticket.id] - fined[ticket] for ticket in valid}
        for reason, tickets in self.grouped("verified_reason").items():
            for code, keep in ((COMPLAINT_RULE, paying), (DEMERIT_RULE, named)):
                self.env["aftersales.adjustment"]._withdraw_facts(
                    tickets, reason, [code], keep=keep
                )
