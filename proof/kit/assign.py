"""Ways to write a field that only a named transition may write, and what came of it."""

from collections import Counter

import psycopg2.extras

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.aftersales_service import guard
from odoo.addons.aftersales_service.exceptions import GuardedFieldError

from .payloads import PIXEL

TEXT = "f0rged"
PLAIN = ("char", "text", "html")


# What a client sends for a type, where it does not depend on the value there.
SENT = {
    **dict.fromkeys(PLAIN, TEXT),
    "date": "2031-03-04",
    "datetime": "2031-03-04 05:06:07",
    "binary": PIXEL,
    "many2one_reference": 7,
    "json": {"forged": 1},
}


def forged_value(record, field):
    """Return a value that a field does not have now, as a client would send it."""
    now = record.sudo()[field.name]
    if field.type == "boolean":
        return not now
    if field.type in ("integer", "float", "monetary"):
        return (now or 0) + 7
    if field.type == "selection":
        return next((v for v in field.get_values(record.env) if v != now), None)
    if field.relational:
        found = record.env[field.comodel_name].sudo().with_context(active_test=False)
        other = found.search([("id", "not in", now.ids)], order="id desc", limit=1)
        if not other:
            return None
        return other.id if field.type == "many2one" else [Command.set(other.ids)]
    return SENT.get(field.type)


def stored(record, field):
    """Return what the tables hold of a field, read past the ORM's memory."""
    record = record.sudo()
    if field.type in ("one2many", "many2many") or (
        field.type == "binary" and field.attachment
    ):
        record.invalidate_recordset([field.name], flush=False)
        return record.with_context(active_test=False)[field.name]
    rows = record.env.execute_query(
        SQL(
            "SELECT %s::text FROM %s WHERE id = %s",
            SQL.identifier(field.name),
            SQL.identifier(record._table),
            record.id,
        )
    )
    return rows[0][0] if rows else None


