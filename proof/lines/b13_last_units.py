"""B13: the last units on the shelf are promised to as many claims, no more."""

from kit import databases
from kit.rounds import race
from kit.server import OdooServer
from kit.world import make_claim_world

TITLE = "16 claims for 5 parts"
GOAL = "promised is never more than on hand, serials distinct, nothing left over"
TAKES = 85
GATE = {"rounds": 6, "clients": 16, "workers": (2, 8), "hand": 5}
LONG = {"rounds": 100, "clients": 16, "workers": (2, 8), "hand": 5}


def prepare(database, size):
    """Return one target a round: the part and the approved claims for it."""
    targets = []
    with databases.environment(database, commit=True) as env:
        world = make_claim_world(env)
        for number in range(size["rounds"]):
            tracking = "serial" if number % 4 < 2 else "none"
            part = env["product.product"].create(
                {
                    "name": f"Part {number}",
                    "is_storable": True,
                    "tracking": tracking,
                    "standard_price": 100.0,
                }
            )
            serials = [f"S{number}-{k}" for k in range(size["hand"])]
            world._stock(part, size["hand"], serials if tracking == "serial" else ())
            claims = [world._approved(part).id for _each in range(size["clients"])]
            targets.append((part.id, claims))
    return targets


def checker(database, hand):
    def check(target, replies):
        part, claims = target
        (lines, lots, promised), *_rest = databases.rows(
            database,
            "SELECT COUNT(*), COUNT(DISTINCT l.lot_id), COALESCE(SUM(l.quantity), 0)"
            " FROM stock_move_line l JOIN stock_picking p ON p.id = l.picking_id"
            " WHERE p.claim_id = ANY(%s) AND l.product_id = %s"
            " AND l.state NOT IN ('cancel')",
            [claims, part],
        )
        found = []
        if promised != hand:
            found.append(f"part {part}: {promised} promised, {hand} on hand")
        if lots and lots != lines:
            found.append(f"part {part}: {lines} lines share {lots} serials")
        return found

    return check


def run(size):
    database = databases.fresh("b13_last_units")
    targets = prepare(database, size)
    results, crews = {}, size["workers"]
    for turn, workers in enumerate(crews):
        # Each crew of workers has its share of the parts.
        with OdooServer(database, workers) as server:
            results[f"{workers} workers"] = race(
                server,
                ["as_warehouse"] * size["clients"],
                targets[turn :: len(crews)],
                lambda client, k, target: client.call(
                    "aftersales.claim", "action_issue", [target[1][k]]
                ),
                checker(database, size["hand"]),
            )
    violations = [text for result in results.values() for text in result["violations"]]
    violations += databases.broken_laws(database, ["L6", "L7", "L8", "L9"])
    databases.discard(database)
    return {**results, "violations": violations, "ok": not violations}
