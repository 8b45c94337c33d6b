"""When periodic work falls due: periods and dates of plans, pure Python.

A *period* is a half-open stretch of days for which exactly one piece of work is
owed; it is named by its first day.  Three anchors exist:

``calendar``
    weeks (Monday to Sunday), months, quarters, half-years and years of the
    calendar, several of them in fixed blocks.  The work is due on ``day`` of the
    last week or month of the period, clamped to its last day; 0 means that last
    day itself.
``handover``
    steps counted from one day, always from that day itself, so that a 31st comes
    back after a short month.
``completion``
    one step from the last completion: the next period begins when the work of
    the one before is done.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
DAYS_OF_WEEK = 7
LONGEST_MONTH = 31


class Period(NamedTuple):
    """One stretch of days and the day its work is due."""

    start: date
    due: date


class Rule(NamedTuple):
    """How often, and counted from where.

    ``base`` is the day that ``handover`` and ``completion`` count from.
    """

    interval: int
    unit: str
    anchor: str
    day: int = 0
    base: date | None = None


def add_months(day, months):
    """Return the same day some months later, clamped to the end of the month.

    >>> add_months(date(2026, 1, 31), 1), add_months(date(2028, 1, 31), 1)
    (datetime.date(2026, 2, 28), datetime.date(2028, 2, 29))
    >>> add_months(date(2026, 3, 31), -1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_steps(day, interval, unit, count=1):
    """Return a day some intervals later, counted in one go from ``day``.

    >>> add_steps(date(2026, 1, 15), 1, "half_year", 2)
    datetime.date(2027, 1, 15)
    >>> add_steps(date(2026, 1, 31), 1, "month", 2)
    datetime.date(2026, 3, 31)
    >>> add_steps(date(2026, 1, 31), 2, "week")
    datetime.date(2026, 2, 14)
    """
    if unit == "week":
        return day + timedelta(days=DAYS_OF_WEEK * interval * count)
    return add_months(day, MONTHS[unit] * interval * count)


def period_of(rule, day):
    """Return the period whose work is due on or next after a day.

    For the calendar that is the period the day lies in, even where its own due
    day is past: the work of a month stays the work of that month.

    >>> monthly = Rule(1, "month", "calendar", 31)
    >>> period_of(monthly, date(2026, 2, 10))
    Period(start=datetime.date(2026, 2, 1), due=datetime.date(2026, 2, 28))
    >>> period_of(Rule(1, "quarter", "calendar"), date(2026, 2, 10)).due
    datetime.date(2026, 3, 31)
    >>> period_of(Rule(1, "week", "calendar", 5), date(2026, 11, 18)).due
    datetime.date(2026, 11, 20)
    >>> period_of(
    ...     Rule(1, "half_year", "handover", 0, date(2026, 1, 15)), date(2026, 7, 16)
    ... )
    Period(start=datetime.date(2026, 7, 15), due=datetime.date(2027, 1, 15))
    >>> period_of(
    ...     Rule(3, "month", "completion", 0, date(2026, 1, 31)), date(2026, 9, 1)
    ... )
    Period(start=datetime.date(2026, 1, 31), due=datetime.date(2026, 4, 30))
    """
    if rule.anchor == "calendar":
        return _calendar_period(rule, day)
    if rule.anchor == "completion":
        return Period(rule.base, add_steps(rule.base, rule.interval, rule.unit))
    return _counted_period(rule, day)


def next_period(rule, period):
    """Return the period that follows one.

    A completion has no following period until the work is done.

    >>> monthly = Rule(1, "month", "calendar", 31)
    >>> next_period(monthly, period_of(monthly, date(2026, 2, 28))).due
    datetime.date(2026, 3, 31)
    """
    if rule.anchor == "completion":
        return None
    if rule.anchor == "calendar":
        following = _block_start(rule, _block_index(rule, period.start) + 1)
        return _calendar_period(rule, following)
    regular = _counted_period(rule, period.start + timedelta(days=1))
    return _counted_period(rule, regular.due + timedelta(days=1))


def period_end(rule, period):
    """Return the last day of a period.

    >>> monthly = Rule(1, "month", "calendar", 10)
    >>> period_end(monthly, period_of(monthly, date(2026, 2, 3)))
    datetime.date(2026, 2, 28)
    """
    if rule.anchor == "calendar":
        following = _block_start(rule, _block_index(rule, period.start) + 1)
        return following - timedelta(days=1)
    return period.due


def first_due(rule, day):
    """Return the first period that is due on or after a day.

    >>> first_due(Rule(1, "month", "calendar", 10), date(2026, 2, 11)).due
    datetime.date(2026, 3, 10)
    """
    period = period_of(rule, day)
    while period.due < day and rule.anchor != "completion":
        period = next_period(rule, period)
    return period


def due_periods(rule, next_due, until, today):
    """Return the periods owed up to a day, and when the plan comes up again.

    A gap in the past is made up for once: of the periods whose due day has gone
    by before ``today`` only the last one is returned.

    :param Rule rule: the plan's rule
    :param date next_due: day the next work is due; it may have been moved within
        its period by hand, and is then due on that day
    :param date until: last due day looked at
    :param date today: what lies before it is past
    :return: list of periods and the next due day, None while a completion waits

    >>> monthly = Rule(1, "month", "calendar", 31)
    >>> jan, apr = date(2026, 1, 31), date(2026, 4, 30)
    >>> [period.due.month for period in due_periods(monthly, jan, apr, jan)[0]]
    [1, 2, 3, 4]
    >>> [period.due.month for period in due_periods(monthly, jan, apr, apr)[0]]
    [3, 4]
    """
    if next_due > until:
        return [], next_due
    period = period_of(rule, next_due)._replace(due=next_due)
    past, coming = None, []
    while period and period.due <= until:
        if period.due < today:
            past = period
        else:
            coming.append(period)
        period = next_period(rule, period)
    return ([past] if past else []) + coming, period and period.due


def next_dates(rule, next_due, count):
    """Return the next due days, for people to see before they save a plan.

    A completion is shown as if each work were done on the day it is due.

    >>> monthly = Rule(1, "month", "calendar", 31)
    >>> [str(day) for day in next_dates(monthly, date(2026, 1, 31), 3)]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    days = []
    period = period_of(rule, next_due)._replace(due=next_due)
    while len(days) < count:
        days.append(period.due)
        if rule.anchor == "completion":
            due = add_steps(next_due, rule.interval, rule.unit, len(days))
            period = Period(period.due, due)
        else:
            period = next_period(rule, period)
    return days


def _block_index(rule, day):
    """Return the number of the calendar block that a day lies in."""
    if rule.unit == "week":
        return (day.toordinal() - 1) // (DAYS_OF_WEEK * rule.interval)
    return (day.year * 12 + day.month - 1) // (MONTHS[rule.unit] * rule.interval)


def _block_start(rule, index):
    """Return the first day of a calendar block; day 1 of year 1 was a Monday."""
    if rule.unit == "week":
        return date.fromordinal(index * DAYS_OF_WEEK * rule.interval + 1)
    year, month = divmod(index * MONTHS[rule.unit] * rule.interval, 12)
    return date(year, month + 1, 1)


def _calendar_period(rule, day):
    """Return the calendar period that a day lies in."""
    index = _block_index(rule, day)
    start, last = _block_start(rule, index), _block_start(rule, index + 1)
    last -= timedelta(days=1)
    if rule.unit == "week":
        step = min(rule.day or DAYS_OF_WEEK, DAYS_OF_WEEK)
        return Period(start, last - timedelta(days=DAYS_OF_WEEK - step))
    return Period(start, last.replace(day=min(rule.day or LONGEST_MONTH, last.day)))


def _counted_period(rule, day):
    """Return the period counted from the base with start < day <= due."""
    if rule.unit == "week":
        size = DAYS_OF_WEEK * rule.interval
        count = -((rule.base - day).days // size)
    else:
        size = MONTHS[rule.unit] * rule.interval
        months = (day.year - rule.base.year) * 12 + day.month - rule.base.month
        count = -(-months // size)
        if add_months(rule.base, size * count) < day:
            count += 1
    return Period(
        add_steps(rule.base, rule.interval, rule.unit, count - 1),
        add_steps(rule.base, rule.interval, rule.unit, count),
    )
