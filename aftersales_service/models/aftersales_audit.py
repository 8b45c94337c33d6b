from datetime import datetime

from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..arguments import check_single
from ..calc import hash_chain
from .aftersales_person import PEOPLE

VERIFIERS = "aftersales_service.group_head,aftersales_service.group_general_manager"
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
# The next row of a document that another transaction wrote meanwhile is not seen: the
# database then makes who comes second start again, as after a turnstile (rule D3).
BEHIND = SQL("ON CONFLICT (model, res_id, sequence) DO NOTHING")


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
    detail_text = fields.Text(compute="_compute_detail_text", string="Details")
    previous_hash = fields.Char(readonly=True)
    hash = fields.Char(required=True, readonly=True)

    _document_unique = models.UniqueIndex("(model, res_id, sequence)")

    @api.depends("detail")
    def _compute_detail_text(self):
        for row in self:
            items = (row.detail or {}).items()
            row.detail_text = "\n".join(f"{name}: {value}" for name, value in items)

    @api.model
    def _log(
        self, records, event, states=None, reason=None, happened_on=None, **detail
    ):
        """Append one row per record, in the transaction of the event.

        :param records: the documents, already locked
        :param str event: what happened, for a transition the state reached
        :param dict states: state before, by record id
        :param str reason: why
        :param happened_on: when the fact happened, if not now; a dict by record id
            where the records differ
        :param detail: further facts, JSON values; one named ``details`` is a dict
            of such facts by record id
        :return: the new rows, one per record and in their order
        """
        if not records:
            return self.browse()
        moments = happened_on if isinstance(happened_on, dict) else {}
        moment = None if moments else happened_on
        trail = self.sudo()  # sudo: everybody's acts are logged, heads read them
        details = detail.pop("details", {})
        common = {
            "event": hash_chain.clean_text(event),
            "happened_on": (moment or fields.Datetime.now()).replace(microsecond=0),
            "user_login": self.env.user.login,
            "user_ref": self.env.uid,
            "reason": hash_chain.clean_text(reason) if reason else None,
            "detail": hash_chain.clean(detail) or None,
        }
        last_links = trail._get_last_links(records)
        rows = []
        for record in records.sudo():  # sudo: the name of what was just changed
            own = trail._prepare_link(record, last_links[record.id])
            own["state_from"] = (states or {}).get(record.id) or None
            if record.id in moments:
                own["happened_on"] = moments[record.id].replace(microsecond=0)
            if record.id in details:
                own["detail"] = hash_chain.clean({**detail, **details[record.id]})
            rows.append(trail._prepare_row({**common, **own}))
        return trail._append_next(rows).sudo(self.env.su)

    @api.model
    def _append_next(self, rows):
        """Append the next rows of documents, each in its place and none left out."""
        entries = self._append((*COLUMNS, "hash"), rows, BEHIND)
        if len(entries) != len(rows):
            raise RuntimeError("A row of the audit trail was not written")
        return entries

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
    def _prepare_link(self, record, last_link):
        """Return the columns that tie a row to the last one of its document."""
        row_id, recorded_on, sequence, previous = last_link
        return {
            "id": row_id,
            "sequence": sequence + 1,
            "recorded_on": recorded_on,
            "previous_hash": previous,
            **self._prepare_document(record),
        }

    @api.model
    def _prepare_document(self, record):
        """Return the columns that say which document a row is about."""
        company = None
        if "company_id" in record._fields:
            company = record.company_id.id or None
        return {
            "model": record._name,
            "res_id": record.id,
            "document": hash_chain.clean_text(self._get_title(record)),
            "company_id": company,
        }

    @api.model
    def _get_title(self, record):
        """Return what the trail calls a document; people stay without their name.

        What cannot be changed must not hold what somebody may want erased.
        """
        if record._name in PEOPLE:
            return f"{record._description} {record.id}"
        return record.display_name or ""

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

        :param dict values: column values as the database holds them, texts and
            details clean
        :return: JSON values
        """
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in values.items()
            if name not in ("previous_hash", "hash")
        }

    @api.model
    def verify(self):
        """Check every link of every chain, and every seal.

        :return: ``{ok, count, broken}``: rows checked, and the first broken link
            as ``{model, res_id, sequence, reason}`` or False
        :raise AccessError: for others than heads and the general manager
        """
        self._check_verifier()
        trail = self.sudo()  # sudo: the chains run through all companies
        count, broken = trail._verify_documents()
        if not broken:
            seals = self.env["aftersales.audit.seal"].sudo()  # sudo: as above
            broken = seals._verify()
        return {"ok": not broken, "count": count, "broken": broken or False}

    def _check_verifier(self):
        """Raise unless the user may check the trail."""
        if not self.env.su and not self.env.user.has_groups(VERIFIERS):
            raise AccessError(
                self.env._(
                    "Only heads of department and the general manager check the "
                    "audit trail."
                )
            )

    @api.model
    def _verify_documents(self):
        """Walk through all chains in the order of their documents.

        :return: ``(rows checked, first broken link or None)``
        """
        count, document, last = 0, None, (0, "")
        for row in self._iter_rows():
            if (row["model"], row["res_id"]) != document:
                document, last = (row["model"], row["res_id"]), (0, "")
            link = (row["sequence"], row["previous_hash"], row["hash"])
            found = hash_chain.first_break(
                [(*link, self._get_content(row))],
                previous=last[1],
                expected=last[0] + 1,
            )
            if found:
                return count, self._prepare_broken(*document, *found)
            count, last = count + 1, (row["sequence"], row["hash"])
        return count, None

    @api.model
    def _iter_rows(self, size=5000):
        """Yield all rows as dicts in the order of the chains, page by page."""
        columns = (*COLUMNS, "hash")
        after = ("", 0, 0)
        while True:
            rows = self.env.execute_query(
                SQL(
                    "SELECT %s FROM aftersales_audit "
                    "WHERE (model, res_id, sequence) > %s "
                    "ORDER BY model, res_id, sequence LIMIT %s",
                    SQL(", ").join(map(SQL.identifier, columns)),
                    after,
                    size,
                )
            )
            for row in rows:
                yield dict(zip(columns, row, strict=True))
            if len(rows) < size:
                return
            last = dict(zip(columns, rows[-1], strict=True))
            after = (last["model"], last["res_id"], last["sequence"])

    @api.model
    def _prepare_broken(self, model, res_id, sequence, kind):
        """Return the answer of ``verify`` about one broken link."""
        reasons = {
            "gap": self.env._("An entry is missing."),
            "previous": self.env._("The entry does not follow the one before it."),
            "content": self.env._("The content was changed."),
            "sealed": self.env._("The entry was sealed and is missing or changed."),
        }
        return {
            "model": model,
            "res_id": res_id,
            "sequence": sequence,
            "reason": reasons[kind],
        }

    def action_open_document(self):
        """Open the document an entry is about.

        :raise UserError: when it no longer exists
        """
        check_single(self)
        document = self.env[self.model].browse(self.res_id).exists()
        if not document:
            raise UserError(self.env._("%s no longer exists.", self.document))
        return document._get_records_action()
