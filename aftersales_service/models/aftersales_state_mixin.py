from odoo import api, models
from odoo.tools import SQL

from .. import guard
from ..exceptions import GuardedFieldError, TransitionError


class AftersalesStateMixin(models.AbstractModel):
    """Declared state transitions with one writer (rules D1 and D5).

    A model lists its legal moves in ``_state_transitions`` and every button
    ends in ``_set_state``: nothing else in the code base writes ``state``.
    """

    _name = "aftersales.state.mixin"
    _description = "After-Sales State Machine"

    # {state: {states it may go to}}; every state of the selection is a key.
    _state_transitions = {}
    # Fields besides ``state`` that only a transition may write.
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
        return self._guarded_fields | {"state"}

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

    def _set_state(self, target, vals=None, reason=None, happened_on=None):
        """Move records to a state: the only writer of ``state``.

        Records already there are left alone, so pressing twice is harmless.

        :param str target: the state to reach
        :param dict vals: further values written in the same statement
        :param str reason: why, for the audit trail
        :param datetime happened_on: when the fact happened, if not now
        :return: the records that moved
        :raise TransitionError: when a record may not go there from its state
        """
        self._lock()
        moving = self.filtered(lambda record: record.state != target)
        stuck = moving.filtered(
            lambda record: target not in self._state_transitions.get(record.state, ())
        )
        if stuck:
            stuck._raise_stuck(target)
        if not moving:
            return moving
        before = {record.id: record.state for record in moving}
        moving._unguarded().write({**(vals or {}), "state": target})
        self.env["aftersales.audit"]._log(
            moving,
            target,
            states=before,
            reason=reason,
            happened_on=happened_on,
        )
        return moving

    def _raise_stuck(self, target):
        """Raise the error that names the records that cannot reach ``target``."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        raise TransitionError(
            self.env._(
                "%(documents)s cannot become “%(target)s” now. Current state: "
                "%(states)s.",
                documents=", ".join(self.mapped("display_name")),
                target=labels.get(target, target),
                states=", ".join(
                    sorted({labels.get(state, state) for state in self.mapped("state")})
                ),
            )
        )
