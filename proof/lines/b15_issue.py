"""B15: the worker dies while a claim is issued or an import runs; press again."""

from kit import databases
from kit.crash import CrashTest
from kit.world import make_claim_world
from odoodb import STATE

TITLE = "kill -9 during the issue of a claim and during an import"
GOAL = "nothing lost, doubled or half done; pressing again is answered"
TAKES = 69
GATE = {"kills": 6, "rows": 60}
LONG = {"kills": 50, "rows": 300}
COMMITS = [
    {"model": "cursor", "method": "commit", "when": "before"},
    {"model": "cursor", "method": "commit", "when": "after"},
]
ISSUE = [
    {"model": "stock.picking", "method": "action_confirm", "when": "before"},
    {"model": "stock.picking", "method": "action_confirm", "when": "after"},
    {"model": "stock.picking", "method": "action_assign", "when": "after"},
    *COMMITS,
]
IMPORT = [
    {"model": "aftersales.site", "method": "create", "when": "before"},
    {"model": "aftersales.site", "method": "create", "when": "after"},
    *COMMITS,
]


def crash_issues(database, size, folder):
    """Kill the worker that issues; each claim ends with one transfer."""
    with databases.environment(database, commit=True) as env:
        world = make_claim_world(env)
        world._stock(world.filter_part, 10000)
        claims = [
            world._approved(world.filter_part).id for _each in range(size["kills"] + 1)
        ]

    def transfers(claim):
        return databases.rows(
            database,
            "SELECT COUNT(*), COALESCE(SUM((SELECT SUM(product_uom_qty) FROM stock_move"
            " m WHERE m.picking_id = p.id)), 0)::int FROM stock_picking p"
            " WHERE claim_id = %s AND state <> 'cancel'",
            [claim],
        )[0]

    def atomic(claim):
        return [] if transfers(claim) in ((0, 0), (1, 1)) else ["half issued"]

    def final(claim):
        found = transfers(claim)
        return [] if found == (1, 1) else [f"claim {claim}: transfers {found}"]

    test = CrashTest(database, "as_warehouse", ISSUE, folder)
    return test.run(
        claims,
        lambda client, claim: client.call("aftersales.claim", "action_issue", [claim]),
        atomic,
        final,
    )


def crash_imports(database, size, folder):
    """Kill the worker that imports sites; a file goes in whole, once, or not."""
    [(partner, company)] = databases.rows(
        database,
        "SELECT MIN(partner_id), MIN(company_id) FROM aftersales_site",
    )
    count = size["rows"]

    def load(client, number):
        rows = [
            [f"import.f{number}_{k}", f"Site {number}/{k}", str(partner), str(company)]
            for k in range(count)
        ]
        columns = ["id", "name", "partner_id/.id", "company_id/.id"]
        reply = client.call("aftersales.site", "load", columns, rows)
        if reply.kind == "ok" and not reply.value.get("ids"):
            reply.kind, reply.message = "user", str(reply.value["messages"][:1])
        return reply

    def sites(number):
        [(found,)] = databases.rows(
            database,
            "SELECT COUNT(*) FROM aftersales_site WHERE name LIKE %s",
            [f"Site {number}/%"],
        )
        return found

    test = CrashTest(database, "as_head", IMPORT, folder, seed=2)
    return test.run(
        list(range(size["kills"] + 1)),
        load,
        lambda number: [] if sites(number) in (0, count) else ["half imported"],
        lambda number: [] if sites(number) == count else [f"{sites(number)} sites"],
    )


def run(size):
    database = databases.fresh("b15_issue")
    folder = STATE / "proof"
    folder.mkdir(exist_ok=True)
    issued = crash_issues(database, size, folder)
    loaded = crash_imports(database, size, folder)
    violations = issued.pop("violations") + loaded.pop("violations")
    violations += databases.broken_laws(database, ["L6", "L7", "L8", "L9", "L10"])
    databases.discard(database)
    return {
        "issue": issued,
        "import": loaded,
        "violations": violations,
        "ok": not violations,
    }
