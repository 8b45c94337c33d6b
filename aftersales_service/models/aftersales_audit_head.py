from odoo import fields, models


class AftersalesAuditHead(models.Model):
    """The end of one document's chain when a seal was set."""

    _name = "aftersales.audit.head"
    _inherit = ["aftersales.append.mixin"]
    _description = "Sealed Chain End"
    _order = "seal_id desc, model, res_id"
    _rec_name = "hash"
    _log_access = False

    seal_id = fields.Many2one(
        "aftersales.audit.seal",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(required=True, readonly=True, string="Document ID")
    sequence = fields.Integer(required=True, readonly=True, aggregator=None)
    hash = fields.Char(required=True, readonly=True)

    _document_unique = models.UniqueIndex("(model, res_id, sequence)")
