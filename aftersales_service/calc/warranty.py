"""Warranty terms and verdicts, without the ORM.

The last covered day is inclusive.  Month ends clamp *before* the day is taken
off, as on a warranty card: bought on 29 February 2024 for 12 months, the
anniversary is 28 February 2025 and the last covered day the day before.
"""

import datetime
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

# Version of the rules below; stands on every test that was made by them.
RULES_VERSION = "2026.2"

COVERED = "covered"
EXPIRED = "expired"
VOID = "void"
UNDETERMINED = "undetermined"


class Start(NamedTuple):
    """Day on which a term begins, and the date it was taken from."""

    day: datetime.date | None
    source: str | None


class Facts(NamedTuple):
    """What is known of one unit when its warranty is judged."""

    on_date: datetime.date
    is_active: bool
    start: datetime.date | None
    months: int
    end: datetime.date | None
    site_start: datetime.date | None
    site_end: datetime.date | None
    cause_voids: bool
    has_part: bool
    part_excluded: bool
    # Labour, where its term differs from that of the parts.
    labour_apart: bool = False
    labour_months: int = 0
    labour_end: datetime.date | None = None
    # What the site's term covers: all, parts or labour.
    site_scope: str = "all"
    # Last day on which we answer for a part that we built in ourselves.
    repair_end: datetime.date | None = None


class Outcome(NamedTuple):
    """A verdict for parts and labour, and what each test answered."""

    parts: str
    labour: str
    tests: tuple  # of (code, passed)

    @property
    def overall(self):
        """Return the verdict of the whole: parts, where the two differ."""
        return self.parts


def last_covered_day(start, months):
    """Return the last day of a term, inclusive.

    :param start: first covered day, or None
    :param int months: length of the term; 0 means that none was given
    :return: a date, or None when there is no term

    >>> last_covered_day(datetime.date(2025, 3, 2), 12)
    datetime.date(2026, 3, 1)
    >>> last_covered_day(datetime.date(2024, 2, 29), 12)
    datetime.date(2025, 2, 27)
    >>> last_covered_day(datetime.date(2025, 8, 31), 6)
    datetime.date(2026, 2, 27)
    >>> last_covered_day(datetime.date(2025, 3, 2), 0) is None
    True
    >>> last_covered_day(None, 12) is None
    True
    >>> last_covered_day(datetime.date(2025, 3, 2), 10**9)
    datetime.date(9999, 12, 30)
    """
    if not start or months <= 0:
        return None
    return _add_months(start, months) - relativedelta(days=1)


def term_start(basis, dates, shelf_months=0):
    """Return the day a unit's term begins.

    Only a missing purchase date is replaced, by the manufacture date plus the
    months a unit may have stood on a shelf: a term that runs from shipment,
    installation or handover has not begun before that day is known.

    :param str basis: purchase, manufacture, shipment, install or handover
    :param dict dates: date or None by basis
    :param int shelf_months: months between making and selling
    :return: a ``Start``; its day is None when nothing is known

    >>> made = datetime.date(2025, 1, 31)
    >>> term_start("purchase", {"purchase": made, "manufacture": None}).source
    'purchase'
    >>> term_start("purchase", {"purchase": None, "manufacture": made}, 1)
    Start(day=datetime.date(2025, 2, 28), source='manufacture')
    >>> term_start("handover", {"handover": None, "manufacture": made})
    Start(day=None, source=None)
    """
    day = dates.get(basis)
    if day:
        return Start(day, basis)
    made = dates.get("manufacture")
    if basis == "purchase" and made:
        return Start(_add_months(made, shelf_months), "manufacture")
    return Start(None, None)


def _add_months(day, months):
    """Return the anniversary; a term past the calendar's end stops there."""
    try:
        return day + relativedelta(months=months)
    except (ValueError, OverflowError):
        return datetime.date.max


