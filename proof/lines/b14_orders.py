"""B14: every step of an order pressed by two people at once, from the state before."""

from datetime import timedelta

from kit import databases
from kit.rounds import race
from kit.server import OdooServer
from kit.world import make_claim_world

from odoo import fields

TITLE = "steps of an order pressed by many at once"
GOAL = "each step has one effect in the trail; everybody else gets it or a refusal"
GATE = {"rounds": 2, "clients": 16, "workers": 2}
LONG = {"rounds": 40, "clients": 16, "workers": 8}
DESK = ("as_dispatcher", "as_head")
FIELD = ("as_technician",)
DESK_DONE = ["scheduled", "dispatched"]
ON_SITE = [*DESK_DONE, "on_site"]
AFTER_ARRIVAL = ("action_call_headquarters", "action_leave")
# Step, states walked before, who presses, arguments, state and event it leads to.
STEPS = [
    ("action_schedule", [], DESK, ["2030-01-07 02:00:00"], "scheduled", "scheduled"),
    ("action_dispatch", DESK_DONE[:1], DESK, [], "dispatched", "dispatched"),
    ("action_depart", DESK_DONE, FIELD, [], "dispatched", "departed"),
    ("action_arrive", DESK_DONE, FIELD, [], "on_site", "on_site"),
    ("action_no_access", DESK_DONE, FIELD, ["Gate locked"], "draft", "draft"),
    ("action_call_headquarters", ON_SITE, FIELD, [], "on_site", "hq_called"),
    ("action_leave", ON_SITE, FIELD, [], "on_site", "left"),
    ("action_cancel", DESK_DONE[:1], DESK, ["Not needed"], "cancel", "cancel"),
]


def prepare(database, rounds):
    """Return the orders of each step, in the state before it."""
    targets = {}
    with databases.environment(database, commit=True) as env:
        world = make_claim_world(env)
        for step, states, *_rest in STEPS:
            targets[step] = []
            for _each in range(rounds):
                order = world._create_order()
                if states:
                    start = fields.Datetime.now() - timedelta(hours=1)
                    order._unguarded().write({"planned_start": start})
                for state in states:
                    order._set_state(state)
                order.worker_ids._unguarded().write(stamps_before(step))
                targets[step].append(order.id)
    return targets


def stamps_before(step):
    """Return the facts of the worker that a step takes for granted."""
    departed = fields.Datetime.now() - timedelta(minutes=40)
    stamps = {}
    if step in ("action_arrive", "action_no_access", *AFTER_ARRIVAL):
        stamps["departed_on"] = departed
    if step in AFTER_ARRIVAL:
        stamps["arrived_on"] = departed + timedelta(minutes=10)
    return stamps


def checker(database, state, event):
    def check(order, replies):
        found = databases.rows(
            database,
            "SELECT (SELECT state FROM aftersales_order WHERE id = %s),"
            " (SELECT COUNT(*) FROM aftersales_audit WHERE model = 'aftersales.order'"
            "   AND res_id = %s AND event = %s)",
            [order, order, event],
        )[0]
        if not any(reply.kind == "ok" for reply in replies):
            return [f"order {order}: nobody was let through: {replies[0].message}"]
        expected = (state, 1)
        return [] if found == expected else [f"order {order}: {found}, not {expected}"]

    return check


def run(size):
    database = databases.fresh("b14_orders")
    targets = prepare(database, size["rounds"])
    result, violations = {}, []
    with OdooServer(database, size["workers"]) as server:
        for step, _states, people, arguments, state, event in STEPS:
            logins = [people[k % len(people)] for k in range(size["clients"])]
            result[step] = race(
                server,
                logins,
                targets[step],
                lambda client, k, order, step=step, arguments=arguments: client.call(
                    "aftersales.order", step, [order], *arguments
                ),
                checker(database, state, event),
            )
            violations += [f"{step} {text}" for text in result[step]["violations"]]
    violations += databases.broken_laws(database, ["L10"])
    databases.discard(database)
    return {**result, "violations": violations, "ok": not violations}
