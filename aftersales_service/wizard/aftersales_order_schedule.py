from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.misc import clean_context


class AftersalesOrderSchedule(models.TransientModel):
    """Ask for time and technician, then schedule."""

    _name = "aftersales.order.schedule"
    _description = "Schedule Service Orders"

    order_ids = fields.Many2many("aftersales.order", string="Orders", required=True)
    planned_start = fields.Datetime(
        required=True, default=lambda self: self._default_planned_start()
    )
    planned_end = fields.Datetime()
    employee_id = fields.Many2one("hr.employee", string="Lead Technician")
    is_promised = fields.Boolean(
        string="Agreed with the Customer",
        help="The planned start replaces the promise of arrival.",
    )
    promised_start = fields.Datetime(
        string="Agreed Time",
        compute="_compute_promised_start",
        store=True,
        readonly=False,
    )

    @api.model
    def _default_planned_start(self):
        """Return the next full hour: who reports a fault wants somebody now."""
        now = fields.Datetime.now() + timedelta(hours=1)
        return now.replace(minute=0, second=0, microsecond=0)

    @api.depends("is_promised", "planned_start")
    def _compute_promised_start(self):
        for wizard in self:
            wizard.promised_start = wizard.is_promised and wizard.planned_start

    def action_confirm(self):
        """Schedule the orders with what was entered.

        :return: an action that closes the window
        """
        self.ensure_one()
        env = self.env(context=clean_context(self.env.context))
        self.order_ids.with_env(env).action_schedule(
            self.planned_start,
            planned_end=self.planned_end or None,
            employee_id=self.employee_id.id or None,
            promised_start=self.promised_start or None,
        )
        return {"type": "ir.actions.act_window_close"}
