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
import threading
import time

import db
import shards
from odoodb import LOGS, ROOT, STATE, ToolError, clone, drop, odoo_command
from odoolog import Allowlist, TestLog

DATABASE = "aftersales_test"
NOISE = ("odoo.tests.result", "odoo.modules.loading")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Run(threading.Thread):
    """One Odoo that runs tests on a database of its own."""

    def __init__(self, number, tags):
        super().__init__()
        self.database = f"{DATABASE}_{number}"
        self.path = LOGS / f"test-{number}.log"
        self.tags = f"{tags},-at_install"
        self.log = TestLog()
        self.code = None
        self.process = None

    def command(self):
        return odoo_command(
            "-d",
            self.database,
            f"--db-filter=^{self.database}$",
            f"--http-port={free_port()}",
            "--test-tags",
            self.tags,
            "--stop-after-init",
            "--max-cron-threads=0",
            f"--screenshots={STATE / 'screenshots'}",
        )

    def launch(self):
        """Start Odoo in the main thread, then follow it in this one."""
        self.process = subprocess.Popen(
            self.command(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
        )
        self.start()

    def run(self):
        """Keep the log, and show every class that is through."""
        shown, count, start = "", 0, time.monotonic()
        with self.path.open("w") as copy:
            for line in self.process.stdout:
                copy.write(line)
                test = self.log.feed(line)
                case = test.split(".")[0] if test else shown
                if case != shown:
                    self.show(shown, count, start)
                    shown, count, start = case, 0, time.monotonic()
                count += bool(test)
        self.show(shown, count, start)
        self.code = self.process.wait()

    @staticmethod
    def show(case, count, start):
        if case:
            seconds = time.monotonic() - start
            print(
                f"  {case:50} {count:3} tests, {seconds:5.1f} s\n", end="", flush=True
            )


def run_all(tags):
    """Run the tests, without given tags in two halves side by side."""
    halves = [tags] if tags else shards.divide(db.our_addons())
    runs = [Run(number, half) for number, half in enumerate(halves, start=1)]
    for run in runs:
        drop(run.database)
    db.fresh(runs[0].database, demo=False)
    for run in runs[1:]:
        clone(runs[0].database, run.database)
    try:
        for run in runs:
            run.launch()
        for run in runs:
            run.join()
    except BaseException:
        for run in runs:
            if run.process:
                run.process.send_signal(signal.SIGTERM)
        raise
    with (LOGS / "test.log").open("w") as whole:
        whole.writelines(run.path.read_text() for run in runs)
    return runs


class Total:
    """The results of all runs as one."""

    def __init__(self, runs):
        logs = [run.log for run in runs]
        self.started = [test for log in logs for test in log.started]
        self.failures = [failure for log in logs for failure in log.failures]
        self.skipped = [skip for log in logs for skip in log.skipped]
        self.trouble = [entry for log in logs for entry in log.trouble]
        self.failed = [name for log in logs for name in log.failed_tests()]
        self.code = max(abs(run.code) for run in runs)
        self.empty = any(not log.started for log in logs)


def problems(total):
    """Yield a paragraph for everything that keeps the run from being green."""
    for _name, entry in total.failures:
        yield entry.text
    for name, reason in total.skipped:
        yield f"skipped: {name}: {reason}"
    # The runner sums failures up in lines of its own.
    trouble = total.trouble
    if total.failures:
        trouble = [entry for entry in trouble if entry.logger not in NOISE]
    for text in dict.fromkeys(entry.text for entry in Allowlist().unknown(trouble)):
        yield f"unexpected in the log: {text}"
    if total.empty:
        yield "no test was started"
    if total.code and not total.failures:
        yield f"Odoo ended with exit code {total.code}, see .state/log/test.log"


def report(total):
    found = list(problems(total))
    for paragraph in found:
        print("\n" + "\n".join(paragraph.splitlines()[:80]))
    failed = len(total.failed)
    broken = {test for _addon, test in total.started}.intersection(total.failed)
    passed = len(total.started) - len(broken) - len(total.skipped)
    if os.environ.get("LINT_FAILED"):
        failed += 1
        print("\nThe linters found something, see above (counted as one failure).")
    if found:
        print("\nFailed:")
        for name in total.failed or ["the run itself, see above"]:
            print(f"  {name}")
        print(f"Whole log: {(LOGS / 'test.log').relative_to(ROOT)}")
        failed = failed or 1
    print(f"{max(passed, 0)} passed, {failed} failed")
    return 1 if failed else 0


def main(tags=""):
    LOGS.mkdir(parents=True, exist_ok=True)
    print("Tests:", flush=True)
    runs = run_all(tags)
    result = report(Total(runs))
    if not os.environ.get("KEEP"):
        for run in runs:
            drop(run.database)
    return result


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except ToolError as error:
        print(error)
        print("0 passed, 1 failed")
        sys.exit(1)
