"""Edges of the arithmetic that only a fault in the code would move."""

from collections import Counter
from datetime import date, datetime, timedelta

from odoo.tests import BaseCase, tagged

from ..calc import (
    geo,
    hash_chain,
    ical,
    ladders,
    quiet,
    recurrence,
    sampling,
    scales,
    warranty,
)

SCALE = [scales.Bracket(0, 500, 30), scales.Bracket(500, 0, 25)]
DAY = date(2026, 3, 1)


@tagged("post_install", "-at_install")
class TestCalcEdges(BaseCase):
    """What the mutation of the code showed that no other example held."""

    def _days(self, *numbers):
        return [date(2026, 3, 1) + timedelta(days=number) for number in numbers]

    def test_a_rolling_window_ends_on_its_last_day(self):
        """PEN-10: thirty days are thirty, in the count and in the greatest count."""
        self.assertEqual(ladders.ranks(self._days(0, 29), 30), [1, 2])
        self.assertEqual(ladders.ranks(self._days(0, 30), 30), [1, 1])
        self.assertEqual(ladders.totals(self._days(0, 30, 31), 30), [1, 2, 2])
        self.assertEqual(ladders.totals(self._days(0, 29, 58), 30), [2, 2, 2])

    def test_a_month_counts_its_own_events(self):
        """PEN-10: the greatest count is that of the month, or of the window."""
        days = [date(2026, 3, 20), date(2026, 4, 5)]
        self.assertEqual(ladders.totals(days), [1, 1])
        self.assertEqual(ladders.totals(days, 30), [2, 2])
        march = self._days(2, 19, 24)
        self.assertEqual(ladders.totals(march), [3, 3, 3])
        self.assertEqual(ladders.totals([*march, date(2026, 4, 1)]), [3, 3, 3, 1])

    def test_a_step_without_amount_or_with_both(self):
        """PEN-10: a warning is a step of zero; an amount may have a percent, too."""
        warning, both = scales.Bracket(1, 1), scales.Bracket(2, 2, 50, 30)
        self.assertEqual(len(scales.ladder(1, [warning, both])), 1)
        steps = scales.ladder(2, [warning, both], 100)
        self.assertEqual([str(step.amount) for step in steps], ["60.00", "50.00"])
        only = scales.ladder(2, [scales.Bracket(2, 0, percent=50)], 100)
        self.assertEqual([str(step.amount) for step in only], ["50.00"])
        edge = [scales.Bracket(1, 2, amount=5), scales.Bracket(3, 0, amount=9)]
        self.assertEqual(
            [str(scales.total(scales.rung(n, edge))) for n in (0, 2, 3)],
            ["0.00", "5.00", "9.00"],
        )

    def test_a_completion_is_shown_day_by_day(self):
        """INSP-09: floating dates count from the work, one step after the other."""
        rule = recurrence.Rule(2, "month", "completion", base=date(2026, 1, 31))
        days = recurrence.next_dates(rule, date(2026, 1, 31), 4)
        self.assertEqual(
            [str(day) for day in days],
            ["2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31"],
        )

    def test_quiet_hours_end_on_the_minute(self):
        """CB-10: at the end of the quiet hours it is not quiet any more."""
        self.assertEqual(
            quiet.shift_quiet(datetime(2026, 3, 2, 14, 0), [(12, 14)], "UTC"),
            datetime(2026, 3, 2, 14, 0),
        )
        self.assertEqual(
            quiet.shift_quiet(datetime(2026, 3, 2, 12, 0), [(12, 14)], "UTC"),
            datetime(2026, 3, 2, 14, 0),
        )

    def test_every_place_among_five_is_as_likely(self):
        """DISP-05: the one of five is drawn evenly, none is drawn at zero percent."""
        firsts = Counter(
            next(n for n in range(1, 6) if sampling.is_chosen(str(seed), n, 0, 20))
            for seed in range(1000)
        )
        self.assertEqual(sorted(firsts), [1, 2, 3, 4, 5])
        self.assertGreater(min(firsts.values()), 150)
        self.assertLess(max(firsts.values()), 250)
        self.assertFalse(any(sampling.is_chosen("m", n, 0, 0) for n in range(1, 50)))

    def test_an_edge_belongs_to_one_bracket(self):
        """ACC-05: a loss on the edge of two brackets has no step of zero above it."""
        self.assertEqual(len(scales.progressive(500, SCALE)), 1)
        self.assertEqual(len(scales.progressive(500.01, SCALE)), 2)
        self.assertEqual(scales.progressive(0, SCALE), [])

    def test_a_place_on_the_equator_is_a_place(self):
        """VIS-09: one coordinate may be zero, both are nowhere."""
        self.assertEqual(geo.as_place(0.0, 102.7), (0.0, 102.7))
        self.assertEqual(geo.as_place(25.0, 0.0), (25.0, 0.0))
        self.assertIsNone(geo.as_place(0.0, 0.0))

    def test_labour_has_its_own_end(self):
        """WARR-12: where labour has a term of its own, it ends by that one."""
        facts = warranty.Facts(
            DAY, True, None, 12, DAY, None, None, False, False, False
        )
        apart = facts._replace(
            labour_apart=True, labour_end=DAY - timedelta(days=1), labour_months=6
        )
        self.assertEqual(warranty.judge(facts).labour, "covered")
        outcome = warranty.judge(apart)
        self.assertEqual((outcome.parts, outcome.labour), ("covered", "expired"))
        self.assertIn(("LABOUR_TERM", False), outcome.tests)
        self.assertNotIn("LABOUR_TERM", dict(warranty.judge(facts).tests))

    def test_a_site_covers_what_its_contract_names(self):
        """WARR-12: a contract for parts alone leaves labour to the unit's term."""
        late = warranty.Facts(
            DAY, True, None, 12, DAY - timedelta(days=9), None, DAY, False, False, False
        )
        for scope, parts, labour in (
            ("parts", "covered", "expired"),
            ("labour", "expired", "covered"),
        ):
            outcome = warranty.judge(late._replace(site_scope=scope))
            self.assertEqual((outcome.parts, outcome.labour), (parts, labour), scope)

    def test_a_calendar_is_what_programs_read(self):
        """DISP-09: every line of a visit, in order, each ended by CR LF."""
        at = datetime(2026, 3, 2, 1, 0)
        visit = {
            "uid": "7@example",
            "start": at,
            "end": at + timedelta(hours=2),
            "changed": at - timedelta(days=1),
            "summary": "No pressure",
            "location": "Kunming, Road 1",
            "description": "Valve",
            "status": "CONFIRMED",
        }
        self.assertEqual(
            ical.calendar("My Day", [visit]).split("\r\n"),
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//aftersales_service//EN",
                "X-WR-CALNAME:My Day",
                "BEGIN:VEVENT",
                "UID:7@example",
                "DTSTAMP:20260301T010000Z",
                "DTSTART:20260302T010000Z",
                "DTEND:20260302T030000Z",
                "SUMMARY:No pressure",
                "LOCATION:Kunming\\, Road 1",
                "DESCRIPTION:Valve",
                "STATUS:CONFIRMED",
                "END:VEVENT",
                "END:VCALENDAR",
                "",
            ],
        )
        self.assertEqual(ical.escape(None), "")
        self.assertEqual(ical.escape("a\r\nb\rc"), "a\\nb\\nc")
        self.assertEqual(ical.fold("x" * 75), "x" * 75)
        self.assertEqual(ical.fold("x" * 76), "x" * 75 + "\r\n x")

    def test_a_broken_chain_names_its_first_bad_link(self):
        """D11: gap, previous and content, and the rows before are sound."""
        one = hash_chain.link("", "a")
        two = hash_chain.link(one, "b")
        rows = [(1, "", one, "a"), (2, one, two, "b")]
        self.assertIsNone(hash_chain.first_break(rows))
        self.assertIsNone(hash_chain.first_break(rows[1:], one, 2))
        self.assertEqual(hash_chain.first_break(rows[1:], one, 3), (2, "gap"))
        self.assertEqual(hash_chain.first_break(rows[1:], "", 2), (2, "previous"))
        self.assertEqual(hash_chain.first_break([(1, None, one, "a")]), None)
        self.assertEqual(
            hash_chain.first_break([rows[0], (3, one, two, "b")]), (2, "gap")
        )
        self.assertEqual(hash_chain.clean({"a": {1.5}}), {"a": [1.5]})
        self.assertEqual(hash_chain.clean(float("inf")), "inf")
