"""Finds rows that mix companies: what a row points to belongs to its own company.

By introspection over every table of ours and of models that we extend: many2one and
many2many columns, and references by model and id.  A target without a company is
shared.  A user belongs to all companies that he may work in.
"""

from collections import Counter

from odoo.tools import SQL

from odoo.addons.aftersales_service.tests import introspection

PAIRS = (
    ("model", "res_id"),
    ("res_model", "res_id"),
    ("source_model", "source_id"),
    ("event_model", "event_id"),
)
LOG = ("create_uid", "write_uid")
# What may point elsewhere, by name and reason.
EXCEPTIONS = {
    ("aftersales.checklist.item", "origin_id"): "where a copied line came from",
    ("aftersales.claim", "evidence_ids"): "as ir.attachment",
    ("stock.move", "aftersales_rma_line_id"): "made by the estimate of a case alone",
    ("hr.employee", "aftersales_location_id"): "hr.employee checks no company in core",
    **dict.fromkeys(
        (
            ("product.template", "aftersales_policy_id"),
            ("helpdesk.ticket.category", "aftersales_policy_id"),
        ),
        "often shared by all companies; a policy applies in its own company alone",
    ),
    **dict.fromkeys(
        (
            ("helpdesk.ticket", name)
            for name in (
                *("category_id", "channel_id", "duplicate_id"),
                *("stage_id", "team_id"),
            )
        ),
        "fields of helpdesk_mgmt, whose shipped records belong to the first company",
    ),
}
# What core stamps with the company that a session begins with, and judges by the
# document that it belongs to.
STAMPED = ("ir.attachment",)
DEPTH = 3


def stored_models(env):
    """Return the models of ours and those we extend that have a table."""
    return [
        model
        for model in introspection.touched_models(env)
        if model._auto and not model._abstract and model._name not in STAMPED
    ]


