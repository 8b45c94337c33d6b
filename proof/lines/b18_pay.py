"""B18: random acts on pay in random order; the ledger is balanced after each."""

from kit import databases
from kit.world import make_pay_world

from odoo.addons.aftersales_service.tests.pay_machine import run_machine

TITLE = "random facts, decisions, appeals, payslips, refunds and resets"
GOAL = "nothing paid twice, nothing lost, balanced after every act"
GATE = {"examples": 150, "steps": 15}
LONG = {"examples": 2000, "steps": 30}


def run(size):
    database = databases.fresh("b18_pay")
    violations, counts = [], {}
    with databases.environment(database) as env:
        world = make_pay_world(env)
        try:
            counts = run_machine(world, size["examples"], size["steps"])
        except AssertionError as error:
            violations.append(str(error))
    databases.discard(database)
    return {**counts, "violations": violations, "ok": not violations}
