"""Deadlines and warnings, without the ORM.

Times go in and come out as naive UTC, as the database keeps them.  Days belong
to a place: "same day" and day limits are judged on the clock of the time zone
given, never on UTC.  The end of a day is the midnight after it, and what happens
at that very second is still in time.
"""

import datetime

import pytz

MINUTES = "minutes"
HOURS = "hours"
END_OF_DAY = "end_of_day"
CALENDAR_DAYS = "calendar_days"
WORKING_DAYS = "working_days"

# A calendar without a single working day must not hang the search for one.
SEARCH_LIMIT_DAYS = 3660


def as_utc(moment):
    """Return a moment as naive UTC; a naive one is taken to be UTC already.

    >>> zone = pytz.timezone("Asia/Shanghai")
    >>> as_utc(zone.localize(datetime.datetime(2026, 3, 2, 7, 30)))
    datetime.datetime(2026, 3, 1, 23, 30)
    """
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(pytz.utc).replace(tzinfo=None)


def to_local(moment, tz):
    """Return a naive UTC moment as the clock on the wall shows it, naive.

    :param datetime moment: naive UTC
    :param str tz: name of the time zone

    >>> to_local(datetime.datetime(2026, 3, 1, 23, 30), "Asia/Shanghai")
    datetime.datetime(2026, 3, 2, 7, 30)
    """
    zone = pytz.timezone(tz)
    return pytz.utc.localize(moment).astimezone(zone).replace(tzinfo=None)


def from_local(moment, tz):
    """Return naive UTC from what the clock on the wall shows.

    >>> from_local(datetime.datetime(2026, 3, 2, 7, 30), "Asia/Shanghai")
    datetime.datetime(2026, 3, 1, 23, 30)
    """
    return as_utc(pytz.timezone(tz).localize(moment))


def end_of_day(day, tz):
    """Return the midnight that ends a local day, as naive UTC.

    >>> end_of_day(datetime.date(2026, 3, 2), "Asia/Shanghai")
    datetime.datetime(2026, 3, 2, 16, 0)
    """
    return start_of_day(day + datetime.timedelta(days=1), tz)


def start_of_day(day, tz):
    """Return the first moment of a local day, as naive UTC.

    Some places change their clocks at midnight: where it shows twice the first
    one counts, and where it is left out the day begins at one o'clock.

    >>> start_of_day(datetime.date(2026, 11, 1), "America/Havana")
    datetime.datetime(2026, 11, 1, 4, 0)
    >>> start_of_day(datetime.date(2026, 4, 24), "Africa/Cairo")
    datetime.datetime(2026, 4, 23, 22, 0)
    """
    midnight = datetime.datetime.combine(day, datetime.time.min)
    zone = pytz.timezone(tz)
    moments = sorted(
        as_utc(zone.localize(midnight, is_dst=is_dst)) for is_dst in (True, False)
    )
    first, second = moments
    return first if to_local(first, tz).date() >= day else second


def add_working_days(day, count, is_working):
    """Return the day that lies ``count`` working days after ``day``.

    The start day does not count.  With a count of 0 the first working day from
    ``day`` on is returned.

    :param day: a date
    :param int count: number of working days
    :param is_working: function telling whether a date is a working day

    >>> week = lambda date: date.weekday() < 5
    >>> friday = datetime.date(2026, 3, 6)
    >>> add_working_days(friday, 3, week)
    datetime.date(2026, 3, 11)
    >>> add_working_days(datetime.date(2026, 3, 7), 0, week)
    datetime.date(2026, 3, 9)

    A calendar that is always closed counts calendar days instead.

    >>> add_working_days(friday, 2, lambda date: False)
    datetime.date(2026, 3, 8)
    """
    one_day = datetime.timedelta(days=1)
    reached, left = day, count
    for _step in range(SEARCH_LIMIT_DAYS):
        if left <= 0 and is_working(reached):
            return reached
        reached += one_day
        if left > 0 and is_working(reached):
            left -= 1
    return day + datetime.timedelta(days=count)


def deadline(
    started, unit, value=0, tz="UTC", cutoff_hour=24.0, is_working=None, add_work=None
):
    """Return when a promise falls due.

    :param datetime started: when its clock started, aware or naive UTC
    :param str unit: minutes, hours, end_of_day, calendar_days or working_days
    :param value: how many of the unit; 0 days mean the day of the start
    :param str tz: zone in which days begin and end
    :param float cutoff_hour: local hour after which a start counts from the next
        day, for end_of_day only
    :param is_working: function telling whether a date is a working day; every
        day by default
    :param add_work: function returning when so much working time has passed since
        a moment; without it minutes and hours run on the clock, day and night
    :return: naive UTC datetime
    """
    started = as_utc(started)
    if unit in (MINUTES, HOURS):
        span = length(unit, value)
        return add_work(started, span) if add_work else started + span
    local = to_local(started, tz)
    day, count = local.date(), int(value)
    if unit == WORKING_DAYS:
        day = add_working_days(day, count, is_working or (lambda date: True))
    elif unit == CALENDAR_DAYS:
        day += datetime.timedelta(days=count)
    elif unit == END_OF_DAY:
        late = hour_of(local) > cutoff_hour
        day += datetime.timedelta(days=count + int(late))
    else:
        raise ValueError(f"Unknown unit of time: {unit}")
    return end_of_day(day, tz)


