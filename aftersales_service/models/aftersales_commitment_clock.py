from odoo import api, fields, models

from ..calc import clock
from .aftersales_commitment import ORDER_MILESTONES, TICKET_MILESTONES


class AftersalesCommitment(models.Model):
    """How promises start, move and are kept."""

    _inherit = "aftersales.commitment"

    # -- start

    @api.model
    def _start(self, documents, milestones=None, started_on=None):
        """Start the clocks that the documents' policy promises, once each.

        :param documents: tickets or orders with a ``policy_id``
        :param milestones: names to start; by default reply, commit, arrive and
            resolve of a ticket, arrive and resolve of an order without ticket
        :param started_on: naive UTC datetime; each document's own by default
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
        working_days = documents.company_id._aftersales_working_days(
            min(starts.values())
        )
        made = self.sudo()._unguarded()  # sudo: nobody makes promises by hand
        made = made.create(
            [
                self._prepare_commitment_vals(document, rule, starts[document], days)
                for document in documents
                for days in [working_days[document.company_id.id]]
                for rule in document.policy_id.milestone_ids
                if rule.milestone in wanted
                and (document.id, rule.milestone) not in known
            ]
        )
        return self.browse(made.ids)

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
    def _prepare_commitment_vals(self, document, rule, start, is_working):
        """Return the values of one promise.

        :param document: one ticket or order
        :param rule: one ``aftersales.policy.milestone``
        :param datetime start: when the clock starts, naive UTC
        :param is_working: function telling whether a date is a working day
        """
        deadline = clock.deadline(
            start,
            rule.unit,
            rule.value,
            tz=self._get_tz(document),
            cutoff_hour=rule.cutoff_hour,
            is_working=is_working,
        ).replace(microsecond=0)
        return {
            **self._prepare_document_vals(document),
            "milestone": rule.milestone,
            "started_on": start,
            "deadline": deadline,
            "warn_on": clock.warn_time(start, deadline, rule.warning_share),
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
        kept = waiting.filtered(
            lambda promise: at <= promise.deadline and promise.state != "excepted"
        )
        kept._set_state(
            "met",
            {"fulfilled_on": at, "breached_on": False, "responsible_id": False},
            happened_on=at,
        )
        late = waiting - kept
        late.filtered(lambda promise: promise.state == "open")._breach()
        late._unguarded().write({"fulfilled_on": at})
        return self.browse(waiting.ids)

    @api.model
    def _reschedule(self, documents, milestone, new_deadline, reason, at=None):
        """Let an appointment agreed with the customer replace a deadline.

        The running promise of the document, or of the ticket behind an order, gets
        the new deadline; the first one stays in ``original_deadline`` and in the
        audit trail (DISP-01, DISP-12).  Without a running promise the appointment
        becomes one of its own.  A promise already broken is not healed.

        :param documents: tickets or orders
        :param str milestone: which promise
        :param datetime new_deadline: the time agreed, naive UTC
        :param str reason: what was agreed, and with whom
        :param datetime at: when it was agreed; now by default, at the latest the
            time agreed
        :return: the commitments moved or made
        """
        at = at or min(fields.Datetime.now(), new_deadline)
        running = self._get_of(documents, milestone)._lock()
        running = running.filtered(lambda promise: promise.state == "open")
        broken = running.filtered(lambda promise: promise.deadline < at)
        broken._breach()
        running -= broken
        for deadline, promises in running.grouped("deadline").items():
            promises._move_deadline(deadline, new_deadline, reason, at)
        bare = documents.sudo().filtered(  # sudo: the order's own ticket
            lambda document: (
                document.id not in running._get_document_ids(documents)
                and not running.ticket_id & self._get_ticket(document)
            )
        )
        made = self._make_appointments(bare, milestone, new_deadline, reason, at)
        return self.browse(running.ids) | made

    def _get_document_ids(self, documents):
        """Return the ids of the documents of that model that self belongs to."""
        return self[self._get_document_field(documents)].ids

    @api.model
    def _get_ticket(self, document):
        """Return the ticket itself, or the one behind an order."""
        is_ticket = document._name == "helpdesk.ticket"
        return document if is_ticket else document.ticket_id

    def _move_deadline(self, deadline, new_deadline, reason, at):
        """Move promises of one deadline to another, on the record."""
        if deadline == new_deadline:
            return
        for promise in self:
            promise._unguarded().write(
                {
                    "deadline": new_deadline,
                    "original_deadline": promise.original_deadline or deadline,
                    "promised_to": reason,
                    "warned_on": False,
                    "warn_on": self._get_warn_time(
                        promise.policy_id, promise.milestone, at, new_deadline
                    ),
                }
            )
        self.env["aftersales.audit"]._log(
            self,
            "rescheduled",
            reason=reason,
            happened_on=at,
            deadline_before=fields.Datetime.to_string(deadline),
            deadline=fields.Datetime.to_string(new_deadline),
        )

    @api.model
    def _get_warn_time(self, policy, milestone, at, deadline):
        """Return when to warn by the policy's share; never where it has none."""
        rule = policy.milestone_ids.filtered(lambda rule: rule.milestone == milestone)
        return rule and clock.warn_time(at, deadline, rule.warning_share)

    @api.model
    def _make_appointments(self, documents, milestone, deadline, reason, at):
        """Make promises out of appointments that replace none."""
        made = self.sudo()._unguarded()  # sudo: nobody makes promises by hand
        made = made.create(
            [
                {
                    **self._prepare_document_vals(document),
                    "milestone": milestone,
                    "started_on": min(at, deadline),
                    "deadline": deadline,
                    "promised_to": reason,
                    "warn_on": self._get_warn_time(
                        document.policy_id, milestone, at, deadline
                    ),
                }
                for document in documents
            ]
        )
        return self.browse(made.ids)

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
        again = self.sudo().union(*latest.values())
        return self.browse(again._set_state("open", {"fulfilled_on": False}).ids)
