from datetime import timedelta

from odoo import api, fields, models

from ..exceptions import MissingError

RUNNING_STATES = ("scheduled", "dispatched", "on_site", "done", "closed")


class AftersalesCall(models.Model):
    """From the call to the technician on his way, without leaving the screen."""

    _inherit = "aftersales.call"

    triage_note = fields.Text(
        string="Analysis", help="Probable cause, measures, parts and tools to bring."
    )
    technician_id = fields.Many2one(
        "hr.employee",
        compute="_compute_technician_id",
        store=True,
        readonly=False,
        check_company=True,
    )
    planned_start = fields.Datetime(
        string="Visit On", default=lambda self: self._default_planned_start()
    )
    is_promised = fields.Boolean(
        string="Agreed with the Caller",
        help="The time of the visit replaces the promise of arrival.",
    )
    order_id = fields.Many2one(
        "aftersales.order", string="Service Order", compute="_compute_order_id"
    )
    order_state = fields.Char(string="Order Status", compute="_compute_order_id")

    @api.model
    def _default_planned_start(self):
        """Return the next full hour: who reports a fault wants somebody now."""
        now = fields.Datetime.now() + timedelta(hours=1)
        return now.replace(minute=0, second=0, microsecond=0)

    @api.depends("site_id")
    def _compute_technician_id(self):
        for call in self:
            owner = call.site_id.sudo().technician_id  # sudo: public name only
            call.technician_id = owner.sudo(False)

    @api.depends("ticket_id.order_ids.state")
    @api.depends_context("lang")
    def _compute_order_id(self):
        newest = dict(
            self.env["aftersales.order"]._read_group(
                [("ticket_id", "in", self.ticket_id.ids), ("state", "!=", "cancel")],
                ["ticket_id"],
                ["id:recordset"],
            )
        )
        orders = self.env["aftersales.order"]
        labels = dict(orders._fields["state"]._description_selection(self.env))
        for call in self:
            call.order_id = newest.get(call.ticket_id, orders).sorted("id")[-1:]
            call.order_state = labels.get(call.order_id.state)

    def action_dispatch(self):
        """Open ticket and order of these calls and send the technician.

        A call whose order is already under way keeps it: pressing twice sends
        nobody twice.

        :return: the orders
        :raise MissingError: naming what the dispatch still needs
        """
        self._check_desk()
        self.check_access("write")
        self._lock()
        orders = self.order_id.filtered(lambda order: order.state in RUNNING_STATES)
        waiting = self.filtered(lambda call: call.order_id not in orders)
        waiting._check_dispatchable()
        waiting.action_create_ticket()
        for call in waiting.filtered("triage_note"):
            call.ticket_id.triage_note = call.triage_note
        made = waiting.ticket_id.action_create_order()
        by_ticket = made.grouped("ticket_id")
        for (start, technician, is_promised), calls in waiting.grouped(
            lambda call: (call.planned_start, call.technician_id, call.is_promised)
        ).items():
            own = made.browse().union(*[by_ticket[call.ticket_id] for call in calls])
            own.action_schedule(
                start,
                employee_id=technician.id or None,
                promised_start=start if is_promised else None,
            )
        made.action_dispatch()
        return orders | made

    def _check_dispatchable(self):
        """Refuse calls that lack what the order needs."""
        names = ("partner_id", "planned_start", "technician_id", "triage_note")
        for call in self:
            lacking = [
                name
                for name in names
                if not (call[name] or call._get_from_ticket(name))
            ]
            if lacking:
                labels = self.fields_get(lacking, ["string"])
                raise MissingError(
                    self.env._(
                        "Before anybody leaves, fill in: %(fields)s.",
                        fields=", ".join(labels[name]["string"] for name in lacking),
                    )
                )

    def _get_from_ticket(self, name):
        """Return what the ticket already says of a field of the same name."""
        return name in self.ticket_id._fields and self.ticket_id[name]

    def action_open_order(self):
        """Open the orders of these calls.

        :return: window
        """
        self.check_access("read")
        return self.order_id._get_records_action(name=self.env._("Service Orders"))
