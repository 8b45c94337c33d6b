"""Dates of plans against a slow reference that walks day by day."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..calc import recurrence
from ..calc.recurrence import Rule

DAY = timedelta(days=1)
UNITS = ("week", "month", "quarter", "half_year", "year")
days = st.dates(date(1999, 1, 1), date(2041, 12, 31))
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

    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(
        moment=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
        zone=st.sampled_from(
            ["Asia/Shanghai", "Pacific/Kiritimati", "America/New_York", "Asia/Urumqi"]
        ),
    )
    def test_the_period_is_the_one_of_the_local_day(self, moment, zone):
        """INSP-01: 31 March 23:00 in one zone is April in another."""
        local = moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone)).date()
        monthly = Rule(1, "month", "calendar", 0)
        period = recurrence.period_of(monthly, local)
        self.assertEqual((period.start.year, period.start.month), local.timetuple()[:2])

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
