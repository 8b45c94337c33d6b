from odoo import api, models


class AftersalesOrder(models.Model):
    """What a block of the calendar says."""

    _inherit = "aftersales.order"

    @api.depends("name", "site_id.name")
    @api.depends_context("aftersales_show_site")
    def _compute_display_name(self):
        """Say where, in the calendar: the number alone tells nobody anything."""
        result = super()._compute_display_name()
        if self.env.context.get("aftersales_show_site"):
            for order in self.filtered("site_id"):
                order.display_name = f"{order.site_id.name} · {order.name or ''}"
        return result
