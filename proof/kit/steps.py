"""Presses the actions of documents in every state; a table written by hand judges."""

import inspect
from collections import Counter

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tools import SQL

from odoo.addons.aftersales_service.tests import introspection, order_steps

from .payloads import Payloads
from .policy import read_rows
from .ready import ARGUMENTS, MAKERS, MORE_STEPS, READY

ORDER = "aftersales.order"


class StepPolicy:
    """What ``policy/steps.csv`` says: where a step is let through, and leads to."""

    def __init__(self):
        self.people, self.moves = {}, {}
        for row in read_rows("steps.csv"):
            key = row["model"], row["action"]
            self.people.setdefault(key, row["people"].split())
            moves = self.moves.setdefault(key, set())
            moves |= {
                (state, state if row["to"] == "=" else row["to"])
                for state in row["from"].split()
            }

    def all_moves(self):
        return {(*key, *move) for key, moves in self.moves.items() for move in moves}


def guarded_documents(env):
    """Return the models whose state moves by named steps alone, sorted by name."""
    mixin = env.registry["aftersales.state.mixin"]
    return [
        model
        for model in introspection.our_models(env)
        if isinstance(model, mixin) and not model._abstract
    ]


def actions_of(model):
    """Return ``{name: parameters}`` of what can be pressed on a document."""
    found = {}
    for name in sorted(introspection.our_public_methods(model)):
        function = getattr(type(model), name)
        if not name.startswith("action_") or getattr(function, "_api_model", False):
            continue
        parameters = list(inspect.signature(function).parameters.values())[1:]
        found[name] = {
            one.name: None if one.default is one.empty else one.default
            for one in parameters
            if one.kind == one.POSITIONAL_OR_KEYWORD
        }
    return found


