from odoo import api, fields, models

PROACTIVE_TYPES = ("inspection", "maintenance", "installation", "visit")


class AftersalesOrder(models.Model):
    """What kind of work an order is, and when it was sent (DISP-08, DISP-09)."""

    _inherit = "aftersales.order"

    initiative = fields.Selection(
        [("proactive", "Proactive"), ("reactive", "Reactive")],
        compute="_compute_initiative",
        store=True,
        help="Planned care, or work on a report.",
    )
    dispatched_on = fields.Datetime(string="Sent", readonly=True, copy=False)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"dispatched_on"}

    @api.depends("service_type", "ticket_id.call_type")
    def _compute_initiative(self):
        """What a report set off is reactive, whatever its type."""
        for order in self:
            ticket_sudo = order.ticket_id.sudo()  # sudo: only the kind of call
            is_report = ticket_sudo.call_type in ("repair", "complaint")
            is_planned = order.service_type in PROACTIVE_TYPES and not is_report
            order.initiative = "proactive" if is_planned else "reactive"

    def action_dispatch(self):
        moving = self.filtered(lambda order: order.state != "dispatched")
        result = super().action_dispatch()
        moving._unguarded().write({"dispatched_on": fields.Datetime.now()})
        return result
