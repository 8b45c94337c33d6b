"""Quiet hours and call-back windows, without the ORM.

Times go in and come out as naive UTC, as in ``clock``; quiet hours are judged on
the clock of the customer's time zone.
"""

import datetime

from .clock import (
    CALENDAR_DAYS,
    END_OF_DAY,
    HOURS,
    WORKING_DAYS,
    add_working_days,
    as_utc,
    end_of_day,
    from_local,
    hour_of,
    to_local,
)


def shift_quiet(moment, quiet_hours, tz):
    """Return a moment moved out of the hours in which nobody is called.

    :param datetime moment: naive UTC
    :param quiet_hours: list of (from, to) local hours; an interval may pass
        midnight, and one whose ends are equal is none
    :param str tz: name of the customer's time zone
    :return: the same moment, or the end of the quiet hours it falls into

    >>> quiet = [(12, 14), (21, 9)]
    >>> def shifted(text):
    ...     local = datetime.datetime.fromisoformat(text)
    ...     found = shift_quiet(from_local(local, "Asia/Shanghai"), quiet,
    ...                         "Asia/Shanghai")
    ...     return str(to_local(found, "Asia/Shanghai"))
    >>> shifted("2026-03-02 12:30")
    '2026-03-02 14:00:00'
    >>> shifted("2026-03-02 22:15")
    '2026-03-03 09:00:00'
    >>> shifted("2026-03-03 02:00")
    '2026-03-03 09:00:00'

    Intervals that meet are left behind one after the other.

    >>> shift_quiet(datetime.datetime(2026, 3, 2, 12, 30), [(14, 15), (12, 14)], "UTC")
    datetime.datetime(2026, 3, 2, 15, 0)
    """
    local = awake = to_local(moment, tz)
    for _step in range(len(quiet_hours) + 1):
        ends = [
            end
            for start, end in quiet_hours
            if start != end and _in_hours(hour_of(local), start, end)
        ]
        if not ends:
            break
        local = _next_at(local, ends[0])
    # Unmoved, a moment stays: an hour that the clock shows twice has no way back.
    return moment if local == awake else from_local(local, tz)


def callback_window(
    done,
    delay_hours,
    window_hours,
    quiet_hours=(),
    tz="UTC",
    unit=HOURS,
    days=0,
    is_working=None,
):
    """Return when a call-back opens and when it is overdue (CB-01, CB-04, CB-07).

    :param datetime done: when the work was done, naive UTC
    :param float delay_hours: not before so many hours
    :param float window_hours: overdue so many hours after it opened, for hours
    :param quiet_hours: see ``shift_quiet``; they move the whole window
    :param str tz: the customer's time zone
    :param str unit: hours; end_of_day of the opening; calendar_days or
        working_days after the work
    :param int days: how many days, for units other than hours
    :param is_working: function telling whether a date is a working day
    :return: tuple (opens, due) of naive UTC datetimes

    >>> done = datetime.datetime(2026, 3, 2, 10, 0)
    >>> callback_window(done, 2, 1)
    (datetime.datetime(2026, 3, 2, 12, 0), datetime.datetime(2026, 3, 2, 13, 0))
    >>> opens, due = callback_window(done, 2, 1, [(12, 14)])
    >>> str(opens), str(due)
    ('2026-03-02 14:00:00', '2026-03-02 15:00:00')
    """
    done = as_utc(done)
    opens = shift_quiet(done + datetime.timedelta(hours=delay_hours), quiet_hours, tz)
    if unit == HOURS:
        return opens, opens + datetime.timedelta(hours=window_hours)
    opening_day, done_day = to_local(opens, tz).date(), to_local(done, tz).date()
    day = _last_day(unit, days, opening_day, done_day, is_working)
    return opens, end_of_day(max(day, opening_day), tz)


def _last_day(unit, days, opening_day, done_day, is_working):
    """Return the day at whose end a call-back falls due."""
    if unit == END_OF_DAY:
        return opening_day + datetime.timedelta(days=days)
    if unit == CALENDAR_DAYS:
        return done_day + datetime.timedelta(days=days)
    if unit == WORKING_DAYS:
        return add_working_days(done_day, days, is_working or (lambda date: True))
    raise ValueError(f"Unknown unit of time: {unit}")


def _in_hours(hour, start, end):
    if start < end:
        return start <= hour < end
    return hour >= start or hour < end


def _next_at(local, hour):
    """Return the next local moment at which the clock shows ``hour``."""
    midnight = datetime.datetime.combine(local.date(), datetime.time.min)
    found = midnight + datetime.timedelta(minutes=round(hour * 60))
    return found if found > local else found + datetime.timedelta(days=1)


# Examples, word by word those of the requirements; doctest runs them.
__test__ = {
    "callback_window": """
    >>> zone = "Asia/Shanghai"
    >>> def window(done, *args, **kwargs):
    ...     done = from_local(datetime.datetime.fromisoformat(done), zone)
    ...     found = callback_window(done, *args, tz=zone, **kwargs)
    ...     return [str(to_local(moment, zone)) for moment in found]

    A day after the installation, until that day ends (CB-04, AMB-54).

    >>> window("2026-03-02 15:00", 24, 0, unit="end_of_day")
    ['2026-03-03 15:00:00', '2026-03-04 00:00:00']

    Three days and two weeks are calendar days to their end (CB-07, CB-10, AMB-57).

    >>> window("2026-03-02 10:00", 0, 0, unit="calendar_days", days=3)
    ['2026-03-02 10:00:00', '2026-03-06 00:00:00']
    >>> window("2026-03-13 17:00", 0, 0, unit="calendar_days", days=14)
    ['2026-03-13 17:00:00', '2026-03-28 00:00:00']

    Working days leave the weekend out; what opens later is due that day at least.

    >>> week = lambda date: date.weekday() < 5
    >>> window("2026-03-13 17:00", 0, 0, unit="working_days", days=1, is_working=week)
    ['2026-03-13 17:00:00', '2026-03-17 00:00:00']
    >>> window("2026-03-02 22:00", 0, 0, [(21, 9)], unit="calendar_days")
    ['2026-03-03 09:00:00', '2026-03-04 00:00:00']
    """,
    "shift_quiet": """
    What happens as quiet hours end is not moved.

    >>> shift_quiet(datetime.datetime(2026, 3, 2, 14, 0), [(12, 14)], "UTC")
    datetime.datetime(2026, 3, 2, 14, 0)

    Where clocks change: the night loses an hour in March, and 02:30 comes twice in
    October; quiet hours end when the clock on the wall says so, and a moment that
    is not quiet is not moved.

    >>> def berlin(text):
    ...     moment = datetime.datetime.fromisoformat(text)
    ...     found = shift_quiet(moment, [(21, 8)], "Europe/Berlin")
    ...     return str(found)
    >>> berlin("2026-03-28 22:00"), berlin("2026-03-29 01:30")
    ('2026-03-29 06:00:00', '2026-03-29 06:00:00')
    >>> berlin("2026-10-24 23:00"), berlin("2026-10-25 07:00")
    ('2026-10-25 07:00:00', '2026-10-25 07:00:00')
    >>> shift_quiet(datetime.datetime(2026, 10, 25, 0, 30), [], "Europe/Berlin")
    datetime.datetime(2026, 10, 25, 0, 30)
    """,
}
