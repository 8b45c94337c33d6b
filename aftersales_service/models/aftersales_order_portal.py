from odoo import models


class AftersalesOrder(models.Model):
    """What a customer may see of an order: these values and nothing else."""

    _inherit = "aftersales.order"

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for order in self:
            order.access_url = f"/my/service/order/{order.id}"
        return result

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.env._("Service Report %s", self.name)

    def _get_portal_labels(self):
        """Return the states in the customer's words."""
        return {
            "draft": self.env._("Being planned"),
            "scheduled": self.env._("Appointment made"),
            "dispatched": self.env._("On the way"),
            "on_site": self.env._("At work"),
            "done": self.env._("Done"),
            "closed": self.env._("Done"),
            "cancel": self.env._("Cancelled"),
        }

    def _get_portal_rows(self):
        """Return the rows of the customer's list of visits."""
        labels = self._get_portal_labels()
        kinds = dict(self._fields["service_type"]._description_selection(self.env))
        return [
            {
                "id": order.id,
                "name": order.name,
                "kind": kinds.get(order.service_type),
                "site": order.site_id.name,
                "units": ", ".join(order.unit_ids.equipment_id.mapped("name")),
                "expected": order.promised_start or order.planned_start,
                "state": order.state,
                "label": labels[order.state],
            }
            for order in self
        ]

    def _get_portal_values(self):
        """Return the values of the page of one visit."""
        self.ensure_one()
        (row,) = self._get_portal_rows()
        results = dict(self.unit_ids._fields["result"]._description_selection(self.env))
        is_over = self.state in ("done", "closed")
        return {
            **row,
            "ticket": self.ticket_id.number,
            "ticket_id": self.ticket_id.id,
            "technician": self.lead_id.name,
            "solution": self.solution if is_over else False,
            "has_report": is_over,
            "equipment": [
                {
                    "name": unit.equipment_id.name,
                    "serial": unit.equipment_id.serial,
                    "symptom": unit.symptom_id.name,
                    "result": is_over and results.get(unit.result),
                }
                for unit in self.unit_ids
            ],
            "steps": [
                (self.env._("Reported"), self.ticket_id.received_on),
                (self.env._("Appointment"), row["expected"]),
                (self.env._("On the way"), self.departed_on),
                (self.env._("Arrived"), self.arrived_on),
                (self.env._("Signed"), self.signed_on),
                (self.env._("Done"), self.done_on),
            ],
        }
