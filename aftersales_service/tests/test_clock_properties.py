"""Clock arithmetic against a reference that walks step by step.

The reference is slow and obvious: it looks at one quarter of an hour, or one day,
after the other.  Times are drawn in quarters, so that walking is exact.
"""

import datetime
import doctest

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..calc import clock, worktime

STEP = datetime.timedelta(minutes=15)
ONE_DAY = datetime.timedelta(days=1)
# Zones that never change their clocks, that do at night, at midnight, by half an
# hour, and that lie across the date line.
ZONES = [
    "Asia/Shanghai",
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "Africa/Cairo",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Asia/Kathmandu",
]
# Days around month ends, leap days, year ends and changes of the clocks.
EDGES = [
    datetime.date(2024, 2, 28),
    datetime.date(2025, 2, 27),
    datetime.date(2025, 12, 30),
    datetime.date(2026, 3, 7),
    datetime.date(2026, 3, 28),
    datetime.date(2026, 4, 4),
    datetime.date(2026, 4, 23),
    datetime.date(2026, 9, 5),
    datetime.date(2026, 10, 28),
    datetime.date(2026, 10, 31),
]
HALF_DAYS = [(8, 12)]
ONE_SHIFT = [(9, 17)]
WITH_LUNCH = [(8, 12), (13, 17)]
TWO_SHIFTS = [(6, 14), (14, 22)]
AROUND_THE_CLOCK = [(0, 6), (6, 14), (14, 22), (22, 24)]
SHIFTS = [[], HALF_DAYS, ONE_SHIFT, WITH_LUNCH, TWO_SHIFTS, AROUND_THE_CLOCK]

zones = st.sampled_from(ZONES)
# Places on the eve of a change of their clocks, which chance would rarely draw.
EVES = [
    ("America/Havana", datetime.date(2026, 10, 31)),
    ("America/Havana", datetime.date(2026, 3, 7)),
    ("Africa/Cairo", datetime.date(2026, 4, 23)),
    ("Africa/Cairo", datetime.date(2026, 10, 29)),
    ("America/Santiago", datetime.date(2026, 9, 5)),
    ("Europe/Berlin", datetime.date(2026, 3, 28)),
    ("Europe/Berlin", datetime.date(2026, 10, 24)),
    ("Australia/Lord_Howe", datetime.date(2026, 4, 4)),
]
dates = st.sampled_from(EDGES) | st.dates(
    datetime.date(2024, 1, 1), datetime.date(2028, 12, 31)
)
quarters_of_day = st.integers(0, 95)
# A place and a moment on one of its days.
starts = st.builds(
    lambda place, quarters: (
        place[0],
        clock.start_of_day(place[1], place[0]) + quarters * STEP,
    ),
    st.sampled_from(EVES) | st.tuples(st.sampled_from(ZONES), dates),
    quarters_of_day,
)
weeks = st.fixed_dictionaries(
    {(None, weekday): st.sampled_from(SHIFTS) for weekday in range(7)}
)
# Holidays as days from the start, whole days or their second half.
holidays = st.dictionaries(st.integers(0, 12), st.booleans(), max_size=6)


def closures(start, drawn):
    """Return the (from, to) of drawn holidays, in local time."""
    midnight = datetime.datetime.combine(start, datetime.time.min)
    return [
        (
            midnight + ONE_DAY * day + datetime.timedelta(hours=0 if whole else 12),
            midnight + ONE_DAY * (day + 1),
        )
        for day, whole in drawn.items()
    ]


def is_worked(moment, week, closed, tz):
    """Tell whether somebody works in the quarter that begins now."""
    local = clock.to_local(moment, tz)
    hour = local.hour + local.minute / 60
    open_now = any(a <= hour < b for a, b in week[None, local.weekday()])
    return open_now and not any(start <= local < end for start, end in closed)


def walk_work(started, quarters, week, closed, tz):
    """Return when so many worked quarters have passed; None when never."""
    moment, left = started, quarters
    for _step in range(96 * 40):
        if not left:
            return moment
        left -= is_worked(moment, week, closed, tz)
        moment += STEP
    return None


def walk_to_next_day(moment, day, tz):
    """Return the first quarter at which the place shows a later date than day."""
    while clock.to_local(moment, tz).date() <= day:
        moment += STEP
    while clock.to_local(moment - STEP, tz).date() > day:
        moment -= STEP
    return moment


def walk_working_days(day, count, is_working):
    """Return the count-th working day after a day, looked at one by one."""
    while count or not is_working(day):
        day += ONE_DAY
        count -= bool(count and is_working(day))
    return day


