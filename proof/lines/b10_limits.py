"""B10: limits that hold over all workers and after they were killed."""

import re
from collections import Counter

import requests
from kit import databases
from kit.server import OdooServer
from kit.world import make_claim_world

TITLE = "rate limits: reports of a customer, codes of units, tokens, calendar keys"
GOAL = "the first over the limit is refused in words, by any worker, after a kill too"
GATE = {"guesses": 60}
LONG = {"guesses": 10000}
REPORTS, GUESSES = 20, 20
TOKEN = re.compile(r'csrf_token(?:"[^>]*value="|: ")([0-9a-f]{40}o\d*)')


class Visitor:
    """A browser; every request may reach another worker."""

    def __init__(self, url, login=None):
        self.url, self.session = url, requests.Session()
        self.session.headers["Connection"] = "close"
        if login:
            token = self.csrf("/web/login")
            data = {"login": login, "password": login, "csrf_token": token}
            self.session.post(f"{url}/web/login", data=data, timeout=120)

    def csrf(self, path):
        found = TOKEN.search(self.session.get(self.url + path, timeout=120).text)
        return found.group(1) if found else ""

    def report(self, text, path="/my/service/report"):
        """Send a fault report; return the status of the answer."""
        data = {"text": text, "kind": "repair", "csrf_token": self.token}
        data |= {"name": "Passer-by", "phone": "1"}
        return self.session.post(
            self.url + path, data=data, timeout=120, allow_redirects=False
        ).status_code

    def get(self, path):
        return self.session.get(
            self.url + path, timeout=120, allow_redirects=False
        ).status_code


def prepare(database):
    """Make a company with known limits, a unit with a code, an order with a link."""
    with databases.environment(database, commit=True) as env:
        world = make_claim_world(env)
        first = env["res.company"].search([], order="id", limit=1)
        limits = {
            "aftersales_report_limit": REPORTS,
            "aftersales_report_minutes": 60,
            "aftersales_qr_address_limit": GUESSES,
            "aftersales_qr_unit_limit": 5,
        }
        (first | world.company).write(limits)
        world.equipment.action_print_label()
        order = world._create_order()
        link = env["aftersales.link"]._issue(order, "visit")[order.id]
        return {"code": world.equipment.qr_token, "order": order.id, "link": link}


def workers_of(server, path):
    """Return the processes that answered requests for a path."""
    text = server.log.read_text(errors="replace")
    return set(re.findall(rf"^\S+ \S+ (\d+) .*POST {path} ", text, re.MULTILINE))


def restart(server):
    """Kill every worker and wait for new ones."""
    for pid in server.http_workers():
        server.kill(pid)
    server.wait_for_workers()


def try_reports(server, violations):
    """Send one report more than the limit, then kill the workers and send another."""
    visitor = Visitor(server.url, "as_portal_a")
    visitor.token = visitor.csrf("/my/service/report")
    codes = [visitor.report(f"Report {n}") for n in range(REPORTS + 2)]
    if codes != [303] * REPORTS + [429, 429]:
        violations.append(f"reports were answered {Counter(codes)}, not 20 and refused")
    spread = len(workers_of(server, "/my/service/report"))
    if spread < 2:
        violations.append(f"the reports reached {spread} worker: nothing is shown")
    restart(server)
    if visitor.report("After the kill") != 429:
        violations.append("a report was taken after the workers were killed")
    other = Visitor(server.url, "as_portal_b")
    other.token = other.csrf("/my/service/report")
    if other.report("Another customer") != 303:
        violations.append("another customer was refused")
    return spread


def try_guesses(server, facts, count, violations):
    """Guess tokens of an order, codes of units and calendar keys by turns."""
    stranger, codes = Visitor(server.url), Counter()
    for number in range(count):
        wrong = f"{number:032d}"
        path = (
            f"/my/service/order/{facts['order']}?access_token={wrong}{'y' * 11}",
            f"/service/unit/{wrong}",
            f"/aftersales/calendar/{wrong}.ics",
        )[number % 3]
        codes[stranger.get(path)] += 1
    if set(codes) != {404, 429} or codes[404] != GUESSES:
        violations.append(f"guesses were answered {dict(codes)}")
    restart(server)
    if stranger.get(f"/service/unit/{'z' * 32}") != 429:
        violations.append("guessing went on after the workers were killed")
    # The right key opens: only who guesses waits.
    right = f"/my/service/order/{facts['order']}?access_token={facts['link']}"
    if stranger.get(right) != 200:
        violations.append("control: the right token opened nothing")
    return codes


def try_unit(server, facts, violations):
    """Report a unit by its code more often than a unit is reported."""
    path = f"/service/unit/{facts['code']}"
    passer = Visitor(server.url)
    passer.token = passer.csrf(path)
    codes = [passer.report("Smoke", path) for _n in range(7)]
    if codes != [303] * 5 + [429] * 2:
        violations.append(f"reports by the code were answered {codes}")


def run(size):
    database, violations = databases.fresh("b10_limits"), []
    facts = prepare(database)
    with OdooServer(database, workers=2) as server:
        spread = try_reports(server, violations)
        try_unit(server, facts, violations)
        codes = try_guesses(server, facts, size["guesses"], violations)
        stored = databases.rows(
            database,
            "SELECT COUNT(*) FROM helpdesk_ticket WHERE partner_id IS NOT NULL",
        )[0][0]
        untyped = server.count_in_log("Traceback (most recent call last)")
    databases.discard(database)
    return {
        "reports taken": stored,
        "workers that took reports": spread,
        "guesses": dict(codes),
        "tracebacks in the log": untyped,
        "violations": violations,
        "ok": not violations and not untyped,
    }
