"""Odoo's own checks (addon test_lint) on our addons.

usage: test_lint.py DATABASE

Some checks look at the whole registry and also find things in the community addons
we depend on: those are listed in tools/test-lint-known.txt, anything else fails.
Left out: ManifestLinter (it refuses the manifest keys of the community),
TestConflictMarkers, TestESLint and TestPyLint (`make lint` does the same in other
ways), and the tests of the checkers themselves.
"""

import re
import subprocess
import sys

from odoodb import LOG_LINE, LOGS, ROOT

CLASSES = [
    "PotLinter",
    "RoutesLinter",
    "TestDocstring",
    "TestDunderinit",
    "TestI18n",
    "TestIndex",
    "TestJsTranslations",
    "TestLintOverrideSignatures",
    "TestNaming",
    "TestOnchangeDomains",
    "TestTestHoles",
]
FAILURE = re.compile(r" (?:ERROR|CRITICAL) \S+ \S+: (?:FAIL|ERROR): (?:Subtest )?(.+)$")
STARTED = re.compile(r": Starting (\w+)\.\w+ ")
SKIPPED = re.compile(r": skipped (\w+\.\w+) : (.*)")
INDEX_FINDING = re.compile(r"^\S+ \(inverse of \S+\)$")


def run(database):
    """Run the checks and return the lines of the log."""
    log = LOGS / "test-lint.log"
    tags = ",".join(f"/test_lint:{name}" for name in CLASSES)
    command = [sys.executable, str(ROOT / "tools" / "test_lint_main.py")]
    command += ["-d", database, "-i", "test_lint", "--test-tags", tags]
    command += ["--stop-after-init", "--max-cron-threads=0", "--no-http"]
    with log.open("w") as output:
        subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False)
    return log.read_text().splitlines()


def findings(lines):
    """Yield (finding, text) for every failure in the log."""
    title, text = "", []
    for line in [*lines, "2000-01-01 0 0 INFO end"]:
        if not LOG_LINE.match(line):
            text.append(line)
            continue
        if title:
            fields = [part for part in text if INDEX_FINDING.match(part)]
            for finding in fields or [title]:
                yield finding, "\n".join(text)
        match = FAILURE.search(line)
        title, text = (match.group(1) if match else ""), [line]


def main(database):
    known = set((ROOT / "tools" / "test-lint-known.txt").read_text().splitlines())
    lines = run(database)
    started = {match.group(1) for line in lines if (match := STARTED.search(line))}
    skipped = [match.groups() for line in lines if (match := SKIPPED.search(line))]
    problems = [f"{name} did not run" for name in sorted(set(CLASSES) - started)]
    problems += [f"{name} was skipped: {why}" for name, why in skipped]
    for finding, text in findings(lines):
        if finding not in known:
            problems.append(finding if INDEX_FINDING.match(finding) else text)
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
