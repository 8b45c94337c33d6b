"""B1, B6, B7 over the wire: cells of the matrix and malformed calls by three doors."""

import random
import re
from collections import Counter
from datetime import timedelta

from b07_input import Fuzz
from kit import databases
from kit.matrix import SEATS, kind_for, users_of
from kit.payloads import Payloads
from kit.policy import AccessPolicy
from kit.server import OdooServer
from kit.specimens import Specimens
from kit.wire import Caller
from kit.world import make_claim_world

from odoo import fields

from odoo.addons.aftersales_service.tests import introspection

TITLE = "cells and malformed calls by call_kw, JSON-2 and XML-RPC"
GOAL = "0 leaks, 0 untyped from our files, nothing written by a refused call"
CALLED = ("technician", "dispatcher", "hr", "warehouse", "employee", "portal", "head3")
TAKES = 95
GATE = {"cells": 1400, "calls": 600}
LONG = {"cells": 20000, "calls": 20000}
DOORS = ("call_kw", "json2", "xmlrpc")
OURS = re.compile(r'aftersales_service\w*/(?!tests/)[\w/]+\.py", line')
PLAIN = ("char", "text", "integer", "float")


def prepare(database):
    """Make people with keys and a record of each class and model, and keep them."""
    with databases.environment(database, commit=True) as env:
        world = make_claim_world(env)
        specimens, models = Specimens(world), []
        for model in introspection.our_models(env):
            if not model._auto or model._abstract or model._transient:
                continue
            ids = {}
            for kind in ("own", "mate", "other"):
                record = specimens.make(model._name, kind)
                if record:
                    ids[kind] = record.id
            models.append((model._name, ids, plain_field(model)))
        env.flush_all()
        people = {}
        for seat, user in users_of(world).items():
            if seat in CALLED:
                until = fields.Datetime.now() + timedelta(days=1)
                keys = env["res.users.apikeys"].with_user(user)
                # sudo: a portal user makes no keys of his own; the proof gives him one
                key = keys.sudo()._generate("rpc", "proof", until)
                people[seat] = (user.id, user.login, key)
        fuzz = Fuzz.__new__(Fuzz)
        fuzz.env = env
        targets = [
            (model._name, name, parameters, is_on_model(model, name))
            for model, name, parameters in fuzz.targets()
            if model._auto and not model._abstract and not model._transient
        ]
    return people, models, targets


def plain_field(model):
    """Return a field that people might write, without a guard on it."""
    guarded = getattr(model, "_get_guarded_fields", set)()
    return next(
        (
            field.name
            for field in model._fields.values()
            if field.store and field.type in PLAIN and field.name != "id"
            and not (field.compute or field.related or field.name in guarded)
        ),
        None,
    )  # fmt: skip


def is_on_model(model, name):
    return bool(getattr(getattr(type(model), name), "_api_model", False))


