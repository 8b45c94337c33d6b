"""The dependencies' own tests, with our addons installed and without.

Post-installation tests run in Odoo's runner, at-install tests through pytest on the
complete registry (Odoo's runner never runs those with a later addon loaded). Both
databases are tried at once. Our addons must not change which tests fail.
"""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import db
from fast import run_pytest
from odoodb import LOGS, STATE, Timer, ToolError, drop, odoo_command
from odoolog import TestLog
from run_tests import free_port

SUITES = ["helpdesk_mgmt", "payroll", "stock", "hr", "portal", "rating"]
DATABASES = {"without": "aftersales_deps_without", "with": "aftersales_deps_with"}


def folder(addon):
    """Return the folder of an addon of Odoo or of the community."""
    places = re.split(r",\s*", os.environ["ADDONS_PATH"])
    for place in places:
        if (Path(place) / addon / "__manifest__.py").exists():
            return Path(place) / addon
    raise ToolError(f"The addon {addon} was not found.")


def post_install(database, label):
    """Run the suites in Odoo's runner; return {suite: (tests, failing)}."""
    tags = ",".join([*(f"/{suite}" for suite in SUITES), "-at_install"])
    log, path = TestLog(), LOGS / f"test-deps-post-{label}.log"
    options = ["--stop-after-init", "--max-cron-threads=0", f"--test-tags={tags}"]
    options += [f"--http-port={free_port()}", f"--screenshots={STATE / 'screenshots'}"]
    with path.open("w") as output:
        command = odoo_command("-d", database, *options)
        subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False)
    with path.open(errors="replace") as lines:
        for line in lines:
            log.feed(line)
    results = {suite: (0, set()) for suite in SUITES}
    for suite, _test in log.started:
        count, failing = results[suite]
        results[suite] = (count + 1, failing)
    for name, entry in log.failures:
        results[entry.addon or SUITES[0]][1].add(name)
    return results


def at_install(database, label):
    """Run the suites' at-install tests through pytest; same result as above."""
    results = {}
    for suite in SUITES:
        report = LOGS / f"test-deps-at-{label}-{suite}.xml"
        report.unlink(missing_ok=True)
        log = LOGS / f"test-deps-at-{label}-{suite}.log"
        with log.open("w") as output:
            code = run_pytest(
                database,
                [folder(suite) / "tests"],
                f"--junitxml={report}",
                output=output,
                AT_INSTALL_ONLY="1",
            )
        if code not in (0, 1, 5):
            raise ToolError(f"pytest broke off on {suite}, see {log}")
        results[suite] = read_report(report)
    return results


def read_report(path):
    count, failing = 0, set()
    for case in ElementTree.parse(path).iter("testcase"):
        count += 1
        if case.find("failure") is not None or case.find("error") is not None:
            failing.add(f"{case.get('classname').split('.')[-1]}.{case.get('name')}")
    return count, failing


def run_suites(label, database):
    """Run all suites on one database; return {(label, door): {suite: result}}."""
    with Timer(f"post-installation tests {label} our addons"):
        after = post_install(database, label)
    with Timer(f"at-install tests {label} our addons"):
        during = at_install(database, label)
    return {(label, "post_install"): after, (label, "at_install"): during}


def row(suite, door, without, with_ours):
    same = without == with_ours
    verdict = "same" if same else "DIFFERENT"
    print(
        f"{suite:15} {door:13} {without[0]:6} {len(without[1]):8}"
        f" {with_ours[0]:6} {len(with_ours[1]):8}  {verdict}"
    )
    return same


def report(results):
    """Print the table; return whether all rows are the same."""
    print(f"\n{'':29} {'without ours':>15} {'with ours':>15}")
    columns = f"{'tests':>6} {'failing':>8}"
    print(f"{'suite':15} {'door':13} {columns} {columns}")
    same = True
    for door in ("post_install", "at_install"):
        for suite in SUITES:
            without, with_ours = (results[label, door][suite] for label in DATABASES)
            same = row(suite, door, without, with_ours) and same
            for name in sorted(with_ours[1] - without[1]):
                print(f"    fails only with ours: {name}")
            for name in sorted(without[1] - with_ours[1]):
                print(f"    fails only without ours: {name}")
    return same


def main():
    db.fresh_base(DATABASES["without"])
    db.fresh(DATABASES["with"], demo=False)
    results = {}
    with ThreadPoolExecutor(len(DATABASES)) as pool:
        for part in pool.map(run_suites, *zip(*DATABASES.items(), strict=True)):
            results |= part
    if not all(sum(row[0] for row in result.values()) for result in results.values()):
        raise ToolError("No test was started.")
    same = report(results)
    for database in DATABASES.values():
        drop(database)
    print("\nSame results." if same else "\nOur addons change the results, see above.")
    return 0 if same else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ToolError as error:
        sys.exit(str(error))
