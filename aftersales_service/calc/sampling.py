"""A share of the cases of a month, drawn one by one as they come.

After every case the number chosen is the share of those seen, up or down to a whole
number: 20 % of 25 are 5, not about 5.  Which ones follows from the seed alone.
"""

import hashlib
import math

SCALE = 10_000  # shares in hundredths of a percent


def is_chosen(seed, position, chosen, share):
    """Tell whether the next case belongs to the sample (DISP-05).

    :param str seed: of the month
    :param int position: number of the case in the month, from 1
    :param int chosen: how many of those before it were chosen
    :param float share: in percent

    >>> def month(seed, count, share):
    ...     picked = []
    ...     for position in range(1, count + 1):
    ...         if is_chosen(seed, position, len(picked), share):
    ...             picked.append(position)
    ...     return picked
    >>> len(month("march", 25, 20)), len(month("march", 100, 33)), month("x", 3, 100)
    (5, 33, [1, 2, 3])

    The same seed picks the same cases, another one others.

    >>> month("march", 25, 20) == month("march", 25, 20) != month("april", 25, 20)
    True

    One of each five, anywhere among them:

    >>> firsts = {month(str(seed), 5, 20)[0] for seed in range(50)}
    >>> sorted(firsts)
    [1, 2, 3, 4, 5]
    """
    rate = round(share * SCALE / 100)
    least, most = position * rate // SCALE, -(-position * rate // SCALE)
    if chosen < least:
        return True
    if chosen >= most:
        return False
    # Cases, this one included, among which the open place is still to be given away.
    left = math.ceil((chosen + 1) * SCALE / rate) - position + 1
    return _draw(seed, position) * left < 1


def _draw(seed, position):
    """Return a number from 0 to 1 that follows from the seed and the place."""
    digest = hashlib.sha256(f"{seed}:{position}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32
