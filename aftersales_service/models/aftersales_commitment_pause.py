from odoo import api, fields, models


class AftersalesCommitment(models.Model):
    """Promises that stand still while the house settles an incident (ESC-07)."""

    _inherit = "aftersales.commitment"

    paused_on = fields.Datetime(
        string="Paused Since", readonly=True, copy=False, help="An incident goes on."
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"paused_on"}

    @api.depends("paused_on")
    def _compute_clock(self):
        result = super()._compute_clock()
        for commitment in self.filtered("paused_on"):
            commitment.clock = self.env._("paused")
            commitment.clock_state = "off"
        return result

    @api.model
    def _stand_still(self, documents, at):
        """Stop the clocks of documents and of the tickets behind orders.

        :param documents: tickets or orders
        :param datetime at: since when, naive UTC
        :return: the commitments that stand still
        """
        if not documents:
            return self.browse()
        running = self._get_of(documents, None)._lock()
        running = running.filtered(
            lambda promise: (
                promise.state == "open"
                and not promise.paused_on
                and promise.deadline >= at
            )
        )
        running._unguarded().write({"paused_on": at})
        self.env["aftersales.audit"]._log(running, "paused", happened_on=at)
        return self.browse(running.ids)

    @api.model
    def _end_standstill(self, documents, at, milestone=None):
        """Let clocks run on; their deadlines move by as long as they stood.

        :param documents: tickets or orders
        :param datetime at: since when, naive UTC
        :param str milestone: which promise; all by default
        :return: the commitments that run again
        """
        if not documents:
            return self.browse()
        standing = self._get_of(documents, milestone).filtered("paused_on")._lock()
        for promise in standing:
            span = max(at - promise.paused_on, at - at)
            promise._unguarded().write(
                {
                    "paused_on": False,
                    "deadline": promise.deadline + span,
                    "original_deadline": promise.original_deadline or promise.deadline,
                    "warn_on": promise.warn_on and promise.warn_on + span,
                }
            )
        self.env["aftersales.audit"]._log(standing, "resumed", happened_on=at)
        return self.browse(standing.ids)

    @api.model
    def _fulfil(self, documents, milestone, at):
        """A promise kept during an incident is measured without the standstill."""
        self._end_standstill(documents, at, milestone)
        return super()._fulfil(documents, milestone, at)

    @api.model
    def _reschedule(self, documents, milestone, new_deadline, reason, at=None):
        """A new appointment ends the standstill of its promise."""
        self._end_standstill(documents, at or fields.Datetime.now(), milestone)
        return super()._reschedule(documents, milestone, new_deadline, reason, at)

    @api.model
    def _watch(self, domain, method_name):
        """Standing clocks neither warn nor break."""
        return super()._watch([*domain, ("paused_on", "=", False)], method_name)
