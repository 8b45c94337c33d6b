"""B29: common neighbours beside us; the core alone, and with each of its addons."""

import os
import re
from pathlib import Path

import db
from kit import databases
from kit.world import make_claim_world
from odoodb import clone, drop, execute, run_odoo, sql

TITLE = "neighbours installed beside us; the core alone and with each of its addons"
GOAL = "every one installs without an error, the main steps work, L1-L10 hold"
NEIGHBOURS = (
    *("helpdesk_mgmt_sla", "helpdesk_mgmt_rating", "helpdesk_type", "product_warranty"),
    *("hr_attendance", "maintenance", "sale_management", "website"),
)
CORE = "aftersales_service"
GATE = {"alone": False}
LONG = {"alone": True}


def there(addon):
    """Tell whether an addon is on the addons path."""
    text = Path(os.environ["ODOO_RC"]).read_text()
    path = re.search(r"^addons_path = (.*)$", text, re.MULTILINE).group(1)
    return any((Path(place.strip()) / addon).is_dir() for place in path.split(","))


def work(database):
    """Play the main steps: a ticket, an order, a claim approved and issued."""
    with databases.environment(database, commit=True) as env:
        world = make_claim_world(env)
        world._stock(world.filter_part, 10)
        ticket = world._create_ticket()
        order = ticket.with_user(world.dispatcher_user).action_create_order()
        claim = world._approved(world.filter_part)
        picking = claim.with_user(world.warehouse_user).action_issue()
        world._validate(picking)
        found = []
        if not order or claim.state not in ("issued", "closed"):
            found.append(f"{database}: claim {claim.state}, order {order}")
    found += [f"{database}: {law}" for law in databases.broken_laws(database)]
    databases.forget(database)
    return found


def install(database, addons):
    """Install addons; return what went wrong as a list."""
    try:
        run_odoo("proof-neighbours", "-d", database, "-i", ",".join(addons))
    except Exception as error:
        return [f"{','.join(addons)}: {str(error)[-300:]}"]
    rows = execute(
        "SELECT name FROM ir_module_module WHERE state = 'installed'", name=database
    )
    missing = set(addons).difference(row[0] for row in rows)
    return [f"not installed: {name}" for name in sorted(missing)]


def run_alone():
    """The core on nothing but what it needs, then with each glue addon."""
    core, violations, seen = databases.PREFIX + "core", [], []
    drop(core)
    execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(core)))
    violations += install(core, [CORE])
    for addon in db.our_addons():
        copy = databases.PREFIX + "glue"
        drop(copy)
        clone(core, copy)
        if addon != CORE:
            violations += install(copy, [addon])
        violations += work(copy)
        seen.append(addon)
        drop(copy)
    drop(core)
    return seen, violations


def run(size):
    database = databases.fresh("neighbours")
    found = [name for name in NEIGHBOURS if there(name)]
    violations = [
        f"not on the addons path: {name}" for name in NEIGHBOURS if name not in found
    ]
    violations += install(database, found) or work(database)
    databases.discard(database)
    alone = []
    if size["alone"]:
        alone, more = run_alone()
        violations += more
    return {
        "neighbours": found,
        "alone and with glue": alone,
        "violations": violations,
        "ok": not violations,
    }
