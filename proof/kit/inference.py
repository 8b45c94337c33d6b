"""What somebody can learn of a value: every door is asked twice, with two values.

A door whose answer changes when only a hidden value changed tells something of it,
whether it is read, searched, sorted, counted, exported, copied into another field or
named in a message.  No door has to be understood for that.
"""

from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.tools import SQL

from .specimens import KINDS

NUMBERS = {"monetary": (7319.43, 2086.17), "float": (7319.43, 2086.17)}
NUMBERS |= {"integer": (7319, 2086)}
TEXTS = ("c4n4ryAlpha", "c4n4ryOmega")
FILES = (b"\x89PNG c4n4ryAlpha", b"\x89PNG c4n4ryOmega, longer")


class Secret:
    """A field of a record that somebody must not learn."""

    def __init__(self, record, field, kind):
        self.record, self.field, self.kind = record.sudo(), field, kind
        self.label = f"{record._name}.{field.name} ({kind})"

    def put(self, which):
        """Write one of the two values past all logic; what depends on it follows."""
        record, field = self.record, self.field
        env = record.env
        if field.type == "many2many":
            self._put_relation(which)
        elif field.type == "binary" and field.attachment:
            self._put_file(which)
        else:
            env.cr.execute(
                SQL("ALTER TABLE %s DISABLE TRIGGER USER", _name(record._table))
            )
            env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id = %s",
                    _name(record._table),
                    _name(field.name),
                    self.value(which),
                    record.id,
                )
            )
        record.invalidate_recordset([field.name], flush=False)
        record.modified([field.name])

    def value(self, which):
        """Return one of the two values."""
        if self.field.type == "many2many":
            return self._people(which)
        if self.field.type in NUMBERS:
            return NUMBERS[self.field.type][which]
        return f"{TEXTS[which]} {self.kind}"

    def _people(self, which):
        people = self.record.env["hr.employee"].search([], order="id", limit=2)
        return people[which].id

    def _put_relation(self, which):
        field, env = self.field, self.record.env
        names = [_name(n) for n in (field.relation, field.column1, field.column2)]
        env.cr.execute(SQL("DELETE FROM %s WHERE %s = %s", *names[:2], self.record.id))
        env.cr.execute(
            SQL(
                "INSERT INTO %s (%s, %s) VALUES (%s, %s)",
                *names,
                self.record.id,
                self._people(which),
            )
        )

    def _put_file(self, which):
        attachments = self.record.env["ir.attachment"].sudo()
        place = {
            "res_model": self.record._name,
            "res_field": self.field.name,
            "res_id": self.record.id,
        }
        found = attachments.search([(k, "=", v) for k, v in place.items()])
        if found:
            found.write({"raw": FILES[which]})
        else:
            attachments.create({"name": "x", "raw": FILES[which], **place})


def _name(text):
    return SQL.identifier(text)


def answer(function):
    """Return what a door says as a text, refusals and their messages as well."""
    try:
        return repr(function())
    except UserError as error:
        return f"refused: {error}"
    except Exception as error:  # what the frame does not know is an answer too
        return f"{type(error).__name__}: {error}"


