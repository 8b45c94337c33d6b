"""Money by rate, scale and ladder: the arithmetic of the rule books.

Pure Python on ``Decimal``.  Every amount is rounded half-up to a cent, a scale
bracket by bracket, so that the steps of a breakdown add up to its total.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


class Step(NamedTuple):
    """One line of a breakdown: ``amount`` is ``base`` at ``rate``."""

    base: Decimal
    rate: Decimal
    amount: Decimal


class Bracket(NamedTuple):
    """One bracket of a scale or step of a ladder; upper 0 means no limit."""

    lower: Decimal
    upper: Decimal
    percent: Decimal = ZERO
    amount: Decimal = ZERO


def decimal(value):
    """Return a number as the decimal a person would write down.

    >>> decimal(0.1) + decimal(0.2)
    Decimal('0.3')
    """
    return value if isinstance(value, Decimal) else Decimal(str(value))


def money(value):
    """Return ``value`` rounded half-up to a cent.

    >>> money(2.675), money("0.125"), money(5)
    (Decimal('2.68'), Decimal('0.13'), Decimal('5.00'))
    """
    return decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)


def per_unit(rate, quantity):
    """Return the step of ``quantity`` units at ``rate`` each.

    >>> per_unit(15, 7).amount
    Decimal('105.00')
    """
    base, rate = decimal(quantity), decimal(rate)
    return Step(base, rate, money(base * rate))


def progressive(loss, brackets):
    """Return the steps of a marginal scale: each bracket on its own slice.

    :param loss: the amount the scale is applied to
    :param brackets: list of ``Bracket`` with a percent
    :return: list of ``Step``; the rate is the percent

    >>> scale = [Bracket(0, 500, 30), Bracket(500, 2000, 25),
    ...          Bracket(2000, 5000, 20), Bracket(5000, 10000, 15),
    ...          Bracket(10000, 0, 10)]
    >>> [str(step.amount) for step in progressive(7300, scale)]
    ['150.00', '375.00', '600.00', '345.00']
    >>> [str(total(progressive(loss, scale))) for loss in (0, 300, 501, 12000)]
    ['0.00', '90.00', '150.25', '2075.00']
    >>> str(total(progressive(150000, scale)))
    '15875.00'
    """
    loss = decimal(loss)
    steps = []
    for bracket in sorted(brackets):
        lower, upper = decimal(bracket.lower), decimal(bracket.upper)
        top = min(loss, upper) if upper else loss
        if top > lower:
            base, percent = top - lower, decimal(bracket.percent)
            steps.append(Step(base, percent, money(base * percent / 100)))
    return steps


def flat(loss, brackets):
    """Return the step of a scale that takes the whole loss at its bracket's percent.

    A loss on the edge of two brackets belongs to the lower one.

    >>> scale = [Bracket(0, 500, 30), Bracket(500, 10000, 15), Bracket(10000, 0, 10)]
    >>> [str(total(flat(loss, scale))) for loss in (0, 500, 7300, 12000)]
    ['0.00', '150.00', '1095.00', '1200.00']
    """
    loss = decimal(loss)
    for bracket in sorted(brackets):
        lower, upper = decimal(bracket.lower), decimal(bracket.upper)
        if lower < loss and (not upper or loss <= upper):
            percent = decimal(bracket.percent)
            return [Step(loss, percent, money(loss * percent / 100))]
    return []


marginal = progressive


def ladder(count, brackets, amount=ZERO):
    """Return the steps owed in total for ``count`` events of a period.

    Reaching a step re-rates all events: each one costs the amount of the step
    the count stands on, and a percent of ``amount`` is added (self-borne costs).

    :param count: events in the period
    :param brackets: list of ``Bracket``; ``lower`` is the first count of a step
    :param amount: costs that a step with a percent passes on
    :return: list of ``Step``

    >>> complaints = [Bracket(1, 1, amount=50), Bracket(2, 0, amount=100)]
    >>> [str(total(ladder(n, complaints))) for n in (0, 1, 2, 3)]
    ['0.00', '50.00', '200.00', '300.00']
    >>> repeats = [Bracket(1, 1), Bracket(2, 0, percent=100)]
    >>> [str(total(ladder(n, repeats, 425))) for n in (1, 2)]
    ['0.00', '425.00']
    """
    count = decimal(count)
    for bracket in sorted(brackets):
        lower, upper = decimal(bracket.lower), decimal(bracket.upper)
        if lower <= count and (not upper or count <= upper):
            steps = []
            if bracket.amount or not bracket.percent:
                steps.append(per_unit(bracket.amount, count))
            if bracket.percent:
                base, percent = decimal(amount), decimal(bracket.percent)
                steps.append(Step(base, percent, money(base * percent / 100)))
            return steps
    return []


def rung(count, brackets, amount=ZERO):
    """Return the steps of one event of a ladder that stands on ``count``.

    :param count: the count that chooses the step
    :param brackets: list of ``Bracket``; ``lower`` is the first count of a step
    :param amount: costs of this event that a step with a percent passes on
    :return: list of ``Step``

    >>> complaints = [Bracket(1, 1, amount=50), Bracket(2, 0, amount=100)]
    >>> [str(total(rung(n, complaints))) for n in (1, 2, 3)]
    ['50.00', '100.00', '100.00']
    >>> repeats = [Bracket(1, 1), Bracket(2, 0, percent=100)]
    >>> [str(total(rung(n, repeats, 425))) for n in (1, 2)]
    ['0.00', '425.00']
    """
    count = decimal(count)
    for bracket in brackets:
        lower, upper = decimal(bracket.lower), decimal(bracket.upper)
        if lower <= count and (not upper or count <= upper):
            single = Bracket(1, 1, bracket.percent, bracket.amount)
            return ladder(1, [single], amount)
    return []


def total(steps):
    """Return the sum of the amounts of ``steps``."""
    return sum((step.amount for step in steps), ZERO)


def overlap(brackets, step=0):
    """Return the first bracket that begins inside the one before it, or None.

    :param step: distance of neighbours: 0 for a scale, 1 for counts

    >>> overlap([Bracket(0, 500), Bracket(500, 0)])
    >>> overlap([Bracket(0, 600), Bracket(500, 0)]).lower
    500
    >>> overlap([Bracket(1, 2), Bracket(2, 0)], step=1).lower
    2
    """
    ordered = sorted(brackets)
    for before, after in zip(ordered, ordered[1:], strict=False):
        if not before.upper or before.upper > after.lower - step:
            return after
    return None


def gap(brackets, step=0):
    """Return ``(upper, lower)`` of the first hole between brackets, or None.

    :param step: distance of neighbours: 0 for a scale, 1 for counts

    >>> gap([Bracket(0, 500), Bracket(500, 0)])
    >>> gap([Bracket(0, 500), Bracket(600, 0)])
    (500, 600)
    >>> gap([Bracket(1, 1), Bracket(2, 0)], step=1)
    """
    ordered = sorted(brackets)
    for before, after in zip(ordered, ordered[1:], strict=False):
        if before.upper and after.lower - before.upper > step:
            return before.upper, after.lower
    return None


def allowed_deduction(wanted, gross, net, cap_percent=0, floor=0):
    """Return how much of ``wanted`` may be deducted from a month's pay.

    :param wanted: penalties due
    :param gross: pay before penalties that the cap is a share of
    :param net: pay that would be left without these penalties
    :param cap_percent: share of gross at most; 0 means no cap
    :param floor: pay that must be left; 0 means no floor

    >>> str(allowed_deduction(1470, 4200, 4200, cap_percent=20))
    '840.00'
    >>> str(allowed_deduction(1470, 4200, 4200, floor=3500))
    '700.00'
    >>> str(allowed_deduction(1470, 4200, 4200))
    '1470.00'
    >>> str(allowed_deduction(100, 0, 0, cap_percent=20))
    '0.00'
    """
    allowed = money(wanted)
    if cap_percent:
        allowed = min(allowed, money(decimal(gross) * decimal(cap_percent) / 100))
    if floor:
        allowed = min(allowed, money(net) - money(floor))
    return max(allowed, ZERO)
