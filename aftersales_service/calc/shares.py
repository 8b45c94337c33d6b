"""An amount shared out by percent, to the last cent.

Pure Python on ``Decimal``.  Every share is rounded down to a cent; the cents left
over go to the largest remainders, so that the parts add up to what the percents
together make of the amount.
"""

from decimal import ROUND_DOWN, Decimal

from .scales import CENT, ZERO, decimal, money


def split(total, percents):
    """Return the part of ``total`` that belongs to each percent.

    :param total: the amount shared out
    :param percents: one number per share; together at most 100
    :return: list of ``Decimal`` in cents, in the order of the percents

    >>> [str(part) for part in split(1470, [60, 40])]
    ['882.00', '588.00']
    >>> [str(part) for part in split("100.00", [33.33, 33.33, 33.34])]
    ['33.33', '33.33', '33.34']

    Three equal shares of one cent: the first gets it, nothing is made or lost.

    >>> [str(part) for part in split("0.01", [33.34, 33.33, 33.33])]
    ['0.01', '0.00', '0.00']
    >>> [str(part) for part in split("10.01", [50, 50])]
    ['5.01', '5.00']

    Shares that do not make 100 take their part only.

    >>> [str(part) for part in split(1000, [30, 20])]
    ['300.00', '200.00']
    >>> split(500, [])
    []
    """
    percents = [decimal(percent) for percent in percents]
    whole = money(decimal(total) * sum(percents, ZERO) / 100)
    exact = [decimal(total) * percent / 100 for percent in percents]
    parts = [part.quantize(CENT, rounding=ROUND_DOWN) for part in exact]
    left = int((whole - sum(parts, Decimal(0))) / CENT)
    by_remainder = sorted(
        range(len(parts)), key=lambda index: (parts[index] - exact[index], index)
    )
    for index in by_remainder[:left]:
        parts[index] += CENT
    return parts
