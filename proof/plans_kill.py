"""The nightly run is killed at random moments: nothing is lost, double or half.

After each kill the rows must be whole chunks; after the run that follows they must
equal those of a clean run.

usage: DB=name python proof/plans_kill.py    PLANS=10000 KILLS=20 SEED=1
"""

import os
import random
import signal
import sys
import time

import plans_data


def kill_once(ids, moment):
    """Start the nightly run, kill it after some seconds; return what was left."""
    plans_data.reset(ids)
    pid = plans_data.start_nightly()
    time.sleep(moment)
    os.kill(pid, signal.SIGKILL)
    plans_data.wait(pid)
    left = plans_data.count(ids)
    whole = (
        left["halves"] == left["doubles"] == left["shared"] == 0
        and len(
            {
                left[name]
                for name in ("occurrences", "orders", "promises", "leads", "notes")
            }
        )
        == 1
    )
    return left["occurrences"], whole


def main():
    plans = int(os.environ.get("PLANS") or 10000)
    kills = int(os.environ.get("KILLS") or 20)
    seed = int(os.environ.get("SEED") or 1)
    ids = plans_data.make_plans(plans)
    plans_data.wait(plans_data.start_nightly())  # everything is loaded now
    plans_data.reset(ids)
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    began = time.monotonic()
    plans_data.wait(plans_data.start_nightly())
    length = time.monotonic() - began
    clean = plans_data.verdict(ids)
    print(f"{plans} plans, clean run {length:.1f} s: {clean or 'right'}", flush=True)
    bad = bool(clean)
    for number in range(1, kills + 1):
        moment = chance.uniform(0.0, 1.0) * length
        made, whole = kill_once(ids, moment)
        code = plans_data.wait(plans_data.start_nightly())
        wrong = plans_data.verdict(ids)
        bad += bool(wrong) or bool(code) or not whole
        print(
            f"kill {number} after {moment:.1f} s: {made} made, "
            f"{'whole' if whole else 'HALF'}; run again: {wrong or 'right'}",
            flush=True,
        )
    plans_data.reset(ids)
    print("right" if not bad else f"{bad} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
