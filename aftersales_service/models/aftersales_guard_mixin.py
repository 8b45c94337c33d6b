from odoo import api, models
from odoo.tools import SQL

from .. import guard
from ..exceptions import GuardedFieldError


class AftersalesGuardMixin(models.AbstractModel):
    """Fields that only a named transition may write, and the row's lock.

    For documents without states of their own; those with states inherit
    ``aftersales.state.mixin``, which stands on this one (rules D1 and D5).
    """

    _name = "aftersales.guard.mixin"
    _description = "After-Sales Guarded Fields"

    # Fields that only a transition may write.
    _guarded_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        if not guard.is_open(self.env):
            self._check_guarded_create(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if not guard.is_open(self.env):
            self._refuse_guarded(self._get_guarded_fields() & vals.keys())
        return super().write(vals)

    @api.model
    def _get_guarded_fields(self):
        """Return the names of all fields that only a transition may write."""
        return self._guarded_fields

    @api.model
    def _check_guarded_create(self, vals_list):
        """Refuse a new record that brings a guarded value along.

        Empty values and the field's own default pass, because the web client
        sends them back.
        """
        guarded = self._get_guarded_fields()
        touched = {
            name for vals in vals_list for name in guarded & vals.keys() if vals[name]
        }
        if touched:
            defaults = self.default_get(list(touched))
            self._refuse_guarded(
                {
                    name
                    for vals in vals_list
                    for name in touched & vals.keys()
                    if vals[name] and vals[name] != defaults.get(name)
                }
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

    def _unguarded(self):
        """Return the same records, with guarded fields open for writing."""
        return self.with_context(**{guard.CONTEXT_KEY: guard.GUARD})

    def _guarded_again(self):
        """Return the same records without the key, to hand them to a caller."""
        context = dict(self.env.context)
        context.pop(guard.CONTEXT_KEY, None)
        return self.with_context(context)

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