class Stepper:
    """Puts documents into their states and presses; every press is taken back."""

    def __init__(self, env, world, specimens, policy):
        self.env, self.world, self.specimens = env, world, specimens
        self.policy, self.counts = policy, Counter()
        self.violations, self.seen, self.refusals = [], set(), {}
        self.documents = {}

    # -- documents

    def document(self, model, state, action=None):
        """Return a document of the technician, as its maker or the specimens make it.

        A made one is kept for the next press in that state.
        """
        maker = MAKERS.get((model._name, action)) or MAKERS.get(model._name)
        if model._name != ORDER and not maker:
            return self.specimens.make(model._name, "own")
        key = model._name, state, maker
        if key not in self.documents:
            self.documents[key] = self._make(model, state, maker)
        return self.documents[key]

    def _make(self, model, state, maker):
        """Return a made document in the superuser's hands, or None."""
        with self.env.cr.savepoint(flush=False) as savepoint:
            try:
                if maker:
                    made = maker(self.world, state)
                else:
                    made = self.world._create_order()
                    order_steps.bring(self.world, made, state)
                self.env.flush_all()
            except Exception as error:
                savepoint.rollback()
                self.env.clear()
                self.violations.append(
                    f"no {model._name} in {state}: {type(error).__name__} {error}"
                )
                return None
        return self.world.env[model._name].browse(made.ids)

    def bring(self, record, state, action):
        """Put a document into a state, with what the step looks at besides.

        :return: False where the tables do not let it stand there
        """
        columns = {}
        for key in (record._name, (record._name, action)):
            values = READY.get(key, {})
            columns |= values(self.world, state) if callable(values) else values
        if state:
            columns["state"] = state
        for name, value in columns.items():
            if not self._set(record, name, value):
                if name == "state":
                    return False
                self.counts["columns not taken"] += 1
        self.env.invalidate_all()
        return True

    def _set(self, record, name, value):
        """Write a column past the ORM; tell whether the table took it."""
        if record._name == ORDER and name == "state":
            return True
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET %s = %s WHERE id = %s",
                        SQL.identifier(record._table),
                        SQL.identifier(name),
                        value,
                        record.id,
                    )
                )
        except psycopg2.Error:
            return False
        return True

    # -- pressing

    def arguments(self, record, action, parameters, variant=0):
        """Return the arguments that a person would give, as keywords or a list."""
        if record._name == ORDER:
            step = order_steps.STEPS.get(action) or MORE_STEPS.get(action)
            return list(step.ready(self.world, record)) if step else []
        given = ARGUMENTS.get((record._name, action))
        if isinstance(given, tuple):
            given = given[variant]
        if given is not None:
            return given(self.world, record) if callable(given) else dict(given)
        payloads = Payloads(f"{record._name}.{action}", record.ids)
        return {
            name: default
            if name in ("at", "request_key")
            else payloads.plausible(name, default)
            for name, default in parameters.items()
        }

    def press(self, record, action, arguments, user):
        """Press once in somebody's name.

        :return: ``(kind, text)``: ok, access, user, or untyped
        """
        args, kwargs = [record.ids], {}
        if isinstance(arguments, list):
            args += arguments
        else:
            kwargs = dict(arguments)
        target = self.env(user=user.id, su=False, context=self._context())
        try:
            call_kw(
                target[record._name],
                action,
                args,
                {**kwargs, "context": self._context()},
            )
            self.env.flush_all()
        except AccessError as error:
            return "access", str(error)
        except UserError as error:
            return "user", str(error)
        except psycopg2.IntegrityError as error:
            return "user", str(error)  # a client gets the constraint's own message
        except Exception as error:
            return "untyped", f"{type(error).__name__}: {error}"
        return "ok", ""

    def _context(self):
        return {"allowed_company_ids": self.world.company.ids, "lang": "en_US"}

    def rows(self, record):
        """Return state, checksum of the row, and how long the trail is."""
        self.env.flush_all()
        field = record._fields.get("state")
        state = SQL("t.state") if field and field.store else SQL("NULL")
        [row] = self.env.execute_query(
            SQL(
                "SELECT %s, md5(t::text), (SELECT COUNT(*) FROM aftersales_audit)"
                " FROM %s t WHERE id = %s",
                state,
                SQL.identifier(record._table),
                record.id,
            )
        ) or [("gone", "", 0)]
        return row

    def model(self, model, only=None):
        """Press every action of a model in every state."""
        for action, parameters in actions_of(model).items():
            key = model._name, action
            if only and action not in only:
                continue
            window = action.startswith("action_open_")
            if key not in self.policy.moves and not window:
                self.violations.append(f"no line in steps.csv: {model._name}.{action}")
                continue
            for state in model._fields["state"].get_values(self.env):
                self.step(model, action, parameters, state)

    def step(self, model, action, parameters, state):
        """Press one action in one state, with all its arguments."""
        given = ARGUMENTS.get((model._name, action))
        for variant in range(len(given) if isinstance(given, tuple) else 1):
            self._step(model, action, parameters, state, variant)

    def _step(self, model, action, parameters, state, variant):
        """Press as the first whom his right lets through."""
        people = self.policy.people.get((model._name, action), ("head", "technician"))
        for who in people:
            user = getattr(self.world, f"{who}_user")
            record = self.document(model, state)
            if not record:
                self.counts["no document"] += 1
                return
            with self.env.cr.savepoint(flush=False) as savepoint:
                try:
                    arguments = self.prepare(record, action, parameters, state, variant)
                    if arguments is None:
                        self.counts["states that the tables refuse"] += 1
                        return
                    kind = self._try(record, action, arguments, state, user)
                finally:
                    self.env.clear()
                    savepoint.rollback()
            if kind != "access":
                return

    def prepare(self, record, action, parameters, state, variant=0):
        """Bring a document where it shall stand; return the arguments of the step."""
        if not self.bring(record, state, action):
            return None
        arguments = self.arguments(record, action, parameters, variant)
        self.env.flush_all()
        return arguments

    def _try(self, record, action, arguments, state, user):
        label = f"{record._name}.{action} by {user.login} in {state}"
        before = self.rows(record)
        self.counts["presses"] += 1
        with self.env.cr.savepoint() as inner:
            kind, text = self.press(record, action, arguments, user)
            after = self.rows(record) if kind == "ok" else None
            if kind != "ok":
                self.env.clear()
                inner.rollback()
        self.counts[kind] += 1
        if kind == "untyped":
            self.violations.append(f"{label}: {text}")
        elif kind == "ok":
            self._judge(label, (record._name, action), before, after)
        else:
            self.refusals[record._name, action, state] = text
            if self.rows(record) != before:
                self.violations.append(f"{label}: refused, and changed all the same")
        return kind

    def _judge(self, label, key, before, after):
        """Compare where a document went with the table."""
        move = before[0], after[0]
        if move in self.policy.moves.get(key, ()):
            self.seen.add((*key, *move))
            self.counts["moves of the table"] += 1
        elif before == after:
            self.counts["answered, nothing changed"] += 1
        elif move[0] == move[1] and key[1].startswith("action_open_"):
            self.counts["windows that made what they show"] += 1
        elif move[0] == move[1]:
            self.violations.append(f"{label}: changed something, not in the table")
        else:
            self.violations.append(f"{label}: went to {move[1]}, not in the table")
