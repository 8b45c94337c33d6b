from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .. import guard
from ..exceptions import ArgumentError, GuardedFieldError


class AftersalesGuardMixin(models.AbstractModel):
    """Fields that only a named transition may write, and the row's lock.

    For documents without states of their own; those with states inherit
    ``aftersales.state.mixin``, which stands on this one (rules D1 and D5).
    """

    _name = "aftersales.guard.mixin"
    _description = "After-Sales Guarded Fields"

    # Fields that only a transition may write.
    _guarded_fields = frozenset()

    @api.model
    def default_get(self, fields):
        """Give guarded fields their own default, whatever context or user say.

        ``default_state`` in a context and a default that a user saved for himself
        are doors that everybody can open.
        """
        defaults = super().default_get(fields)
        if guard.is_open(self.env):
            return defaults
        guarded = self._get_guarded_on_create() & defaults.keys()
        own = self._get_own_defaults(guarded)
        return {
            name: own.get(name, value)
            for name, value in defaults.items()
            if name not in guarded or name in own
        }

    @api.model_create_multi
    def create(self, vals_list):
        if not guard.is_open(self.env):
            self._check_guarded_create(vals_list)
        return super().create(vals_list)

    def copy_data(self, default=None):
        """Copy no guarded value: a copy starts its life at the beginning."""
        copies = super().copy_data(default)
        if guard.is_open(self.env):
            return copies
        guarded = self._get_guarded_on_create()
        self._refuse_guarded(guarded & (default or {}).keys())
        self._check_can_copy(guarded)
        return [
            {name: value for name, value in vals.items() if name not in guarded}
            for vals in copies
        ]

    def read(self, fields=None, load="_classic_read"):
        """Leave out lists of documents that the user reads none of.

        Only where a client asks for everything; core refuses the whole answer then.
        """
        return super().read(fields or self._get_readable_names(), load)

    @api.model
    def _get_readable_names(self):
        """Return the names of the fields that the user may read as they are."""
        return [
            name
            for name, field in self._fields.items()
            if self._has_field_access(field, "read")
            and (
                field.type not in ("one2many", "many2many")
                or self.env[field.comodel_name].has_access("read")
            )
        ]

    def write(self, vals):
        if not guard.is_open(self.env):
            self._refuse_guarded(
                (self._get_guarded_fields() & vals.keys()) | self._get_derived(vals)
            )
        if self._get_company_parent() not in vals:
            return super().write(vals)
        companies = {record.id: record.company_id for record in self}
        result = super().write(vals)
        self._check_stays(companies)
        return result

    def _check_stays(self, companies):
        """Refuse lines that went along with a new parent to another company.

        What points to them, transfers and sales too, stays where it was.

        :param dict companies: their companies before, by id
        """
        for record in self:
            if companies[record.id] and companies[record.id] != record.company_id:
                raise ArgumentError(
                    self.env._(
                        "%s stays in its company: write it anew in the other one.",
                        record.display_name,
                    )
                )

    @api.model
    def _get_company_parent(self):
        """Return the field of the document that gives a line its company, if any."""
        related = getattr(self._fields.get("company_id"), "related", None)
        return related.partition(".")[0] if related else None

    def _read_group_groupby(self, alias, groupby_spec, query):
        """Refuse to group by people or things that the user may not read.

        Odoo checks the groups of every field here but of many2many.
        """
        name = groupby_spec.partition(":")[0].partition(".")[0]
        field = self._fields.get(name)
        if field and field.type == "many2many":
            self._check_field_access(field, "read")
        return super()._read_group_groupby(alias, groupby_spec, query)

    @api.model
    def _get_guarded_fields(self):
        """Return the names of all fields that only a transition may write."""
        return self._guarded_fields

    @api.model
    def _get_derived(self, names):
        """Return those of some fields that are computed, stored and never entered.

        Core keeps what a client writes there until the next computation.

        :param names: field names
        """
        return {
            name
            for name in names
            if (field := self._fields.get(name))
            and field.compute
            and field.store
            and field.readonly
            and not field.inverse
        }

    @api.model
    def _get_guarded_on_create(self):
        """Return the guarded fields that a new record may not bring along.

        The company is chosen at birth, among those of the user, and stays.
        """
        return self._get_guarded_fields() - {"company_id"}

    @api.model
    def _get_own_defaults(self, names):
        """Return the defaults that the fields themselves declare."""
        return {
            name: field.convert_to_write(
                field.convert_to_cache(field.default(self), self, validate=False), self
            )
            for name in names
            if (field := self._fields[name]).default
        }

    @api.model
    def _check_guarded_create(self, vals_list):
        """Refuse a new record that brings a guarded value along.

        What equals the field's own default passes, because the web client sends
        it back.
        """
        guarded = self._get_guarded_on_create()
        own = self._get_own_defaults(guarded.intersection(*vals_list))
        self._refuse_guarded(
            {
                name
                for vals in vals_list
                for name in guarded & vals.keys()
                if not self._is_same_value(name, vals[name], own.get(name))
            }
        )

    @api.model
    def _is_same_value(self, name, value, default):
        """Tell whether a client's value is the default, in any spelling of it."""
        if not value or not default:
            return not value and not default
        field = self._fields[name]
        try:
            value, default = (
                field.convert_to_cache(item, self, validate=False)
                for item in (value, default)
            )
        except (TypeError, ValueError):
            return False
        return value == default

    @api.model
    def _check_can_copy(self, guarded):
        """Refuse to duplicate what only the system makes."""
        if any(
            field.required and not field.default and not field.compute
            for field in map(self._fields.get, guarded)
        ):
            raise GuardedFieldError(
                self.env._(
                    "%(document)s cannot be duplicated: it is made by what happens.",
                    document=self._description,
                )
            )

    @api.model
    def _refuse_guarded(self, names):
        """Raise when ``names`` is not empty, naming the fields by their labels."""
        if names:
            labels = self.fields_get(sorted(names), ["string"])
            raise GuardedFieldError(
                self.env._(
                    "%(fields)s of %(document)s cannot be edited directly. Use the "
                    "buttons of the document instead.",
                    fields=", ".join(
                        labels.get(name, {}).get("string", name)
                        for name in sorted(names)
                    ),
                    document=self._description,
                )
            )

    def _check_role(self, *groups):
        """Refuse users outside all of the groups.

        :param groups: xmlids, one of which is enough
        :raise AccessError: for everybody else
        """
        user = self.env.user
        if not self.env.su and not any(user.has_group(group) for group in groups):
            raise AccessError(
                self.env._(
                    "Your role does not allow this step. Ask your head of department."
                )
            )

    def _unguarded(self):
        """Return the same records, with guarded fields open for writing."""
        return self.with_context(**{guard.CONTEXT_KEY: guard.GUARD})

    def _guarded_again(self):
        """Return the same records without the key, to hand them to a caller."""
        return self.with_context(**{guard.CONTEXT_KEY: None})

    def _lock(self):
        """Lock the rows of these records, then forget what was read before.

        Losers of a race wait here; the database then makes them start again on
        a fresh snapshot, where they find the work done (rule D1).

        :return: self
        """
        if self.ids:
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                    SQL.identifier(self._table),
                    sorted(self.ids),
                )
            )
            self.invalidate_recordset()
        return self

    def _take_turn(self):
        """Lock the rows by a write, before what belongs to them is made or changed.

        After ``_lock`` alone who waited goes on with what he saw before, unless the
        winner wrote the row; after this the database makes him start again, and he
        finds what the winner made (rule D3).

        :return: self
        """
        self._lock()
        if self.ids:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET write_date = write_date WHERE id = ANY(%s)",
                    SQL.identifier(self._table),
                    self.ids,
                )
            )
        return self

    @api.model
    def _take_turn_of(self, vals_list, name):
        """Take the turn of the documents that new records are to belong to.

        Before the records are made: afterwards two makers would wait for each other.

        :param vals_list: the values of the records
        :param str name: the field that names the document
        """
        ids = {vals.get(name) for vals in vals_list}
        documents = self.env[self._fields[name].comodel_name]
        documents.browse(one for one in ids if type(one) is int)._take_turn()
