"""B3: what people can learn of fields that are not theirs to know."""

from kit import databases
from kit.inference import Doors, Questions, Secret
from kit.matrix import GUESTS, as_seen_by, kind_for, users_of
from kit.matrix import SEATS as ALL_SEATS
from kit.policy import read_rows
from kit.specimens import KINDS, Specimens
from kit.world import make_claim_world

from odoo.exceptions import UserError
from odoo.tools import SQL, mute_logger

from odoo.addons.aftersales_service.tests import introspection

# Whose rights on single fields the policy names.
SEATS = {
    seat: place
    for seat, place in ALL_SEATS.items()
    if seat not in GUESTS and place[0] != "everybody"
}
TITLE = "inference: pay, cost, private data, signatures, tokens x people x doors"
GOAL = "0 distinguishable answers, 0 bits of an amount; controls found"
WIDE = ("technician", "dispatcher", "warehouse", "sales")
GATE = {
    "paths": ("technician", "warehouse"),
    "everything": ("technician",),
    "reports": (),
    # An own record is a colleague's to everybody but technicians.
    "kinds": {"technician": KINDS, "head3": KINDS, "": ("mate",)},
}
LONG = {
    "paths": tuple(SEATS),
    "everything": tuple(SEATS),
    "reports": WIDE,
    "kinds": {"": KINDS},
}
BITS = 12


class Policy:
    """``policy/fields.csv``: who may know the value of which field."""

    def __init__(self):
        self.rows = {}
        for row in read_rows("fields.csv"):
            for name in row.pop("fields").split():
                self.rows[name] = row

    def may_know(self, name, seat, kind):
        """Tell whether a seat may know a field of a class: True, False, or None."""
        column, _home = SEATS[seat]
        cell = self.rows[name].get(column, "-")
        near = kind_for(seat, kind)
        if cell == "?":
            return None if near != "other" else False
        own_only, _colon, letters = cell.rpartition(":")
        return "r" in letters and near != "other" and not (own_only and near != "own")


class Inference:
    """Asks every seat about what it must not know."""

    def __init__(self, env):
        self.env, self.policy = env, Policy()
        world = make_claim_world(env)
        self.specimens = Specimens(world)
        self.users = users_of(world)
        self.questions, self.lost = Questions(env), []
        self.secrets = list(self._make_secrets())
        self.models = [
            model._name
            for model in introspection.touched_models(env)
            if model._name.startswith("aftersales.")
            or model._name in ("helpdesk.ticket", "res.partner", "stock.picking")
        ]
        env.flush_all()

    def _make_secrets(self):
        for name in self.policy.rows:
            model, _dot, field = name.rpartition(".")
            for kind in KINDS:
                record = self.specimens.make(model, kind)
                if not record or field not in record._fields:
                    self.lost.append(f"no record or field: {name} {kind}")
                    continue
                yield name, Secret(record, record._fields[field], kind)

    def hidden(self, seat, kinds):
        """Return the secrets of some classes that a seat must not know.

        :param kinds: ``{seat: classes}``, those of all others under ``""``
        """
        wanted = kinds.get(seat, kinds.get(""))
        return [
            secret
            for name, secret in self.secrets
            if secret.kind in wanted
            and self.policy.may_know(name, seat, secret.kind) is False
        ]

    def shown(self, seat):
        return [
            secret
            for name, secret in self.secrets
            if self.policy.may_know(name, seat, secret.kind)
        ]

    def told(self, seat, secrets, size, pointed=True):
        """Return the doors that tell a seat something of secrets."""
        doors = Doors(self.env, self.users[seat])

        def all_doors():
            for secret in secrets:
                yield from doors.at(secret)
                if pointed and seat in size["paths"]:
                    yield from doors.through(secret)
            if pointed and seat in size["everything"]:
                yield from doors.everywhere(self.models)
            if pointed and seat in size["reports"]:
                yield from doors.reports(self.specimens)

        return self.questions.told(secrets, all_doors)


def bits_gained(inference, seat, secret, door):
    """Search an amount by halves through one door; return the bits that came out."""
    amount, low, high = 2741, 0, 1 << BITS
    model = as_seen_by(secret.record, inference.users[seat]).browse()
    known = set()
    inference.env.cr.execute(
        SQL(
            "UPDATE %s SET amount = %s WHERE id = %s",
            SQL.identifier(model._table),
            amount,
            secret.record.id,
        )
    )
    inference.env.invalidate_all()
    for _each in range(BITS):
        middle = (low + high) // 2
        try:
            found = door(model, secret.record.id, middle)
        except UserError:
            found = None
        known.add(found)
        low, high = (middle, high) if found else (low, middle)
    return BITS if low == amount else (len(known) > 1) * 1


