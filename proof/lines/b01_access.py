"""B1: every role at every door of every model, judged by a policy written by hand."""

import random

from kit import databases
from kit.matrix import READS, SHORT, run_matrix, users_of
from kit.policy import AccessPolicy
from kit.specimens import KINDS, Specimens
from kit.world import make_claim_world

from odoo.addons.aftersales_service.tests import introspection

TITLE = "access matrix: model x role x class of record x door"
GOAL = (
    "0 leaks, 0 blocks, 0 untyped, 0 models without a line; controls found, "
    "0 mutants that matter not noticed"
)
TAKES = 75
GATE = {"mutants": 40, "reads": SHORT}
LONG = {"mutants": 2000, "reads": READS}
CONTROLS = {
    # model: statement that breaks its protection, and a word of what must be found
    "aftersales.order": (
        "UPDATE ir_rule SET domain_force = '[(1,''='',1)]' WHERE model_id ="
        " (SELECT id FROM ir_model WHERE model = 'aftersales.order')",
        "LEAK",
    ),
    "aftersales.call": (
        "UPDATE ir_model_access SET group_id = (SELECT res_id FROM ir_model_data"
        " WHERE module = 'base' AND name = 'group_user') WHERE model_id ="
        " (SELECT id FROM ir_model WHERE model = 'aftersales.call')",
        "LEAK",
    ),
    "aftersales.adjustment": (
        "UPDATE ir_model_access SET perm_read = FALSE WHERE model_id ="
        " (SELECT id FROM ir_model WHERE model = 'aftersales.adjustment')",
        "BLOCK",
    ),
}
MUTATIONS = (
    "UPDATE ir_model_access SET {bit} = NOT {bit} WHERE id = {id}",
    "UPDATE ir_rule SET domain_force = '[(1,''='',1)]' WHERE id = {id}",
)


def broken(env, statement):
    """Change rights behind the ORM's back, and let it notice."""
    env.cr.execute(statement)
    env.registry.clear_cache("default", "stable", "groups")
    env.invalidate_all()


def try_controls(env, matrix):
    """Break rules on purpose; return those that the matrix did not notice."""
    missed = []
    for model, (statement, word) in CONTROLS.items():
        env.flush_all()
        with env.cr.savepoint(flush=False) as savepoint:
            broken(env, statement)
            _counts, findings = matrix([model])
            savepoint.rollback()
        broken(env, "SELECT 1")
        if not any(word in finding for finding in findings):
            missed.append(f"control not found: {word} on {model}")
    return missed


def mutants(env, ours):
    """Return the mutants of our models: one access bit flipped, or one rule opened.

    :return: list of ``(model, label, statement, why it changes nothing or "")``
    """
    rows = env["ir.model.access"].search([("model_id.model", "in", ours)])
    rules = env["ir.rule"].search([("model_id.model", "in", ours)])
    return [
        *(
            (
                row.model_id.model,
                f"{row.name} {bit}",
                MUTATIONS[0].format(bit=bit, id=row.id),
                given_anyway(rows, row, bit),
            )
            for row in rows
            for bit in ("perm_read", "perm_write", "perm_create", "perm_unlink")
        ),
        *(
            (
                rule.model_id.model,
                f"rule {rule.name}",
                MUTATIONS[1].format(id=rule.id),
                open_anyway(rules, rule),
            )
            for rule in rules
            if not is_open(rule)
        ),
    ]


def is_open(rule):
    return "(1,'=',1)" in (rule.domain_force or "").replace(" ", "").replace('"', "'")


def given_anyway(rows, row, bit):
    """Say which other row gives everybody of a row's group the bit, if one does."""
    near = row.group_id.all_implied_ids
    for other in rows - row:
        if other.model_id == row.model_id and other[bit] and other.group_id in near:
            return f"{other.group_id.name} gives it, which {row.group_id.name} has too"
    return ""


def open_anyway(rules, rule):
    """Say which other rule shows everybody of a rule's groups all records already."""
    same = rules.filtered(lambda other: other.model_id == rule.model_id) - rule
    if not rule.groups:
        return ""
    for other in same.filtered(is_open):
        if all(group.all_implied_ids & other.groups for group in rule.groups):
            return f"the rule {other.name} shows them all"
    return ""


def mutate(env, matrix, ours, count, bare):
    """Change single rights; return figures, those not noticed, and the equivalents.

    :param bare: models without a record, where an opened rule shows nothing more
    """
    chosen = mutants(env, ours)
    random.Random(1).shuffle(chosen)
    survivors, equal, sound = [], [], {}
    for model, label, statement, why in chosen[:count]:
        if label.startswith("rule ") and model in bare:
            why = why or "not judged: no record of the model could be made"
        if why:
            equal.append(f"{label}: {why}")
            continue
        if model not in sound:
            sound[model] = set(matrix([model], strict=True)[1])
        with env.cr.savepoint(flush=False) as savepoint:
            broken(env, statement)
            findings = sound[model] ^ set(matrix([model], strict=True)[1])
            savepoint.rollback()
        broken(env, "SELECT 1")
        if not findings:
            survivors.append(label)
    tried = min(count, len(chosen))
    noticed = tried - len(survivors) - len(equal)
    figures = {"mutants": tried, "noticed": noticed, "left out": len(equal)}
    return {**figures, "not noticed": len(survivors), "of": len(chosen)}, (
        survivors,
        equal,
    )


def run(size):
    policy = AccessPolicy()
    with databases.environment(databases.shared()) as env:
        world = make_claim_world(env)
        specimens, users = Specimens(world), users_of(world)
        touched = [m for m in introspection.touched_models(env) if not m._abstract]
        ours = [m._name for m in introspection.our_models(env) if not m._abstract]
        names = [m._name for m in touched if m._name in policy.grants]
        missing = [m._name for m in touched if m._name not in policy.grants]
        for name in sorted(names, key=lambda name: not env[name]._auto):
            for kind in KINDS:
                specimens.make(name, kind)

        def matrix(models, reads=SHORT, strict=False):
            return run_matrix(specimens, users, policy, models, reads, strict)

        counts, findings = matrix(names, size["reads"])
        lost = try_controls(env, matrix)
        known = [name for name in ours if name in policy.grants]
        bare = {n for n in known if not all(specimens.make(n, k) for k in KINDS)}
        figures, (survivors, equal) = mutate(env, matrix, known, size["mutants"], bare)
    unknown = sorted(set(policy.grants) - {model._name for model in touched})
    violations = [
        *findings,
        *(f"no line in the policy: {name}" for name in missing),
        *(f"in the policy, but no model: {name}" for name in unknown),
        *(f"no record: {model} {kind}: {why}" for (model, kind), why in
          specimens.failures.items() if not specimens.make(model, kind)),
        *(f"mutant not noticed: {label}" for label in survivors),
        *lost,
    ]  # fmt: skip
    return {
        "models": len(names),
        "counts": dict(counts),
        "mutation": figures,
        "equivalent or not judged": equal,
        "violations": violations,
        "ok": not violations,
    }
