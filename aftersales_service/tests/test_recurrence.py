"""Dates of plans against a slow reference that walks day by day."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..calc import clock, recurrence
from ..calc.recurrence import Rule

DAY = timedelta(days=1)
UNITS = ("week", "month", "quarter", "half_year", "year")
# Days on which dates go wrong: ends of months, leap days, the turn of the year.
EDGES = [
    date(year, month, day)
    for year in (2000, 2023, 2024, 2028, 2100)
    for month, day in [(1, 1), (1, 29), (1, 31), (2, 28), (3, 31), (4, 30), (12, 31)]
]
EDGES += [date(2000, 2, 29), date(2024, 2, 29), date(2028, 2, 29)]
days = st.one_of(st.dates(date(1999, 1, 1), date(2041, 12, 31)), st.sampled_from(EDGES))
calendar_rules = st.builds(
    Rule,
    interval=st.integers(1, 4),
    unit=st.sampled_from(UNITS),
    anchor=st.just("calendar"),
    day=st.integers(0, 31),
)
counted_rules = st.builds(
    Rule,
    interval=st.integers(1, 4),
    unit=st.sampled_from(UNITS),
    anchor=st.just("handover"),
    day=st.just(0),
    base=days,
)


def slow_block(rule, day):
    """Return a value that is equal for the days of one calendar block only."""
    if rule.unit == "week":
        monday = day
        while monday.weekday():
            monday -= DAY
        return (monday - date(1, 1, 1)).days // 7 // rule.interval
    size = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[rule.unit]
    return (day.year * 12 + day.month - 1) // (size * rule.interval)


def slow_calendar(rule, day):
    """Return start, due and last day of a calendar period, walking day by day."""
    start = last = day
    while slow_block(rule, start - DAY) == slow_block(rule, day):
        start -= DAY
    while slow_block(rule, last + DAY) == slow_block(rule, day):
        last += DAY
    due = last
    if rule.unit == "week":
        while rule.day and due.isoweekday() > rule.day:
            due -= DAY
    else:
        while rule.day and due.day > rule.day:
            due -= DAY
    return start, due, last


def slow_month_step(base, months):
    """Return a day months later, one month at a time, with the 31st clamped."""
    year, month = base.year, base.month
    for _step in range(abs(months)):
        month += 1 if months > 0 else -1
        if month in (0, 13):
            year, month = year + (1 if month else -1), (1 if month else 12)
    wanted = date(year, month, 1)
    while wanted.day < base.day and (wanted + DAY).month == month:
        wanted += DAY
    return wanted


def slow_dues(rule, count):
    """Return the due days counted from the base, the base itself being the 0th."""
    size = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}.get(rule.unit)
    if not size:
        return rule.base + count * 7 * rule.interval * DAY
    return slow_month_step(rule.base, count * size * rule.interval)


def slow_period(rule, day):
    """Return (start, due, last day) of the period that a day lies in."""
    if rule.anchor == "calendar":
        return slow_calendar(rule, day)
    if rule.anchor == "completion":
        due = slow_dues(rule, 1)
        return rule.base, due, due
    size = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}.get(rule.unit, 0.23)
    count = int((day - rule.base).days / (size * rule.interval * 30.44)) - 2
    while slow_dues(rule, count) < day:
        count += 1
    due = slow_dues(rule, count)
    return slow_dues(rule, count - 1), due, due


def slow_owed(rule, first, last):
    """Return (start, due) of every period due in a stretch, walking day by day."""
    owed, day = [], first
    while day <= last + 400 * DAY:
        start, due, end = slow_period(rule, day)
        if first <= due <= last and (start, due) not in owed:
            owed.append((start, due))
        day = max(end, due) + DAY
    return owed


class Nights:
    """A plan that is looked after every night, except those that fail.

    It keeps what the database keeps: what was made, by its period, and the next
    due day.
    """

    def __init__(self, rule, first, horizon):
        self.rule, self.horizon = rule, horizon
        self.next_due = recurrence.first_due(rule, first).due
        self.made = {}

    def run(self, today):
        until = today + self.horizon * DAY
        periods, self.next_due = recurrence.due_periods(
            self.rule, self.next_due, until, today
        )
        for period in periods:
            assert period.start not in self.made
            self.made[period.start] = period.due


@tagged("post_install", "-at_install")
class TestRecurrence(BaseCase):
    """Calendar, handover and completion, in every unit."""

    @settings(max_examples=300, deadline=None, derandomize=True)
    @given(rule=calendar_rules, day=days)
    def test_calendar_periods_equal_the_slow_reference(self, rule, day):
        """INSP-09, AMB-61: leap years and month ends, calendar blocks and clamps."""
        period = recurrence.period_of(rule, day)
        start, due, last = slow_calendar(rule, day)
        self.assertEqual(period, (start, due))
        self.assertEqual(recurrence.period_end(rule, period), last)
        self.assertEqual(recurrence.next_period(rule, period).start, last + DAY)

    @settings(max_examples=300, deadline=None, derandomize=True)
    @given(rule=counted_rules, offset=st.integers(-700, 7000))
    def test_periods_from_handover_equal_the_slow_reference(self, rule, offset):
        """INSP-03, AMB-62: steps from one day never drift after a short month."""
        day = rule.base + offset * DAY
        period = recurrence.period_of(rule, day)
        self.assertTrue(period.start < day <= period.due)
        count = next(
            number for number in range(-120, 1100) if slow_dues(rule, number) >= day
        )
        self.assertEqual(period.due, slow_dues(rule, count))
        self.assertEqual(period.start, slow_dues(rule, count - 1))
        following = recurrence.next_period(rule, period)
        self.assertEqual(following, (period.due, slow_dues(rule, count + 1)))

    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(rule=counted_rules, done=days)
    def test_floating_dates_count_from_the_completion(self, rule, done):
        """INSP-09: one step from the day the work was done."""
        floating = rule._replace(anchor="completion", base=done)
        period = recurrence.period_of(floating, done + 400 * DAY)
        self.assertEqual(period, (done, slow_dues(floating, 1)))
        self.assertIsNone(recurrence.next_period(floating, period))

    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(
        rule=st.one_of(calendar_rules, counted_rules),
        start=days,
        ahead=st.integers(0, 900),
        gap=st.integers(0, 900),
    )
    def test_no_period_twice_and_a_gap_once(self, rule, start, ahead, gap):
        """INSP-09: periods are distinct, none is left out, a gap is made up once."""
        first = recurrence.first_due(rule, start)
        self.assertGreaterEqual(first.due, start)
        until = first.due + ahead * DAY
        today = first.due + gap * DAY
        made, following = recurrence.due_periods(rule, first.due, until, today)
        every, same = recurrence.due_periods(rule, first.due, until, first.due)
        self.assertEqual(following, same)
        self.assertGreater(following, until)
        self.assertEqual(len({period.start for period in every}), len(every))
        self.assertEqual(
            [p for p in every if p.due >= today],
            made[-len(made) :]
            if not [p for p in made if p.due < today]
            else [p for p in made if p.due >= today],
        )
        self.assertLessEqual(len([p for p in made if p.due < today]), 1)
        for one, other in zip(every, every[1:], strict=False):
            self.assertEqual(recurrence.next_period(rule, one), other)

    @settings(max_examples=150, deadline=None, derandomize=True)
    @given(
        rule=st.one_of(calendar_rules, counted_rules),
        start=days,
        length=st.integers(1, 500),
        horizon=st.integers(0, 120),
    )
    def test_night_after_night_makes_what_is_owed(self, rule, start, length, horizon):
        """INSP-09: run every night, each period is made once, on the day it is due."""
        rule = rule._replace(base=start) if rule.base else rule
        first = start + DAY
        plan = Nights(rule, first, horizon)
        for count in range(length):
            plan.run(start + count * DAY)
            plan.run(start + count * DAY)  # twice in a night makes nothing more
        last = start + (length - 1 + horizon) * DAY
        self.assertEqual(sorted(plan.made.items()), slow_owed(rule, first, last))

    @settings(max_examples=150, deadline=None, derandomize=True)
    @given(
        rule=st.one_of(calendar_rules, counted_rules),
        start=days,
        failing=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 200))),
        horizon=st.integers(0, 60),
    )
    def test_nights_that_fail_lose_all_but_the_last_gone_by(
        self, rule, start, failing, horizon
    ):
        """INSP-09: after an outage one missed period is made up for, the last."""
        rule = rule._replace(base=start) if rule.base else rule
        first, length = start + DAY, 400
        down = {begin + more for begin, many in failing for more in range(many)}
        nights = [count for count in range(length) if count not in down]
        plan = Nights(rule, first, horizon)
        for count in nights:
            plan.run(start + count * DAY)
        if not nights:
            self.assertFalse(plan.made)
            return
        owed = slow_owed(rule, first, start + (nights[-1] + horizon) * DAY)
        self.assertLessEqual(set(plan.made.items()), set(owed))
        for (since, due), (_later, next_due) in zip(owed, owed[1:], strict=False):
            # The first night that ran and looked as far as the due day.
            seen = next(
                count for count in nights if start + (count + horizon) * DAY >= due
            )
            today = start + seen * DAY
            lost = due < today and next_due < today
            self.assertEqual(since in plan.made, not lost, (since, due, today))

    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(
        rule=st.one_of(calendar_rules, counted_rules),
        start=days,
        count=st.integers(1, 12),
    )
    def test_the_dates_shown_are_those_that_come(self, rule, start, count):
        """INSP-09: the dates on the form of a plan equal the slow reference."""
        first = recurrence.first_due(rule, start).due
        shown = recurrence.next_dates(rule, first, count)
        owed = slow_owed(rule, start, max(shown))
        self.assertEqual(shown, [due for _since, due in owed][:count])

    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(rule=counted_rules, done=days, late=st.lists(st.integers(-40, 90)))
    def test_floating_plans_start_again_from_each_completion(self, rule, done, late):
        """INSP-09: a step after each completion, early or late, never from the plan."""
        for days_late in late:
            floating = rule._replace(anchor="completion", base=done)
            due = slow_dues(floating, 1)
            made, following = recurrence.due_periods(floating, due, due, done)
            self.assertEqual(made, [(done, due)])
            self.assertIsNone(following)
            nothing, waits = recurrence.due_periods(floating, due, due - DAY, done)
            self.assertEqual((nothing, waits), ([], due))
            self.assertEqual(
                recurrence.next_dates(floating, due, 3),
                [slow_dues(floating._replace(base=due), step) for step in range(3)],
            )
            done = max(done + DAY, due + days_late * DAY)

    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(
        moment=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
        zone=st.sampled_from(
            [
                "Asia/Shanghai",
                "Asia/Urumqi",
                "Asia/Kathmandu",
                "Pacific/Kiritimati",
                "Pacific/Pago_Pago",
                "America/New_York",
                "America/Havana",  # where clocks change at midnight
                "Africa/Cairo",
                "Australia/Lord_Howe",
            ]
        ),
        rule=calendar_rules,
    )
    def test_the_period_is_the_one_of_the_local_day(self, moment, zone, rule):
        """INSP-01: 31 March 23:00 in one zone is April in another, in every unit."""
        local = moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone)).date()
        period = recurrence.period_of(rule, local)
        self.assertTrue(
            period.start <= local <= recurrence.period_end(rule, period), (zone, rule)
        )
        # The work is in time until the site's own clock shows the day after.
        end = clock.end_of_day(period.due, zone)
        for seconds, day in ((-1, period.due), (0, period.due + DAY)):
            at = (end + timedelta(seconds=seconds)).replace(tzinfo=timezone.utc)
            self.assertEqual(at.astimezone(ZoneInfo(zone)).date(), day)

    def test_a_plan_moved_by_hand_returns_to_its_rhythm(self):
        """INSP-09: a day moved within its period is due then, the next regularly."""
        monthly = Rule(1, "month", "calendar", 31)
        made, following = recurrence.due_periods(
            monthly, date(2026, 3, 10), date(2026, 3, 31), date(2026, 3, 1)
        )
        self.assertEqual(made, [(date(2026, 3, 1), date(2026, 3, 10))])
        self.assertEqual(following, date(2026, 4, 30))

    def test_next_ten_dates_of_a_31st(self):
        """INSP-09: anchor day 31 is 28 February, 31 March, 30 April."""
        monthly = Rule(1, "month", "calendar", 31)
        shown = recurrence.next_dates(monthly, date(2026, 2, 28), 10)
        self.assertEqual(
            [str(day) for day in shown[:3]], ["2026-02-28", "2026-03-31", "2026-04-30"]
        )
        self.assertEqual(len(shown), 10)