class Wire:
    """Calls by all doors, judged by the policy and by what the tables hold."""

    def __init__(self, server, people):
        self.database, self.counts, self.violations = server.database, Counter(), []
        self.policy = AccessPolicy()
        self.callers = {
            seat: Caller(server, uid, login, password_of(login), key)
            for seat, (uid, login, key) in people.items()
        }

    def call(self, seat, door, model, method, ids, arguments):
        kind, value = self.callers[seat].call(door, model, method, ids, arguments)
        self.counts[f"{door} {kind}"] += 1
        if kind == "server":
            place = OURS.findall(str(value))
            last = str(value).rstrip().rpartition("File ")[2]
            if place and OURS.search('"' + last):
                self.violations.append(
                    f"untyped by {door}: {model}.{method} {str(value)[-160:]!r}"
                )
        return kind, value

    def row(self, model, record_id):
        table = model.replace(".", "_")
        found = databases.rows(
            self.database,
            f'SELECT md5(t::text) FROM "{table}" t WHERE id = %s',
            [record_id],
        )
        return found[0][0] if found else None

    def cell(self, seat, door, model, kind, record_id, field):
        """Read, find, change and delete one record as somebody."""
        column, _home = SEATS[seat]
        near = kind_for(seat, kind)
        if self.policy.is_open(model, column):
            return
        allowed = self.policy.allowed(model, column, near) if near != "other" else set()
        label = f"{seat} {door} {model} ({kind})"
        if "read" not in allowed and near != "other":
            self._closed(seat, door, model, record_id, label)
        elif "read" in allowed:
            kind_, _value = self.call(seat, door, model, "read", [record_id],
                                      {"fields": ["id"]})  # fmt: skip
            self.counts["cells"] += 1
            if kind_ == "access":
                self.violations.append(f"BLOCK read {label}")
        if field and "write" not in allowed:
            self._shut(seat, door, model, record_id, label, "write", field)
        if "unlink" not in allowed:
            self._shut(seat, door, model, record_id, label, "unlink", None)

    def _closed(self, seat, door, model, record_id, label):
        for method, ids, arguments in (
            ("read", [record_id], {"fields": ["id"]}),
            (
                "search_read",
                None,
                {"domain": [["id", "=", record_id]], "fields": ["id"]},
            ),
        ):
            kind, value = self.call(seat, door, model, method, ids, arguments)
            self.counts["cells"] += 1
            if kind == "ok" and value:
                self.violations.append(f"LEAK {method} {label}")

    def _shut(self, seat, door, model, record_id, label, method, field):
        arguments = {"vals": {field: 7}} if field else {}
        before = self.row(model, record_id)
        self.call(seat, door, model, method, [record_id], arguments)
        self.counts["cells"] += 1
        if self.row(model, record_id) != before:
            self.violations.append(f"LEAK {method} {label}")

    def cells(self, models, count):
        draw = random.Random(1)
        known = [m for m in models if m[0] in self.policy.grants]
        while self.counts["cells"] < count:
            model, ids, field = draw.choice(known)
            kind = draw.choice(sorted(ids) or ["own"])
            if ids:
                seat, door = draw.choice(sorted(self.callers)), draw.choice(DOORS)
                self.cell(seat, door, model, kind, ids[kind], field)

    def malformed(self, targets, models, count):
        """Call public methods with malformed arguments; refusals write nothing."""
        ids = {model: sorted(found.values()) for model, found, _field in models}
        draw = random.Random(2)
        known = [target for target in targets if ids.get(target[0])]
        for number in range(count):
            model, method, parameters, on_model = draw.choice(known)
            payloads = Payloads(f"{number}{method}", ids.get(model) or [1])
            arguments = payloads.arguments(parameters)
            chosen = None if on_model else payloads.random.choice([ids[model][:1], []])
            seat, door = draw.choice(sorted(self.callers)), draw.choice(DOORS)
            before = self._audit(), self.row(model, (chosen or [0])[0])
            kind, _value = self.call(seat, door, model, method, chosen, arguments)
            after = self._audit(), self.row(model, (chosen or [0])[0])
            self.counts["malformed calls"] += 1
            if kind != "ok" and before != after:
                self.violations.append(f"half written by {door}: {model}.{method}")

    def _audit(self):
        return databases.rows(
            self.database, "SELECT COUNT(*), MAX(id) FROM aftersales_audit"
        )[0]


def password_of(login):
    return login if login.startswith("as_portal") else login.ljust(8, "x")


def control(wire, models):
    """Break a rule of the database: the wire must notice."""
    ids = next(found for model, found, _field in models if model == "aftersales.call")
    with databases.environment(wire.database, commit=True) as env:
        rows = env["ir.model.access"].search(
            [("model_id.model", "=", "aftersales.call")]
        )
        rows.write({"group_id": env.ref("base.group_user").id})
        env.flush_all()
        env.registry.signal_changes()
    missed, kept = [], list(wire.violations)
    for door in DOORS:
        wire.violations = []
        wire.cell("employee", door, "aftersales.call", "mate", ids["mate"], None)
        if not any("LEAK" in text for text in wire.violations):
            missed.append(f"control not found: a call open to everybody, by {door}")
    wire.violations = kept
    return missed


def run(size):
    database = databases.fresh("b01_wire")
    people, models, targets = prepare(database)
    with OdooServer(database, workers=2) as server:
        wire = Wire(server, people)
        wire.cells(models, size["cells"])
        wire.malformed(targets, models, size["calls"])
        counts = dict(wire.counts)
        missed = control(wire, models)
        alive = len(server.http_workers())
    broken = databases.broken_laws(database) if size["calls"] > 5000 else []
    databases.discard(database)
    violations = sorted(set(wire.violations)) + missed + broken
    if alive < 2:
        violations.append(f"{alive} workers were left of two")
    return {"counts": counts, "violations": violations, "ok": not violations}
