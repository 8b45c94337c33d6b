from odoo import models

from ..arguments import check_single


class AftersalesOrder(models.Model):
    """Windows that dispatchers open from an order."""

    _inherit = "aftersales.order"

    def action_open_reschedule(self):
        """Ask for the new time, the reason and who agreed.

        :return: a window action
        """
        return self._get_move_action("reschedule", self.env._("Reschedule"))

    def action_open_reassign(self):
        """Ask who takes over, and why.

        :return: a window action
        """
        return self._get_move_action("reassign", self.env._("Reassign"))

    def action_open_interrupt(self):
        """Ask which urgent job goes first.

        :return: a window action
        """
        check_single(self)
        return self._get_move_action("interrupt", self.env._("Urgent Job First"))

    def action_open_decide_dispatch(self):
        """Ask whether staff is sent.

        :return: a window action
        """
        return self._get_decide_action("dispatch", self.env._("Send Staff?"))

    def action_open_decide_technical(self):
        """Ask how the technical department decides.

        :return: a window action
        """
        return self._get_decide_action("technical", self.env._("Technical Decision"))

    def _get_decide_action(self, topic, name):
        """Return the dialog that asks for a decision before the dispatch."""
        self.check_access("read")
        return {
            **self._get_wizard_action("aftersales.order.decide"),
            "name": name,
            "context": {"default_topic": topic, "default_order_ids": self.ids},
        }

    def action_open_claim_parts(self):
        """Make the claim of the parts listed, and open it.

        :return: a window action
        """
        return self._get_window_action(
            "aftersales.claim", self.env._("Parts Claims"), self.action_claim_parts()
        )

    def action_open_confirm_customer(self):
        """Open the form of the call before the visit.

        :return: a window action
        """
        check_single(self)
        self._ensure_planner()
        unit = self.unit_ids[:1]
        return {
            **self._get_wizard_action("aftersales.order.confirm"),
            "name": self.env._("Call before the Visit"),
            "context": {
                "default_order_id": self.id,
                "default_confirmed_start": self.promised_start or self.planned_start,
                "default_address": self.service_address,
                "default_model": unit.equipment_id._aftersales_model_text(),
                "default_purchase_date": unit.equipment_id.purchase_date,
                "default_symptom_id": unit.symptom_id.id,
            },
        }

    def _get_move_action(self, move, name):
        """Return the dialog that asks for what a change needs."""
        self._ensure_planner()
        first = self[:1]
        return {
            **self._get_wizard_action("aftersales.order.move"),
            "name": name,
            "context": {
                "default_move": move,
                "default_order_ids": self.ids,
                "default_planned_start": move == "reschedule" and first.planned_start,
                "default_planned_end": move == "reschedule" and first.planned_end,
            },
        }
