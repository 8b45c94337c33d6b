from odoo import fields, models

from ..exceptions import MissingError


class AftersalesOrder(models.Model):
    """The moments of an order that its customer is told of."""

    _inherit = "aftersales.order"

    message_log_ids = fields.One2many(
        "aftersales.message", "order_id", string="Messages to the Customer"
    )

    def _write_schedule(self, start, end, promise):
        """Tell the customer the time agreed with him, once for each time."""
        result = super()._write_schedule(start, end, promise)
        if promise:
            marks = dict.fromkeys(self.ids, promise)
            self.env["aftersales.message"]._queue(self, "appointment", marks)
        return result

    def action_depart(self, at=None, request_key=None):
        """Tell the customer that his technician is on the way, once a journey.

        :param at: see the step itself
        :param str request_key: see the step itself
        """
        result = super().action_depart(at=at, request_key=request_key)
        marks = {order.id: order.planned_start for order in self}
        self.env["aftersales.message"]._queue(self, "departure", marks)
        return result

    def action_announce_arrival(self, expected):
        """Tell the customer when the technician will really come.

        :param expected: see the step itself
        """
        result = super().action_announce_arrival(expected)
        marks = {order.id: order.expected_on for order in self}
        self.env["aftersales.message"]._queue(self, "delay", marks)
        return result

    def _owe_callbacks(self, at):
        """Thank the customer when the work is done, with the report and a rating."""
        result = super()._owe_callbacks(at)
        self.env["aftersales.message"]._queue(self, "closing")
        return result

    def action_send_sign_link(self):
        """Send the customer the link to sign the report himself.

        Workers on the order, dispatchers and heads; when the report is ready.

        :return: the same orders
        :raise MissingError: when there is nothing to sign, or the policy has no
            such message
        """
        self.check_access("write")
        self._get_acting_workers()
        self._lock()
        if not all(order._can_customer_sign() for order in self):
            raise MissingError(
                self.env._(
                    "The report is not ready to be signed, or is signed already."
                )
            )
        silent = self.filtered(
            lambda order: (
                "signature" not in order.policy_id.message_line_ids.mapped("event")
            )
        )
        if silent:
            raise MissingError(
                self.env._(
                    "The service policy sends no link to sign. Let the customer sign "
                    "here, or ask the head to add the message to the policy."
                )
            )
        self.env["aftersales.message"]._queue(self, "signature")
        return self


class HelpdeskTicket(models.Model):
    """The customer learns that his report arrived."""

    _inherit = "helpdesk.ticket"

    message_log_ids = fields.One2many(
        "aftersales.message", "ticket_id", string="Messages to the Customer"
    )

    def _enter_service(self):
        result = super()._enter_service()
        cases = self.filtered(lambda ticket: ticket.policy_id and not ticket.closed)
        self.env["aftersales.message"]._queue(cases, "received")
        return result


class AftersalesCommitment(models.Model):
    """The customer learns of a new promise in place of an old one."""

    _inherit = "aftersales.commitment"

    def _set_state(self, target, vals=None, reason=None, happened_on=None):
        moved = super()._set_state(target, vals, reason, happened_on)
        if target == "excepted":
            tickets = moved.sudo().ticket_id  # sudo: whose promise it is
            marks = {
                promise.ticket_id.id: promise.new_deadline for promise in moved.sudo()
            }
            self.env["aftersales.message"]._queue(tickets, "commitment", marks)
        return moved


class ResPartner(models.Model):
    """Who wants no messages gets none."""

    _inherit = "res.partner"

    aftersales_no_messages = fields.Boolean(
        string="No Service Messages",
        help="Neither e-mail nor SMS about visits; a refusal is kept on record.",
    )
