"""B6: every public method pressed by people who may not; the rows are the judge."""

from collections import Counter
from fnmatch import fnmatch

from b07_input import Fuzz
from kit import databases
from kit.matrix import GUESTS, SEATS, as_seen_by, kind_for, users_of
from kit.payloads import Payloads
from kit.policy import AccessPolicy, read_rows

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw

TITLE = "public methods x people without the right to change the document"
GOAL = "0 rows changed, 0 untyped; a method without a check is found"
TAKES = 143
GATE = {"tries": 1}
LONG = {"tries": 12}


class Presses:
    """Presses buttons in other people's names and looks at the rows afterwards."""

    def __init__(self, env):
        self.policy = AccessPolicy()
        self.exceptions = [
            (row["method"], row["roles"].split()) for row in read_rows("methods.csv")
        ]
        self.fuzz = Fuzz(env)
        self.env = env
        # The rights of the roles again: Fuzz gives two people all of them.
        world = self.fuzz.world
        group = "aftersales_service.group_"
        for user, name in (
            (world.technician_user, "technician"),
            (world.head_user, "head"),
        ):
            user.group_ids = [(6, 0, env.ref(group + name).ids)]
        env.flush_all()
        env.invalidate_all()
        self.users = users_of(world)
        self.counts, self.violations = Counter(), []

    def may(self, label, column):
        """Tell whether the exceptions let a role change something by a method."""
        for pattern, roles in self.exceptions:
            if fnmatch(label, pattern):
                return column in roles
        return False

    def rows(self, record):
        """Return a checksum of the record and of the trail."""
        self.env.flush_all()
        self.env.cr.execute(
            f'SELECT md5(t::text) FROM "{record._table}" t WHERE id = %s', [record.id]
        )
        row = self.env.cr.fetchone()
        self.env.cr.execute("SELECT COUNT(*), MAX(id) FROM aftersales_audit")
        return row, self.env.cr.fetchone()

    def press(self, model, name, parameters, tries):
        label = f"{model._name}.{name}"
        record = self.fuzz.specimens.make(model._name, "own")
        if not record or not record._auto or record._transient or record._abstract:
            self.counts["no table behind"] += 1
            return
        if model._name not in self.policy.grants:
            self.counts["no line in the access policy, see b01"] += 1
            return
        for seat, user in self.users.items():
            if seat in GUESTS:
                continue  # their buttons are those of their own applications
            column, _home = SEATS[seat]
            near = kind_for(seat, "own")
            allowed = (
                self.policy.allowed(model._name, column, near)
                if near != "other"
                else set()
            )
            if self.policy.is_open(model._name, column) or "write" in allowed:
                continue
            if near != "other" and self.may(label, column):
                continue
            payloads = Payloads(f"{label}{seat}", [record.id])
            for _each in range(tries):
                self._press(label, record, user, parameters, payloads, seat)

    def _press(self, label, record, user, parameters, payloads, seat):
        name = label.rpartition(".")[2]
        arguments = {
            key: payloads.plausible(key, value) for key, value in parameters.items()
        }
        function = getattr(type(record), name)
        args = [] if getattr(function, "_api_model", False) else [record.ids]
        target = as_seen_by(record, user)
        self.counts["presses"] += 1
        with self.env.cr.savepoint() as savepoint:
            try:
                self.fuzz._set_any_state(record, record.ids, payloads.random)
                before = self.rows(record)
                call_kw(target.browse(), name, args, arguments)
                if self.rows(record) != before:
                    self.violations.append(f"{seat} changed something by {label}")
                self.counts["answered, nothing changed"] += 1
            except AccessError:
                self.counts["refused by right"] += 1
            except UserError:
                self.counts["refused otherwise"] += 1
            except Exception as error:
                self.violations.append(
                    f"{seat} {label}: {type(error).__name__} {error}"
                )
            finally:
                savepoint.rollback()


def control(presses):
    """Add a method that checks nothing: pressing it must be noticed."""
    owner = type(presses.env["aftersales.call"])

    def action_careless(self):
        self.sudo()._unguarded().write({"note": "Careless"})

    owner.action_careless = action_careless
    kept = list(presses.violations)
    try:
        presses.press(presses.env["aftersales.call"], "action_careless", {}, 1)
    finally:
        del owner.action_careless
    found = [text for text in presses.violations if "careless" in text]
    presses.violations = kept
    return [] if found else ["control not found: a method that checks nothing"]


def run(size):
    with databases.environment(databases.shared()) as env:
        presses, methods = Presses(env), 0
        for model, name, parameters in presses.fuzz.targets():
            presses.press(model, name, parameters, size["tries"])
            methods += 1
        missed = control(presses)
        del env.cr.commit
    violations = [*presses.violations, *missed]
    return {
        "methods": methods,
        "counts": dict(presses.counts),
        "violations": violations,
        "ok": not violations,
    }
