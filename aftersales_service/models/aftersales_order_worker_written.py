from odoo import models

from .. import guard


class AftersalesOrderWorker(models.Model):
    """Reasons that a client writes as fields take the way of their buttons."""

    _inherit = "aftersales.order.worker"

    def write(self, vals):
        reasons = {"late_reason", "late_reason_confirmed"} & vals.keys()
        if guard.is_open(self.env) or not any(vals[name] for name in reasons):
            return super().write(vals)
        rest = {name: value for name, value in vals.items() if name not in reasons}
        result = super().write(rest) if rest else True
        if vals.get("late_reason"):
            self.action_report_late(vals["late_reason"])
        if vals.get("late_reason_confirmed"):
            self.action_confirm_late(vals["late_reason_confirmed"])
        return result
