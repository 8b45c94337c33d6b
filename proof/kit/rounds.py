"""Races: many clients do the same at once, round after round; SQL is the judge."""

import statistics
import threading
from collections import Counter


def run_round(clients, fire):
    """Let every client act at the same moment.

    :param fire: function of (client, index) that returns a ``Reply``
    :return: the replies in the order of the clients
    """
    barrier, replies = threading.Barrier(len(clients)), [None] * len(clients)

    def act(index):
        barrier.wait()
        replies[index] = fire(clients[index], index)

    threads = [threading.Thread(target=act, args=(k,)) for k in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


def race(server, logins, targets, fire, check):
    """Race over some targets, one a round.

    :param server: a running ``OdooServer``
    :param logins: who the clients are, one each
    :param targets: one target a round
    :param fire: function of (client, index, target) that returns a ``Reply``
    :param check: function of (target, replies) that returns violations as texts
    :return: dict of figures; ``violations`` is a list of texts
    """
    clients = server.get_clients(logins)
    kinds, seconds, violations = Counter(), [], []
    for number, target in enumerate(targets):
        replies = run_round(
            clients, lambda client, k, target=target: fire(client, k, target)
        )
        kinds.update(reply.kind for reply in replies)
        seconds += [reply.seconds for reply in replies]
        untyped = [r.message for r in replies if r.kind in ("server", "transport")]
        found = [*check(target, replies), *untyped[:1]]
        violations += [f"round {number}: {text}" for text in found]
    seconds.sort()
    return {
        "rounds": len(targets),
        "clients": len(clients),
        "answers": dict(kinds),
        "median_seconds": round(statistics.median(seconds), 3),
        "p95_seconds": round(seconds[int(0.95 * len(seconds)) - 1], 3),
        "retries": server.count_in_log("tries left, try again"),
        "retries_exhausted": server.count_in_log("maximum number of tries reached"),
        "violations": violations,
    }
