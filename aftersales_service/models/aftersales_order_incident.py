from odoo import api, fields, models

from .. import arguments
from ..exceptions import TransitionError
from .aftersales_fact_mixin import fact_action

INCIDENT_FIELDS = frozenset(
    {
        "called_ahead_on",
        "incident_on",
        "incident_reason",
        "incident_ended_on",
        "incident_note",
    }
)


class AftersalesOrder(models.Model):
    """What happens on the way besides the work: calls ahead, and incidents."""

    _inherit = "aftersales.order"

    called_ahead_on = fields.Datetime(
        string="Customer Called Ahead",
        readonly=True,
        copy=False,
        help="Somebody told the customer when the technician comes.",
    )
    is_no_notice = fields.Boolean(
        string="Late without Notice", compute="_compute_late", store=True
    )
    incident_on = fields.Datetime(
        string="Incident", readonly=True, copy=False, index="btree_not_null"
    )
    incident_reason = fields.Char(
        string="What Happened There", readonly=True, copy=False
    )
    incident_ended_on = fields.Datetime(
        string="Incident Settled", readonly=True, copy=False
    )
    incident_note = fields.Text(string="How It Was Settled", readonly=True, copy=False)
    has_incident = fields.Boolean(
        string="Incident Running", compute="_compute_has_incident"
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | INCIDENT_FIELDS

    @api.depends("worker_ids.is_unannounced")
    def _compute_late(self):
        result = super()._compute_late()
        for order in self:
            order.is_no_notice = any(order.worker_ids.mapped("is_unannounced"))
        return result

    @api.depends("incident_on", "incident_ended_on")
    def _compute_has_incident(self):
        for order in self:
            order.has_incident = order.incident_on and not order.incident_ended_on

    @fact_action
    def action_call_ahead(self, at=None, request_key=None):
        """Record that the customer was called before the arrival (DISP-18).

        Workers on the order, dispatchers and heads; from the dispatch until the
        arrival. The first call counts.

        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        """
        self._check_step(("dispatched",), self.env._("Call Ahead"))
        acting = self._get_acting_workers()
        orders = acting.order_id.filtered(lambda order: not order.called_ahead_on)
        orders._unguarded().write({"called_ahead_on": at})
        self.env["aftersales.audit"]._log(orders, "called_ahead", happened_on=at)
        return self

    def action_announce_arrival(self, expected):
        """An announced delay is a call ahead: the customer knows (DISP-18)."""
        result = super().action_announce_arrival(expected)
        told = self.filtered(lambda order: not order.called_ahead_on)
        told._unguarded().write({"called_ahead_on": fields.Datetime.now()})
        return result

    @fact_action
    def action_incident(self, reason=None, at=None, request_key=None):
        """Hand a conflict over to the house: people or tools held, abuse (DISP-22).

        Workers on the order, dispatchers and heads, under way and on site. The
        head and the duty manager are told at once, the promises of the order
        stand still, and no fine for lateness, a call or a report follows (ESC-07).

        :param str reason: what happens there
        :param at: since when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        :raise TransitionError: before the dispatch, or after the work is closed
        """
        reason = arguments.as_text(self.env, reason, self.env._("Reason"))
        self._check_step(("dispatched", "on_site", "done"), self.env._("Incident"))
        orders = self._get_acting_workers().order_id
        orders = orders.filtered(lambda order: not order.incident_on)
        orders._unguarded().write({"incident_on": at, "incident_reason": reason})
        self.env["aftersales.audit"]._log(
            orders, "incident", reason=reason, happened_on=at
        )
        self.env["aftersales.commitment"]._pause(orders, at, reason)
        orders._alert_incident(reason)
        return self

    @fact_action
    def action_end_incident(self, note=None, at=None, request_key=None):
        """Record that the house settled an incident; the promises run on.

        Dispatchers and heads. The order stays without fines.

        :param str note: how it was settled
        :param at: when, naive UTC or ISO text; now by default
        :param str request_key: the same key again returns the first result
        :return: the same orders
        :raise TransitionError: where no incident happened
        """
        self._ensure_planner()
        note = arguments.as_text(self.env, note, self.env._("How It Was Settled"))
        quiet = self.filtered(lambda order: not order.incident_on)
        if quiet:
            raise TransitionError(
                self.env._(
                    "%(orders)s: no incident was reported.",
                    orders=", ".join(quiet.mapped("display_name")),
                )
            )
        running = self.filtered("has_incident")
        for order in running:
            order._check_not_before(at, order.incident_on, self.env._("Incident"))
        running._unguarded().write({"incident_ended_on": at, "incident_note": note})
        self.env["aftersales.audit"]._log(
            running, "incident_ended", reason=note, happened_on=at
        )
        self.env["aftersales.commitment"]._resume(running, at)
        running.sudo().activity_unlink(  # sudo: whoever was alerted
            ["aftersales_service.activity_incident"]
        )
        return self

    def action_cancel(self, reason):
        """An incident is settled before its order is called off (ESC-07).

        :raise TransitionError: while an incident runs: promises would stand still
        """
        if self.filtered("has_incident"):
            raise TransitionError(self.env._("Settle the incident first."))
        return super().action_cancel(reason)

    def _alert_incident(self, reason):
        """Tell the head and the duty manager of each order, in this transaction."""
        entries = []
        for order in self.sudo():  # sudo: who is on duty, whoever calls for help
            company = order.company_id
            head = company._aftersales_get_head(order.ticket_id.team_id)
            summary = self.env._(
                "INCIDENT at %(customer)s: %(reason)s",
                customer=order.partner_id.display_name,
                reason=reason,
            )
            told = head | company.aftersales_duty_manager_id
            entries += [(order, user, summary) for user in told]
        if entries:
            self.env["mail.activity"]._aftersales_schedule(
                entries, "aftersales_service.activity_incident", scope="escalations"
            )
        note = self.env._("Incident: %s", reason)
        self._message_log_batch(bodies=dict.fromkeys(self.ids, note))

    def _propose_report_fine(self):
        """No fine where an incident kept the technician from his report."""
        calm = self.filtered(lambda order: not order.incident_on)
        return super(AftersalesOrder, calm)._propose_report_fine()

    def _missing_close(self):
        """An incident is settled before its order is closed (ESC-07)."""
        yield from super()._missing_close()
        for order in self.filtered("has_incident"):
            yield (
                order.id,
                "incident_ended_on",
                self.env._("Settle the incident first."),
            )
