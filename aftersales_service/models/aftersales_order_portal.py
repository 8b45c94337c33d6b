from datetime import timedelta

from odoo import fields, models


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
                "expected": order._show_time(order._get_expected_arrival()),
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
            "zone": self._get_tz(),
            "hotline": self.company_id._get_aftersales_hotline(),
            "steps": self._get_portal_steps(),
        }

    def _get_portal_steps(self):
        """Return what happened and what is still to come: ``(label, time, so)``."""
        planned = self.promised_start or self.planned_start
        is_over = self.state in ("done", "closed", "cancel")
        steps = [
            (self.env._("Reported"), self.ticket_id.received_on, True),
            (self.env._("Appointment"), planned, True),
            (self.env._("You confirmed"), self.customer_confirmed_on, False),
            (self.env._("On the way"), self.departed_on, True),
            (self.env._("Expected"), self.expected_on, False),
            (self.env._("Arrived"), self.arrived_on, True),
            (self.env._("Signed"), self.signed_on, True),
            (self.env._("Done"), self.done_on, True),
        ]
        return [
            (label, self._show_time(moment), bool(moment))
            for label, moment, always in steps
            if moment or (always and not is_over)
        ]

    def _get_portal_acts(self, may):
        """Return what a visitor may do on the page now, and what he did before.

        :param dict may: by purpose, whether this visitor may act for it at all
        """
        self.ensure_one()
        policy = self.policy_id
        latest = fields.Datetime.now() + timedelta(days=policy.move_days_ahead)
        rating = self._get_customer_rating()
        labels = dict(self.change_ids._fields["state"]._description_selection(self.env))
        return {
            "can_confirm": may["visit"] and self._can_confirm(),
            "can_move": may["visit"] and self._can_move(),
            "earliest": self._show_local(fields.Datetime.now()),
            "latest": self._show_local(latest),
            "can_sign": may["sign"] and self._can_customer_sign(),
            "can_rate": may["rate"] and self._can_rate(),
            "stars": int(rating.rating),
            "changes": [
                {
                    "time": self._show_time(change.wanted_start),
                    "note": change.note,
                    "state": labels[change.state],
                    "answer": change.answer,
                }
                for change in self.change_ids
                if change.state != "cancel"
            ],
            "to_sign": {
                "solution": self.solution,
                "parts": [
                    f"{line.product_id.display_name} × {line.consumed_qty:g}"
                    for line in self._get_used_lines()
                ],
            },
        }

    def _show_local(self, moment):
        """Return a time as a browser's time field wants it, on the site's clock."""
        zoned = fields.Datetime.context_timestamp(
            self.with_context(tz=self._get_tz()), moment
        )
        return zoned.strftime("%Y-%m-%dT%H:%M")
