"""B0: the kit finds the faults that are known in what we build on, without ours."""

import db
import requests
from kit import databases
from kit.alone import count_notes, make_officer, make_slips
from kit.client import Client
from kit.rounds import run_round
from kit.server import OdooServer

TITLE = "controls: known faults of the dependencies, our addons not installed"
GOAL = "each known fault is found: a kit that misses one proves nothing"
# A race is lost by chance: it is tried again, at most so often, until it shows.
GATE = {"clients": 16, "rounds": 2, "tries": 12, "workers": 4}
LONG = {"clients": 16, "rounds": 10, "tries": 30, "workers": 4}
HAND = 5


def make_stranger(env):
    """Make a customer's user, who has nothing to do with anybody's ticket."""
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": "Stranger",
                "login": "stranger",
                "password": "stranger-stranger",
                "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
            }
        )
    )


def make_transfers(env, rounds, clients):
    """Make waiting transfers of one piece each, five serials on the shelf."""
    warehouse = env["stock.warehouse"].search([], limit=1)
    places = {
        "location_id": warehouse.lot_stock_id.id,
        "location_dest_id": env.ref("stock.stock_location_customers").id,
    }
    targets = []
    for number in range(rounds):
        part = env["product.product"].create(
            {"name": f"Part {number}", "is_storable": True, "tracking": "serial"}
        )
        for k in range(HAND):
            lot = env["stock.lot"].create(
                {"name": f"{number}-{k}", "product_id": part.id}
            )
            env["stock.quant"]._update_available_quantity(
                part, warehouse.lot_stock_id, 1.0, lot_id=lot
            )
        move = {"product_id": part.id, "product_uom_qty": 1.0, **places}
        waiting = {
            "picking_type_id": warehouse.out_type_id.id,
            "move_ids": [(0, 0, move)],
            **places,
        }
        # A dictionary each: create() writes the number into what it is given.
        pickings = env["stock.picking"].create([dict(waiting) for _k in range(clients)])
        targets.append((part.id, pickings.ids))
    return targets


def make_ticket(env):
    """Make somebody's open ticket, and the stage that the portal may close it to."""
    partner = env["res.partner"].create({"name": "Victim"})
    ticket = env["helpdesk.ticket"].create(
        {"name": "Open", "description": "x", "partner_id": partner.id}
    )
    stage = env["helpdesk.ticket.stage"].search([("closed", "=", True)], limit=1)
    stage.close_from_portal = True
    return ticket.id, stage.id


def refund_twice(server, slips, size):
    """Refund one payslip by many; return the most credit notes of one."""
    clients = [
        Client(server.url, server.database, "officer")
        for _each in range(size["clients"])
    ]
    for slip in slips:
        clients[0].call("hr.payslip", "action_payslip_done", [slip])
        run_round(
            clients, lambda c, k, s=slip: c.call("hr.payslip", "refund_sheet", [s])
        )
    return count_notes(server.database, slips), clients


def reserve_too_much(server, clients, targets):
    """Reserve the last five serials by sixteen; return the most reserved."""
    worst = 0
    for part, pickings in targets:
        run_round(
            clients,
            lambda c, k, ids=pickings: c.call(
                "stock.picking", "action_confirm", [ids[k]]
            ),
        )
        run_round(
            clients,
            lambda c, k, ids=pickings: c.call(
                "stock.picking", "action_assign", [ids[k]]
            ),
        )
        rows = databases.rows(
            server.database,
            "SELECT COALESCE(SUM(quantity), 0) FROM stock_move_line"
            " WHERE product_id = %s AND state NOT IN ('cancel', 'done')",
            [part],
        )
        worst = max(worst, float(rows[0][0]))
        if worst > HAND:
            break
    return worst


def close_by_link(server, ticket, stage):
    """Let a stranger's browser follow a link; tell whether the ticket moved."""
    client = Client(server.url, server.database, "stranger", "stranger-stranger")
    client.session.get(
        f"{server.url}/ticket/close",
        params={"ticket_id": ticket, "stage_id": stage},
        timeout=60,
    )
    rows = databases.rows(
        server.database, "SELECT stage_id FROM helpdesk_ticket WHERE id = %s", [ticket]
    )
    return rows == [(stage,)]


def public_writes_stages(env):
    """Tell whether the public may write stages, as the matrix tries it."""
    stage = env["helpdesk.ticket.stage"].search([], limit=1)
    return stage.with_user(env.ref("base.public_user")).has_access("write")


def run(size):
    database = databases.PREFIX + "controls"
    db.fresh_base(database)
    with databases.environment(database, commit=True) as env:
        make_officer(env)
        make_stranger(env)
        slips = make_slips(env, size["rounds"])
        targets = make_transfers(env, size["tries"], size["clients"])
        ticket, stage = make_ticket(env)
        public = public_writes_stages(env)
    with OdooServer(database, size["workers"]) as server:
        requests.get(server.url, timeout=60)
        notes, clients = refund_twice(server, slips, size)
        promised = reserve_too_much(server, clients, targets)
        closed = close_by_link(server, ticket, stage)
    databases.discard(database)
    found = {
        "one payslip refunded more than once": notes > len(slips),
        "more than five serials of five promised": promised > HAND,
        "a ticket closed by a stranger's GET": closed,
        "the public may write ticket stages": public,
    }
    violations = [f"not found: {name}" for name, seen in found.items() if not seen]
    return {
        "credit notes of payslips": f"{notes} of {len(slips)}",
        "pieces promised of five": promised,
        "found": found,
        "violations": violations,
        "ok": not violations,
    }
