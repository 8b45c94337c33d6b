"""Working time of a calendar, without the ORM.

A calendar is a week of worked hours and a list of closures.  Spans of work are
what the clock on the wall of the calendar's place shows; lengths of time are
counted on the instants behind them, so that a night of 25 hours is one.
"""

import datetime

from .clock import from_local, start_of_day, to_local

ONE_DAY = datetime.timedelta(days=1)
# A calendar without a single working hour must not hang the search for one.
SEARCH_LIMIT_DAYS = 3660


def week_type(day):
    """Return 0 or 1: which of two alternating weeks a date lies in.

    >>> week_type(datetime.date(2026, 3, 2)), week_type(datetime.date(2026, 3, 9))
    (0, 1)
    """
    return (day.toordinal() - 1) // 7 % 2


def day_spans(day, week, closures=()):
    """Return the spans of a local day that are worked.

    :param day: a date
    :param dict week: list of (from hour, to hour) by (week type, weekday); a week
        type of None stands for every week, and an empty dict for work at all hours
    :param closures: list of local (from, to) in which nobody works
    :return: list of local naive (from, to), in order and apart

    >>> week = {(None, 0): [(13, 17), (8, 12)]}
    >>> monday = datetime.date(2026, 3, 2)
    >>> [f"{a:%H:%M}-{b:%H:%M}" for a, b in day_spans(monday, week)]
    ['08:00-12:00', '13:00-17:00']
    >>> noon = datetime.datetime(2026, 3, 2, 12)
    >>> off = [(noon, noon + datetime.timedelta(hours=2))]
    >>> [f"{a:%H:%M}-{b:%H:%M}" for a, b in day_spans(monday, week, off)]
    ['08:00-12:00', '14:00-17:00']
    >>> day_spans(monday + ONE_DAY, week)
    []
    """
    midnight = datetime.datetime.combine(day, datetime.time.min)
    hours = _get_hours(day, week)
    spans = []
    for first, last in sorted(hours):
        start = midnight + datetime.timedelta(minutes=round(first * 60))
        end = midnight + datetime.timedelta(minutes=round(last * 60))
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        elif start < end:
            spans.append((start, end))
    for closed_from, closed_to in closures:
        spans = [
            part
            for start, end in spans
            for part in _cut(start, end, closed_from, closed_to)
        ]
    return spans


def add_work(started, length, get_spans, tz):
    """Return when so much working time has passed.

    :param datetime started: naive UTC; work before it does not count
    :param timedelta length: working time, not negative
    :param get_spans: function returning the spans of a local date
    :param str tz: zone of the calendar
    :return: naive UTC; where nobody ever works the time runs on the clock

    >>> office = lambda day: day_spans(day, {(None, d): [(9, 17)] for d in range(5)})
    >>> local = lambda text: from_local(
    ...     datetime.datetime.fromisoformat(text), "Asia/Shanghai")
    >>> def due(text, hours):
    ...     found = add_work(local(text), datetime.timedelta(hours=hours), office,
    ...                      "Asia/Shanghai")
    ...     return str(to_local(found, "Asia/Shanghai"))

    Eight hours from Monday 10:00 are seven that day and one on Tuesday (HOT-14).

    >>> due("2026-03-02 10:00", 8)
    '2026-03-03 10:00:00'

    From Friday 17:00 they end on Monday at 17:00 (AMB-58).

    >>> due("2026-03-06 17:00", 8)
    '2026-03-09 17:00:00'
    """
    left = length
    day = to_local(started, tz).date()
    for _step in range(SEARCH_LIMIT_DAYS if left else 0):
        for start, end in get_spans(day):
            begin = max(instant(start, tz), started)
            worked = instant(end, tz) - begin
            if worked >= left:
                return begin + left
            left -= max(worked, datetime.timedelta())
        day += ONE_DAY
    return started + length


def work_between(started, ended, get_spans, tz):
    """Return the working time between two moments, as timedelta.

    >>> office = lambda day: day_spans(day, {(None, d): [(9, 17)] for d in range(5)})
    >>> friday = datetime.datetime(2026, 3, 6, 16)
    >>> str(work_between(friday, datetime.datetime(2026, 3, 9, 10), office, "UTC"))
    '2:00:00'
    """
    total = datetime.timedelta()
    day, last = to_local(started, tz).date(), to_local(ended, tz).date()
    while day <= last:
        for start, end in get_spans(day):
            begin = max(instant(start, tz), started)
            stop = min(instant(end, tz), ended)
            total += max(stop - begin, datetime.timedelta())
        day += ONE_DAY
    return total


def instant(local, tz):
    """Return naive UTC of a span's end; midnight is where the day changes."""
    if local.time() == datetime.time.min:
        return start_of_day(local.date(), tz)
    return from_local(local, tz)


def _get_hours(day, week):
    """Return the (from, to) hours of a date, unsorted."""
    if not week:
        return [(0.0, 24.0)]
    weekday = day.weekday()
    return [
        *week.get((None, weekday), ()),
        *week.get((week_type(day), weekday), ()),
    ]


def _cut(start, end, closed_from, closed_to):
    """Return what is left of a span when a closure is taken out."""
    if closed_to <= start or closed_from >= end:
        return [(start, end)]
    parts = [(start, closed_from), (closed_to, end)]
    return [(first, last) for first, last in parts if first < last]
