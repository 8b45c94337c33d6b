from odoo import fields, models


class AftersalesAuditSeal(models.Model):
    """A seal over the heads of all document chains, chained per company.

    Cutting off the end of a document's chain leaves a chain that is sound in
    itself; the seal remembers how far it reached.
    """

    _name = "aftersales.audit.seal"
    _inherit = ["aftersales.append.mixin"]
    _description = "Audit Seal"
    _order = "id desc"
    _rec_name = "number"
    _log_access = False

    company_id = fields.Integer(required=True, readonly=True, string="Company ID")
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    sealed_on = fields.Datetime(required=True, readonly=True)
    head_count = fields.Integer(required=True, readonly=True, string="Documents")
    previous_hash = fields.Char(readonly=True)
    hash = fields.Char(required=True, readonly=True)
    head_ids = fields.One2many("aftersales.audit.head", "seal_id")

    _number_unique = models.UniqueIndex("(company_id, number)")
