"""B19: random acts on parts in random order; every piece is somewhere after each."""

from kit import databases
from kit.world import make_claim_world

from odoo.addons.aftersales_service.tests.parts_machine import run_machine

TITLE = "random claims, issues, returns, cancels, swaps, losses and old parts"
GOAL = "issued = used + back + scrapped + lost + held after every act"
GATE = {"examples": 40, "steps": 15}
LONG = {"examples": 2000, "steps": 30}


def run(size):
    database = databases.fresh("b19_parts")
    violations, counts = [], {}
    with databases.environment(database) as env:
        world = make_claim_world(env)
        try:
            counts = run_machine(world, size["examples"], size["steps"])
        except AssertionError as error:
            violations.append(str(error))
    databases.discard(database)
    return {**counts, "violations": violations, "ok": not violations}
