from odoo import api, models

from ..exceptions import TransitionError


class AftersalesStateMixin(models.AbstractModel):
    """Declared state transitions with one writer (rule D5).

    A model lists its legal moves in ``_state_transitions`` and every button
    ends in ``_set_state``: nothing else in the code base writes ``state``.
    """

    _name = "aftersales.state.mixin"
    _inherit = ["aftersales.guard.mixin"]
    _description = "After-Sales State Machine"

    # {state: {states it may go to}}; every state of the selection is a key.
    _state_transitions = {}

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"state"}

    def _set_state(self, target, vals=None, reason=None, happened_on=None):
        """Move records to a state: the only writer of ``state``.

        Records already there are left alone, so pressing twice is harmless.

        :param str target: the state to reach
        :param vals: further values written with it: a dict, or a function
            returning the dict of one record
        :param str reason: why, for the audit trail
        :param happened_on: when the fact happened, if not now; by record id where
            the records differ
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
        if callable(vals):
            # One statement all the same: the ORM writes them together.
            for record in moving._unguarded():
                record.write({**vals(record), "state": target})
        else:
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
                documents=", ".join(
                    record.display_name or self._description for record in self[:5]
                ),
                target=labels.get(target, target),
                states=", ".join(
                    sorted({labels.get(state, state) for state in self.mapped("state")})
                ),
            )
        )
