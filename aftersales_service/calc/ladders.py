"""What count each event of a ladder stands on: per month or rolling, re-rated or not.

Pure Python.  An event's count chooses the step of the ladder that it costs.
"""

from bisect import bisect_left, bisect_right
from datetime import timedelta


def month_of(date):
    """Return the first day of the month of a date.

    >>> from datetime import date
    >>> month_of(date(2026, 3, 20))
    datetime.date(2026, 3, 1)
    """
    return date.replace(day=1)


def span(dates, days=0):
    """Return the first and last day that can share a period with one of ``dates``.

    :param dates: some days
    :param int days: length of a rolling window, 0 for the calendar month

    >>> from datetime import date
    >>> span([date(2026, 3, 20), date(2026, 2, 5)])
    (datetime.date(2026, 2, 1), datetime.date(2026, 3, 31))
    >>> span([date(2026, 3, 20)], days=30)
    (datetime.date(2026, 2, 19), datetime.date(2026, 4, 18))
    """
    first, last = min(dates), max(dates)
    if days:
        return first - timedelta(days=days - 1), last + timedelta(days=days - 1)
    after = month_of(month_of(last) + timedelta(days=31))
    return month_of(first), after - timedelta(days=1)


def ranks(dates, days=0):
    """Return how many events each one sees up to itself, in its month or ``days``.

    :param dates: the days of the events, in order
    :param int days: length of a rolling window, 0 for the calendar month

    >>> from datetime import date
    >>> march = [date(2026, 3, 3), date(2026, 3, 20), date(2026, 4, 5)]
    >>> ranks(march)
    [1, 2, 1]
    >>> ranks(march, days=30)
    [1, 2, 2]
    """
    counts = []
    for index, day in enumerate(dates):
        start = day - timedelta(days=days - 1) if days else month_of(day)
        counts.append(index + 1 - bisect_left(dates, start, 0, index + 1))
    return counts


def totals(dates, days=0):
    """Return the greatest count among the events that share a period with each one.

    :param dates: the days of the events, in order
    :param int days: length of a rolling window, 0 for the calendar month

    >>> from datetime import date
    >>> march = [date(2026, 3, 3), date(2026, 3, 20), date(2026, 4, 5)]
    >>> totals(march)
    [2, 2, 1]
    >>> totals(march, days=30)
    [2, 2, 2]
    """
    reached = ranks(dates, days)
    counts = []
    for index, day in enumerate(dates):
        if days:
            end = bisect_right(dates, day + timedelta(days=days - 1))
        else:
            end = index + 1
            while end < len(dates) and month_of(dates[end]) == month_of(day):
                end += 1
        counts.append(max(reached[index:end]))
    return counts
