from odoo import models

from ..arguments import check_single


class AftersalesCallback(models.Model):
    """A dissatisfied customer: the repair begins again, and the head follows it."""

    _inherit = "aftersales.callback"

    def _open_rework(self, answer):
        """Let the repair begin again, followed by the head (DISP-06, ESC-03).

        :param dict answer: what the customer said
        """
        check_single(self)
        order = self.order_id
        if not order:
            order = self._reopen_ticket()
        elif order.state in ("done", "closed"):
            order = order.action_rework()
        if order != self.order_id:  # else the work is still under way
            self._unguarded().write({"rework_order_id": order.id})
        head = self.company_id._aftersales_get_head(self.ticket_id.team_id)
        order._escalate(head, answer["note"])
        order._message_log(
            body=self.env._(
                "%(partner)s was dissatisfied at call-back %(callback)s (%(aspect)s).",
                partner=self.partner_id.display_name,
                callback=self.name,
                aspect=dict(
                    self._fields["aspect"]._description_selection(self.env)
                ).get(self.aspect, ""),
            )
        )

    def _reopen_ticket(self):
        """Reopen the ticket that was not solved by phone, and send somebody."""
        ticket = self.ticket_id
        ticket._reopen_case()
        ticket.resolution_path = "onsite"
        return ticket.action_create_order()

    def action_open_case(self):
        """Open the review of who is responsible, for those who judge.

        :return: window action
        """
        check_single(self)
        self.check_access("read")
        return self.case_id._get_records_action()
