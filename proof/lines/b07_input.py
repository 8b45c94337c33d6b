"""B7: malformed arguments on every public method and every import, in process."""

import inspect
import logging
import re
import time
import traceback
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from kit import databases
from kit.payloads import Payloads
from kit.specimens import KINDS, Specimens
from kit.world import make_claim_world
from odoodb import ROOT

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tools import mute_logger

from odoo.addons.aftersales_service.tests import introspection

TITLE = "malformed arguments on every public method and import"
GOAL = "0 untyped errors from our files, 0 query errors, 0 commits, each ≤ 10 s"
TAKES = 93
GATE = {"calls": 16, "imports": 3}
LONG = {"calls": 2000, "imports": 200}
SLOW = 10.0
OUR_FILE = re.compile(re.escape(f"{ROOT}/") + r"aftersales_service\w*/(?!tests/)")


class QueryErrors(logging.Handler):
    """Collects the queries that the database refused."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.texts = []

    def emit(self, record):
        self.texts.append(record.getMessage().replace("\n", " ")[-160:])


@contextmanager
def watched_queries():
    handler, logger = QueryErrors(), logging.getLogger("odoo.sql_db")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield handler
    finally:
        logger.removeHandler(handler)
        logger.propagate = True


class Fuzz:
    """Calls methods with malformed arguments; each call is taken back."""

    def __init__(self, env, seed=7):
        self.env, self.seed = env, seed
        self.world = make_claim_world(env)
        self.specimens = Specimens(self.world)
        self.counts, self.found, self.slowest = Counter(), {}, (0.0, "")
        self._give_all_rights()
        env.flush_all()
        env.cr.commit = self._no_commit

    def _give_all_rights(self):
        """Let two people do everything, so that the arguments are what is refused."""
        groups = self.env["res.groups"].search(
            [("id", "in", self.env.ref("base.group_user").all_implied_by_ids.ids)]
        )
        everybody = self.world.technician_user | self.world.head_user
        everybody.group_ids |= groups
        self.users = [
            *(self.world.technician_user, self.world.head_user) * 3,
            *(self.world.dispatcher_user, self.world.hr_user),
            *(self.world.employee_user, self.world.portal_user),
        ]

    def _no_commit(self):
        raise AssertionError("committed in the middle of a call")

    def targets(self):
        """Yield (model, method, parameters) of every public method of ours."""
        for model in introspection.touched_models(self.env):
            for name in introspection.our_public_methods(model):
                function = getattr(type(model), name)
                parameters = list(inspect.signature(function).parameters.values())[1:]
                yield (
                    model,
                    name,
                    {
                        p.name: None if p.default is p.empty else p.default
                        for p in parameters
                        if p.kind == p.POSITIONAL_OR_KEYWORD
                    },
                )

    def fuzz(self, model, name, parameters, calls):
        records = [self.specimens.make(model._name, kind) for kind in KINDS]
        ids = [record.id for record in records if record]
        payloads = Payloads(f"{self.seed}{model._name}.{name}", ids or [1])
        draw = payloads.random
        for _each in range(calls):
            arguments = payloads.arguments(parameters)
            user = draw.choice(self.users)
            chosen = draw.choice([ids[:1], ids[:1], ids[:2], []])
            self.call(model, name, chosen, arguments, user, draw)

    def call(self, model, name, ids, arguments, user, draw):
        label = f"{model._name}.{name}"
        function = getattr(type(model), name)
        args = [] if getattr(function, "_api_model", False) else [ids]
        target = self.env(user=user.id)[model._name]
        start = time.perf_counter()
        with watched_queries() as errors:
            try:
                with self.env.cr.savepoint() as savepoint:
                    try:
                        self._set_any_state(model, ids, draw)
                        errors.texts.clear()
                        call_kw(target, name, args, dict(arguments))
                        self.env.flush_all()
                        self.counts["ok"] += 1
                    finally:
                        savepoint.rollback()
            except UserError:
                self.counts["typed"] += 1
            except Exception as error:
                self._note(label, error, ids, arguments)
        seconds = time.perf_counter() - start
        # An import reports what the database refuses; Odoo logs it as well.
        for text in errors.texts if name != "load" else ():
            self._keep(f"{label}: query error", text, arguments)
        if seconds > self.slowest[0]:
            self.slowest = (round(seconds, 2), label)
        if seconds > SLOW:
            self._keep(f"{label}: took {seconds:.0f} s", "", arguments)

    def _set_any_state(self, model, ids, draw):
        """Put the records into any of their states, past the transitions."""
        field = model._fields.get("state")
        ours = model._name.startswith("aftersales.") and model._auto
        if not (ids and ours and field and field.store) or model._transient:
            return
        with self.env.cr.savepoint(flush=False) as inner, mute_logger("odoo.sql_db"):
            try:
                self.env.cr.execute(
                    f'UPDATE "{model._table}" SET state = %s WHERE id = ANY(%s)',
                    [draw.choice(field.get_values(self.env)), ids],
                )
            except psycopg2.Error:  # the table does not allow it
                inner.rollback()
        model.invalidate_model()

    def _note(self, label, error, ids, arguments):
        """Sort an untyped error by the file that raised it."""
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if OUR_FILE.search(frame.filename)]
        if not ours:
            self.counts["frame"] += 1
            return
        self.counts["untyped"] += 1
        place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
        self._keep(f"{label}: {type(error).__name__} at {place}", str(error), arguments)

    def _keep(self, key, text, arguments):
        self.found.setdefault(key, [0, text[:120], repr(arguments)[:200]])[0] += 1

    def load(self, model, calls):
        """Import malformed files into a model."""
        payloads = Payloads(f"{self.seed}{model._name}.load", [1])
        draw, names = payloads.random, sorted(model._fields)
        for _each in range(calls):
            columns = draw.sample([*names, ".id", "id", "nope", "a/b/c"], 3)
            rows = [
                [str(payloads.junk())[:200] for _column in columns]
                for _row in range(draw.randint(0, 3))
            ]
            self.call(
                model, "load", [], {"fields": columns, "data": rows},
                self.world.head_user, draw,
            )  # fmt: skip


def control(fuzz):
    """Break a method on purpose: its untyped error must be found."""
    owner = type(fuzz.env["aftersales.call"])
    file = ROOT / "aftersales_service" / "models" / "broken_on_purpose.py"
    code = compile("def lookup(self, text):\n    return int(text)\n", str(file), "exec")
    scope, kept = {}, dict(fuzz.found)
    exec(code, scope)  # noqa: S102 - our own two lines
    original = owner.lookup
    owner.lookup = scope["lookup"]
    owner.lookup._api_model = True
    try:
        fuzz.fuzz(fuzz.env["aftersales.call"], "lookup", {"text": None}, 20)
    finally:
        owner.lookup = original
    noticed = [key for key in fuzz.found if "broken_on_purpose.py" in key]
    fuzz.found = kept
    return [] if noticed else ["control not found: an untyped error of a method"]


def run(size):
    with databases.environment(databases.shared()) as env:
        fuzz = Fuzz(env)
        start, methods = time.monotonic(), 0
        for model, name, parameters in fuzz.targets():
            fuzz.fuzz(model, name, parameters, size["calls"])
            methods += 1
        calls = sum(fuzz.counts.values())
        seconds = time.monotonic() - start
        for model in introspection.our_models(env):
            if model._auto and not model._abstract and not model._transient:
                fuzz.load(model, size["imports"])
        missed = control(fuzz)
        del env.cr.commit
    violations = [
        f"{key} x{number}: {text} {arguments}"
        for key, (number, text, arguments) in sorted(fuzz.found.items())
    ]
    return {
        "methods": methods,
        "calls": calls,
        "imports": sum(fuzz.counts.values()) - calls,
        "calls a second": round(calls / seconds),
        "answers": dict(fuzz.counts),
        "slowest": fuzz.slowest,
        "violations": violations + missed,
        "ok": not violations and not missed,
    }