def length(unit, value):
    """Return a number of minutes or hours as timedelta, to the second.

    >>> str(length("hours", 1.5)), str(length("minutes", 30))
    ('1:30:00', '0:30:00')
    """
    seconds = value * (60 if unit == MINUTES else 3600)
    return datetime.timedelta(seconds=round(seconds))


def resume(due, paused, resumed, tz="UTC", is_working=None, work=None):
    """Return the deadline of a promise whose clock stood still for a while.

    What was left when the clock stopped is left when it runs again.

    :param datetime due: deadline before the pause, naive UTC
    :param datetime paused: when the clock stopped, naive UTC
    :param datetime resumed: when it runs again, naive UTC
    :param str tz: zone in which days begin and end
    :param is_working: where working days count: function telling whether a date is
        one; a deadline that would fall on another waits for the end of the next
    :param work: functions (add_work, work_between) where working hours count
    :return: naive UTC datetime; a deadline that had passed already stays

    >>> t = lambda text: datetime.datetime.fromisoformat(text)
    >>> str(resume(t("2026-03-02 18:00"), t("2026-03-02 12:00"),
    ...            t("2026-03-03 09:00")))
    '2026-03-03 15:00:00'

    Three hours lost before Friday midnight end on Saturday, so on Monday.

    >>> week = lambda date: date.weekday() < 5
    >>> str(resume(t("2026-03-07 00:00"), t("2026-03-05 12:00"),
    ...            t("2026-03-05 15:00"), is_working=week))
    '2026-03-10 00:00:00'
    """
    if due <= paused or resumed <= paused:
        return due
    if work:
        add_work, work_between = work
        return add_work(resumed, work_between(paused, due))
    moved = due + (resumed - paused)
    last = to_local(moved - datetime.timedelta(seconds=1), tz).date()
    if is_working is None or is_working(last):
        return moved
    return end_of_day(add_working_days(last, 0, is_working), tz)


def warn_time(started, due, share):
    """Return when so many percent of the time have passed (ESC-12).

    >>> start = datetime.datetime(2026, 3, 2, 10, 0)
    >>> due = datetime.datetime(2026, 3, 2, 18, 0)
    >>> warn_time(start, due, 50), warn_time(start, due, 90)
    (datetime.datetime(2026, 3, 2, 14, 0), datetime.datetime(2026, 3, 2, 17, 12))
    >>> warn_time(due, start, 50) == due
    True
    """
    if due <= started:
        return started
    return round_second(started + (due - started) * share / 100)


def round_second(moment):
    """Return a moment to the nearest second, as the database keeps it."""
    half = datetime.timedelta(microseconds=500000)
    return (moment + half).replace(microsecond=0)


def split_span(seconds):
    """Return a length of time as (days, hours, minutes), rounded down.

    >>> split_span(93900)
    (1, 2, 5)
    """
    minutes = int(abs(seconds)) // 60
    return minutes // 1440, minutes // 60 % 24, minutes % 60


def hour_of(local):
    """Return the hour that a clock on the wall shows, with its fraction.

    >>> hour_of(datetime.datetime(2026, 3, 2, 9, 30))
    9.5
    """
    return local.hour + local.minute / 60 + local.second / 3600


# Examples, word by word those of the requirements; doctest runs them.
__test__ = {
    "deadline": """
    Minutes and hours run on the clock, day and night (HOT-13, HOT-15).

    >>> local = lambda text: from_local(
    ...     datetime.datetime.fromisoformat(text), "Asia/Shanghai")
    >>> def due(start, *args, **kwargs):
    ...     found = deadline(local(start), *args, tz="Asia/Shanghai", **kwargs)
    ...     return str(to_local(found, "Asia/Shanghai"))
    >>> due("2026-03-02 10:00", "minutes", 30)
    '2026-03-02 10:30:00'
    >>> due("2026-03-02 14:00", "hours", 24)
    '2026-03-03 14:00:00'

    "Same day" ends at the place's midnight, whatever UTC says (DISP-02, ESC-13).

    >>> due("2026-03-02 07:30", "end_of_day")
    '2026-03-03 00:00:00'
    >>> deadline(datetime.datetime(2026, 3, 1, 23, 30), "end_of_day",
    ...          tz="Asia/Shanghai")
    datetime.datetime(2026, 3, 2, 16, 0)

    A report after the cut-off counts from the next morning (AMB-51).

    >>> due("2026-03-02 17:00", "end_of_day", cutoff_hour=17)
    '2026-03-03 00:00:00'
    >>> due("2026-03-02 17:01", "end_of_day", cutoff_hour=17)
    '2026-03-04 00:00:00'

    Calendar days (AMB-57), and working days without the start day (HOT-12).

    >>> due("2026-03-02 11:00", "calendar_days", 3)
    '2026-03-06 00:00:00'
    >>> week = lambda date: date.weekday() < 5
    >>> due("2026-03-06 15:00", "working_days", 3, is_working=week)
    '2026-03-12 00:00:00'

    Ten working days, without and with the National Day closure (DEPOT-01).

    >>> due("2026-03-02 09:00", "working_days", 10, is_working=week)
    '2026-03-17 00:00:00'
    >>> golden = [datetime.date(2026, 10, day) for day in range(1, 8)]
    >>> open_days = lambda date: week(date) and date not in golden
    >>> due("2026-09-28 09:00", "working_days", 10, is_working=open_days)
    '2026-10-20 00:00:00'
    """,
}
