"""B17: the nightly generation is killed at random moments and goes on."""

import os
import random
import signal
import time
from collections import Counter

from kit import databases, plans

TITLE = "kill -9 of the cron that generates plans, at random moments"
GOAL = "whole chunks only; the next tick ends like one clean run, nothing stuck"
TAKES = 73
GATE = {"kills": 5, "plans": 4000, "seed": 1}
LONG = {"kills": 20, "plans": 10000, "seed": 1}
STUCK = (
    "SELECT COUNT(*) FROM ir_cron WHERE cron_name LIKE %s"
    " AND (NOT active OR failure_count > 0 OR nextcall < now() AT TIME ZONE 'UTC')"
)


def kill_once(database, ids, moment):
    """Start a tick and kill it after some seconds.

    :return: violations, and where the kill fell
    """
    plans.reset(database, ids)
    pid = plans.fork(plans.cron_tick, database)
    time.sleep(moment)
    os.kill(pid, signal.SIGKILL)
    plans.wait(pid)
    made = plans.count(database, ids)["occurrences"]
    where = "before" if not made else "after" if made == len(ids) else "amid"
    return plans.check_whole(database, ids), where


def tick_again(database, ids):
    """Run the next tick; return what it leaves undone or stuck."""
    code, _seconds = plans.timed(plans.cron_tick, database)
    found = plans.check_done(database, ids)
    if code:
        found.append(f"the next tick ended with {code}")
    if databases.rows(database, STUCK, ["%work that plans owe%"])[0][0]:
        found.append("the cron is stuck or marked as failed")
    return found


def run(size):
    database = databases.fresh("b17_plans")
    ids = plans.make(database, size["plans"])
    plans.timed(plans.cron_tick, database)  # everything is loaded now
    plans.reset(database, ids)
    _code, clean = plans.timed(plans.cron_tick, database)
    violations = [f"clean run: {text}" for text in plans.check_done(database, ids)]
    chance = random.Random(size["seed"])
    falls = Counter()
    for number in range(size["kills"]):
        # From the loading on to three quarters of the work: most fall amid it.
        found, where = kill_once(database, ids, chance.uniform(0.05, 0.75) * clean)
        falls[where] += 1
        found += tick_again(database, ids)
        violations += [f"kill {number}: {text}" for text in found]
    databases.discard(database)
    return {
        "kills": size["kills"],
        "plans": size["plans"],
        "kills fell": dict(falls),
        "clean_seconds": round(clean, 1),
        "violations": violations,
        "ok": not violations,
    }
