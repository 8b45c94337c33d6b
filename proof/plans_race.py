"""Many processes generate the same plans at once: each period is made once.

usage: DB=name python proof/plans_race.py    PLANS=10000 PROCESSES=4 ROUNDS=20
"""

import os
import sys
import time

import plans_data


def main():
    plans = int(os.environ.get("PLANS") or 10000)
    processes = int(os.environ.get("PROCESSES") or 4)
    rounds = int(os.environ.get("ROUNDS") or 20)
    ids = plans_data.make_plans(plans)
    print(f"{plans} plans, {processes} processes, {rounds} rounds", flush=True)
    bad = 0
    for number in range(1, rounds + 1):
        plans_data.reset(ids)
        began = time.monotonic()
        running = [plans_data.start_nightly() for _one in range(processes)]
        codes = [plans_data.wait(pid) for pid in running]
        seconds = time.monotonic() - began
        wrong = plans_data.verdict(ids)
        bad += bool(wrong) or any(codes)
        print(
            f"round {number}: {seconds:.1f} s, exits {codes}, "
            f"{wrong or 'one occurrence, order, promise and note for each plan'}",
            flush=True,
        )
    plans_data.reset(ids)
    print(f"{rounds - bad} of {rounds} rounds right")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