class Assigner:
    """Tries to assign guarded fields by every door, in somebody's name."""

    def __init__(self, env, specimens):
        self.env, self.specimens = env, specimens
        self.counts, self.violations = Counter(), []
        self.parents, self.plains, self.usual = {}, {}, {}
        self.writers = self._find_writers()

    def _find_writers(self):
        """Return the fields that write through: ``{field: [(model, field)]}``."""
        found = {}
        for name, model in self.env.registry.items():
            for field in model._fields.values():
                if field.related and field.inverse and not field.readonly:
                    key = str(field.related_field)
                    found.setdefault(key, []).append((name, field))
        return found

    def fields_of(self, model):
        """Return the guarded fields of a model that have a place of their own."""
        return [
            model._fields[name]
            for name in sorted(model._get_guarded_fields())
            if model._fields[name].store
        ]

    def plain(self, record):
        """Return values that a person would create such a record with."""
        if record._name not in self.plains:
            self.plains[record._name] = self._make_plain(record)
        return self.plains[record._name]

    def _make_plain(self, record):
        specimen = self.specimens._values(record.sudo(), "own", 0)
        guarded = getattr(record, "_get_guarded_fields", set)() - {"company_id"}
        return {
            name: value.adapted["en_US"] if _is_translation(value) else value
            for name, value in specimen.items()
            if name not in guarded
            and name not in ("create_uid", "write_uid", "create_date", "write_date")
            and not record._fields[name].related
        }

    def doors(self, record, field, value):
        """Yield (door, function); a function returns the records it made, if any."""
        name, model = field.name, record.browse()
        given, plain = {name: value}, self.plain(record)
        key = guard.CONTEXT_KEY
        yield "write", lambda: record.write(given) and None
        yield "web_save", lambda: record.web_save(given, {"id": {}}) and None
        for forged in (True, "GUARD", repr(guard.GUARD)):
            yield (
                f"forged key {forged!r:.8}",
                lambda f=forged: record.with_context(**{key: f}).write(given) and None,
            )
        yield "create", lambda: model.create({**plain, **given})
        yield (
            "create with a forged key",
            lambda: model.with_context(**{key: True}).create({**plain, **given}),
        )
        yield "copy", lambda: record.copy(given)
        yield (
            "default in the context",
            lambda: model.with_context(**{f"default_{name}": value}).create(plain),
        )
        yield from self._import_doors(record, field, value, plain)
        yield from self._child_doors(record, given, plain)
        yield from self._related_doors(record, field, value)

    def _import_doors(self, record, field, value, plain):
        column = f"{field.name}/.id" if field.type == "many2one" else field.name
        text = str(value)
        if field.relational and field.type != "many2one":
            return
        yield (
            "load",
            lambda: (
                record.browse().load([".id", column], [[str(record.id), text]]) and None
            ),
        )
        columns = [n for n, v in plain.items() if isinstance(v, str | int | float)]
        heads = [
            f"{n}/.id" if record._fields[n].type == "many2one" else n for n in columns
        ]
        row = [str(plain[n]) for n in columns]
        yield (
            "load of a new one",
            lambda: record.browse(
                record.browse().load([*heads, column], [[*row, text]])["ids"] or []
            ),
        )

    def _child_doors(self, record, given, plain):
        """Yield the doors of parents that carry such records as lines."""
        for model, field in self._parents_of(record):
            parent = record.sudo()[field.inverse_name]
            if not parent:
                continue
            parent = self.env(user=record.env.uid, context=record.env.context)[
                model
            ].browse(parent.id)
            label = f"child of {model}.{field.name}"
            yield (
                label,
                lambda p=parent, f=field: (
                    p.write({f.name: [Command.update(record.id, given)]}) and None
                ),
            )
            yield (
                f"new {label}",
                lambda p=parent, f=field: self._new_child(p, f, {**plain, **given}),
            )

    def _new_child(self, parent, field, values):
        parent = parent.with_context(active_test=False)
        before = parent.sudo()[field.name]
        values = {k: v for k, v in values.items() if k != field.inverse_name}
        parent.write({field.name: [Command.create(values)]})
        self.env.flush_all()
        parent.invalidate_recordset([field.name])
        return parent.sudo()[field.name] - before

    def _parents_of(self, record):
        if record._name not in self.parents:
            self.parents[record._name] = [
                (name, field)
                for name in self.env.registry
                for field in self.env[name]._fields.values()
                if field.type == "one2many"
                and field.comodel_name == record._name
                and field.inverse_name in record._fields
                and record._fields[field.inverse_name].type == "many2one"
                and not self.env[name]._abstract
                and not self.env[name]._transient
            ]
        return self.parents[record._name]

    def _related_doors(self, record, field, value):
        """Yield the doors of fields that write through to the guarded one."""
        for name, other in self.writers.get(str(field), ()):
            near = self.specimens.make(name, "own") if self.env[name]._auto else None
            if near:
                near = near.with_env(record.env)
                yield (
                    f"related {name}.{other.name}",
                    lambda n=near, o=other: n.write({o.name: value}) and None,
                )

    def attempt(self, record, field, door, act, value):
        """Try one door; note when the tables hold what was sent."""
        who = record.env.user.login
        label = f"{who} {door}: {record._name}.{field.name}"
        self.counts["attempts"] += 1
        with self.env.cr.savepoint(flush=False) as savepoint:
            try:
                before = stored(record, field)
                made = act()
                self.env.flush_all()
                self.counts["answered"] += 1
                if stored(record, field) != before:
                    self.violations.append(f"changed by {label}")
                for one in made or ():
                    usual = self._usual(record).get(field.name)
                    if usual is None:  # no plain one could be made beside it
                        usual = record.default_get([field.name]).get(field.name)
                    if self._holds(one, field, value) and stored(one, field) != usual:
                        self.violations.append(f"made by {label}")
            except GuardedFieldError:
                self.counts["refused by the guard"] += 1
            except AccessError:
                self.counts["refused by right"] += 1
            except UserError:
                self.counts["refused otherwise"] += 1
            except Exception as error:
                self.counts["refused by the frame"] += 1
                if "aftersales_service" in _place(error):
                    self.violations.append(f"untyped {error!r:.80} by {label}")
            finally:
                self.env.clear()
                savepoint.rollback()

    def _usual(self, record):
        """Return what guarded fields hold in a record made without touching them."""
        key = record._name, record.env.uid
        if key not in self.usual:
            self.usual[key] = {}
            with self.env.cr.savepoint(flush=False) as savepoint:
                try:
                    plain = record.browse().create(self.plain(record))
                    self.env.flush_all()
                    self.usual[key] = {
                        field.name: stored(plain, field)
                        for field in self.fields_of(record)
                    }
                except Exception:  # nobody makes such a record by hand
                    self.counts["models that nobody makes by hand"] += 1
                finally:
                    self.env.clear()
                    savepoint.rollback()
        return self.usual[key]

    def _holds(self, record, field, value):
        """Tell whether a new record has the value that was sent."""
        now = record.sudo()[field.name]
        if field.type in ("many2many", "one2many"):
            return bool(set(now.ids) & set(value[0][2]))
        if field.type == "many2one":
            return now.id == value
        if field.type in ("date", "datetime"):
            return fields.Datetime.to_string(now) == str(value) if now else False
        return bool(now) and now == value

    def model(self, record, only=None):
        """Try all doors of all guarded fields of one record.

        :param only: the doors to try, by name; all without
        """
        for field in self.fields_of(record):
            value = forged_value(record, field)
            if value is None:
                self.counts["no other value"] += 1
                continue
            for door, act in self.doors(record, field, value):
                if only and door not in only:
                    continue
                self.attempt(record, field, door, act, value)


def _is_translation(value):
    return isinstance(value, psycopg2.extras.Json) and "en_US" in (value.adapted or {})


def _place(error):
    """Return the file that raised an error."""
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename
