"""Errors of the after-sales addon, apart so that callers can tell them apart."""

from odoo.exceptions import AccessError, UserError


class AftersalesError(UserError):
    """A refusal that tells the user what to do next."""

    # The web client knows core's errors only: it shows ours as the one named here,
    # instead of as a server error with a traceback.
    context = {"exception_class": "odoo.exceptions.UserError"}


class TransitionError(AftersalesError):
    """A document was asked for a step that its state does not allow."""


class GuardedFieldError(AftersalesError):
    """Somebody tried to write a field that only a transition may write."""


class FrozenFactError(AftersalesError):
    """Somebody tried to change or delete a recorded fact."""


class FactTimeError(AftersalesError):
    """The time given for a fact is impossible or too old."""


class MissingError(AftersalesError):
    """A step is blocked because mandatory facts are missing."""


class NotEntitledError(AftersalesError):
    """No dated rule, tier or right covers what was asked."""


class NotAllowedError(NotEntitledError, AccessError):
    """The role of the user, or his part in the matter, forbids him what he asked."""

    context = {"exception_class": "odoo.exceptions.AccessError"}


class ArgumentError(AftersalesError):
    """A public method was called with something that it cannot use."""
