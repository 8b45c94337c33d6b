from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.tools import SQL

from ..exceptions import ArgumentError

KEEP_DAYS = 180
KEY_LENGTH = 200


class AftersalesRequest(models.Model):
    """A call that was already answered: the same key gets the same answer.

    The key is taken before the work begins and in its transaction, so the two
    exist together or not at all.  Who loses the race for a key waits, and the
    database then makes him start again, where he finds the answer (rule D2).
    """

    _name = "aftersales.request"
    _description = "Answered Request"
    _order = "id desc"
    _rec_name = "key"
    _log_access = False

    key = fields.Char(required=True, readonly=True)
    user_id = fields.Integer(required=True, readonly=True, string="User ID")
    model = fields.Char(required=True, readonly=True)
    method = fields.Char(required=True, readonly=True)
    asked_on = fields.Datetime(required=True, readonly=True, index=True)
    record_ids = fields.Json(readonly=True)
    result_model = fields.Char(readonly=True)
    result = fields.Json(readonly=True)

    _key_unique = models.UniqueIndex(
        "(user_id, model, method, key)",
        "This request was already answered.",
    )

    @api.model
    def _claim(self, records, method, key):
        """Take a key for a call, or find the call that took it before.

        :param records: what the method is called on
        :param str method: its name
        :param key: what the client sent as ``request_key``
        :return: ``(row, is_new)``
        :raise ArgumentError: when it is no key, or was used for other records
        """
        self._check_key(key)
        requests = self.sudo()  # sudo: nobody reads or writes keys by hand
        identity = (self.env.uid, records._name, method, key)
        inserted = self.env.execute_query(
            SQL(
                """
                INSERT INTO aftersales_request
                       (user_id, model, method, key, asked_on, record_ids)
                VALUES (%s, %s, %s, %s, now() AT TIME ZONE 'UTC', %s)
                    ON CONFLICT (user_id, model, method, key) DO NOTHING
                RETURNING id
                """,
                *identity,
                Json(sorted(records.ids)),
            )
        )
        if inserted:
            return requests.browse(inserted[0]), True
        names = ("user_id", "model", "method", "key")
        row = requests.search(
            [(name, "=", value) for name, value in zip(names, identity, strict=True)]
        )
        if row.record_ids != sorted(records.ids):
            raise ArgumentError(
                self.env._(
                    "The request key “%(key)s” was already used for another "
                    "document. Use a new key for each request.",
                    key=key,
                )
            )
        return row, False

    @api.model
    def _check_key(self, key):
        """Refuse what no client would call a request key."""
        if not isinstance(key, str) or len(key) > KEY_LENGTH or "\x00" in key:
            raise ArgumentError(
                self.env._(
                    "The request key must be a text of at most %s characters.",
                    KEY_LENGTH,
                )
            )

    def _remember(self, result):
        """Store the answer of the call, so that its repetition can return it."""
        self.ensure_one()
        if isinstance(result, models.BaseModel):
            self.write({"result_model": result._name, "result": result.ids})
        else:
            self.write({"result": {"value": result}})

    def _answer(self, env):
        """Return what the first call returned.

        :param env: the environment of the caller
        """
        self.ensure_one()
        if self.result_model:
            return env[self.result_model].browse(self.result or [])
        return (self.result or {}).get("value")

    @api.autovacuum
    def _gc_requests(self, limit=10000):
        """Forget old keys; no client repeats a request after half a year."""
        rows = self.search(
            [("asked_on", "<", f"-{KEEP_DAYS}d")], order="asked_on", limit=limit
        )
        rows.unlink()
        return len(rows), self.search_count(
            [("asked_on", "<", f"-{KEEP_DAYS}d")], limit=limit
        )
