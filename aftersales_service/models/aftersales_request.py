from odoo import api, fields, models

from ..exceptions import FrozenFactError


class AftersalesRequest(models.Model):
    """A call that was already answered: the same key gets the same answer.

    Written inside the transaction of the effect, so the two exist together or
    not at all (rule D2).
    """

    _name = "aftersales.request"
    _description = "Answered Request"
    _log_access = True

    key = fields.Char(required=True, readonly=True)
    user_id = fields.Integer(required=True, readonly=True, string="User ID")
    model = fields.Char(required=True, readonly=True)
    method = fields.Char(required=True, readonly=True)
    record_ids = fields.Json(readonly=True)
    result_model = fields.Char(readonly=True)
    result_ids = fields.Json(readonly=True)

    _key_unique = models.UniqueIndex(
        "(user_id, model, method, key)",
        "This request was already answered.",
    )

    @api.model
    def _find(self, records, method, key):
        """Return what the first call with this key returned, or None.

        :raise FrozenFactError: when the key was used for other records
        """
        row = self.sudo().search(
            [
                ("user_id", "=", self.env.uid),
                ("model", "=", records._name),
                ("method", "=", method),
                ("key", "=", str(key)),
            ],
            limit=1,
        )
        if not row:
            return None
        if sorted(row.record_ids or []) != sorted(records.ids):
            raise FrozenFactError(
                self.env._(
                    "The request key “%(key)s” was already used for another "
                    "document. Use a new key for each request.",
                    key=key,
                )
            )
        if not row.result_model:
            return True
        return self.env[row.result_model].browse(row.result_ids or [])

    @api.model
    def _remember(self, records, method, key, result):
        """Store the answer of a call, so that its repetition can return it."""
        is_recordset = isinstance(result, models.BaseModel)
        self.sudo().create(
            {
                "key": str(key),
                "user_id": self.env.uid,
                "model": records._name,
                "method": method,
                "record_ids": records.ids,
                "result_model": result._name if is_recordset else False,
                "result_ids": result.ids if is_recordset else False,
            }
        )
