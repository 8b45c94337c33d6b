"""Reads a log of Odoo: tests started, failed and skipped, and lines above INFO."""

import re
from pathlib import Path

LINE = re.compile(
    r"^(?P<time>\d{4}-\d\d-\d\d \S+) \d+ (?P<level>[A-Z]+) \S+ (?P<logger>[^:\s]+): "
    r"(?P<message>.*)$"
)
STARTED = re.compile(r"^Starting (?P<test>\w+\.\w+) \.\.\.")
FAILED = re.compile(r"^(?P<kind>FAIL|ERROR): (?P<test>.+)$")
SKIPPED = re.compile(r"^skipped (?P<test>\S+)\s*: (?P<why>.*)$")
TEST_LOGGER = re.compile(r"^odoo\.addons\.(\w+)\.tests?\.")
TROUBLE = {"WARNING", "ERROR", "CRITICAL"}


class Entry:
    """One line of the log with the lines that follow it, a traceback for example."""

    def __init__(self, match):
        self.level = match["level"]
        self.logger = match["logger"]
        self.message = match["message"].strip()
        self.more = []

    @property
    def addon(self):
        found = TEST_LOGGER.match(self.logger)
        return found.group(1) if found else ""

    @property
    def text(self):
        return "\n".join([f"{self.level} {self.logger}: {self.message}", *self.more])


class TestLog:
    """Counts of a test run, fed line by line."""

    def __init__(self):
        self.entry = None
        self.entries = []
        self.started = []
        self.failures = []
        self.skipped = []
        self.trouble = []

    def feed(self, line):
        """Take in one line of the log and return what it started, or None."""
        match = LINE.match(line)
        if not match:
            if self.entry:
                self.entry.more.append(line.rstrip())
            return None
        self.entry = Entry(match)
        return self._sort(self.entry)

    def _sort(self, entry):
        if found := STARTED.match(entry.message):
            self.started.append((entry.addon, found["test"]))
            return found["test"]
        if found := SKIPPED.match(entry.message):
            self.skipped.append((found["test"], found["why"]))
        elif entry.level in TROUBLE:
            failed = FAILED.match(entry.message)
            if failed and (entry.addon or "odoo.tests" in entry.logger):
                self.failures.append((failed["test"], entry))
            else:
                self.trouble.append(entry)
        return None

    def failed_tests(self):
        """Return the distinct names of failed tests, subtests counted once."""
        names = {}
        for name, _entry in self.failures:
            name = name.removeprefix("Subtest ")
            # setUpClass and its like carry the class in brackets.
            fixture = name.startswith(("setUp", "tearDown"))
            names[name if fixture else name.split(" ")[0]] = True
        return list(names)


class Allowlist:
    """Known log lines: a regular expression per line, after ``#`` why it is known."""

    def __init__(self, path=None):
        path = path or Path(__file__).with_name("log-allowlist.txt")
        self.rules = []
        for line in path.read_text().splitlines():
            expression, _, reason = line.partition("  # ")
            if expression.strip() and not line.startswith("#"):
                self.rules.append((re.compile(expression.strip()), reason))

    def unknown(self, entries):
        """Return the entries that no rule covers."""
        return [
            entry
            for entry in entries
            if not any(rule.search(entry.text) for rule, _reason in self.rules)
        ]
