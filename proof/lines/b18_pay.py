"""B18: random acts on pay in random order; the ledger is balanced after each."""

from kit.stories import run_stories
from kit.world import make_pay_world

from odoo.addons.aftersales_service.tests.pay_machine import PayMachine

TITLE = "random facts, decisions, appeals, payslips, refunds and resets"
GOAL = "nothing paid twice, nothing lost, balanced after every act"
TAKES = 130
GATE = {"examples": 150, "steps": 15}
LONG = {"examples": 2000, "steps": 30}


def run(size):
    return run_stories("b18_pay", make_pay_world, PayMachine, size)
