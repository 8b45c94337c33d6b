from markupsafe import Markup

from odoo import fields, models


class AftersalesSite(models.Model):
    """What happened at a site: counts, last services, ways to the documents."""

    _inherit = "aftersales.site"

    equipment_count = fields.Integer(compute="_compute_counts")
    ticket_count = fields.Integer(compute="_compute_counts")
    order_count = fields.Integer(compute="_compute_counts")
    last_services = fields.Html(
        compute="_compute_last_services",
        compute_sudo=True,  # the file shows colleagues' services as text (SITE-18)
        sanitize=False,  # sanitize: made of escaped values, never stored
    )

    def _compute_counts(self):
        for model, name in {
            "aftersales.equipment": "equipment_count",
            "helpdesk.ticket": "ticket_count",
            "aftersales.order": "order_count",
        }.items():
            counts = {}
            if self.env[model].has_access("read"):
                counts = dict(
                    self.env[model]._read_group(
                        [("site_id", "in", self.ids)], ["site_id"], ["__count"]
                    )
                )
            for site in self:
                site[name] = counts.get(site._origin, 0)

    def _compute_last_services(self):
        services = self.env["aftersales.order.unit"]._get_last_services("site_id", self)
        for site in self:
            site.last_services = services.get(site._origin.id, Markup())

    def action_open_equipment(self):
        """Open the equipment of these sites.

        :return: a window action
        """
        return self._open_linked(
            "aftersales.equipment", self.env._("Equipment"), "list,kanban,form,pivot"
        )

    def action_open_tickets(self):
        """Open the tickets of these sites.

        :return: a window action
        """
        return self._open_linked("helpdesk.ticket", self.env._("Tickets"), "list,form")

    def action_open_orders(self):
        """Open the service orders of these sites.

        :return: a window action
        """
        return self._open_linked(
            "aftersales.order", self.env._("Service Orders"), "list,form"
        )

    def _open_linked(self, model, name, view_mode):
        """Return the window on the records of ``model`` at these sites."""
        self.check_access("read")
        self.env[model].check_access("read")
        context = {}
        if len(self) == 1:
            context = {
                "default_site_id": self.id,
                "default_partner_id": self.partner_id.id,
            }
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": view_mode,
            "domain": [("site_id", "in", self.ids)],
            "context": context,
        }
