"""Run the tests of our addons on a fresh database and judge the log.

usage: run_tests.py [TAGS]

Reference for pass and fail: Odoo's own runner, post_install tests, browser tours
included. Fails on a failed test, on a skipped one, when no test ran at all, and on
a log line above INFO that tools/log-allowlist.txt does not know. The last line
printed reads "N passed, N failed".
"""

import os
import signal
import socket
import subprocess
import sys
import time

import db
from odoodb import LOGS, ROOT, STATE, ToolError, drop, odoo_command
from odoolog import Allowlist, TestLog

DATABASE = "aftersales_test"
NOISE = ("odoo.tests.result", "odoo.modules.loading")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command(tags):
    return odoo_command(
        "-d",
        DATABASE,
        f"--http-port={free_port()}",
        "--test-tags",
        tags,
        "--stop-after-init",
        "--max-cron-threads=0",
        f"--screenshots={STATE / 'screenshots'}",
    )


def default_tags():
    return ",".join(f"/{addon}" for addon in db.our_addons())


def run(tags):
    """Run Odoo, keep its log, show which class is at work; return what it did."""
    log = TestLog()
    LOGS.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        command(f"{tags},-at_install"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
    )
    try:
        with (LOGS / "test.log").open("w") as copy:
            follow(process.stdout, copy, log)
        return process.wait(), log
    except BaseException:
        process.send_signal(signal.SIGTERM)
        process.wait()
        raise


def follow(lines, copy, log):
    shown, count, start = "", 0, time.monotonic()
    for line in lines:
        copy.write(line)
        test = log.feed(line)
        if not test:
            continue
        case = test.split(".")[0]
        if case != shown:
            if shown:
                print(f"{count:3} tests, {time.monotonic() - start:.1f} s", flush=True)
            print(f"  {case:50} ", end="", flush=True)
            shown, count, start = case, 0, time.monotonic()
        count += 1
    if shown:
        print(f"{count:3} tests, {time.monotonic() - start:.1f} s", flush=True)


def problems(code, log):
    """Yield a paragraph for everything that keeps the run from being green."""
    for _name, entry in log.failures:
        yield entry.text
    for name, reason in log.skipped:
        yield f"skipped: {name}: {reason}"
    # The runner sums failures up in lines of its own.
    trouble = [entry for entry in log.trouble if entry.logger not in NOISE]
    if not log.failures:
        trouble = log.trouble
    for entry in Allowlist().unknown(trouble):
        yield f"unexpected in the log: {entry.text}"
    if not log.started:
        yield "no test was started"
    if code and not log.failures:
        yield f"Odoo ended with exit code {code}, see .state/log/test.log"


def report(code, log):
    found = list(problems(code, log))
    for paragraph in found:
        lines = paragraph.splitlines()
        print("\n" + "\n".join(lines[:80]))
    failed = len(log.failed_tests())
    names = {test for _addon, test in log.started}
    passed = len(log.started) - len(names.intersection(log.failed_tests()))
    passed -= len(log.skipped)
    if os.environ.get("LINT_FAILED"):
        failed += 1
        print("\nThe linters found something, see above (counted as one failure).")
    if found:
        print("\nFailed:")
        for name in log.failed_tests() or ["the run itself, see above"]:
            print(f"  {name}")
        print(f"Whole log: {(LOGS / 'test.log').relative_to(ROOT)}")
        failed = failed or 1
    print(f"{max(passed, 0)} passed, {failed} failed")
    return 1 if failed else 0


def main(tags=""):
    drop(DATABASE)
    db.fresh(DATABASE, demo=False)
    print("Tests:")
    code, log = run(tags or default_tags())
    result = report(code, log)
    if not result and not os.environ.get("KEEP"):
        drop(DATABASE)
    return result


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except ToolError as error:
        print(error)
        print("0 passed, 1 failed")
        sys.exit(1)
