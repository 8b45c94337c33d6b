"""B19: random acts on parts in random order; every piece is somewhere after each."""

from kit.stories import run_stories
from kit.world import make_claim_world

from odoo.addons.aftersales_service.tests.parts_machine import PartsMachine

TITLE = "random claims, issues, returns, cancels, swaps, losses and old parts"
GOAL = "issued = used + back + scrapped + lost + held after every act"
TAKES = 67
GATE = {"examples": 40, "steps": 15}
LONG = {"examples": 2000, "steps": 30}


def run(size):
    return run_stories("b19_parts", make_claim_world, PartsMachine, size)
