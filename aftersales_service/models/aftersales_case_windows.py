from odoo import models

from ..arguments import check_single


class AftersalesCase(models.Model):
    """Windows that a case opens."""

    _inherit = "aftersales.case"

    def action_open_source(self):
        """Open the document that the case is about, for those who may read it.

        :return: window action
        """
        check_single(self)
        self.check_access("read")
        source = self._get_source()
        if not source:
            return (self.reverses_id or self)._get_records_action()
        source.check_access("read")
        return source._get_records_action()

    def _get_source(self):
        """Return the record the case is about, or None."""
        self.ensure_one()
        source = self.env.get(self.source_model or "")
        return None if source is None else source.browse(self.source_id).exists()

    def action_open_adjustments(self):
        """Open the penalties that the decision proposed.

        :return: window action
        """
        check_single(self)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Penalties"),
            "res_model": "aftersales.adjustment",
            "view_mode": "list,form",
            "domain": [("source_model", "=", self._name), ("source_id", "=", self.id)],
        }

    def action_open_reversal(self):
        """Open the case that decides again about this one.

        :return: window action
        """
        check_single(self)
        self.check_access("read")
        return self.reversal_ids._get_records_action()

    def action_open_explain(self, operation="decide"):
        """Open the dialog in which an act on the case is explained.

        :param str operation: review, return, decide, dismiss or reverse
        :return: window action
        """
        check_single(self)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Put on Record"),
            "res_model": "aftersales.case.explain",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_operation": self.env.context.get("operation", operation),
                "default_case_id": self.id,
            },
        }
