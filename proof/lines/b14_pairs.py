"""B14: two acts on one document, or on two that count for each other, at once.

Half of the clients do the one, half the other. What they leave behind must be what
one order of the two acts leaves behind, played before on twins of the document by the
same people. The control is the same race on a server whose turnstile is switched off.
"""

from collections import Counter

from kit import databases
from kit.ends import NO_ORDER, Ends, Picture
from kit.pair_charges import CONTROL, MONEY
from kit.pair_claims import CLAIMS, JUDGEMENTS
from kit.pair_money import PairMoneyCommon
from kit.pair_orders import CALLS, ORDERS, TICKETS
from kit.rounds import race
from kit.server import EAGER, OdooServer
from kit.world import make_world

TITLE = "conflicting pairs of acts by 16 at once, half and half, and write skew"
GOAL = "the end is that of one act after the other; the eleven laws hold"
TAKES = 100
GATE = {
    "rounds": 3,
    "clients": 16,
    "workers": (2,),
    "pairs": "risky",
    "faults": [EAGER],
}
LONG = {
    "rounds": 20,
    "clients": 16,
    "workers": (2, 8),
    "pairs": "all",
    "faults": [],
}
PAIRS = (*ORDERS, *TICKETS, *CALLS, *CLAIMS, *JUDGEMENTS, *MONEY)
TWINS = 2
# Everybody holds what he locked a little longer, so that the others come meanwhile.
WIDE = {
    "model": "cursor",
    "method": "commit",
    "when": "before",
    "do": "sleep",
    "arg": 0.03,
}
# The turnstile and the locks let everybody pass: what is there once is made twice.
BLIND = [
    {"model": "aftersales.guard.mixin", "method": method, "when": "instead"}
    for method in ("_lock", "_take_turn")
]


def prepare(database, pairs, count):
    """Return the targets of each pair, all made the same way.

    :return: lists of targets by name of the pair
    """
    with databases.environment(database, commit=True) as env:
        world = make_world(env, PairMoneyCommon)
        return {
            pair.name: [pair.ready(world) for _each in range(count)] for pair in pairs
        }


def race_pair(server, picture, pair, targets, clients):
    """Play both orders on twins, then race over the other targets.

    :return: the figures of ``race``; ``ends`` is how many the two orders have
    """
    ends = Ends(server, picture, pair.name, pair.acts)
    ends.play(targets[:TWINS])
    logins = [pair.acts[k % 2].login for k in range(clients)]
    result = race(
        server,
        logins,
        targets[TWINS:],
        lambda client, k, target: pair.acts[k % 2].press(client, target),
        ends.check,
    )
    found = ends.violations + result["violations"]
    return {**result, "ends": len(ends.known), "violations": found}


def control(database, targets, size):
    """Race the pair of the control without turnstile and locks.

    :return: the first end that no order has, None when there is none
    """
    with OdooServer(database, max(size["workers"]), [WIDE, EAGER, *BLIND]) as server:
        picture = Picture(database)
        result = race_pair(server, picture, CONTROL, targets, size["clients"])
    return next((text for text in result["violations"] if NO_ORDER in text), None)


def run(size):
    pairs = [pair for pair in PAIRS if pair.risky or size["pairs"] == "all"]
    database = databases.fresh("b14_pairs")
    rounds, crews = size["rounds"], size["workers"]
    count = len(crews) * (TWINS + rounds)
    targets = prepare(database, [*pairs, CONTROL], count)
    answers, violations, times = Counter(), [], []
    retries = exhausted = 0
    for turn, workers in enumerate(crews):
        with OdooServer(database, workers, [WIDE, *size["faults"]]) as server:
            picture = Picture(database)
            for pair in pairs:
                own = targets[pair.name][turn :: len(crews)]
                result = race_pair(server, picture, pair, own, size["clients"])
                answers.update(result["answers"])
                times.append(result["p95_seconds"])
                violations += [f"{pair.name}: {text}" for text in result["violations"]]
            retries += result["retries"]
            exhausted += result["retries_exhausted"]
    violations += databases.broken_laws(database)
    found = control(database, targets[CONTROL.name], size)
    if not found:
        violations.append("control: nothing broke without turnstile and locks")
    databases.discard(database)
    return {
        "pairs": len(pairs),
        "answers": dict(answers),
        "p95_seconds": max(times),
        "retries": retries,
        "retries_exhausted": exhausted,
        "control, without turnstile and locks": found,
        "violations": violations,
        "ok": not violations,
    }
