from odoo import api, fields, models

# Promises that the desk keeps; the others are kept in the field.
DESK_MILESTONES = frozenset({"reply", "commit"})
RUNNING_ORDER_STATES = ("draft", "scheduled", "dispatched", "on_site")
RUNNING = (("state", "=", "open"), ("paused_on", "=", False))


class AftersalesCommitment(models.Model):
    """Who answers for a promise, and the watch over all of them."""

    _name = "aftersales.commitment"
    _inherit = ["aftersales.commitment", "aftersales.watch.mixin"]

    # -- breach

    def _get_responsible(self):
        """Return the employee who answers for this promise, as of now.

        The desk's promises: whom the ticket is assigned to.  The field's: the
        lead of the order, else the responsible technician of the site.
        """
        self.ensure_one()
        promise = self.sudo()  # sudo: the employees behind users
        if promise.milestone in DESK_MILESTONES and promise.ticket_id.user_id:
            employees = promise.ticket_id.user_id.employee_ids
            own = employees.filtered(lambda one: one.company_id == promise.company_id)
            return own[:1] or promise.site_id.technician_id
        orders = promise.order_id or promise.ticket_id.order_ids.filtered(
            lambda order: order.state in RUNNING_ORDER_STATES
        )
        workers = orders.sorted("id")[-1:].worker_ids
        lead = workers.filtered(lambda worker: worker.role == "lead").employee_id
        return lead[:1] or promise.site_id.technician_id

    def _breach(self):
        """Mark running promises broken and freeze who answers for them."""
        responsible = {promise.id: promise._get_responsible().id for promise in self}
        self._set_state(
            "missed",
            lambda promise: {
                "breached_on": promise.deadline,
                "responsible_id": responsible[promise.id],
                "paused_on": False,
            },
            happened_on={promise.id: promise.deadline for promise in self},
        )

    def _breach_overdue(self):
        """Mark those of self broken whose grace is over too."""
        now = fields.Datetime.now()
        self.filtered(lambda promise: not promise._is_kept(now))._breach()

    # -- watch

    @api.model
    def _cron_watch(self):
        """Mark broken promises, and tell people about those at risk or broken."""
        now = fields.Datetime.to_string(fields.Datetime.now())
        self._watch([*RUNNING, ("deadline", "<", now)], "_breach_overdue")
        # People are told in working time only; the promise breaks when it breaks.
        watched = self._get_watched_companies()
        companies = watched._aftersales_at_work()
        self._watch_risks(now, companies, watched - companies)
        self._watch_broken(now, companies)

    @api.model
    def _watch_risks(self, now, companies, closed):
        """Tell people about running promises at risk.

        :param str now: this moment, naive UTC
        :param companies: where somebody is at work
        :param closed: where nobody is, but an officer on duty
        """
        at_work = ("company_id", "in", companies.ids)
        self._watch(
            [*RUNNING, ("warned_on", "=", False), ("warn_on", "<=", now), at_work],
            "_tell_warning",
        )
        final = [("final_warned_on", "=", False), ("final_warn_on", "<=", now)]
        self._watch([*RUNNING, *final, at_work], "_tell_final_warning")
        self._watch(
            [
                *RUNNING,
                ("duty_told_on", "=", False),
                *final,
                ("company_id", "in", closed.ids),
            ],
            "_tell_duty_officer",
        )

    @api.model
    def _watch_broken(self, now, companies):
        """Tell people about broken promises, step by step.

        :param str now: this moment, naive UTC
        :param companies: where somebody is at work
        """
        at_work = ("company_id", "in", companies.ids)
        self._watch(
            [("state", "=", "missed"), ("told_on", "=", False), at_work],
            "_tell_breach",
        )
        self._watch(
            [
                ("state", "=", "missed"),
                ("fulfilled_on", "=", False),
                ("escalate_on", "<=", now),
                at_work,
            ],
            "_tell_next_step",
        )
        self._watch(
            [
                ("state", "=", "excepted"),
                ("fulfilled_on", "=", False),
                ("new_told_on", "=", False),
                ("new_deadline", "<", now),
                at_work,
            ],
            "_tell_new_breach",
        )

    @api.model
    def _get_watched_companies(self):
        """Return the companies that people may have to be told about."""
        rows = self._read_group(
            [
                "|",
                "|",
                ("state", "in", ("open", "excepted")),
                ("told_on", "=", False),
                ("escalate_on", "!=", False),
            ],
            ["company_id"],
        )
        return self.env["res.company"].union(*[company for (company,) in rows])