HALVES = {
    "domain": lambda model, id_, limit: bool(
        model.search_count([("id", "=", id_), ("amount", ">=", limit)])
    ),
    "path": lambda model, id_, limit: bool(
        model.env["aftersales.adjustment"].search_count(
            [("reverses_id.id", "=", id_), ("reverses_id.amount", ">=", limit)]
        )
    ),
    "having": lambda model, id_, limit: bool(
        model.formatted_read_group(
            [("id", "=", id_)],
            ["employee_id"],
            ["amount:sum"],
            having=[("amount:sum", ">=", limit)],
        )
    ),
}


def search_by_halves(inference):
    """Let everybody search a colleague's pay by halves.

    :return: violations, and how many bits those gained who may know
    """
    [secret] = [
        secret
        for name, secret in inference.secrets
        if name == "aftersales.adjustment.amount" and secret.kind == "mate"
    ]
    wrong, known = [], 0
    for seat in SEATS:
        may = inference.policy.may_know("aftersales.adjustment.amount", seat, "mate")
        for name, door in HALVES.items():
            bits = bits_gained(inference, seat, secret, door)
            if bits and not may:
                wrong.append(f"{seat} gained {bits} bits of pay by {name}")
            known += bits if may else 0
    if not known:
        wrong.append("control: nobody finds an amount by halves, the head neither")
    return wrong, known


def open_fields(inference, size):
    """Take groups off fields, and a rule off pay: it must be noticed at once."""
    missed = []
    for name, seat in (
        ("aftersales.equipment.qr_token", "head"),
        ("aftersales.order.vehicle_cost", "technician"),
        ("helpdesk.ticket.settlement_amount", "technician"),
    ):
        secrets = [s for n, s in inference.secrets if n == name and s.kind == "own"]
        field = secrets[0].field
        groups, field.groups = field.groups, None
        try:
            if not inference.told(seat, secrets, size, pointed=False):
                missed.append(f"control not found: {name} without groups")
        finally:
            field.groups = groups
    env = inference.env
    with env.cr.savepoint(flush=False) as savepoint:
        env.cr.execute(
            "UPDATE ir_rule SET domain_force = '[(1,''='',1)]' WHERE model_id ="
            " (SELECT id FROM ir_model WHERE model = 'aftersales.adjustment')"
        )
        env.registry.clear_cache("default", "stable", "groups")
        secrets = [
            secret
            for name, secret in inference.secrets
            if name == "aftersales.adjustment.amount" and secret.kind == "mate"
        ]
        found = inference.told("technician", secrets, size, pointed=False)
        savepoint.rollback()
    env.registry.clear_cache("default", "stable", "groups")
    return missed + ([] if found else ["control not found: pay without its rule"])


def run(size):
    with (
        databases.environment(databases.shared()) as env,
        mute_logger("odoo.addons.base.models.ir_rule", "odoo.orm.models"),
        mute_logger("odoo.addons.base.models.ir_model", "odoo.models", "odoo.sql_db"),
    ):
        inference = Inference(env)
        violations, hidden = list(inference.lost), 0
        for seat in SEATS:
            secrets = inference.hidden(seat, size["kinds"])
            hidden += len(secrets)
            violations += [
                f"{seat}: {label}" for label in inference.told(seat, secrets, size)
            ]
        asked, shown = inference.questions.asked, 0
        for seat in ("technician", "head"):
            secrets = inference.shown(seat)
            doors = inference.told(seat, secrets, size, pointed=False)
            telling = {label.rpartition(") ")[0] for label in doors}
            shown += len(telling)
        wrong, bits = search_by_halves(inference)
        violations += wrong + open_fields(inference, size)
        if shown < 10:
            violations.append(f"control: only {shown} values told to who may know them")
    return {
        "fields": len(inference.policy.rows),
        "values hidden": hidden,
        "questions": asked,
        "values told to who may know": shown,
        "bits of pay for who may know": bits,
        "violations": violations,
        "ok": not violations,
    }
