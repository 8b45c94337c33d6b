from odoo import api, fields, models


class AftersalesAudit(models.Model):
    """Append-only trail of every transition, hash-chained per document."""

    _name = "aftersales.audit"
    _description = "Audit Trail"
    _order = "id desc"

    model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(required=True, readonly=True, string="Document ID")
    document = fields.Char(readonly=True)
    company_id = fields.Integer(readonly=True, string="Company ID")
    sequence = fields.Integer(required=True, readonly=True)
    event = fields.Char(required=True, readonly=True)
    state_from = fields.Char(readonly=True)
    happened_on = fields.Datetime(required=True, readonly=True)
    user_login = fields.Char(readonly=True)
    user_ref = fields.Integer(readonly=True, string="User ID")
    reason = fields.Char(readonly=True)
    detail = fields.Json(readonly=True)
    previous_hash = fields.Char(readonly=True)
    hash = fields.Char(required=True, readonly=True)

    _document_unique = models.UniqueIndex("(model, res_id, sequence)")

    @api.model
    def _log(self, records, event, states=None, reason=None, happened_on=None, **detail):
        """Append one row per record, in the transaction of the event.

        :param records: the documents, already locked
        :param str event: what happened, for a transition the state reached
        :param dict states: state before, by record id
        :param str reason: why
        :param datetime happened_on: when the fact happened, if not now
        :param detail: further facts, JSON values
        :return: the new rows
        """
        rows = self.sudo().search(
            [("model", "=", records._name), ("res_id", "in", records.ids)]
        )
        return rows