class Doors:
    """All the doors of one person: pairs of a label and a function."""

    def __init__(self, env, user):
        companies = user.sudo().company_ids.ids
        self.env = env(
            user=user.id, context={"allowed_company_ids": companies, "lang": "en_US"}
        )
        self.paths = {}

    def at(self, secret):
        """Yield the doors that name the field itself."""
        name, label = secret.field.name, secret.label
        model = self.env[secret.record._name]
        record = model.browse(secret.record.id)
        wanted = self._domains(secret, name)
        yield f"{label} read", lambda: record.read([name])
        yield f"{label} web", lambda: record.web_read({name: {}})
        yield f"{label} export", lambda: record.export_data([name, "id"])["datas"]
        for domain in wanted:
            yield f"{label} domain {domain[0][1]}", lambda d=domain: model.search(d).ids
        yield f"{label} order", lambda: model.search([], order=f"{name} desc").ids
        yield (
            f"{label} group",
            lambda: model.formatted_read_group([], [name], ["__count"]),
        )
        yield (
            f"{label} sum",
            lambda: model.formatted_read_group(
                [], ["create_uid"], [f"{name}:sum", f"{name}:max"]
            ),
        )
        yield f"{label} name", lambda: model.name_search(TEXTS[0])
        yield f"{label} called", lambda: record.display_name
        yield (
            f"{label} file",
            lambda: self.env["ir.attachment"].search_read(
                [("res_model", "=", model._name), ("res_id", "=", record.id)],
                ["checksum", "file_size", "raw"],
            ),
        )

    def through(self, secret):
        """Yield the doors of other models that point to the secret's model."""
        target, name = secret.record._name, secret.field.name
        for model, field in self._pointers(target):
            label = f"{secret.label} through {model._name}.{field.name}"
            for domain in self._domains(secret, f"{field.name}.{name}"):
                yield (
                    f"{label} {domain[0][1]}",
                    lambda m=model, d=domain: m.search(d, limit=50).ids,
                )
            path = f"{field.name}/{name}"
            yield (
                f"{label} export",
                lambda m=model, p=path: m.search([], limit=9).export_data([p])["datas"],
            )
            spec = {field.name: {"fields": {name: {}}}}
            yield (
                f"{label} web",
                lambda m=model, s=spec: m.web_search_read([], s, limit=9)["records"],
            )
            if field.type == "many2one":
                yield (
                    f"{label} onchange",
                    lambda m=model, s=spec, f=field.name: m.browse().onchange(
                        {f: secret.record.id}, [f], s
                    ),
                )
                yield (
                    f"{label} default",
                    lambda m=model, f=field.name: m.with_context(
                        **{f"default_{f}": secret.record.id}
                    ).default_get(list(m._fields)),
                )

    def _pointers(self, target):
        """Return the models that this person reads, with fields that lead there."""
        if target not in self.paths:
            self.paths[target] = [
                (self.env[name], field)
                for name in self.env.registry
                for field in self.env[name]._fields.values()
                if field.comodel_name == target
                and field.store
                and field.name not in ("create_uid", "write_uid")
                and self._is_ours(self.env[name], target)
            ]
        return self.paths[target]

    def _is_ours(self, model, target):
        """Tell whether a path is asked: between our models, and those people read."""
        if model._abstract or not (model._auto or model._table_query):
            return False
        ours = "aftersales" in model._name or "aftersales" in target
        return ours and model.has_access("read")

    def _domains(self, secret, path):
        value = secret.value(0)
        if secret.field.type == "binary":
            return [[(path, "!=", False)]]
        if secret.field.type == "many2many":
            return [[(path, "in", [value])]]
        if isinstance(value, str):
            return [[(path, "=", value)], [(path, "ilike", value[:9])]]
        return [[(path, "=", value)], [(path, ">", value - 1)]]

    def everywhere(self, models):
        """Yield one door a model: all that this person reads there."""
        for name in models:
            model = self.env[name]
            if model._abstract or model._transient or not model.has_access("read"):
                continue
            fields = [n for n in model.fields_get(attributes=["type"])]
            yield (
                f"all of {name}",
                lambda m=model, f=fields: (
                    m.with_context(active_test=False)
                    .search([], limit=12)
                    .read(f, load=None)
                ),
            )

    def reports(self, specimens):
        """Yield one door a report: its page of each class of records."""
        engine = self.env["ir.actions.report"]
        for report in engine.sudo().search([("report_type", "=", "qweb-pdf")]):
            if "aftersales" not in report.report_name:
                continue
            for kind in KINDS:
                record = specimens.make(report.model, kind)
                if record:
                    yield (
                        f"report {report.report_name} ({kind})",
                        lambda r=report, i=record.id: engine._render_qweb_html(
                            r.report_name, [i]
                        )[0],
                    )


class Questions:
    """Asks the doors of a person with one value and with the other."""

    def __init__(self, env):
        self.env, self.asked = env, 0

    @contextmanager
    def _world(self, secrets, which):
        """Let secrets have one of their values for a while."""
        self.env.flush_all()
        with self.env.cr.savepoint(flush=False) as savepoint:
            for secret in secrets:
                secret.put(which)
            self.env.flush_all()
            self.env.invalidate_all()
            try:
                yield
            finally:
                savepoint.rollback()
        self.env.invalidate_all()

    def _ask(self, secrets, which, doors, labels=None):
        answers = {}
        with self._world(secrets, which):
            for label, door in doors():
                if labels is not None and label not in labels:
                    continue
                with self.env.cr.savepoint(flush=False) as savepoint:
                    answers[label] = answer(door)
                    savepoint.rollback()
                self.asked += 1
        return answers

    def told(self, secrets, doors):
        """Return the doors whose answers tell the values of secrets apart.

        :param doors: function that returns pairs of a label and a function
        """
        first = self._ask(secrets, 0, doors)
        second = self._ask(secrets, 1, doors)
        suspects = {label for label in first if first[label] != second.get(label)}
        if not suspects:
            return []
        # What differs twice without a reason is not the secret's doing.
        again = self._ask(secrets, 0, doors, suspects)
        return sorted(label for label in suspects if again[label] == first[label])