def in_term(on_date, start, end):
    """Tell whether a day lies in a term: None when that cannot be known.

    >>> day = datetime.date(2026, 3, 1)
    >>> in_term(day, None, day), in_term(day, None, None)
    (True, None)
    >>> in_term(day, datetime.date(2026, 3, 2), datetime.date(2027, 3, 1)) is None
    True
    """
    if not end:
        return None
    if on_date > end:
        return False
    if start and on_date < start:
        return None
    return True


def term_months(number, unit):
    """Return a term in whole months, or 0 where it is not made of months.

    Other addons write a term as a number and a unit; days and weeks are no months
    and are left to people.

    :param float number: how many
    :param str unit: day, week, month or year

    >>> term_months(2.0, "year"), term_months(18, "month"), term_months(90, "day")
    (24, 18, 0)
    >>> term_months(0.5, "year"), term_months(1.5, "month"), term_months(None, "year")
    (6, 0, 0)
    """
    months = (number or 0) * {"month": 1, "year": 12}.get(unit, 0)
    return int(months) if months > 0 and months == int(months) else 0


def judge(facts):
    """Return the verdict on one unit, with every test that led to it.

    The unit's own term and the site's term stand side by side: the longer one
    holds, for parts and for labour apart.  A void cause or a retired unit ends the
    warranty whatever the term; an excluded part is never covered, its labour
    follows the unit.  A part that we built in ourselves has its repair warranty:
    within it, the part and the work on it are covered.

    :param Facts facts: what is known
    :return: an ``Outcome``

    >>> day = datetime.date(2026, 3, 1)
    >>> known = Facts(day, True, None, 12, day, None, None, False, False, False)
    >>> judge(known).overall
    'covered'
    >>> judge(known._replace(on_date=datetime.date(2026, 3, 2))).overall
    'expired'
    >>> judge(known._replace(end=None)).overall
    'undetermined'
    >>> judge(known._replace(cause_voids=True)).overall
    'void'
    >>> late = known._replace(end=datetime.date(2026, 1, 1), repair_end=day)
    >>> judge(late).overall, judge(late._replace(repair_end=None)).overall
    ('covered', 'expired')
    """
    own = _own_term(facts, facts.end, facts.months)
    own_labour = own
    if facts.labour_apart:
        own_labour = _own_term(facts, facts.labour_end, facts.labour_months)
    site = in_term(facts.on_date, facts.site_start, facts.site_end)
    repaired = bool(in_term(facts.on_date, None, facts.repair_end))
    parts = _verdict(facts, own, site and facts.site_scope != "labour", repaired)
    labour = _verdict(facts, own_labour, site and facts.site_scope != "parts", repaired)
    if facts.part_excluded and parts != EXPIRED and not repaired:
        parts = VOID
    return Outcome(parts, labour, _tests(facts, own, own_labour, site, repaired))


def _own_term(facts, end, months):
    """Tell whether the day lies in the unit's own term, None where unknown."""
    own = in_term(facts.on_date, facts.start, end)
    if own is None and not months and not end:
        return False  # none was ever given: known, and over
    return own


def _tests(facts, own, own_labour, site, repaired):
    """Return what each test that applies has answered: (code, passed)."""
    tests = [
        ("UNIT_ACTIVE", facts.is_active),
        ("TERM_KNOWN", own is not None),
        ("IN_TERM", bool(own)),
    ]
    if facts.labour_apart:
        tests.append(("LABOUR_TERM", bool(own_labour)))
    if facts.site_end:
        tests.append(("SITE_TERM", bool(site)))
    tests.append(("CAUSE_NOT_VOID", not facts.cause_voids))
    if facts.has_part:
        tests.append(("PART_NOT_EXCLUDED", not facts.part_excluded))
    if facts.repair_end:
        tests.append(("REPAIR_TERM", repaired))
    return tuple(tests)


def _verdict(facts, own, site, repaired):
    if not facts.is_active or facts.cause_voids:
        return VOID
    if own or site or repaired:
        return COVERED
    return UNDETERMINED if own is None else EXPIRED
