"""Checks of what clients pass to public methods (rule D9).

Every function returns the value in the type the method works with, or raises
``ArgumentError`` with a text a person can act on.
"""

from odoo import fields, models

from .exceptions import ArgumentError

MAX_ID = 2**31 - 1  # ids are integers of four bytes
# Larger ones are typing errors; money beyond it would lose its cents.
MAX_NUMBER = 10**12
NAME_LENGTH = 120  # of a name as customers type it on their pages


def as_record(env, model, value):
    """Return one record, or none, from an id or a record.

    :param env: environment the record is wanted in
    :param str model: name of the model
    :param value: an id, a record of that model, or empty
    :return: a recordset of at most one existing record the user may read
    :raise ArgumentError: for anything else
    """
    records = env[model]
    if isinstance(value, models.BaseModel):
        if value._name != model or len(value) > 1:
            _refuse(env, records._description, value)
        value = value.id
    if value is None or value is False:
        return records
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_ID:
        _refuse(env, records._description, value)
    record = records.browse(value).exists()
    if not record:
        _refuse(env, records._description, value)
    record.check_access("read")
    return record


def as_date(env, value):
    """Return a date from a date or ``YYYY-MM-DD``, or None when empty.

    :param env: environment, for the language of the error
    :param value: what the client sent
    :raise ArgumentError: when it is no date
    """
    if value is None or value is False:
        return None
    try:
        if isinstance(value, str):
            return fields.Date.to_date(value.strip())
        return fields.Date.to_date(value)
    except (TypeError, ValueError, AttributeError) as error:
        raise ArgumentError(
            env._("“%(value)s” is not a date. Give it as YYYY-MM-DD.", value=value)
        ) from error


def as_text(env, value, label, required=True):
    """Return a trimmed text.

    :param env: environment, for the language of the error
    :param value: what the client sent
    :param str label: what the text is called on screen
    :param bool required: refuse an empty one
    :raise ArgumentError: when it is no text, or empty and required
    """
    if value is None or value is False:
        value = ""
    if not isinstance(value, str):
        raise ArgumentError(env._("“%(label)s” must be a text.", label=label))
    if "\x00" in value:
        raise ArgumentError(
            env._("“%(label)s” holds a character that no text has.", label=label)
        )
    value = value.strip()
    if required and not value:
        raise ArgumentError(
            env._("Fill in “%(label)s”: it goes on record.", label=label)
        )
    return value


def as_choice(env, value, choices, label):
    """Return one of the keys of a selection.

    :param env: environment, for the language of the error
    :param value: what the client sent
    :param choices: list of (key, label) pairs
    :param str label: what the choice is called on screen
    :raise ArgumentError: when it is none of them
    """
    if not isinstance(value, str) or value not in dict(choices):
        raise ArgumentError(
            env._(
                "“%(value)s” is not possible for “%(label)s”. Choose one of: "
                "%(choices)s.",
                value=value,
                label=label,
                choices=", ".join(key for key, _name in choices),
            )
        )
    return value


def as_flag(env, value, label):
    """Return a yes or no.

    :param env: environment, for the language of the error
    :param value: what the client sent
    :param str label: what the flag is called on screen
    :raise ArgumentError: when it is neither
    """
    if value is None:
        return False
    if not isinstance(value, bool):
        raise ArgumentError(env._("“%(label)s” must be yes or no.", label=label))
    return value


def check_single(records):
    """Refuse calls on none or several records where one is meant.

    :param records: the recordset a method was called on
    :raise ArgumentError: unless there is exactly one
    """
    if len(records) != 1:
        raise ArgumentError(
            records.env._("Choose one %s for this step.", records._description)
        )


def as_number(env, value, label, whole=False):
    """Return a number that is neither negative nor absurd.

    :param env: environment, for the language of the error
    :param value: what the client sent
    :param str label: what the number is called on screen
    :param bool whole: refuse fractions
    :raise ArgumentError: for anything else
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= MAX_NUMBER:
        raise ArgumentError(
            env._("“%(label)s” must be a number, not below zero.", label=label)
        )
    if whole and value != int(value):
        raise ArgumentError(env._("“%(label)s” must be a whole number.", label=label))
    return value


def as_quantity(env, value):
    """Return a quantity above zero.

    :param env: environment, for the language of the error
    :param value: what the client sent
    :raise ArgumentError: when it is no finite number above zero
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value < 1e12:
        raise ArgumentError(
            env._("“%(value)s” is not a quantity above zero.", value=value)
        )
    return float(value)


def _refuse(env, label, value):
    raise ArgumentError(
        env._(
            "“%(value)s” is not an existing record of “%(model)s”.",
            value=value,
            model=label,
        )
    )
