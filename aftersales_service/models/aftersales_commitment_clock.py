from odoo import api, fields, models

from ..calc import clock
from .aftersales_commitment import ORDER_MILESTONES, TICKET_MILESTONES
from .aftersales_policy_milestone import CLOCK_UNITS

# Cases of this priority are urgent.
TOP_PRIORITY = 3
# Facts whose recording starts the clock of other promises.
STARTING_MILESTONES = {"arrive": "arrive", "return_sheet": "sheet"}


class AftersalesCommitment(models.Model):
    """How promises start, move and are kept."""

    _inherit = "aftersales.commitment"

    # -- start

    @api.model
    def _start(self, documents, milestones=None, started_on=None, basis="report"):
        """Start the clocks that the documents' policy promises, once each.

        :param documents: tickets or orders with a ``policy_id``
        :param milestones: names to start; by default reply, commit, arrive and
            resolve of a ticket, arrive and resolve of an order without ticket
        :param started_on: naive UTC datetime; each document's own by default
        :param str basis: the event that starts the clocks
        :return: the commitments made
        """
        documents = documents.sudo().filtered("policy_id")  # sudo: rules of the house
        wanted = set(milestones or self._get_own_milestones(documents))
        if not milestones and documents._name == "aftersales.order":
            documents = documents.filtered(lambda order: not order.ticket_id)
        if not documents or not wanted:
            return self.browse()
        known = self._get_known(documents, wanted)
        starts = {
            document: started_on or self._get_start(document) for document in documents
        }
        clocks = documents.company_id._aftersales_clock(min(starts.values()))
        made = self.sudo()._unguarded()  # sudo: nobody makes promises by hand
        made = made.create(
            [
                self._prepare_commitment_vals(
                    document, rule, starts[document], clocks[document.company_id.id]
                )
                for document in documents
                for rule in document.policy_id.milestone_ids
                if rule.milestone in wanted
                and rule.basis == basis
                and (document.id, rule.milestone) not in known
            ]
        )
        return self.browse(made.ids)

    @api.model
    def _start_on(self, orders, basis, at):
        """Start the clocks that an event in the field starts (AMB-59, AMB-60).

        What is promised to the customer who reported hangs on the ticket.

        :param orders: ``aftersales.order``
        :param str basis: arrive, leave or sheet
        :param datetime at: when it happened, naive UTC
        :return: the commitments made
        """
        orders = orders.sudo()  # sudo: facts by anybody start the house's promises
        rules = (
            orders.policy_id.milestone_ids | orders.ticket_id.policy_id.milestone_ids
        )
        wanted = set(
            rules.filtered(lambda rule: rule.basis == basis).mapped("milestone")
        )
        made = self.browse()
        shared, own = wanted & TICKET_MILESTONES, wanted - TICKET_MILESTONES
        if shared:
            tickets = orders.ticket_id.filtered(lambda ticket: not ticket.closed)
            bare = orders.filtered(lambda order: not order.ticket_id)
            made |= self._start(tickets, shared, at, basis)
            made |= self._start(bare, shared, at, basis)
        if own:
            made |= self._start(orders, own, at, basis)
        return made

    @api.model
    def _get_own_milestones(self, documents):
        """Return the milestones that start by themselves on these documents."""
        if documents._name == "helpdesk.ticket":
            return TICKET_MILESTONES
        return ORDER_MILESTONES

    @api.model
    def _get_known(self, documents, milestones):
        """Return the set of (document id, milestone) that was promised already."""
        field = self._get_document_field(documents)
        rows = self.sudo()._read_group(  # sudo: promises of anybody's document
            [
                (field, "in", documents.ids),
                ("milestone", "in", list(milestones)),
                ("state", "!=", "cancel"),
            ],
            [field, "milestone"],
        )
        return {(document.id, milestone) for document, milestone in rows}

    @api.model
    def _get_document_field(self, documents):
        """Return the name of the field that points to such documents."""
        return "ticket_id" if documents._name == "helpdesk.ticket" else "order_id"

    @api.model
    def _get_start(self, document):
        """Return when the clock of a document starts, naive UTC."""
        if document._name == "helpdesk.ticket" and document.received_on:
            return document.received_on
        return document.create_date or fields.Datetime.now()

    @api.model
    def _get_tz(self, document):
        """Return the zone of the document's days: the site's, else the company's."""
        return document.site_id.tz or document.company_id._aftersales_tz()

    @api.model
    def _prepare_commitment_vals(self, document, rule, start, working):
        """Return the values of one promise.

        :param document: one ticket or order
        :param rule: one ``aftersales.policy.milestone``
        :param datetime start: when the clock starts, naive UTC
        :param working: the company's ``Clock``
        """
        cutoff = self._get_cutoff(document, rule)
        in_office = rule.hours_mode == "office"
        deadline = clock.deadline(
            start,
            rule.unit,
            rule.value,
            tz=self._get_tz(document),
            cutoff_hour=cutoff,
            is_working=working.is_working,
            add_work=working.add_work if in_office else None,
        )
        return {
            **self._prepare_document_vals(document),
            "policy_version": document.policy_id.version,
            "milestone": rule.milestone,
            "unit": rule.unit,
            "value": rule.value,
            "hours_mode": rule.hours_mode,
            "cutoff_hour": cutoff,
            "grace_minutes": rule.grace_minutes,
            "started_on": start,
            "deadline": deadline.replace(microsecond=0),
            **self._prepare_warnings(rule, start, deadline, working),
        }

    @api.model
    def _get_cutoff(self, document, rule):
        """Return the cut-off hour of a rule; urgent cases know none (AMB-51)."""
        ticket = self._get_ticket(document)
        is_critical = int(ticket.priority or 0) >= TOP_PRIORITY
        if is_critical and rule.policy_id.critical_ignores_cutoff:
            return 24.0
        return rule.cutoff_hour

    @api.model
    def _prepare_warnings(self, rule, start, deadline, working=None):
        """Return when to warn by the shares of a rule (ESC-12).

        :param rule: one ``aftersales.policy.milestone``, or none
        :param datetime start: when the clock started, naive UTC
        :param datetime deadline: naive UTC
        :param working: the company's ``Clock`` where its hours may count
        """
        if not rule:
            return {"warn_on": False, "final_warn_on": False}
        in_office = working and rule.hours_mode == "office"
        counted = in_office and rule.unit in CLOCK_UNITS

        def warn_time(share):
            if counted:
                span = clock.length(rule.unit, rule.value * share / 100)
                return working.add_work(start, span)
            return clock.warn_time(start, deadline, share)

        final = rule.final_warning_share
        return {
            "warn_on": warn_time(rule.warning_share),
            "final_warn_on": final and warn_time(final),
        }

    @api.model
    def _prepare_document_vals(self, document):
        """Return the values that tie a promise to its ticket or order."""
        return {
            self._get_document_field(document): document.id,
            "site_id": document.site_id.id,
            "company_id": document.company_id.id,
            "policy_id": document.policy_id.id,
        }

    # -- keep, move, drop

    @api.model
    def _get_of(self, documents, milestone, states=("open",)):
        """Return the promises of documents and of the tickets behind orders.

        :param documents: tickets or orders
        :param str milestone: which promise; all when empty
        :param states: states looked for
        """
        if documents._name == "helpdesk.ticket":
            domain = [("ticket_id", "in", documents.ids)]
        else:
            tickets = documents.sudo().ticket_id  # sudo: the order's own ticket
            domain = [
                "|",
                ("order_id", "in", documents.ids),
                ("ticket_id", "in", tickets.ids),
            ]
        domain.append(("state", "in", list(states)))
        if milestone:
            domain.append(("milestone", "=", milestone))
        return self.sudo().search(domain)  # sudo: promises follow facts by anybody

    @api.model
    def _fulfil(self, documents, milestone, at):
        """Mark a promise kept, on the documents and the tickets behind them.

        A promise kept after its deadline becomes missed, with both times.  One
        that was missed or excepted before keeps its state and gets the time.

        :param documents: tickets or orders
        :param str milestone: which promise
        :param datetime at: when it was kept, naive UTC
        :return: the commitments touched
        """
        waiting = self._get_of(documents, milestone, ("open", "missed", "excepted"))
        waiting = waiting._lock().filtered(lambda promise: not promise.fulfilled_on)
        waiting._run_on(at)
        kept = waiting.filtered(
            lambda promise: promise.state != "excepted" and promise._is_kept(at)
        )
        kept._set_state(
            "met",
            {
                "fulfilled_on": at,
                "breached_on": False,
                "responsible_id": False,
                "escalate_on": False,
            },
            happened_on=at,
        )
        late = waiting - kept
        late.filtered(lambda promise: promise.state == "open")._breach()
        late._unguarded().write({"fulfilled_on": at, "escalate_on": False})
        if milestone in STARTING_MILESTONES and documents._name == "aftersales.order":
            self._start_on(documents, STARTING_MILESTONES[milestone], at)
        return self.browse(waiting.ids)

    def _is_kept(self, at):
        """Tell whether a promise kept at a moment is kept in time."""
        self.ensure_one()
        return at <= self.deadline + clock.length("minutes", self.grace_minutes)

    @api.model
    def _cancel(self, documents, milestones=None, reason=None):
        """Drop running promises that nobody is owed any more.

        :param documents: tickets or orders; tickets behind orders are left alone
        :param milestones: which promises; all by default
        :param str reason: why
        :return: the commitments cancelled
        """
        field = self._get_document_field(documents)
        domain = [(field, "in", documents.ids), ("state", "=", "open")]
        if milestones:
            domain.append(("milestone", "in", list(milestones)))
        promises = self.sudo().search(domain)  # sudo: promises follow facts by anybody
        return self.browse(promises._set_state("cancel", reason=reason).ids)

    @api.model
    def _reopen(self, tickets, milestone):
        """Let a promise run again whose ticket turned out not to be solved.

        :param tickets: tickets reopened
        :param str milestone: which promise
        :return: the commitments that run again
        """
        kept = self._get_of(tickets, milestone, ("met",))
        latest = {promise.ticket_id: promise for promise in kept.sorted("id")}
        # sudo: promises begin to run again by rule, nobody writes them by hand
        again = self.sudo().union(*latest.values())
        return self.browse(again._set_state("open", {"fulfilled_on": False}).ids)
