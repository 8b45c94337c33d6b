from datetime import datetime

from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.tools import SQL

from ..calc import hash_chain

COLUMNS = (
    "id",
    "model",
    "res_id",
    "sequence",
    "document",
    "company_id",
    "event",
    "state_from",
    "happened_on",
    "recorded_on",
    "user_login",
    "user_ref",
    "reason",
    "detail",
    "previous_hash",
)


class AftersalesAudit(models.Model):
    """Append-only trail of every transition, hash-chained per document.

    A row keeps plain numbers instead of relations, so that deleting a user, a
    company or a document never touches it.  See ``docs/decisions``.
    """

    _name = "aftersales.audit"
    _inherit = ["aftersales.append.mixin"]
    _description = "Audit Trail"
    _order = "id desc"
    _rec_name = "document"
    _log_access = False  # it would tie the rows to users

    model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(required=True, readonly=True, string="Document ID")
    document = fields.Char(readonly=True)
    company_id = fields.Integer(readonly=True, string="Company ID")
    sequence = fields.Integer(required=True, readonly=True)
    event = fields.Char(required=True, readonly=True)
    state_from = fields.Char(readonly=True, string="State Before")
    happened_on = fields.Datetime(required=True, readonly=True)
    recorded_on = fields.Datetime(required=True, readonly=True)
    user_login = fields.Char(readonly=True, string="Login")
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
        :return: the new rows, one per record and in their order
        """
        if not records:
            return self.browse()
        trail = self.sudo()  # sudo: everybody's acts are logged, heads read them
        common = {
            "event": hash_chain.clean_text(event),
            "happened_on": (happened_on or fields.Datetime.now()).replace(microsecond=0),
            "user_login": self.env.user.login,
            "user_ref": self.env.uid,
            "reason": hash_chain.clean_text(reason) if reason else None,
            "detail": hash_chain.clean(detail) or None,
        }
        last_links = trail._get_last_links(records)
        rows = []
        for record in records.sudo():  # sudo: the name of what was just changed
            row_id, recorded_on, sequence, previous = last_links[record.id]
            values = {
                **common,
                "id": row_id,
                "model": record._name,
                "res_id": record.id,
                "sequence": sequence + 1,
                "document": hash_chain.clean_text(record.display_name or ""),
                "company_id": trail._get_company_ref(record),
                "state_from": (states or {}).get(record.id) or None,
                "recorded_on": recorded_on,
                "previous_hash": previous,
            }
            rows.append(trail._prepare_row(values))
        return trail._append((*COLUMNS, "hash"), rows).sudo(self.env.su)

    @api.model
    def _get_last_links(self, records):
        """Return where each document's chain ends, and an id for the next row.

        One query, whatever the number of documents.  The time is the server's
        own, whatever clock the application believes in.

        :return: ``{res_id: (row id, now, last sequence, last hash)}``
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT document.id,
                       nextval(pg_get_serial_sequence(%(table)s, 'id')),
                       date_trunc('second', now() AT TIME ZONE 'UTC'),
                       COALESCE(last.sequence, 0),
                       last.hash
                  FROM unnest(%(ids)s) WITH ORDINALITY AS document(id, place)
                  LEFT JOIN LATERAL (
                       SELECT sequence, hash
                         FROM aftersales_audit
                        WHERE model = %(model)s AND res_id = document.id
                        ORDER BY sequence DESC
                        LIMIT 1
                       ) last ON TRUE
                 ORDER BY document.place
                """,
                table=self._table,
                ids=records.ids,
                model=records._name,
            )
        )
        return {res_id: link for res_id, *link in rows}

    @api.model
    def _get_company_ref(self, record):
        """Return the id of the company a document belongs to, or None."""
        if "company_id" not in record._fields:
            return None
        return record.company_id.id or None

    @api.model
    def _prepare_row(self, values):
        """Return the column values of a row, its hash last."""
        content = self._get_content(values)
        values = {
            **values,
            "detail": Json(values["detail"]) if values["detail"] else None,
        }
        digest = hash_chain.link(values["previous_hash"] or "", content)
        return (*(values[name] for name in COLUMNS), digest)

    @api.model
    def _get_content(self, values):
        """Return what the hash of a row stands for: every column but the hashes.

        :param dict values: column values as the database holds them
        :return: JSON values
        """
        return {
            name: hash_chain.clean(
                value.isoformat() if isinstance(value, datetime) else value
            )
            for name, value in values.items()
            if name in COLUMNS and name != "previous_hash"
        }
