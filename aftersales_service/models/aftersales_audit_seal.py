import logging
from datetime import datetime

from odoo import api, fields, models
from odoo.tools import SQL, groupby

from ..calc import hash_chain

_logger = logging.getLogger(__name__)

SEAL_COLUMNS = (
    "id",
    "company_id",
    "number",
    "sealed_on",
    "head_count",
    "previous_hash",
    "hash",
)
HEAD_COLUMNS = ("id", "model", "res_id", "sequence", "hash", "seal_id")


class AftersalesAuditSeal(models.Model):
    """A seal over the ends of all document chains, chained per company.

    Cutting off the end of a document's chain leaves a chain that is sound in
    itself; the seal remembers how far it reached.  Each seal's hash goes to the
    server log too, out of reach of who can change the database.
    """

    _name = "aftersales.audit.seal"
    _inherit = ["aftersales.append.mixin"]
    _description = "Audit Seal"
    _order = "id desc"
    _rec_name = "number"
    _log_access = False

    company_id = fields.Integer(readonly=True, string="Company ID", aggregator=None)
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    sealed_on = fields.Datetime(required=True, readonly=True)
    head_count = fields.Integer(required=True, readonly=True, string="Documents")
    previous_hash = fields.Char(readonly=True)
    hash = fields.Char(required=True, readonly=True)
    head_ids = fields.One2many("aftersales.audit.head", "seal_id", string="Chain Ends")

    _number_unique = models.UniqueIndex("(COALESCE(company_id, 0), number)")

    @api.model
    def _cron_seal(self, limit=5000):
        """Seal what is not sealed yet, one writer at a time.

        :param int limit: how many documents one seal and commit take
        """
        progress = self.env["ir.cron"]._commit_progress
        # A new transaction: its first act is the lock, so it sees every seal.
        progress(remaining=self._count_unsealed())
        while self._try_lock_writer() and (count := self._seal_next(limit)):
            if not progress(count):
                break

    @api.model
    def _try_lock_writer(self):
        """Become the only writer of seals until the next commit, or return False."""
        ((locked,),) = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext(%s))", self._table)
        )
        return locked

    @api.model
    def _sql_unsealed(self):
        """Return the query of all chain ends that no seal holds yet."""
        return SQL(
            """
            SELECT audit.company_id, audit.model, audit.res_id, audit.sequence,
                   audit.hash
              FROM aftersales_audit audit
              JOIN (
                   SELECT model, res_id, MAX(sequence) AS sequence
                     FROM aftersales_audit
                    GROUP BY model, res_id
                   ) last USING (model, res_id, sequence)
             WHERE NOT EXISTS (
                   SELECT 1
                     FROM aftersales_audit_head head
                    WHERE head.model = audit.model
                      AND head.res_id = audit.res_id
                      AND head.sequence = audit.sequence
                   )
            """
        )

    @api.model
    def _count_unsealed(self):
        """Return how many documents have entries that no seal covers."""
        query = SQL("SELECT COUNT(*) FROM (%s) unsealed", self._sql_unsealed())
        return self.env.execute_query(query)[0][0]

    @api.model
    def _seal_next(self, limit):
        """Set one seal per company over the next ``limit`` documents.

        :param int limit: how many documents to take
        :return: how many were taken
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT company_id, "
                "nextval(pg_get_serial_sequence('aftersales_audit_head', 'id')), "
                "model, res_id, sequence, hash FROM (%s "
                "ORDER BY company_id, model, res_id LIMIT %s) unsealed",
                self._sql_unsealed(),
                limit,
            )
        )
        for company, heads in groupby(rows, key=lambda row: row[0]):
            self._seal(company, sorted(list(head[1:]) for head in heads))
        return len(rows)

    @api.model
    def _seal(self, company, heads):
        """Set one seal.

        :param company: id of the company, or None for documents without one
        :param heads: ``[id, model, res_id, sequence, hash]`` lists
        """
        ((seal_id, number, previous),) = self.env.execute_query(
            SQL(
                """
                SELECT nextval(pg_get_serial_sequence('aftersales_audit_seal', 'id')),
                       COALESCE(last.number, 0),
                       last.hash
                  FROM (VALUES (1)) one
                  LEFT JOIN LATERAL (
                       SELECT number, hash
                         FROM aftersales_audit_seal
                        WHERE COALESCE(company_id, 0) = %s
                        ORDER BY number DESC
                        LIMIT 1
                       ) last ON TRUE
                """,
                company or 0,
            )
        )
        seal = {
            "id": seal_id,
            "company_id": company,
            "number": number + 1,
            "sealed_on": fields.Datetime.now(),
            "head_count": len(heads),
        }
        digest = hash_chain.link(previous or "", self._get_content(seal, heads))
        self._append(SEAL_COLUMNS, [(*seal.values(), previous, digest)])
        self.env["aftersales.audit.head"]._append(
            HEAD_COLUMNS, [(*head, seal_id) for head in heads]
        )
        _logger.info("Audit seal %s of company %s: %s", number + 1, company, digest)

    @api.model
    def _get_content(self, seal, heads):
        """Return what the hash of a seal stands for."""
        names = ("id", "company_id", "number", "sealed_on", "head_count")
        content = {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in seal.items()
            if name in names
        }
        return {**content, "heads": heads}

    @api.model
    def _verify(self):
        """Check the seals' own chains, then the document chains against them.

        :return: the first broken link as in ``aftersales.audit.verify``, or None
        """
        columns = (*SEAL_COLUMNS, "heads")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %s, (
                       SELECT json_agg(
                              json_build_array(id, model, res_id, sequence, hash)
                              ORDER BY id
                              )
                         FROM aftersales_audit_head
                        WHERE seal_id = seal.id
                       )
                  FROM aftersales_audit_seal seal
                 ORDER BY company_id NULLS FIRST, number
                """,
                SQL(", ").join(map(SQL.identifier, SEAL_COLUMNS)),
            )
        )
        seals = [dict(zip(columns, row, strict=True)) for row in rows]
        for company, chain in groupby(seals, key=lambda seal: seal["company_id"]):
            links = (
                (
                    seal["number"],
                    seal["previous_hash"],
                    seal["hash"],
                    self._get_content(seal, seal["heads"] or []),
                )
                for seal in chain
            )
            if found := hash_chain.first_break(links):
                return self.env["aftersales.audit"]._prepare_broken(
                    self._name, company or 0, *found
                )
        return self._verify_heads()

    @api.model
    def _verify_heads(self):
        """Check that every sealed entry still stands, in one query."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT head.model, head.res_id, head.sequence
                  FROM aftersales_audit_head head
                  LEFT JOIN aftersales_audit audit
                    ON audit.model = head.model
                   AND audit.res_id = head.res_id
                   AND audit.sequence = head.sequence
                 WHERE audit.hash IS DISTINCT FROM head.hash
                 ORDER BY head.model, head.res_id, head.sequence
                 LIMIT 1
                """
            )
        )
        for row in rows:
            return self.env["aftersales.audit"]._prepare_broken(*row, "sealed")
        return None