class Mixture:
    """Looks for rows whose parts belong to more than one company."""

    def __init__(self, env):
        self.env, self.counts = env, Counter()
        self.models = stored_models(env)

    # -- to which company does a row belong?

    def company(self, model, alias, depth=0):
        """Return the SQL of a row's company, or None where it has none.

        Its own column, else that of the document that it is a line of.
        """
        if model._name == "res.company":
            return SQL.identifier(alias, "id")
        if self.has_column(model, "company_id"):
            return SQL.identifier(alias, "company_id")
        owner = self.owner(model)
        if owner is None or depth >= DEPTH:
            return None
        return self.target(model, alias, owner, depth + 1)

    def owner(self, model):
        """Return the many2one to the document that a row without company is part of."""
        for parent in model._inherits.values():
            return model._fields[parent]
        for field in model._fields.values():
            if not self.is_pointer(model, field) or not field.required:
                continue
            if field.ondelete == "cascade":
                return field
        return None

    def has_column(self, model, name):
        field = model._fields.get(name)
        return bool(
            field and field.store and field.column_type and not field.company_dependent
        )

    def is_pointer(self, model, field):
        """Tell whether a field is a column that points to a table."""
        return (
            field.type == "many2one"
            and self.has_column(model, field.name)
            and field.name not in LOG
            and self.env[field.comodel_name]._auto
        )

    def target(self, model, alias, field, depth=0):
        """Return the SQL of the company of what a many2one points to."""
        comodel = self.env[field.comodel_name]
        inner = f"x{depth}"
        company = self.company(comodel, inner, depth)
        if company is None:
            return None
        return SQL(
            "(SELECT %s FROM %s AS %s WHERE %s = %s)",
            company,
            SQL.identifier(comodel._table),
            SQL.identifier(inner),
            SQL.identifier(inner, "id"),
            SQL.identifier(alias, field.name),
        )

    def pointers(self, model):
        """Yield (name, SQL of a company) of what a row points to."""
        own = self.company(model, "t")
        if own is not None:
            yield "itself", own
        for field in model._fields.values():
            if (model._name, field.name) in EXCEPTIONS:
                self.counts["left out by name"] += 1
                continue
            if not self.is_pointer(model, field) or field.name == "company_id":
                continue
            if field.comodel_name == "res.users":
                if own is not None:
                    yield field.name, self.user(SQL.identifier("t", field.name), own)
            elif (company := self.target(model, "t", field)) is not None:
                yield field.name, company

    def user(self, user, own):
        """Return the SQL of a user's company, nothing when he may work in the row's."""
        return SQL(
            "(SELECT u.company_id FROM res_users u WHERE u.id = %s AND u.id <> 1"
            " AND NOT EXISTS (SELECT 1 FROM res_company_users_rel r"
            " WHERE r.user_id = u.id AND r.cid = %s))",
            user,
            own,
        )

    # -- the sweep

    def find(self, only=None):
        """Return what is mixed as texts.

        :param only: ``{model: ids}``, all rows of all models without
        """
        found = []
        for model in self.models:
            ids = None if only is None else only.get(model._name)
            if only is not None and not ids:
                continue
            found += self._find_columns(model, ids)
            if only is None:
                found += self._find_lists(model)
                found += self._find_references(model)
        return found

    def _find_columns(self, model, ids):
        pointers = list(self.pointers(model))
        self.counts["models"] += 1
        self.counts["pointers"] += len(pointers)
        if len(pointers) < 2:
            return []
        values = SQL(", ").join(
            SQL("(%s, %s)", name, company) for name, company in pointers
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT t.id, string_agg(v.name || ' ' || v.company, ', ')"
                " FROM %s AS t CROSS JOIN LATERAL (VALUES %s) AS v(name, company)"
                " WHERE v.company IS NOT NULL %s GROUP BY t.id"
                " HAVING count(DISTINCT v.company) > 1 ORDER BY t.id LIMIT 5",
                SQL.identifier(model._table),
                values,
                SQL("AND t.id = ANY(%s)", list(ids)) if ids else SQL(),
            )
        )
        return [f"{model._name} {row[0]} mixes: {row[1]}" for row in rows]

    def _find_lists(self, model):
        """Yield the many2many rows that join two companies."""
        own = self.company(model, "t")
        if own is None:
            return
        for field in model._fields.values():
            if field.type != "many2many" or not field.store:
                continue
            if (model._name, field.name) in EXCEPTIONS:
                self.counts["left out by name"] += 1
                continue
            comodel = self.env[field.comodel_name]
            if field.comodel_name in ("res.company", "res.groups"):
                continue
            if field.comodel_name == "res.users":
                other = self.user(SQL.identifier("o", "id"), own)
            else:
                other = self.company(comodel, "o")
            if other is None:
                continue
            self.counts["lists"] += 1
            rows = self.env.execute_query(
                SQL(
                    "SELECT t.id, o.id FROM %s AS r JOIN %s AS t ON t.id = r.%s"
                    " JOIN %s AS o ON o.id = r.%s WHERE %s <> %s LIMIT 5",
                    SQL.identifier(field.relation),
                    SQL.identifier(model._table),
                    SQL.identifier(field.column1),
                    SQL.identifier(comodel._table),
                    SQL.identifier(field.column2),
                    own,
                    other,
                )
            )
            for row in rows:
                yield f"{model._name} {row[0]} mixes: {field.name} {row[1]}"

    def _find_references(self, model):
        """Yield the rows that name a document of another company by model and id."""
        own = self.company(model, "t")
        for names in PAIRS:
            if not all(self.has_column(model, name) for name in names):
                continue
            column, key = (SQL.identifier("t", name) for name in names)
            table = SQL.identifier(model._table)
            kinds = self.env.execute_query(
                SQL("SELECT DISTINCT %s FROM %s AS t", column, table)
            )
            for (kind,) in kinds:
                if kind not in self.env or not self.env[kind]._auto:
                    continue
                if (model._name, f"{names[0]} {kind}") in EXCEPTIONS:
                    continue
                other = self.company(self.env[kind], "o")
                if other is None:
                    continue
                self.counts["references"] += 1
                yield from self._compare(model, names, kind, own, other, column, key)

    def _compare(self, model, names, kind, own, other, column, key):
        """Yield the rows of one kind whose own company, or user, is another one."""
        conditions = [SQL("%s <> %s", own, other)] if own is not None else []
        conditions += [
            SQL("%s IS NOT NULL", self.user(SQL.identifier("t", field.name), other))
            for field in model._fields.values()
            if field.comodel_name == "res.users"
            and self.is_pointer(model, field)
            and (model._name, field.name) not in EXCEPTIONS
        ]
        if not conditions:
            return
        rows = self.env.execute_query(
            SQL(
                "SELECT t.id, o.id FROM %s AS t JOIN %s AS o ON o.id = %s"
                " WHERE %s = %s AND (%s) LIMIT 5",
                SQL.identifier(model._table),
                SQL.identifier(self.env[kind]._table),
                key,
                column,
                kind,
                SQL(" OR ").join(conditions),
            )
        )
        for row in rows:
            yield f"{model._name} {row[0]} mixes: {names[1]} {kind} {row[1]}"
