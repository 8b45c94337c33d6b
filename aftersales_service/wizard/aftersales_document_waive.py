from odoo import fields, models

from ..arguments import check_single


class AftersalesDocumentWaive(models.TransientModel):
    """Dialog: do without a document, with a reason."""

    _name = "aftersales.document.waive"
    _description = "Document Not Needed"

    due_id = fields.Many2one(
        "aftersales.document.due", required=True, ondelete="cascade"
    )
    reason = fields.Char(required=True)

    def action_confirm(self):
        """Put the reason on record.

        :return: an action that closes the window
        """
        check_single(self)
        self.due_id.action_waive(self.reason)
        return {"type": "ir.actions.act_window_close"}
