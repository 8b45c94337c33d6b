"""B27: tests of the tests: faults in the arithmetic that the tests must notice."""

import doctest
import importlib
import io
import pkgutil
import random
import unittest
from contextlib import redirect_stdout

import hypothesis
from kit.mutants import TooLong, mutants, within

TITLE = "mutation of the arithmetic: clocks, terms, scales, shares, the hash chain"
GOAL = "≥ 85 % of the faults noticed by doctests and tests without a database"
TAKES = 116
GATE = {"each": 14}
LONG = {"each": 10**6}
WANTED = 0.85
SECONDS = 4  # of the processor, for the tests of one mutant
PACKAGE = "odoo.addons.aftersales_service"
# Tests that need no database, by the module of ``calc`` that they try.
SUITES = {
    "clock": ("test_clock.TestClock", "test_clock_properties.TestClockProperties"),
    "worktime": ("test_clock_properties.TestClockProperties",),
    "quiet": ("test_clock.TestClock",),
    "recurrence": ("test_recurrence.TestRecurrence",),
    "warranty": ("test_calc.TestWarrantyCalc",),
}
COMMON = ("test_calc_edges.TestCalcEdges",)


class Examples:
    """The doctests and tests of one module, ready to run again and again."""

    def __init__(self, name, module):
        self.examples = [
            test for test in doctest.DocTestFinder().find(module) if test.examples
        ]
        loader, self.cases = unittest.TestLoader(), []
        for label in (*SUITES.get(name, ()), *COMMON):
            file, _dot, owner = label.partition(".")
            tests = importlib.import_module(f"{PACKAGE}.tests.{file}")
            self.cases += loader.loadTestsFromTestCase(getattr(tests, owner))

    def first_failure(self):
        """Run them; return the name of the first that fails, or None."""
        quiet = io.StringIO()
        with redirect_stdout(quiet):
            for test in self.examples:
                runner, kept = doctest.DocTestRunner(verbose=False), dict(test.globs)
                failed = runner.run(test, out=quiet.write, clear_globs=False).failed
                test.globs = kept
                if failed:
                    return test.name
        for case in self.cases:
            result = unittest.TestResult()
            result.failfast = True
            case.run(result)
            if not result.wasSuccessful():
                return case.id()
        return None


def is_noticed(mutant, tree, examples):
    """Run the tests with a fault in the code; True when one of them fails."""
    with mutant.in_place(tree):
        try:
            with within(SECONDS):
                return examples.first_failure() is not None
        except (Exception, TooLong):  # it broke the test itself, or does not end
            return True


def run(size):
    # A slow machine is no fault of the code.
    checks = list(hypothesis.HealthCheck)
    hypothesis.settings.register_profile(
        "proof", suppress_health_check=checks, deadline=None, database=None
    )
    hypothesis.settings.load_profile("proof")
    calc = importlib.import_module(f"{PACKAGE}.calc")
    figures, survivors, violations = {}, [], []
    tried = 0
    for info in pkgutil.iter_modules(calc.__path__):
        module = importlib.import_module(f"{calc.__name__}.{info.name}")
        examples = Examples(info.name, module)
        if failure := examples.first_failure():
            violations.append(f"without any fault, {info.name} fails at {failure}")
            continue
        tree, found = mutants(module)
        random.Random(27).shuffle(found)
        chosen = found[: size["each"]]
        lost = [
            str(mutant) for mutant in chosen if not is_noticed(mutant, tree, examples)
        ]
        tried += len(chosen)
        survivors += lost
        figures[info.name] = f"{len(chosen) - len(lost)} of {len(chosen)}"
    share = 1 - len(survivors) / max(tried, 1)
    if share < WANTED:
        violations.append(f"only {share:.0%} of the faults were noticed")
    return {
        "faults": tried,
        "noticed": f"{share:.1%}",
        "by module": figures,
        "survivors": survivors,
        "violations": violations,
        "ok": not violations,
    }
