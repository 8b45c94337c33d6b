from odoo import models

from ..calc import clock

COMPLAINT_RULE, DEMERIT_RULE = "COMPLAINT", "DEMERIT"
# What the rule book calls for a demerit besides: quarrel, demands, not in time.
DEMERIT_GROUNDS = frozenset({"quarrel", "demand", "not_in_time"})


class HelpdeskTicket(models.Model):
    """What a verdict on a complaint means for pay (PEN-06, PEN-10)."""

    _inherit = "helpdesk.ticket"

    def _after_complaint_verified(self, before):
        result = super()._after_complaint_verified(before)
        ladder, demerits = [], []
        self.sudo()._withdraw_complaints()  # sudo: as below
        for ticket in self.sudo():  # sudo: heads judge people they may not read
            if ticket.verified != "valid":
                continue
            proposals = ticket._prepare_complaint_proposals()
            ladder += [{**one, "rule": COMPLAINT_RULE} for one in proposals]
            if ticket.complaint_ground in DEMERIT_GROUNDS:
                demerits += [{**one, "rule": DEMERIT_RULE} for one in proposals]
        entries = self.env["aftersales.adjustment"]
        entries._propose_on_ladder(ladder)
        entries._propose(demerits, again=True)
        return result

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

    def _withdraw_complaints(self):
        """Take back what these complaints cost those they are no longer about."""
        for reason, tickets in self.grouped("verified_reason").items():
            self.env["aftersales.adjustment"]._withdraw_facts(
                tickets,
                reason,
                [COMPLAINT_RULE, DEMERIT_RULE],
                keep={
                    ticket.id: ticket.complaint_employee_ids
                    for ticket in tickets
                    if ticket.verified == "valid"
                },
            )
