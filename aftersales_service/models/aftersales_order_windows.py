from odoo import models

from ..arguments import check_single
from ..exceptions import MissingError


class AftersalesOrder(models.Model):
    """Windows that open from an order: questions, and the documents around it."""

    _inherit = "aftersales.order"

    def action_open_schedule(self):
        """Open the window that asks for time and technician.

        :return: a window action
        """
        self._ensure_planner()
        first = self[:1]
        context = {
            "default_order_ids": self.ids,
            "default_employee_id": first.lead_id.id or first.site_id.technician_id.id,
        }
        if first.planned_start:
            context["default_planned_start"] = first.planned_start
            context["default_planned_end"] = first.planned_end
        return {
            **self._get_wizard_action("aftersales.order.schedule"),
            "name": self.env._("Schedule"),
            "context": context,
        }

    def action_open_sign(self):
        """Open the window in which the customer signs, or does not.

        :return: a window action
        :raise MissingError: when findings the customer must see are missing
        """
        check_single(self)
        self._check_step(("on_site",), self.env._("Sign"))
        missing = self._get_missing("sign").get(self.id, [])
        reasons = [
            item["reason"] for item in missing if item["field"] != "customer_opinion"
        ]
        if reasons:
            raise MissingError(" ".join(reasons))
        return {
            **self._get_wizard_action("aftersales.order.sign"),
            "name": self.env._("Signature"),
            "context": {
                "default_order_id": self.id,
                "default_customer_opinion": self.customer_opinion,
            },
        }

    def action_open_no_access(self):
        """Ask why nobody let the technician in.

        :return: a window action
        """
        return self._get_reason_action("no_access", self.env._("No Access"))

    def action_open_cancel(self):
        """Ask why the order is cancelled.

        :return: a window action
        """
        self._ensure_planner()
        return self._get_reason_action("cancel", self.env._("Cancel the Order"))

    def action_open_report_late(self):
        """Ask the technician why he came late.

        :return: a window action
        """
        check_single(self)
        action = self._get_reason_action("report_late", self.env._("Why Late?"))
        action["context"]["default_worker_id"] = self._get_acting_workers().id
        return action

    def action_open_confirm_late(self):
        """Ask the dispatcher which reason for coming late holds.

        :return: a window action for the first worker whose reason is open
        """
        check_single(self)
        self._ensure_planner()
        action = self._get_reason_action("confirm_late", self.env._("Late: Confirm"))
        worker = self.worker_ids.filtered(
            lambda worker: worker.is_late and not worker.late_reason_confirmed
        )[:1]
        action["context"].update(
            default_worker_id=worker.id, default_late_reason=worker.late_reason
        )
        return action

    def action_open_claim(self):
        """Open a new parts claim for this order, or the ones it has.

        :return: a window action
        """
        check_single(self)
        action = self._get_window_action(
            "aftersales.claim", self.env._("Parts Claims"), self.claim_ids
        )
        action["context"] = {
            "default_order_id": self.id,
            "default_equipment_id": self.unit_ids[:1].equipment_id.id,
        }
        if not self.claim_ids:
            action.update(view_mode="form", views=[(False, "form")])
        return action

    def action_open_callbacks(self):
        """Open the call-backs owed for these orders.

        :return: a window action
        """
        return self._get_window_action(
            "aftersales.callback", self.env._("Call-Backs"), self.callback_ids
        )

    def action_open_reworks(self):
        """Open the orders that do this work again.

        :return: a window action
        """
        return self._get_window_action(
            "aftersales.order", self.env._("Rework"), self.rework_ids
        )

    def action_open_rework_of(self):
        """Open the order whose work this one does again.

        :return: a window action
        """
        return self._get_window_action(
            "aftersales.order", self.env._("First Order"), self.rework_of_id
        )

    def action_open_trips(self):
        """Open the trips on which these orders were done.

        :return: a window action
        """
        return self._get_window_action(
            "aftersales.trip", self.env._("Trips"), self.trip_ids
        )

    def action_open_ticket(self):
        """Open the customer's case.

        :return: a window action
        """
        return self._get_window_action(
            "helpdesk.ticket", self.env._("Tickets"), self.ticket_id
        )

    def action_open_unit_history(self):
        """Open all orders on the same units.

        :return: a window action
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Service History"),
            "res_model": "aftersales.order",
            "view_mode": "list,form",
            "domain": [("unit_ids.equipment_id", "in", self.unit_ids.equipment_id.ids)],
        }

    def action_open_rework(self):
        """Open the rework order of this order, made now if there is none open.

        :return: a window action
        """
        return self._get_window_action(
            "aftersales.order", self.env._("Rework"), self.action_rework()
        )

    def _get_window_action(self, model, name, records):
        """Return the window of some documents: a form for one, else a list."""
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [("id", "in", records.ids)],
            "context": {},
        }
        if len(records) == 1:
            action.update(view_mode="form", res_id=records.id)
        return action

    def _get_wizard_action(self, model):
        """Return the dialog of a transient model."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "view_mode": "form",
            "target": "new",
        }

    def _get_reason_action(self, step, name):
        """Return the dialog that asks for the reason of a step."""
        return {
            **self._get_wizard_action("aftersales.order.reason"),
            "name": name,
            "context": {"default_step": step, "default_order_ids": self.ids},
        }