@tagged("post_install", "-at_install")
class TestClockProperties(BaseCase):
    """ESC-13, AMB-51 to AMB-53, AMB-57, AMB-58: the arithmetic against a walk."""

    def test_worktime_examples(self):
        """HOT-14, AMB-58: eight office hours by the words of the rule book."""
        result = doctest.testmod(worktime)
        self.assertGreater(result.attempted, 10)
        self.assertEqual(result.failed, 0)

    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(starts, st.integers(0, 2), st.integers(0, 96))
    def test_same_day_ends_where_the_next_date_begins(self, place, more, cutoff):
        """DISP-02, AMB-51, ESC-13: end of day, with every cut-off, in every zone."""
        tz, start = place
        local = clock.to_local(start, tz)
        is_late = (local.hour * 60 + local.minute) > cutoff * 15
        day = local.date() + ONE_DAY * (more + is_late)
        found = clock.deadline(start, "end_of_day", more, tz=tz, cutoff_hour=cutoff / 4)
        self.assertEqual(found, walk_to_next_day(start, day, tz))

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(starts, st.integers(0, 40))
    def test_calendar_days_are_counted_one_by_one(self, place, count):
        """AMB-57: calendar days over month ends, leap days and clock changes."""
        tz, start = place
        day = clock.to_local(start, tz).date()
        for _day in range(count):
            day += ONE_DAY
        self.assertEqual(
            clock.deadline(start, "calendar_days", count, tz=tz),
            walk_to_next_day(start, day, tz),
        )

    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(starts, weeks, holidays, st.integers(0, 12))
    def test_working_days_skip_what_is_closed(self, place, week, drawn, count):
        """HOT-12, AMB-53: working days with holidays; the start day is not one."""
        tz, start = place
        week = {**week, (None, 2): ONE_SHIFT}
        local = clock.to_local(start, tz).date()
        closed = closures(local, drawn)

        def is_working(day):
            return bool(worktime.day_spans(day, week, closed))

        day = walk_working_days(local, count, is_working)
        self.assertEqual(
            clock.deadline(start, "working_days", count, tz=tz, is_working=is_working),
            walk_to_next_day(start, day, tz),
        )

    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(starts, weeks, holidays, st.integers(0, 80))
    def test_office_hours_run_while_somebody_works(self, place, week, drawn, quarters):
        """HOT-14, AMB-58: office hours with lunch, shifts, half days, holidays."""
        tz, start = place
        week = {**week, (None, 2): ONE_SHIFT}
        closed = closures(clock.to_local(start, tz).date(), drawn)

        def get_spans(day):
            return worktime.day_spans(day, week, closed)

        found = worktime.add_work(start, quarters * STEP, get_spans, tz)
        self.assertEqual(found, walk_work(start, quarters, week, closed, tz))
        self.assertEqual(
            worktime.work_between(start, found, get_spans, tz), quarters * STEP
        )

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(starts, weeks, holidays)
    def test_spans_are_what_a_walk_through_the_day_finds(self, place, week, drawn):
        """ESC-13: a day's spans cover exactly the quarters that are worked."""
        tz, start = place
        day = clock.to_local(start, tz).date()
        closed = closures(day, drawn)
        quarters = [
            datetime.datetime.combine(day, datetime.time.min) + n * STEP
            for n in range(96)
        ]
        covered = [
            local
            for local in quarters
            if any(a <= local < b for a, b in worktime.day_spans(day, week, closed))
        ]
        self.assertEqual(
            covered,
            [local for local in quarters if is_worked(local, week, closed, "UTC")],
        )

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(
        starts,
        st.sampled_from(["minutes", "hours", "end_of_day", "calendar_days"]),
        st.integers(0, 50),
        st.integers(0, 100),
        st.integers(0, 400),
    )
    def test_a_pause_takes_nothing_away(self, place, unit, value, before, pause):
        """ESC-07: what was left when a clock stopped is left when it runs again."""
        tz, start = place
        due = clock.deadline(start, unit, value, tz=tz)
        stopped = start + before * STEP
        again = stopped + pause * STEP
        found = clock.resume(due, stopped, again, tz=tz)
        if due <= stopped or not pause:
            self.assertEqual(found, due)
        else:
            self.assertEqual(found - again, due - stopped)

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(starts, weeks, holidays, st.integers(1, 10), st.integers(1, 400))
    def test_a_pause_ends_on_a_working_day(self, place, week, drawn, count, pause):
        """ESC-07, AMB-53: nothing is lost, and the deadline is no day off."""
        tz, start = place
        week = {**week, (None, 2): ONE_SHIFT}
        closed = closures(clock.to_local(start, tz).date(), drawn)

        def is_working(day):
            return bool(worktime.day_spans(day, week, closed))

        due = clock.deadline(start, "working_days", count, tz=tz, is_working=is_working)
        again = start + pause * STEP
        found = clock.resume(due, start, again, tz=tz, is_working=is_working)
        moved = due + (again - start)
        second = datetime.timedelta(seconds=1)
        last = clock.to_local(moved - second, tz).date()
        if is_working(last):
            self.assertEqual(found, moved)
        else:
            expected = walk_working_days(last, 0, is_working)
            self.assertEqual(found, walk_to_next_day(moved, expected, tz))

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(starts, weeks, holidays, st.integers(1, 60), st.integers(1, 300))
    def test_a_pause_keeps_office_hours(self, place, week, drawn, quarters, pause):
        """ESC-07, HOT-14: office time left is the same after a pause."""
        tz, start = place
        week = {**week, (None, 2): ONE_SHIFT}
        closed = closures(clock.to_local(start, tz).date(), drawn)

        def get_spans(day):
            return worktime.day_spans(day, week, closed)

        def add_work(moment, length):
            return worktime.add_work(moment, length, get_spans, tz)

        def work_between(first, last):
            return worktime.work_between(first, last, get_spans, tz)

        due = add_work(start, quarters * STEP)
        again = start + pause * STEP
        found = clock.resume(due, start, again, work=(add_work, work_between))
        self.assertEqual(found, walk_work(again, quarters, week, closed, tz))

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(starts, st.integers(1, 10_000), st.integers(0, 100), st.integers(0, 100))
    def test_warnings_come_in_order_and_before_the_breach(
        self, place, minutes, first, second
    ):
        """ESC-12: warnings lie between start and deadline, in order."""
        _tz, start = place
        due = start + datetime.timedelta(minutes=minutes)
        early, late = sorted((first, second))
        one, two = (clock.warn_time(start, due, share) for share in (early, late))
        self.assertTrue(start <= one <= two <= due)
