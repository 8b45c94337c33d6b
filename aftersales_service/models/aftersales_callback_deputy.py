from odoo import models


class AftersalesCallback(models.Model):
    """Call-backs of somebody absent are his deputy's (ROLE-04)."""

    _inherit = "aftersales.callback"

    def _open(self):
        self._pass_to_deputies()
        return super()._open()

    def _pass_to_deputies(self):
        """Give call-backs whose caller is absent today to the deputy.

        A deputy who did the work himself does not call: it stays with the caller.
        """
        acting = self.env["aftersales.deputy"]._get_acting("callbacks", self.company_id)
        for callback in self.filtered("user_id"):
            deputy = acting.replace(callback.user_id, callback.company_id)
            if deputy != callback.user_id and deputy not in callback._get_workers():
                callback.user_id = deputy
