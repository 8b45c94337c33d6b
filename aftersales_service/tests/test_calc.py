"""The pure functions of ``calc``: doctests and tables worked out by hand."""

import doctest
import pkgutil
from datetime import date

from odoo.tests import BaseCase, TransactionCase, tagged

from .. import calc
from ..calc.warranty import Facts, judge, last_covered_day, term_start

# A unit on the last day of its term, and how each change of that turns out:
# (changes, verdict on parts, verdict on labour).
BEFORE, DAY, AFTER = date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)
COVERED = Facts(
    on_date=DAY,
    is_active=True,
    start=date(2025, 3, 2),
    months=12,
    end=DAY,
    site_start=None,
    site_end=None,
    cause_voids=False,
    has_part=False,
    part_excluded=False,
)
EXCLUDED = {"has_part": True, "part_excluded": True}
UNKNOWN = {"start": None, "end": None}
CASES = [
    ({}, "covered", "covered"),
    ({"on_date": BEFORE}, "covered", "covered"),
    ({"on_date": AFTER}, "expired", "expired"),
    ({"on_date": date(2025, 3, 1)}, "undetermined", "undetermined"),
    ({"on_date": date(2025, 3, 2)}, "covered", "covered"),
    (UNKNOWN, "undetermined", "undetermined"),
    ({**UNKNOWN, "months": 0}, "expired", "expired"),
    ({"cause_voids": True}, "void", "void"),
    ({**UNKNOWN, "cause_voids": True}, "void", "void"),
    ({"on_date": AFTER, "cause_voids": True}, "void", "void"),
    ({"is_active": False}, "void", "void"),
    ({"on_date": AFTER, "site_end": AFTER}, "covered", "covered"),
    ({**UNKNOWN, "site_end": DAY}, "covered", "covered"),
    ({**UNKNOWN, "site_end": BEFORE}, "undetermined", "undetermined"),
    ({"on_date": AFTER, "site_end": DAY}, "expired", "expired"),
    (
        {"on_date": AFTER, "site_start": date(2026, 4, 1), "site_end": AFTER},
        "expired",
        "expired",
    ),
    ({"cause_voids": True, "site_end": AFTER}, "void", "void"),
    ({"has_part": True}, "covered", "covered"),
    (EXCLUDED, "void", "covered"),
    ({**EXCLUDED, "on_date": AFTER}, "expired", "expired"),
    ({**EXCLUDED, **UNKNOWN}, "void", "undetermined"),
    ({"start": None}, "covered", "covered"),
]


@tagged("post_install", "-at_install")
class TestCalc(TransactionCase):
    """Every module of ``calc`` proves its own examples."""

    def test_doctests_of_all_calc_modules(self):
        names = [module.name for module in pkgutil.iter_modules(calc.__path__)]
        self.assertIn("warranty", names)
        for name in names:
            module = __import__(f"{calc.__name__}.{name}", fromlist=[name])
            with self.subTest(module=name):
                result = doctest.testmod(module)
                self.assertGreater(result.attempted, 0, "no example in the module")
                self.assertEqual(result.failed, 0)


@tagged("post_install", "-at_install")
class TestWarrantyCalc(BaseCase):
    """Terms and verdicts, case by case."""

    def test_warr_12_last_covered_day(self):
        for start, months, expected in [
            ("2025-03-02", 12, "2026-03-01"),
            ("2024-02-29", 12, "2025-02-27"),
            ("2024-02-29", 24, "2026-02-27"),
            ("2024-02-29", 48, "2028-02-28"),
            ("2025-01-31", 1, "2025-02-27"),
            ("2024-01-31", 1, "2024-02-28"),
            ("2025-08-31", 6, "2026-02-27"),
            ("2025-03-01", 12, "2026-02-28"),
            ("2023-03-01", 12, "2024-02-29"),
            ("2025-12-31", 2, "2026-02-27"),
            ("2025-05-31", 1, "2025-06-29"),
            ("2025-01-01", 12, "2025-12-31"),
        ]:
            with self.subTest(start=start, months=months):
                self.assertEqual(
                    last_covered_day(date.fromisoformat(start), months),
                    date.fromisoformat(expected),
                )

    def test_warr_12_start_of_term(self):
        bought, made = date(2025, 3, 2), date(2025, 1, 31)
        for basis, dates, shelf, expected in [
            ("purchase", {"purchase": bought, "manufacture": made}, 6, bought),
            ("purchase", {"manufacture": made}, 0, made),
            ("purchase", {"manufacture": made}, 1, date(2025, 2, 28)),
            ("purchase", {}, 6, None),
            ("shipment", {"manufacture": made}, 0, None),
            ("install", {"purchase": bought}, 0, None),
            ("handover", {"handover": bought, "manufacture": made}, 0, bought),
            ("manufacture", {"purchase": bought, "manufacture": made}, 6, made),
        ]:
            with self.subTest(basis=basis, dates=dates):
                self.assertEqual(term_start(basis, dates, shelf).day, expected)

    def test_warr_12_verdicts(self):
        for changes, parts, labour in CASES:
            with self.subTest(changes=changes):
                outcome = judge(COVERED._replace(**changes))
                self.assertEqual((outcome.parts, outcome.labour), (parts, labour))
                self.assertEqual(outcome.overall, parts)

    def test_warr_12_tests_tell_what_was_asked(self):
        day = date(2026, 3, 1)
        facts = Facts(day, True, None, 12, day, None, day, False, True, True)
        self.assertEqual(
            judge(facts).tests,
            (
                ("UNIT_ACTIVE", True),
                ("TERM_KNOWN", True),
                ("IN_TERM", True),
                ("SITE_TERM", True),
                ("CAUSE_NOT_VOID", True),
                ("PART_NOT_EXCLUDED", False),
            ),
        )
        codes = [code for code, _passed in judge(facts._replace(site_end=None)).tests]
        self.assertNotIn("SITE_TERM", codes)
