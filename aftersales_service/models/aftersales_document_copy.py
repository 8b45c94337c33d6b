from odoo import api, fields, models

from ..exceptions import FrozenFactError
from .aftersales_document import RECIPIENTS


class AftersalesDocumentCopy(models.Model):
    """Who got a copy of a filed paper, and when (DISP-04, DOC-04)."""

    _name = "aftersales.document.copy"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Copy Handed Out"
    _order = "document_id, id"
    _rec_name = "recipient"
    _guarded_fields = frozenset(
        {"document_id", "recipient", "name", "given_on", "given_by_id"}
    )

    document_id = fields.Many2one(
        "aftersales.document",
        string="Filed Paper",
        required=True,
        index=True,
        ondelete="cascade",
    )
    order_id = fields.Many2one(
        related="document_id.order_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(related="document_id.company_id", store=True)
    recipient = fields.Selection(RECIPIENTS, required=True)
    name = fields.Char(string="Person")
    given_on = fields.Datetime(required=True)
    given_by_id = fields.Many2one("res.users", string="Handed Out By", required=True)

    _recipient_unique = models.UniqueIndex(
        "(document_id, recipient)", "This copy is handed out already."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_paper(self):
        raise FrozenFactError(self.env._("The distribution list stays as it is."))


class AftersalesDocumentPrint(models.Model):
    """Who printed a filed paper, and when (DOC-12)."""

    _name = "aftersales.document.print"
    _inherit = ["aftersales.guard.mixin"]
    _description = "Print of a Filed Paper"
    _order = "printed_on desc, id desc"
    _rec_name = "user_id"
    _guarded_fields = frozenset({"document_id", "user_id", "printed_on"})

    document_id = fields.Many2one(
        "aftersales.document",
        string="Filed Paper",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="document_id.company_id", store=True)
    user_id = fields.Many2one("res.users", string="Printed By", required=True)
    printed_on = fields.Datetime(required=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_paper(self):
        raise FrozenFactError(self.env._("The log of prints stays as it is."))
