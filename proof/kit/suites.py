"""Test classes of the addon, set up once and run again and again in this process.

Odoo sets a class up, runs its methods once and throws everything away.  Here the class
stays set up, in its own open transaction, and any of its methods is run as often as
wanted: each in a savepoint of its own, after which ``TransactionCase`` itself empties
the record cache and the caches of the registry.
"""

import importlib
import inspect
import os
import re
import threading
from contextlib import contextmanager, suppress

import odoo.modules.module
from odoo.tests.result import OdooTestResult
from odoo.tools import config

from .mutants import TooLong, within

PACKAGE = "odoo.addons.aftersales_service.tests"
FIXTURES = {"setUpClass", "_make_world", "freeze_time"}


class Quiet(OdooTestResult):
    """Keeps the first failure and writes nothing to the log."""

    reason = None

    def logError(self, flavour, test, error):
        self.reason = self.reason or f"{flavour}: {error[0].__name__}: {error[1]}"


def words(function):
    """Return how the longer words in the text of a function begin."""
    return set(re.findall(r"(?<![a-z])[a-z]{5}", inspect.getsource(function).lower()))


class Method:
    """One test method of a class that is set up."""

    def __init__(self, owner, name):
        self.owner, self.name = owner, name
        self.words = words(getattr(owner, name))
        self.seconds = 0.0  # of this process and the database, without any fault
        self.reached = frozenset()  # statements, as of ``marks.marked``

    def __str__(self):
        return f"{self.owner.__name__}.{self.name}"

    def run(self, limit):
        """Run it once; return why it failed, or None.

        :param limit: seconds of the processor after which it counts as failed
        """
        case, result = self.owner(self.name), Quiet()
        odoo.modules.module.current_test = case
        try:
            with within(limit):
                case.run(result)
        except TooLong:  # between two parts of the test, which no part catches
            result.reason = TooLong.__name__
            while case._cleanups:
                function, args, kwargs = case._cleanups.pop()
                with suppress(Exception):
                    function(*args, **kwargs)
        return result.reason

    def learn(self, seen, limit):
        """Run it once and remember what it reaches and costs; return its failure."""
        seen.clear()
        start = os.times().elapsed  # not frozen by the tests of a date
        reason = self.run(limit)
        self.seconds = os.times().elapsed - start
        self.reached = frozenset(seen)
        return reason


def host_of(owner):
    """Return the class whose set-up a test class needs.

    Classes that add nothing to the company of their fixtures share it.
    """
    needed = [base for base in owner.__mro__ if vars(base).keys() & FIXTURES]
    return needed[0] if {*needed} <= {*needed[0].__mro__} else owner


def load(labels):
    """Return the test methods of classes by the class that sets them up.

    :param labels: like ``test_payslip.TestPayslip``
    :return: ``{class: [Method]}``, in the order of the labels
    """
    suites = {}
    for label in labels:
        file, _dot, name = label.partition(".")
        owner = getattr(importlib.import_module(f"{PACKAGE}.{file}"), name)
        names = [name for name in vars(owner) if name.startswith("test_")]
        if getattr(owner, "allow_inherited_tests_method", False):
            names = [name for name in dir(owner) if name.startswith("test_")]
        suites.setdefault(host_of(owner), []).extend(
            Method(owner, name)
            for name in sorted(names)
            if callable(getattr(owner, name))
        )
    return suites


@contextmanager
def set_up(host, methods, database):
    """Set a class up as Odoo does, and take it down again.

    :param host: the class
    :param methods: what is run meanwhile
    :param database: name of a database with the addon
    """
    config["db_name"] = [database]
    threading.current_thread().dbname = database
    odoo.modules.module.current_test = methods[0].owner(methods[0].name)
    try:
        host.setUpClass()
        yield
        host.tearDownClass()
    finally:
        host.doClassCleanups()
        odoo.modules.module.current_test = False
    if host.tearDown_exceptions:
        raise host.tearDown_exceptions[0][1]
