"""Typed parsing of what a browser sends: bad input is a 400 page, never a 500."""

from werkzeug.exceptions import BadRequest

LARGEST_ID = 2**31 - 1


def as_id(value):
    """Return a record id from a query parameter.

    :param value: text of the parameter, or None
    :raise BadRequest: when it is no positive number the database can hold
    """
    text = str(value or "")
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= LARGEST_ID:
        raise BadRequest("Not a number of a record.")
    return int(text)


def as_choice(value, choices, default=None):
    """Return one of the allowed values of a query parameter.

    :param value: text of the parameter, or None
    :param choices: allowed values
    :param default: what an absent parameter means
    :raise BadRequest: for any other value
    """
    if value is None or value == "":
        return default
    if value not in choices:
        raise BadRequest("Not a possible choice.")
    return value
