"""B12: one claim, many clients: approved once, issued once, one transfer."""

from kit import databases
from kit.rounds import race
from kit.server import OdooServer
from kit.world import make_claim_world

TITLE = "double approval and double issue of one claim"
GOAL = "one approval a step, one transfer, no untyped answer, no retry exhausted"
TAKES = 130
GATE = {"rounds": 20, "clients": 16, "workers": (2, 8)}
LONG = {"rounds": 400, "clients": 16, "workers": (2, 8)}
FAULTS = (
    '[{"model": "stock.picking", "method": "action_confirm", "when": "after",'
    ' "do": "sleep", "arg": 0.05}]'
)


def prepare(database, rounds):
    """Return ids of verified claims to approve and of approved claims to issue."""
    with databases.environment(database, commit=True) as env:
        world = make_claim_world(env)
        world._stock(world.filter_part, 10000)
        verified = [world._verified(world.filter_part).id for _each in range(rounds)]
        approved = [world._approved(world.filter_part).id for _each in range(rounds)]
    return verified, approved


def approvals_of(database):
    def check(claim, replies):
        found = databases.rows(
            database,
            "SELECT COUNT(*) FROM aftersales_approval WHERE model = 'aftersales.claim'"
            " AND res_id = %s AND decision = 'approved'",
            [claim],
        )
        return [] if found == [(1,)] else [f"claim {claim}: approvals {found}"]

    return check


def transfers_of(database):
    def check(claim, replies):
        found = databases.rows(
            database,
            "SELECT COUNT(*), SUM((SELECT SUM(product_uom_qty) FROM stock_move"
            " WHERE picking_id = p.id)) FROM stock_picking p WHERE claim_id = %s"
            " AND state <> 'cancel'",
            [claim],
        )
        return [] if found == [(1, 1)] else [f"claim {claim}: transfers {found}"]

    return check


def race_on(server, clients, verified, approved):
    """Let many approve, then issue the same claims; return both results."""
    first = race(
        server,
        ["as_head"] * clients,
        verified,
        lambda client, k, claim: client.call(
            "aftersales.claim", "action_approve", [claim]
        ),
        approvals_of(server.database),
    )
    second = race(
        server,
        ["as_warehouse"] * clients,
        approved,
        lambda client, k, claim: client.call(
            "aftersales.claim", "action_issue", [claim]
        ),
        transfers_of(server.database),
    )
    return {"approve": first, "issue": second}


def run(size):
    database = databases.fresh("b12_claims")
    verified, approved = prepare(database, size["rounds"])
    results, crews = {}, size["workers"]
    for turn, workers in enumerate(crews):
        # Each crew of workers has its share of the claims.
        shares = verified[turn :: len(crews)], approved[turn :: len(crews)]
        with OdooServer(database, workers, FAULTS) as server:
            found = race_on(server, size["clients"], *shares)
        results |= {f"{act}, {workers} workers": found[act] for act in found}
    broken = databases.broken_laws(database)
    databases.discard(database)
    violations = broken + [
        text for result in results.values() for text in result["violations"]
    ]
    exhausted = sum(result["retries_exhausted"] for result in results.values())
    return {**results, "violations": violations, "ok": not (violations or exhausted)}
