from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..exceptions import ArgumentError

READERS = (
    "aftersales_service.group_head,aftersales_service.group_general_manager,"
    "payroll.group_payroll_user"
)
SAMPLE_SIZE = 5


class Law(NamedTuple):
    """A law: what must hold, and the query of what breaks it.

    The query selects ``model, res_id, name, problem`` of each offender.
    """

    title: str
    query: SQL


class AftersalesIntegrity(models.AbstractModel):
    """The conservation laws, checked read-only at any time.

    The laws read the tables as they are, past computed fields, so that they find
    what went wrong there.  Further addons add laws in ``_get_laws``.
    """

    _name = "aftersales.integrity"
    _description = "Integrity Check"

    @api.model
    def run(self, laws=None):
        """Check the conservation laws in the user's active companies.

        :param list laws: codes to check (``["L1", "L6"]``), all by default
        :return: list of ``{law, title, ok, count, sample}``; ``sample`` holds at
            most five offenders as ``{model, res_id, name, problem}``
        :raise AccessError: for others than heads, the general manager and HR
        :raise ArgumentError: for a law that does not exist
        """
        self._check_reader()
        known = self._get_laws()
        codes = self._check_codes(laws, known)
        self.env.flush_all()
        return [self._check_law(code, known[code]) for code in codes]

    def _check_reader(self):
        """Raise unless the user may see what the laws find."""
        if not self.env.su and not self.env.user.has_groups(READERS):
            raise AccessError(
                self.env._(
                    "Only heads of department, the general manager and HR check the "
                    "integrity."
                )
            )

    @api.model
    def _check_codes(self, laws, known):
        """Return the codes to check, in the order of the laws."""
        if laws is None or laws is False:
            return list(known)
        if not isinstance(laws, list | tuple):
            laws = [laws]
        wrong = [law for law in laws if not isinstance(law, str) or law not in known]
        if wrong:
            raise ArgumentError(
                self.env._(
                    "“%(law)s” is no law. The laws are: %(laws)s.",
                    law=wrong[0],
                    laws=", ".join(known),
                )
            )
        return [code for code in known if code in laws]

    @api.model
    def _check_law(self, code, law):
        """Check one law with one query.

        :return: dict as in ``run``
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) OVER (), model, res_id, name, problem "
                "FROM (%s) offender (model, res_id, name, problem) "
                "ORDER BY model, res_id LIMIT %s",
                law.query,
                SAMPLE_SIZE,
            )
        )
        problems = self._get_problems()
        return {
            "law": code,
            "title": law.title,
            "ok": not rows,
            "count": rows[0][0] if rows else 0,
            "sample": [
                {
                    "model": model,
                    "res_id": res_id,
                    "name": name or "",
                    "problem": problems.get(problem, problem),
                }
                for _count, model, res_id, name, problem in rows
            ],
        }

    @api.model
    def _get_laws(self):
        """Return all laws: ``{code: Law}``, in the order they are reported."""
        return {"L10": self._law_trail()}

    @api.model
    def _get_problems(self):
        """Return the text of each problem that a law's query may name."""
        return {
            "trail_broken": self.env._("The audit chain is broken."),
            "state_unlogged": self.env._("Its state differs from its audit trail."),
        }

    @api.model
    def _get_company_ids(self):
        """Return the companies whose records are checked."""
        return self.env.companies.ids

    @api.model
    def _law_trail(self):
        """L10: every state was reached by a step that the audit trail knows."""
        documents = [
            model
            for model in map(self.env.get, sorted(self.env.registry))
            if isinstance(model, self.env.registry["aftersales.state.mixin"])
            and model._auto
            and not model._abstract
        ]
        trail = self.env["aftersales.audit"].sudo()  # sudo: chains of all companies
        _count, broken = trail._verify_documents()
        broken = broken or self.env["aftersales.audit.seal"].sudo()._verify()  # sudo: ^
        queries = [self._sql_unlogged(model) for model in documents]
        if broken:
            queries.append(
                SQL(
                    "SELECT %s, %s, %s, 'trail_broken'",
                    broken["model"],
                    broken["res_id"],
                    f"{broken['model']} {broken['res_id']}/{broken['sequence']}",
                )
            )
        return Law(
            self.env._("The audit trail is sound and knows every state."),
            SQL(" UNION ALL ").join(queries),
        )

    @api.model
    def _sql_unlogged(self, model):
        """Return the query of documents whose state the trail does not know."""
        table = SQL.identifier(model._table)
        company = model._fields.get("company_id")
        in_company = SQL("TRUE")
        if company and company.store:
            in_company = SQL("document.company_id = ANY(%s)", self._get_company_ids())
        name = SQL("CAST(document.id AS varchar)")
        title = model._fields.get(model._rec_name)
        if title and title.store and title.type == "char":
            name = SQL.identifier("document", title.name)
        return SQL(
            """
            SELECT %s, document.id, %s, 'state_unlogged'
              FROM %s document
              JOIN LATERAL (
                   SELECT event
                     FROM aftersales_audit
                    WHERE model = %s AND res_id = document.id
                      AND state_from IS NOT NULL
                    ORDER BY sequence DESC
                    LIMIT 1
                   ) last ON TRUE
             WHERE last.event <> document.state AND %s
            """,
            model._name,
            name,
            table,
            model._name,
            in_company,
        )
