"""B14: every action of an order pressed by many people at once.

Which actions there are stands in ``docs/contract.md``; what each needs, and who
presses it, in ``tests/order_steps.py``. One press by one person shows what its effect
is; then many press at once on another order, and must leave exactly as much behind.
"""

import re
from collections import Counter

from kit import databases
from kit.rounds import race
from kit.server import EAGER, OdooServer
from kit.world import make_claim_world
from odoodb import ROOT

from odoo.addons.aftersales_service.tests import order_steps
from odoo.addons.aftersales_service.tests.field_common import picture
from odoo.addons.aftersales_service.tests.order_steps import STEPS, WINDOWS, Step

TITLE = "every action of an order pressed by many at once"
GOAL = "as many traces as one press leaves; everybody else gets it or a refusal"
TAKES = 100
GATE = {"rounds": 1, "clients": 8, "workers": 2}
LONG = {"rounds": 20, "clients": 16, "workers": 8}
MODEL = "aftersales.order"
# Raced where the other application is installed, which this database lacks.
ELSEWHERE = {"action_take_in": "a unique index of aftersales_service_repair"}
# What further addons let people do with an order.
MORE = {
    "action_tell_cost": Step(
        ("scheduled",),
        ("dispatcher",),
        lambda world, order: [150.0, "Li Hua"],
        keyed=True,
    ),
    "action_decline_part": Step(
        ("on_site",),
        ("technician",),
        lambda world, order: [world.filter_part.id, "Runs hot", "Li", picture()],
        keyed=True,
    ),
}
STEPS_OF_ALL = STEPS | MORE
# Tables whose rows are no effect of a step: answers kept for repetitions.
QUIET = ("aftersales_request", "aftersales_throttle")


def documented_actions():
    """Return the actions of an order that the contract names, without windows."""
    text = (ROOT / "docs" / "contract.md").read_text()
    section = re.search(rf"### `{MODEL}`: .*?(?=\n### )", text, re.DOTALL).group()
    names = set(re.findall(r"^\| `(action_\w+)\(", section, re.MULTILINE))
    return {name for name in names if not name.startswith(WINDOWS)}


def find_gaps():
    """Return what is documented and not raced, as violations."""
    gaps = documented_actions() - STEPS_OF_ALL.keys() - ELSEWHERE.keys()
    return [f"{name} is in the contract and is not raced" for name in sorted(gaps)]


def prepare(database, count):
    """Return the orders of each action, in a state where it belongs, and its arguments.

    :return: dict of lists of (order, arguments) by action
    """
    targets = {}
    with databases.environment(database, commit=True) as env:
        world = make_claim_world(env)
        for name, step in STEPS_OF_ALL.items():
            targets[name] = []
            for _each in range(count):
                order = world._create_order()
                order_steps.bring(world, order, step.states[0])
                targets[name].append((order.id, step.ready(world, order)))
    return targets


def count_traces(database):
    """Return how many rows our tables have, and how many activities there are.

    :return: ``Counter`` by table
    """
    found = databases.rows(
        database,
        "SELECT table_name FROM information_schema.tables WHERE table_type ="
        " 'BASE TABLE' AND table_name LIKE 'aftersales%%'",
    )
    tables = [name for (name,) in found if name not in QUIET] + ["mail_activity"]
    query = " UNION ALL ".join(f"SELECT '{t}', COUNT(*) FROM {t}" for t in tables)
    return Counter(dict(databases.rows(database, query)))


class Effect:
    """What presses leave behind, against what one press left."""

    def __init__(self, database):
        self.database, self.one = database, None
        self.before = count_traces(database)

    def check(self, target, replies):
        """Return what more or less than one press the replies left behind.

        The first call, after one press, notes what one press leaves.
        """
        if not any(reply.kind == "ok" for reply in replies):
            return [f"nobody was let through: {replies[0].message}"]
        after = count_traces(self.database)
        left = Counter({t: n - self.before[t] for t, n in after.items()})
        left = {table: number for table, number in left.items() if number}
        self.before = after
        if self.one is None:
            self.one = left
        if left != self.one:
            return [f"order {target[0]}: {left}, but one press leaves {self.one}"]
        return []


def press(client, name, target, key):
    """Press one action as the web client does."""
    order, arguments = target
    records = [] if STEPS_OF_ALL[name].on_model else [[order]]
    keys = {"request_key": key} if STEPS_OF_ALL[name].keyed else {}
    return client.call(MODEL, name, *records, *arguments, **keys)


def race_step(server, name, targets, clients):
    """Let one person press once, then many at once, and again one after the other."""
    step, effect = STEPS_OF_ALL[name], Effect(server.database)
    people = step.people[:1] if step.keyed else step.people
    logins = [f"as_{people[k % len(people)]}" for k in range(clients)]

    def fire(client, k, target):
        return press(client, name, target, f"{name}-{target[0]}")

    first = race(server, logins[:1], targets[:1], fire, effect.check)
    many = race(server, logins, targets[1:], fire, effect.check)
    violations = first["violations"] + many["violations"]
    return {**many, "violations": [f"{name} {text}" for text in violations]}


def run(size):
    database = databases.fresh("b14_orders")
    targets = prepare(database, size["rounds"] + 1)
    answers, violations = Counter(), find_gaps()
    with OdooServer(database, size["workers"], [EAGER]) as server:
        for name in STEPS_OF_ALL:
            result = race_step(server, name, targets[name], size["clients"])
            answers.update(result["answers"])
            violations += result["violations"]
    violations += databases.broken_laws(database)
    databases.discard(database)
    return {
        "actions": len(STEPS_OF_ALL),
        "elsewhere": ELSEWHERE,
        "answers": dict(answers),
        "violations": violations,
        "ok": not violations,
    }
