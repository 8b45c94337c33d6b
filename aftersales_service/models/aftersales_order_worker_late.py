from odoo import models

from ..arguments import check_single
from ..exceptions import MissingError


class AftersalesOrderWorker(models.Model):
    """Late arrivals one below the other, confirmed in one press."""

    _inherit = "aftersales.order.worker"

    def action_confirm_reported(self):
        """Confirm the reasons for coming late as the workers gave them (PEN-02).

        A dispatcher or head who is not on the orders.

        :return: the same workers
        :raise MissingError: when somebody gave no reason yet
        """
        self.check_access("read")
        self.order_id._ensure_planner()
        silent = self.filtered(lambda worker: not worker.late_reason)
        if silent:
            raise MissingError(
                self.env._(
                    "%s gave no reason yet. Choose the reason that holds.",
                    ", ".join(silent.employee_id.mapped("name")),
                )
            )
        for reason, workers in self.grouped("late_reason").items():
            workers.action_confirm_late(reason)
        return self

    def action_open_confirm_late(self):
        """Ask the dispatcher which reason for coming late holds.

        :return: a window action
        """
        check_single(self)
        self.check_access("read")
        self.order_id._ensure_planner()
        action = self.order_id._get_reason_action(
            "confirm_late", self.env._("Late: Confirm")
        )
        action["context"].update(
            default_worker_id=self.id, default_late_reason=self.late_reason
        )
        return action

    def action_open_order(self):
        """Open the order that the worker came late for.

        :return: a window action
        """
        check_single(self)
        self.check_access("read")
        return self.order_id._get_records_action()
