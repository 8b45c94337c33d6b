import logging

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

from ..exceptions import FrozenFactError, NotEntitledError

_logger = logging.getLogger(__name__)


class AftersalesAdjustment(models.Model):
    """Facts propose adjustments: once per fact, with the rate of its day."""

    _inherit = "aftersales.adjustment"

    @api.model
    def _propose(self, proposals, again=False):
        """Propose adjustments from facts, once for each fact.

        A fact is counted once per employee and rule, also when its adjustment was
        cancelled since.  Without an active rule, or a rate on its date, nothing is
        owed and nothing is proposed.

        :param proposals: list of dicts: ``rule`` (pay rule code), ``employee``,
            ``date``, ``event`` (the record that is the fact), ``source`` (the
            document people know), ``facts`` (text), optional ``quantity``,
            ``amount``, ``reason``, and ``approved_amount``, which replaces what
            the rule gives, with the ``breakdown`` that explains it;
            ``decided`` where people decided, whom the switches do not stop
        :param bool again: count facts whose adjustment was cancelled since
        :return: the adjustments made; facts already counted are left out
        """
        ledger = self.sudo()  # sudo: facts are recorded by people who see no pay
        entries = ledger._prepare_proposals(proposals)
        states = [("state", "!=", "cancel")] if again else []
        counted = ledger._get_counted(entries, states)
        fresh = {
            key: vals
            for vals in entries
            if (key := ledger._get_event_key(vals)) not in counted
        }
        if not fresh:
            return self.browse()
        try:
            with self.env.cr.savepoint():
                made = ledger._unguarded().create(list(fresh.values()))
                made.flush_recordset()
        except UniqueViolation as error:
            # Somebody else counts the same fact right now: begin again, so that
            # the next attempt sees his adjustment.
            raise ConcurrencyError(str(error)) from error
        self.env["aftersales.audit"]._log(made, "proposed")
        return self.browse(made.ids)

    @api.model
    def _prepare_proposals(self, proposals):
        """Return create values for the proposals that a dated rule covers."""
        companies = {
            index: self._get_proposal_company(proposal)
            for index, proposal in enumerate(proposals)
        }
        rules = self.env["aftersales.pay.rule"]._by_code(
            {proposal["rule"] for proposal in proposals},
            self.env["res.company"].union(*companies.values()),
        )
        entries = []
        for index, proposal in enumerate(proposals):
            company = companies[index]
            rule = rules.get((company.id, proposal["rule"]))
            try:
                decided = proposal.get("decided")
                if rule and (decided or self._may_propose(rule, company)):
                    entries.append(self._prepare_proposal(proposal, rule, company))
            except NotEntitledError as error:
                _logger.info("No %s proposed: %s", proposal["rule"], error)
        return entries

    @api.model
    def _may_propose(self, rule, company):
        """Tell whether facts of a company propose under a rule: the two switches."""
        return company.aftersales_pay_proposals and (
            company not in rule.stopped_company_ids
        )

    @api.model
    def _get_proposal_company(self, proposal):
        """Return whose rules apply: the fact's company, else the employee's."""
        event = proposal["event"].sudo()  # sudo: as the caller
        company = event.company_id if "company_id" in event._fields else None
        return company or proposal["employee"].sudo().company_id  # sudo: as the caller

    @api.model
    def _prepare_proposal(self, proposal, rule, company):
        """Return the create values of one adjustment, rate and amount frozen."""
        event, source = proposal["event"], proposal.get("source") or proposal["event"]
        on_date = fields.Date.to_date(proposal["date"])
        asked = proposal.get("amount") or 0.0
        quantity = proposal.get("quantity", 1.0)
        rate, amount, breakdown = rule._compute_amount(asked, quantity, on_date)
        approved = proposal.get("approved_amount")
        if approved is not None:
            amount = company.currency_id.round(approved)
            label = self.env._("%s, approved above the standard", rule.name)
            breakdown = proposal.get("breakdown") or [
                {"label": label, "base": amount, "rate": 1.0, "amount": amount}
            ]
        return {
            "company_id": company.id,
            "employee_id": proposal["employee"].id,
            "rule_id": rule.id,
            "rate_id": rate.id,
            "date": on_date,
            "quantity": quantity,
            "base_amount": asked,
            "amount": amount,
            "breakdown": breakdown,
            "event_model": event._name,
            "event_id": event.id,
            "source_model": source._name,
            "source_id": source.id,
            "source_name": source.sudo().display_name,  # sudo: as the caller
            "facts": proposal.get("facts") or event.sudo().display_name,  # sudo: same
            "reason": proposal.get("reason") or False,
            "proposed_by_id": self.env.uid,
        }

    @api.model
    def _get_event_key(self, vals):
        """Return what makes a fact one fact, from create values."""
        return tuple(
            vals[name] for name in ("event_model", "event_id", "employee_id", "rule_id")
        )

    @api.model
    def _refuse_counted(self, entries):
        """Refuse entries made by hand for a fact that is counted already (PEN-19)."""
        entries = [vals for vals in entries if vals.get("event_id")]
        open_states = [("state", "!=", "cancel")]
        counted = self.sudo()._get_counted(entries, open_states)  # sudo: any company
        keys = [self._get_event_key(vals) for vals in entries]
        if counted.intersection(keys) or len(set(keys)) < len(keys):
            raise FrozenFactError(
                self.env._(
                    "This order was already counted for this employee under this rule."
                )
            )

    @api.model
    def _get_counted(self, entries, domain=()):
        """Return the keys of the facts among ``entries`` that were counted.

        :param entries: create values
        :param domain: further conditions on the adjustments that count
        """
        if not entries:
            return set()
        keys = [
            (name, "in", list({vals[name] for vals in entries}))
            for name in ("event_model", "event_id", "employee_id", "rule_id")
        ]
        counted = self.search_fetch(
            [*keys, *domain, ("effect", "=", "base")],
            ["event_model", "event_id", "employee_id", "rule_id"],
        )
        return {
            (
                adjustment.event_model,
                adjustment.event_id,
                adjustment.employee_id.id,
                adjustment.rule_id.id,
            )
            for adjustment in counted
        }
