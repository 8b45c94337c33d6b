"""The bench: databases, trials that leave nothing behind, and the figures."""

import os
import statistics
from contextlib import contextmanager

import odoo
from odoo.modules.registry import Registry
from odoo.tools import config

SEED = 20260302


class Bench:
    """Opens databases and runs variants of a piece of work side by side."""

    def __init__(self, size, repeat):
        self.size, self.repeat = size, repeat
        config.parse_config(["-c", os.environ["ODOO_RC"], "--log-level=warn"])

    @contextmanager
    def env(self, database, commit=False):
        """Yield an environment of the superuser; kept only with ``commit``."""
        with Registry(database).cursor() as cursor:
            context = {"lang": "en_US", "tz": "Asia/Shanghai"}
            yield odoo.api.Environment(cursor, odoo.SUPERUSER_ID, context)
            if commit:
                cursor.commit()
            else:
                cursor.rollback()

    def compare(self, variants, turns=None):
        """Run every variant in turn, again and again, after one round of warm-up.

        :param variants: ``{name: function}``; a function takes nothing, and returns
            a ``Cost`` or a list of them
        :param turns: as many at most, and no warm-up: for what is slow, and warm
        :return: ``{name: [cost, ...]}``
        """
        costs = {name: [] for name in variants}
        warm = turns is None
        count = self.repeat + 1 if warm else min(turns, self.repeat)
        for turn in range(count):
            for name, function in variants.items():
                cost = function()
                if turn or not warm:
                    costs[name].append(cost)
        return costs


def ratios(over, under):
    """Return median, least and greatest of the ratio of two series of costs."""
    series = [a.cpu / b.cpu for a, b in zip(over, under, strict=True)]
    return statistics.median(series), min(series), max(series)


def median(costs, name="cpu"):
    return statistics.median(getattr(cost, name) for cost in costs)


def figure(what, value, goal, ok, note=""):
    """Return one row of the table: what, measured, goal, reached or not."""
    return {"what": what, "value": value, "goal": goal, "ok": ok, "note": note}


def spread(result):
    """Return a ratio with its range as text."""
    middle, least, most = result
    return f"{middle:.2f} ({least:.2f} … {most:.2f})"


def peaks(over, under):
    """Return the peak memory of two series of costs as text, each above its start."""
    first, second = (max(cost.memory for cost in costs) for costs in (over, under))
    return f"{first:.0f} MB / {second:.0f} MB at most"
