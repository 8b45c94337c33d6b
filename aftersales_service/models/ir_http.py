from odoo import models
from odoo.http import request

TECHNICIAN = "aftersales_service.group_technician"
PLANNER = "aftersales_service.group_dispatcher"
MY_DAY = "aftersales_service.aftersales_order_action_my_day"


class IrHttp(models.AbstractModel):
    """Technicians start with their day."""

    _inherit = "ir.http"

    def session_info(self):
        """Name the technician's page as home where he has chosen none."""
        info = super().session_info()
        user = request.env.user if request.session.uid else self.env.user
        is_technician = user.has_group(TECHNICIAN) and not user.has_group(PLANNER)
        if is_technician and not info.get("home_action_id"):
            action = self.env.ref(MY_DAY, raise_if_not_found=False)
            info["home_action_id"] = action and action.sudo().id  # sudo: only its id
        return info
