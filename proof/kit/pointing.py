"""Tries to let a record of one company point to one of another, by every door."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.aftersales_service.tests.introspection import our_fields, our_models

from .assign import Assigner
from .mixture import EXCEPTIONS, Mixture

CONTROL = "aftersales.site"
# Doors of ``Assigner`` that carry a value to a record.
DOORS = {
    "write": ("write",),
    "create": ("create",),
    "web_save": ("web_save",),
    "load": ("load", "load of a new one"),
    "child": ("child of", "new child of"),
}


class Pointing:
    """Writes records of company 2 into the pointers of records of company 1."""

    def __init__(self, env, world, specimens, user, counts):
        self.env, self.world, self.specimens = env, world, specimens
        self.counts, self.violations = counts, []
        self.two = world.company2.id
        self.mixture = Mixture(env)
        self.assigner = Assigner(env, specimens)
        # People act for a company by their rights; who is named gets none by it.
        self.foreign = {"res.users": None}
        self.ours = {model._name for model in our_models(env)}
        both = [world.company.id, world.company2.id]
        self.mine = env(user=user.id, su=False, context={"allowed_company_ids": both})

    def stranger(self, comodel):
        """Return a record of the second company, or None where there is none."""
        if comodel not in self.foreign:
            self.foreign[comodel] = self._find_stranger(self.env[comodel])
        return self.foreign[comodel]

    def _find_stranger(self, model):
        company = self.mixture.company(model, "t")
        if company is None:
            return None
        if model._name in ("res.partner", "product.product", "product.template"):
            return model.create({"name": "Stranger", "company_id": self.two})
        self.specimens.make(model._name, "other")
        rows = self.env.execute_query(
            SQL(
                "SELECT t.id FROM %s AS t WHERE %s = %s ORDER BY t.id DESC LIMIT 1",
                SQL.identifier(model._table),
                company,
                self.two,
            )
        )
        return model.browse(rows[0]) if rows else None

    def run(self, doors, only=None):
        """Try all pointers of all models by some doors.

        :param only: one model's name
        """
        wanted = [start for door in doors for start in DOORS[door]]
        for model in self.mixture.models:
            if model._transient or (only and model._name != only):
                continue
            record = self.specimens.make(model._name, "own")
            if not record or self.mixture.company(model, "t") is None:
                continue
            if self._is_odd(record):
                self.counts["specimens mixed from the start"] += 1
                continue
            ours = model._name in self.ours
            names = list(model._fields.values()) if ours else our_fields(model)
            for field in names:
                self._try_field(record, field, wanted)

    def _is_odd(self, record):
        return bool(self.mixture.find({record._name: record.ids}))

    def _try_field(self, record, field, wanted):
        if not self.mixture.is_pointer(record, field) or field.name == "company_id":
            return
        if (record._name, field.name) in EXCEPTIONS:
            return
        stranger = self.stranger(field.comodel_name)
        if not stranger:
            return
        self.counts["pointers tried"] += 1
        mine = record.with_env(self.mine)
        for door, act in self.assigner.doors(mine, field, stranger.id):
            if any(door == start or door.startswith(f"{start} ") for start in wanted):
                self._attempt(mine, field, door, act)

    def _attempt(self, record, field, door, act):
        self.counts["pointers written"] += 1
        label = f"{door}: {record._name}.{field.name}"
        with self.env.cr.savepoint(flush=False) as savepoint:
            try:
                made = act()
                self.env.flush_all()
                found = self.mixture.find(self._near(made or record))
                self.violations += [f"{label}: {text}" for text in found]
                self.counts["pointers taken, nothing mixed"] += not found
            except UserError as error:
                by_company = "company inconsistencies" in str(error)
                how = "by the company check" if by_company else "otherwise"
                self.counts[f"pointers refused {how}"] += 1
            except Exception as error:
                self.counts[f"pointers: {type(error).__name__}"] += 1
            finally:
                self.env.clear()
                savepoint.rollback()

    def _near(self, records):
        """Return ``{model: ids}`` of records and of what lies under them."""
        near = {records._name: set(records.ids)}
        records = records.sudo().with_context(active_test=False)
        for field in records._fields.values():
            if field.type != "one2many" or not field.inverse_name:
                continue
            children = self.env[field.comodel_name]
            inverse = children._fields.get(field.inverse_name)
            if children._auto and inverse.type == "many2one" and inverse.store:
                found = children.sudo().with_context(active_test=False)
                ids = found.search([(field.inverse_name, "in", records.ids)]).ids
                near.setdefault(field.comodel_name, set()).update(ids)
        return near

    def control(self):
        """Take the check of companies away from one model: it must be noticed."""
        kept, self.violations = self.violations, []
        owner = self.env.registry[CONTROL]
        with patch.object(owner, "_check_company", lambda self, fnames=None: None):
            self.run(("write",), only=CONTROL)
        found, self.violations = self.violations, kept
        return [] if found else [f"control not found: no check on {CONTROL}"]
