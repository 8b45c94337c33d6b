"""Scales, ladders and shares for every amount, not for worked examples alone."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..calc import scales, shares
from ..calc.scales import CENT, Bracket

cents = st.integers(0, 20_000_000).map(lambda number: Decimal(number) / 100)
percents = st.integers(0, 100)


@st.composite
def brackets(draw):
    """Draw a scale without holes, the last bracket open."""
    edges = sorted(draw(st.sets(st.integers(1, 100_000), min_size=1, max_size=5)))
    edges = [0, *edges, 0]
    return [
        Bracket(lower, upper, draw(percents))
        for lower, upper in zip(edges, edges[1:], strict=False)
    ]


@st.composite
def parts(draw):
    """Draw percents with two decimals that make a hundred."""
    marks = draw(st.lists(st.integers(0, 10_000), max_size=5))
    marks = [0, *sorted(marks), 10_000]
    return [
        Decimal(upper - lower) / 100
        for lower, upper in zip(marks, marks[1:], strict=False)
    ]


def of(loss, scale):
    return scales.total(scales.progressive(loss, scale))


@tagged("post_install", "-at_install")
class TestScaleProperties(BaseCase):
    """PEN-11, ACC-04, ACC-06: what holds for all of them."""

    @settings(max_examples=150, deadline=None)
    @given(scale=brackets(), loss=cents, more=cents)
    def test_a_greater_loss_never_costs_less(self, scale, loss, more):
        """PEN-11, ACC-04: the progressive scale is monotone."""
        self.assertLessEqual(of(loss, scale), of(loss + more, scale))

    @settings(max_examples=150, deadline=None)
    @given(scale=brackets(), loss=cents)
    def test_one_cent_more_costs_one_cent_more_at_most(self, scale, loss):
        """PEN-11, ACC-04: it is continuous, also where brackets meet."""
        edges = [Decimal(bracket.lower) for bracket in scale]
        for point in (loss, *edges, *(edge - CENT for edge in edges if edge)):
            step = of(point + CENT, scale) - of(point, scale)
            self.assertTrue(0 <= step <= CENT, (scale, point, step))

    @settings(max_examples=150, deadline=None)
    @given(scale=brackets(), loss=cents)
    def test_the_steps_are_the_loss(self, scale, loss):
        """ACC-04: the slices add up to the loss, each paid to half a cent."""
        steps = scales.progressive(loss, scale)
        self.assertEqual(sum(step.base for step in steps), loss)
        for step in steps:
            exact = step.base * step.rate / 100
            self.assertLessEqual(abs(step.amount - exact), CENT / 2)

    @settings(max_examples=150, deadline=None)
    @given(amount=cents, percents=parts())
    def test_shares_make_the_whole_to_the_cent(self, amount, percents):
        """ACC-06: shares of a hundred percent make the amount, each near its own."""
        split = shares.split(amount, percents)
        self.assertEqual(sum(split, Decimal(0)), amount)
        for part, percent in zip(split, percents, strict=True):
            self.assertLess(abs(part - amount * percent / 100), CENT)

    @settings(max_examples=100, deadline=None)
    @given(steps=st.lists(cents, min_size=1, max_size=4), count=st.integers(0, 12))
    def test_a_ladder_that_climbs_never_falls(self, steps, count):
        """PEN-10: one more event never costs less, whichever way it is counted."""
        rising = sorted(steps)
        last = len(rising)
        ladder = [
            Bracket(place, 0 if place == last else place, amount=amount)
            for place, amount in enumerate(rising, start=1)
        ]
        owed = [scales.total(scales.ladder(n, ladder)) for n in (count, count + 1)]
        self.assertLessEqual(owed[0], owed[1])
        each = [scales.total(scales.rung(n, ladder)) for n in range(1, count + 2)]
        self.assertEqual(each, sorted(each))

    @settings(max_examples=100, deadline=None)
    @given(wanted=cents, gross=cents, cap=percents, floor=cents)
    def test_the_guard_never_takes_more_than_it_may(self, wanted, gross, cap, floor):
        """AMB-15: neither above the cap, nor below the floor, nor below zero."""
        allowed = scales.allowed_deduction(wanted, gross, gross, cap, floor)
        self.assertTrue(0 <= allowed <= wanted)
        if cap:
            self.assertLessEqual(allowed, scales.money(gross * cap / 100))
        if floor and allowed:
            self.assertGreaterEqual(gross - allowed, floor)
