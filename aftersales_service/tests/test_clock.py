import doctest
from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from ..calc import clock, quiet


@tagged("post_install", "-at_install")
class TestClock(BaseCase):
    """Deadlines and windows by the examples of the requirements."""

    def _due(self, start, *args, **kwargs):
        local = datetime.fromisoformat(start)
        found = clock.deadline(
            clock.from_local(local, "Asia/Shanghai"),
            *args,
            tz="Asia/Shanghai",
            **kwargs,
        )
        return str(clock.to_local(found, "Asia/Shanghai"))

    def test_doctests(self):
        """HOT-12, HOT-13, HOT-15, DISP-02, ESC-13: the examples of the rule books."""
        results = [doctest.testmod(module) for module in (clock, quiet)]
        self.assertGreater(min(result.attempted for result in results), 10)
        self.assertFalse(any(result.failed for result in results))

    def test_daylight_saving_days_have_23_hours(self):
        """ESC-13: a day of 23 hours ends at its own midnight."""
        # 29 March 2026 is an hour shorter in Berlin.
        found = clock.deadline(
            datetime(2026, 3, 29, 0, 30), "end_of_day", tz="Europe/Berlin"
        )
        self.assertEqual(found, datetime(2026, 3, 29, 22, 0))

    def test_end_of_month_and_year(self):
        """AMB-57, DISP-02: month and year ends."""
        self.assertEqual(
            self._due("2026-02-28 10:00", "calendar_days", 1), "2026-03-02 00:00:00"
        )
        self.assertEqual(
            self._due("2026-12-31 23:59", "end_of_day"), "2027-01-01 00:00:00"
        )

    def test_depot_01_start_day_is_not_counted(self):
        """AMB-53: the start day is not counted."""

        def week(day):
            return day.weekday() < 5

        self.assertEqual(
            clock.add_working_days(date(2026, 3, 2), 10, week), date(2026, 3, 16)
        )

    def test_unknown_unit_is_an_error(self):
        with self.assertRaises(ValueError):
            clock.deadline(datetime(2026, 3, 2), "moons", 1)

    def test_cb_01_window(self):
        done = datetime(2026, 3, 2, 2, 0)
        opens, due = quiet.callback_window(done, 2, 1, [], "Asia/Shanghai")
        self.assertEqual(
            (opens, due), (datetime(2026, 3, 2, 4), datetime(2026, 3, 2, 5))
        )

    def test_cb_10_quiet_night_moves_the_window_to_the_morning(self):
        done = clock.from_local(datetime(2026, 3, 2, 19, 30), "Asia/Shanghai")
        opens, due = quiet.callback_window(done, 2, 1, [(21, 9)], "Asia/Shanghai")
        self.assertEqual(
            (
                clock.to_local(opens, "Asia/Shanghai"),
                clock.to_local(due, "Asia/Shanghai"),
            ),
            (datetime(2026, 3, 3, 9), datetime(2026, 3, 3, 10)),
        )
