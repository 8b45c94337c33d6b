"""B4: every guarded field by every door, with all rights and with those of a role."""

import logging
from unittest.mock import patch

from kit import databases
from kit.assign import Assigner
from kit.matrix import as_seen_by
from kit.specimens import Specimens
from kit.world import make_claim_world

from odoo.tools import mute_logger

from odoo.addons.aftersales_service import guard
from odoo.addons.aftersales_service.tests import introspection

TITLE = "mass assignment: guarded fields x doors x people"
GOAL = "0 guarded fields changed; a guard switched off is found"
TAKES = 99
GATE = {"seats": ("technician",), "doors": ("write", "create", "load")}
LONG = {
    "seats": ("technician", "dispatcher", "head", "gm", "hr", "warehouse", "portal"),
    "doors": None,
}
CONTROL = "aftersales.recovery"


def guarded_models(env):
    """Return the models with guarded fields, sorted by name."""
    mixin = env.registry["aftersales.guard.mixin"]
    return [
        model
        for model in introspection.touched_models(env)
        if isinstance(model, mixin) and not model._abstract
    ]


def give_all_rights(env, user):
    """Let one person do whatever people may do here."""
    everything = env.ref("base.group_user").all_implied_by_ids
    user.group_ids = [(6, 0, everything.ids)]
    env.flush_all()
    env.invalidate_all()


def controls(assigner, record):
    """Switch the guard off, and let it take any key: both must be noticed."""
    missed, kept = [], list(assigner.violations)
    for name, target, value in (
        ("no guard", "_refuse_guarded", lambda self, names: None),
        (
            "any key opens",
            "is_open",
            lambda env: bool(env.context.get(guard.CONTEXT_KEY)),
        ),
    ):
        owner = guard if target == "is_open" else assigner.env.registry[record._name]
        assigner.violations = []
        with patch.object(owner, target, value):
            assigner.model(record, ("write", "create", "forged key True"))
        if not any("changed by" in text for text in assigner.violations):
            missed.append(f"control not found: {name} on {record._name}")
    assigner.violations = kept
    return missed


def run(size):
    logging.getLogger("odoo.orm.models").setLevel(logging.ERROR)
    with databases.environment(databases.shared()) as env, mute_logger("odoo.sql_db"):
        world = make_claim_world(env)
        specimens = Specimens(world)
        assigner = Assigner(env, specimens)
        seats = [getattr(world, f"{seat}_user") for seat in size["seats"]]
        models, lost, guarded = guarded_models(env), [], 0
        records = {}
        for model in models:
            record = specimens.make(model._name, "own")
            guarded += len(assigner.fields_of(model))
            if record:
                records[model._name] = record
            else:
                lost.append(f"no record: {model._name}")
        env.flush_all()
        for record in records.values():
            for user in seats:
                assigner.model(as_seen_by(record, user), size["doors"])
        all_rights = world.head_user
        give_all_rights(env, all_rights)
        for record in records.values():
            assigner.model(as_seen_by(record, all_rights))
        counts = dict(assigner.counts)
        missed = controls(assigner, as_seen_by(records[CONTROL], all_rights))
    violations = sorted(set(assigner.violations)) + lost + missed
    return {
        "models": len(models),
        "guarded fields": guarded,
        "counts": counts,
        "violations": violations,
        "ok": not violations,
    }
