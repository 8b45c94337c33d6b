"""B4: every action of a document in every state, and decisions in one's own matter."""

from unittest.mock import patch

from b04_assignment import give_all_rights
from kit import databases
from kit.interests import Interests
from kit.matrix import users_of
from kit.specimens import Specimens
from kit.steps import Stepper, StepPolicy, guarded_documents
from kit.world import make_world

from odoo.tools import mute_logger

from odoo.addons.aftersales_service.tests.common_history import HistoryCommon

TITLE = (
    "steps from every state by who may press them, and decisions in one's own matter"
)
GOAL = (
    "0 moves outside of the table, 0 refusals that changed something, 0 decisions in "
    "one's own matter; a broken table and a dropped check are found"
)
TAKES = 120
GATE = {"windows": True}
LONG = {"windows": True}
CONTROL = "aftersales.week.plan"


def control_table(stepper):
    """Let a plan be approved that nobody handed in: it must be noticed."""
    model = stepper.env[CONTROL]
    wrong = {**model._state_transitions, "draft": {"submitted", "approved"}}
    kept, stepper.violations = stepper.violations, []
    with patch.object(type(model), "_state_transitions", wrong):
        stepper.model(model, only=("action_approve",))
    found, stepper.violations = stepper.violations, kept
    if any("went to approved" in text for text in found):
        return []
    return [f"control not found: a wrong transition of {CONTROL}"]


def control_party(interests):
    """Let everybody decide about his own plan: it must be noticed."""
    owner = type(interests.env[CONTROL])
    kept, interests.violations = interests.violations, []
    with patch.object(owner, "_get_own", lambda self: self.browse()):
        interests.run(only=CONTROL)
    found, interests.violations = interests.violations, kept
    if any("own matter" in text for text in found):
        return []
    return ["control not found: a check of one's own matter dropped"]


def unknown_lines(policy, models):
    """Return the lines of the table that no model, action or state stands behind."""
    known = {model._name: model for model in models}
    wrong = []
    for name, action, before, after in sorted(policy.all_moves()):
        if name not in known or not hasattr(type(known[name]), action):
            wrong.append(f"in the table, but no action: {name}.{action}")
            continue
        states = known[name]._fields["state"].get_values(known[name].env)
        if before not in states or after not in states:
            wrong.append(f"in the table, but no state: {name} {before} {after}")
    return wrong


def run(size):
    with databases.environment(databases.shared()) as env, mute_logger("odoo.sql_db"):
        world = make_world(env, HistoryCommon)
        specimens, policy = Specimens(world), StepPolicy()
        users_of(world)
        models = guarded_documents(env)
        stepper = Stepper(env, world, specimens, policy)
        for model in models:
            stepper.model(model)
        missed = control_table(stepper)
        outsider = world._create_user("as_outsider", "base.group_user")
        party = world._create_user("as_party", "base.group_user")
        world._create_employee("Outsider", outsider)
        world._create_employee("Party", party)
        for user in outsider | party:
            give_all_rights(env, user)
        interests = Interests(stepper, outsider, party)
        interests.run()
        missed += control_party(interests)
    moves = policy.all_moves()
    unseen = sorted(moves - stepper.seen)
    violations = [
        *unknown_lines(policy, models),
        *stepper.violations,
        *interests.violations,
        *missed,
    ]
    return {
        "models": len(models),
        "counts": dict(stepper.counts),
        "moves of the table seen": f"{len(stepper.seen)} of {len(moves)}",
        "not seen": [
            f"{' '.join(move)}: {stepper.refusals.get(move[:3], '')}"[:200]
            for move in unseen
        ],
        "decisions that nobody got through": interests.unproven,
        "violations": violations,
        "ok": not violations,
    }
