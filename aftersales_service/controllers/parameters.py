"""Typed parsing of what a browser sends: bad input is a 400 page, never a 500."""

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

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


def as_text(value, limit, required=False):
    """Return a trimmed text of a form field.

    :param value: text of the field, or None
    :param int limit: longest text that is taken, in characters
    :param bool required: refuse an empty one
    :raise BadRequest: when it is no text, empty or too long
    """
    if value is not None and not isinstance(value, str):
        raise BadRequest("Not a text.")
    text = (value or "").replace("\x00", "").strip()
    if len(text) > limit or (required and not text):
        raise BadRequest("Fill in the form, and keep texts short.")
    return text


def as_local_time(value, zone):
    """Return naive UTC from what a browser's time field sends.

    :param value: ``YYYY-MM-DDTHH:MM`` on the clock of ``zone``
    :param str zone: name of a time zone
    :raise BadRequest: when it is no time
    """
    try:
        local = datetime.strptime(value or "", "%Y-%m-%dT%H:%M")
        aware = local.replace(tzinfo=ZoneInfo(zone))
        return aware.astimezone(timezone.utc).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadRequest("Not a time.") from error
