"""Errors of the after-sales addon, apart so that callers can tell them apart."""

from odoo.exceptions import UserError


class TransitionError(UserError):
    """A document was asked for a step that its state does not allow."""


class GuardedFieldError(UserError):
    """Somebody tried to write a field that only a transition may write."""


class FrozenFactError(UserError):
    """Somebody tried to change or delete a recorded fact."""


class FactTimeError(UserError):
    """The time given for a fact is impossible or too old."""


class MissingError(UserError):
    """A step is blocked because mandatory facts are missing."""


class NotEntitledError(UserError):
    """No dated rule, tier or right covers what was asked."""


class ArgumentError(UserError):
    """A public method was called with something that it cannot use."""
