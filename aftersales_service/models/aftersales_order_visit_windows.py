from odoo import models


class AftersalesOrder(models.Model):
    """Questions around a visit."""

    _inherit = "aftersales.order"

    def action_open_refuse(self):
        """Ask what the customer wants instead of the service.

        :return: a window action
        """
        return self._get_reason_action("refuse", self.env._("Customer Refuses"))

    def action_open_incident(self):
        """Ask what happens at the customer.

        :return: a window action
        """
        return self._get_reason_action("incident", self.env._("Incident"))

    def action_open_end_incident(self):
        """Ask how an incident was settled.

        :return: a window action
        """
        self._ensure_planner()
        return self._get_reason_action("end_incident", self.env._("Incident Settled"))

    def action_open_self_assess(self):
        """Ask the technician for a grade of his own work.

        :return: a window action
        """
        return self._get_reason_action("self_assess", self.env._("Assess My Work"))

    def action_open_rate(self):
        """Ask the manager for a grade.

        :return: a window action
        """
        self._ensure_planner()
        return self._get_reason_action("rate", self.env._("Rate the Work"))
