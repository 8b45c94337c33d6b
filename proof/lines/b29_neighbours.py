"""B29: common neighbours beside us; the core alone, and with each of its addons."""

import os
import re
from pathlib import Path
from unittest.mock import patch

import db
from kit import databases
from kit.client import Client
from kit.server import OdooServer
from kit.world import make_history, recall, remember, work_on
from odoodb import clone, drop, execute, run_odoo, sql

TITLE = "neighbours installed beside us; the core alone and with each of its addons"
GOAL = "every one installs without an error, the main steps work, L1-L10 hold"
NEIGHBOURS = (
    *("helpdesk_mgmt_sla", "helpdesk_mgmt_rating", "helpdesk_type", "product_warranty"),
    *("hr_attendance", "maintenance", "sale_management", "website"),
)
CORE = "aftersales_service"
# Pages that neighbours change too: who, and where.
PAGES = {
    "as_portal_a": (
        "/my",
        "/my/service",
        "/my/service/equipment",
        "/my/service/report",
    ),
    "as_dispatcher": ("/odoo", "/my"),
}
TAKES = 85
GATE = {"alone": False}
LONG = {"alone": True}


def there(addon):
    """Tell whether an addon is on the addons path."""
    text = Path(os.environ["ODOO_RC"]).read_text()
    path = re.search(r"^addons_path = (.*)$", text, re.MULTILINE).group(1)
    return any((Path(place.strip()) / addon).is_dir() for place in path.split(","))


def work(database):
    """Play the main steps: a ticket, an order, parts issued, a month paid."""
    with databases.environment(database, commit=True) as env:
        world = make_history(env, claims=1, slips=1)
        ticket = world._create_ticket()
        order = ticket.with_user(world.dispatcher_user).action_create_order()
        found = [] if order else [f"{database}: no order of the ticket"]
        found += [f"{database}: {text}" for text in work_on(world, "2026-05")]
        memory = remember(world)
    found += [f"{database}: {law}" for law in databases.broken_laws(database)]
    return found, memory


def open_pages(database):
    """Open the pages that a customer and the desk live in."""
    found = []
    with OdooServer(database) as server:
        for login, pages in PAGES.items():
            session = Client(server.url, database, login).session
            for page in pages:
                code = session.get(f"{server.url}{page}", timeout=120).status_code
                if code != 200:
                    found.append(f"{login} gets {code} on {page}")
        errors = server.count_in_log(" ERROR ")
    return found + ([f"{errors} errors in the log of the server"] if errors else [])


def check_control(database, memory):
    """The controls: a neighbour that is not there, and one that spoils a step."""
    found = []
    if not install(database, ["no_such_neighbour"]):
        found.append("control: a neighbour that is missing is not seen")
    with databases.environment(database) as env:
        payslip = type(env["hr.payslip"])
        with patch.object(payslip, "action_payslip_done", lambda slips: True):
            if not work_on(recall(env, memory), "2026-06"):
                found.append("control: a step that a neighbour spoiled is not seen")
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
        violations += work(copy)[0]
        databases.forget(copy)
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
    broken = install(database, found)
    violations += broken
    if not broken:
        more, memory = work(database)
        databases.forget(database)
        violations += more + open_pages(database) + check_control(database, memory)
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
