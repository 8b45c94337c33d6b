from markupsafe import Markup

from odoo import fields, models


class AftersalesEquipment(models.Model):
    """What happened to a unit: counts, last services, ways to the documents."""

    _inherit = "aftersales.equipment"

    ticket_count = fields.Integer(compute="_compute_counts")
    order_count = fields.Integer(compute="_compute_counts")
    warranty_check_count = fields.Integer(compute="_compute_counts")
    last_services = fields.Html(
        compute="_compute_last_services",
        compute_sudo=True,  # the file shows colleagues' services as text (SITE-18)
        sanitize=False,  # sanitize: made of escaped values, never stored
    )

    def _compute_counts(self):
        for model, name in {
            "helpdesk.ticket": "ticket_count",
            "aftersales.order.unit": "order_count",
            "aftersales.warranty.check": "warranty_check_count",
        }.items():
            counts = {}
            if self.env[model].has_access("read"):
                counts = dict(
                    self.env[model]._read_group(
                        [("equipment_id", "in", self.ids)],
                        ["equipment_id"],
                        ["__count"],
                    )
                )
            for unit in self:
                unit[name] = counts.get(unit._origin, 0)

    def _compute_last_services(self):
        services = self.env["aftersales.order.unit"]._get_last_services(
            "equipment_id", self
        )
        for unit in self:
            unit.last_services = services.get(unit._origin.id, Markup())

    def action_open_tickets(self):
        """Open the tickets of these units.

        :return: a window action
        """
        return self._open_linked(
            "helpdesk.ticket",
            self.env._("Tickets"),
            [("equipment_id", "in", self.ids)],
        )

    def action_open_orders(self):
        """Open the service orders of these units.

        :return: a window action
        """
        return self._open_linked(
            "aftersales.order",
            self.env._("Service Orders"),
            [("unit_ids.equipment_id", "in", self.ids)],
        )

    def action_open_warranty_checks(self):
        """Open the warranty verdicts on these units.

        :return: a window action
        """
        return self._open_linked(
            "aftersales.warranty.check",
            self.env._("Warranty Checks"),
            [("equipment_id", "in", self.ids)],
        )

    def action_open_new_warranty_check(self):
        """Judge the warranty of these units as of today and open the verdicts.

        :return: a window action
        """
        checks = self.check_warranty()
        return checks._get_records_action(name=self.env._("Warranty Check"))

    def _open_linked(self, model, name, domain):
        """Return the window on the records of ``model`` in ``domain``."""
        self.check_access("read")
        self.env[model].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": domain,
            "context": {
                "default_equipment_id": self.id if len(self) == 1 else False,
            },
        }
