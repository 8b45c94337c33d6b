from odoo import api, fields, models

from ..calc import clock


class AftersalesCommitment(models.Model):
    """Promises that move: appointments, and clocks that stand still."""

    _inherit = "aftersales.commitment"

    # -- appointments

    @api.model
    def _reschedule(
        self, documents, milestone, new_deadline, reason, at=None, moved_by="customer"
    ):
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
        :param str moved_by: whose wish it was, customer or us
        :return: the commitments moved or made
        """
        at = at or min(fields.Datetime.now(), new_deadline)
        running = self._get_of(documents, milestone)._lock()
        running = running.filtered(lambda promise: promise.state == "open")
        running._run_on(at)
        broken = running.filtered(lambda promise: not promise._is_kept(at))
        broken._breach()
        running -= broken
        running._move_deadline(new_deadline, reason, at, moved_by)
        tickets = running.ticket_id
        bare = documents.sudo().filtered(  # sudo: the order's own ticket
            lambda document: (
                document.id not in running._get_document_ids(documents)
                and not tickets & self._get_ticket(document)
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

    def _move_deadline(self, new_deadline, reason, at, moved_by):
        """Move promises to a new deadline, on the record."""
        moving = self.filtered(lambda promise: promise.deadline != new_deadline)
        before = {promise.id: promise.deadline for promise in moving}
        for promise in moving._unguarded():
            promise.write(
                {
                    "deadline": new_deadline,
                    "original_deadline": promise.original_deadline or promise.deadline,
                    "promised_to": reason,
                    "move_count": promise.move_count + 1,
                    "moved_by": moved_by,
                    "warned_on": False,
                    "final_warned_on": False,
                    "duty_told_on": False,
                    **self._prepare_warnings(promise._get_rule(), at, new_deadline),
                }
            )
        self.env["aftersales.audit"]._log(
            moving,
            "rescheduled",
            reason=reason,
            happened_on=at,
            deadline=fields.Datetime.to_string(new_deadline),
            moved_by=moved_by,
            details={
                promise_id: {"deadline_before": fields.Datetime.to_string(deadline)}
                for promise_id, deadline in before.items()
            },
        )
        return moving

    def _get_rule(self, policy=None, milestone=None):
        """Return the policy's rule for this promise, or none.

        :param policy: with ``milestone``: for a promise that is not made yet
        """
        policy, milestone = policy or self.policy_id, milestone or self.milestone
        return policy.milestone_ids.filtered(lambda rule: rule.milestone == milestone)

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
                    **self._prepare_warnings(
                        self._get_rule(document.policy_id, milestone), at, deadline
                    ),
                }
                for document in documents
            ]
        )
        return self.browse(made.ids)

    # -- clocks that stand still

    @api.model
    def _pause(self, documents, at, reason=None, by_policy=False):
        """Stop the running clocks of documents and of the tickets behind orders.

        Promises already late go on being late.

        :param documents: tickets or orders
        :param datetime at: since when, naive UTC
        :param str reason: what is waited for
        :param bool by_policy: only promises whose policy allows it, and no
            appointments; an incident stops all of them (ESC-07)
        :return: the commitments that stand still now
        """
        if not documents:
            return self.browse()
        running = self._get_of(documents, None)._lock()
        stopped = running.filtered(
            lambda promise: (
                promise.state == "open"
                and not promise.paused_on
                and promise.deadline >= at
            )
        )
        if by_policy:
            stopped = stopped.filtered(
                lambda promise: (
                    not promise.promised_to and promise._get_rule().may_pause
                )
            )
        stopped._unguarded().write({"paused_on": at, "pause_reason": reason})
        self.env["aftersales.audit"]._log(
            stopped, "paused", reason=reason, happened_on=at
        )
        return self.browse(stopped.ids)

    @api.model
    def _resume(self, documents, at, milestone=None):
        """Let the stopped clocks of documents run on with the time that was left.

        :param documents: tickets or orders
        :param datetime at: since when, naive UTC
        :param str milestone: which promise; all by default
        :return: the commitments that run again
        """
        if not documents:
            return self.browse()
        return self.browse(self._get_of(documents, milestone)._lock()._run_on(at).ids)

    def _run_on(self, at):
        """Let the stopped clocks among these promises run on.

        :param datetime at: since when, naive UTC
        :return: the commitments that run again
        """
        stopped = self.filtered("paused_on")
        if not stopped:
            return stopped
        working = stopped.company_id._aftersales_clock(min(stopped.mapped("paused_on")))
        details = {}
        for promise in stopped._unguarded():
            vals = promise._prepare_resume_vals(at, working[promise.company_id.id])
            details[promise.id] = {
                "deadline_before": fields.Datetime.to_string(promise.deadline),
                "deadline": fields.Datetime.to_string(vals["deadline"]),
            }
            promise.write(vals)
        self.env["aftersales.audit"]._log(
            stopped, "resumed", happened_on=at, details=details
        )
        return stopped

    def _prepare_resume_vals(self, at, working):
        """Return what changes on one promise whose clock runs again.

        :param datetime at: since when, naive UTC
        :param working: the company's ``Clock``
        """
        in_office = self.hours_mode == "office" and not self.promised_to
        counts_days = self.unit == "working_days" and not self.promised_to
        deadline = clock.resume(
            self.deadline,
            self.paused_on,
            at,
            tz=self._get_tz(self),
            is_working=working.is_working if counts_days else None,
            work=(working.add_work, working.work_between) if in_office else None,
        )
        stood_still = max((at - self.paused_on).total_seconds(), 0)
        vals = {
            "deadline": deadline,
            "original_deadline": self.original_deadline or self.deadline,
            "paused_on": False,
            "pause_reason": False,
            "paused_minutes": self.paused_minutes + int(stood_still // 60),
        }
        shift = deadline - self.deadline
        for warn, warned in (
            ("warn_on", "warned_on"),
            ("final_warn_on", "final_warned_on"),
        ):
            if self[warn] and not self[warned]:
                vals[warn] = self[warn] + shift
        return vals
