"""B5: every route of ours, every visitor, every record and token of somebody else."""

import re
from collections import Counter

import requests
from kit import databases
from kit.payloads import PIXEL, SCALARS
from kit.server import OdooServer
from kit.victim import CANARY, FILES, XSS, prepare

TITLE = "portal sweep: routes x visitors x foreign records, tokens, methods, uploads"
GOAL = "0 leaks, 0 writes by GET or without CSRF token, 0 answers of 5xx"
GATE = {"junk": 6}
LONG = {"junk": 32}
VISITORS = ("public", "as_portal_a", "as_portal_b", "as_employee")
# Route -> the parameters it takes; {order}, {unit}, {ticket} are customer B's.
PAGES = {
    "/my/service": ("page", "filterby"),
    "/my/service/page/{junk}": (),
    "/my/service/order/{order}": ("access_token", "report_type", "download", "done"),
    "/my/service/equipment": (),
    "/my/service/report": ("equipment", "kind"),
    "/my/service/repairs": ("page", "filterby"),
    "/my/service/repairs/page/{junk}": (),
    "/my/service/repair/{rma}": ("done",),
    "/aftersales/import/{model}": (),
    "/aftersales/import/{model}/{junk}": (),
    "/service/unit/{code}": ("done",),
    "/aftersales/calendar/{code}.ics": (),
    "/aftersales/document/{order}": (),
    "/my/ticket/{ticket}": ("access_token",),
    "/my/tickets/page/{junk}": (),
    "/my/tickets": (
        *("page", "sortby", "filterby", "search", "search_in", "groupby"),
        *("date_begin", "date_end"),
    ),
}
ACTS = {
    "/my/service/order/{order}/confirm": {"name": "Mallory"},
    "/my/service/order/{order}/move": {
        "name": "Mallory",
        "wanted": "2031-01-07T10:00",
        "note": "x",
    },
    "/my/service/order/{order}/rate": {"stars": "1", "comment": "bad"},
    "/my/service/repair/{rma}/decline": {"reason": "Mallory", "seen": "{seen}"},
    "/ticket/close": {"ticket_id": "{ticket}", "stage_id": "{stage}"},
    "/my/service/report": {"equipment": "{unit}", "text": "Mallory was here"},
    "/service/unit/{code}": {"text": "Mallory", "name": "M", "phone": "1"},
}
# Acts that a page's script calls: JSON in the body, the tokens in the address.
SIGNED = {
    "/my/service/order/{order}/sign": {"name": "Mallory", "signature": PIXEL},
    "/my/service/repair/{rma}/authorise": {"name": "Mallory", "signature": PIXEL},
}
# What an act would change, as one figure of the database.
STATE = """
SELECT (SELECT md5(string_agg(md5(t::text), '' ORDER BY id)) FROM aftersales_order t),
       (SELECT COUNT(*) FROM helpdesk_ticket), (SELECT COUNT(*) FROM aftersales_change),
       (SELECT md5(string_agg(md5(t::text), '' ORDER BY id)) FROM aftersales_rma t),
       (SELECT string_agg(stage_id::text, ',' ORDER BY id) FROM helpdesk_ticket),
       (SELECT COUNT(*) FROM rating_rating WHERE consumed), (SELECT COUNT(*)
        FROM ir_attachment WHERE res_model IN ('aftersales.order', 'helpdesk.ticket')),
       (SELECT COUNT(*) FROM mail_message WHERE model IN
        ('aftersales.order', 'helpdesk.ticket'))
"""


class Sweep:
    """What is swept: one server, one database, customer B the victim."""

    def __init__(self, database, url, facts):
        self.database, self.url, self.facts = database, url, facts
        self.counts, self.violations = Counter(), []
        self.sessions = {visitor: self._session(visitor) for visitor in VISITORS}

    def _session(self, visitor):
        session = requests.Session()
        if visitor != "public":
            token = self._csrf(session, "/web/login")
            session.post(
                f"{self.url}/web/login",
                data={
                    "login": visitor,
                    "password": visitor.ljust(8, "x")
                    if visitor == "as_employee"
                    else visitor,
                    "csrf_token": token,
                },
                timeout=60,
            )
        return session

    def _csrf(self, session, path):
        page = session.get(self.url + path, timeout=60).text
        found = re.search(r'csrf_token(?:"[^>]*value="|: ")([0-9a-f]{40}o\d*)', page)
        return found.group(1) if found else ""

    def ask(self, visitor, method, path, **options):
        """Send a request; note what must never be answered."""
        self.counts[method] += 1
        answer = self.sessions[visitor].request(
            method,
            self.url + path,
            timeout=60,
            allow_redirects=False,
            **options,
        )
        label = f"{visitor} {method} {path[:90]}"
        if answer.status_code >= 500:
            self.violations.append(f"{answer.status_code} {label} {options}"[:300])
        if CANARY in answer.text and visitor != "as_portal_b":
            self.violations.append(f"LEAK {label}")
        if "<script>alert(78)" in answer.text or "<img src=x onerror" in answer.text:
            self.violations.append(f"unescaped text in {label}")
        return answer

    def fill(self, path):
        return path.format(**self.facts, junk="999999999999999999999")

    def state(self):
        return databases.rows(self.database, STATE)[0]

    def pages(self, junk):
        """Read every page aimed at the victim, with junk in each parameter."""
        for visitor in VISITORS:
            for path, names in PAGES.items():
                aimed = self.fill(path)
                answer = self.ask(visitor, "GET", aimed)
                if visitor == "as_portal_b" and "order/" in path:
                    self.counts["victim sees his own"] += CANARY in answer.text
                for name in names:
                    for value in SCALARS[12 : 12 + junk]:
                        text = value if isinstance(value, str) else str(value)
                        self.ask(visitor, "GET", aimed, params={name: text})

    def tokens(self):
        """Try tokens: of a sibling, expired, revoked, tampered, none."""
        order = self.facts["order"]
        for name, token in self.facts["tokens"].items():
            path = f"/my/service/order/{order}"
            for visitor in ("public", "as_portal_a"):
                answer = self.ask(visitor, "GET", path, params={"access_token": token})
                if answer.status_code == 200:
                    self.violations.append(f"token {name} opened {path} to {visitor}")
        live = {"access_token": self.facts["live"]}
        answer = requests.get(
            f"{self.url}/my/service/order/{order}", params=live, timeout=60
        )
        if answer.status_code != 200:
            self.violations.append(f"the live token opened nothing: {answer}")

    def acts(self):
        """Do each act as a stranger: by GET, without and with a CSRF token."""
        for visitor in ("public", "as_portal_a", "as_employee"):
            for path, values in ACTS.items():
                if visitor == "as_employee" and path == "/ticket/close":
                    continue  # staff may close what they may edit
                if "unit/{code}" in path or path == "/my/service/report":
                    continue  # open to strangers or own reports: see uploads
                self._act(visitor, path, values)

    def _act(self, visitor, path, values):
        aimed, before = self.fill(path), self.state()
        data = {name: self.fill(value) for name, value in values.items()}
        self.ask(visitor, "GET", aimed, params=data)
        self.ask(visitor, "POST", aimed, data=data)
        token = self._csrf(self.sessions[visitor], "/my/service") or self._csrf(
            self.sessions[visitor], "/web/login"
        )
        for key in (None, *self.facts["tokens"].values()):
            extra = {"access_token": key} if key else {}
            answer = self.ask(
                visitor, "POST", aimed, data={**data, **extra, "csrf_token": token}
            )
            self.counts[f"act refused {answer.status_code}"] += 1
        if self.state() != before:
            self.violations.append(f"{visitor} changed something by {path}")

    def sign(self):
        """Sign as a stranger with a token of the page, and as the victim without."""
        for visitor in VISITORS:
            token = self._csrf(self.sessions[visitor], "/my/service") or self._csrf(
                self.sessions[visitor], "/web/login"
            )
            for path, values in SIGNED.items():
                before, aimed = self.state(), self.fill(path)
                tokens = {"csrf_token": token, "seen": self.facts["seen"]}
                tries = [{"seen": self.facts["seen"]}, {"csrf_token": "x"}]
                if visitor != "as_portal_b":
                    tries += [
                        {**tokens, "access_token": key}
                        for key in ("", *self.facts["tokens"].values())
                    ]
                self.ask(visitor, "GET", aimed, params=tokens)
                for arguments in tries:
                    self.ask(
                        visitor,
                        "POST",
                        aimed,
                        params=arguments,
                        json={"params": values},
                    )
                if self.state() != before:
                    self.violations.append(f"{visitor} signed by {path}")

    def own_acts_without_csrf(self):
        """The victim himself, but from another site: GET or no CSRF token."""
        for path, values in ACTS.items():
            before, aimed = self.state(), self.fill(path)
            data = {name: self.fill(value) for name, value in values.items()}
            self.ask("as_portal_b", "GET", aimed, params=data)
            self.ask("as_portal_b", "POST", aimed, data=data)
            if self.state() != before:
                self.violations.append(f"written by GET or without token: {path}")

    def uploads(self):
        """Send files that are no photos, too many, too large; and text with HTML."""
        path = "/my/service/report"
        token = self._csrf(self.sessions["as_portal_b"], path)
        self.counts["csrf token found"] += bool(token)
        for name, content in FILES.items():
            before = databases.rows(
                self.database, "SELECT COALESCE(MAX(id), 0) FROM ir_attachment"
            )
            answer = self.ask(
                "as_portal_b",
                "POST",
                path,
                data={"text": XSS, "kind": "repair", "csrf_token": token},
                files=[("photos", (name, content))],
            )
            stored = databases.rows(
                self.database,
                "SELECT name, mimetype FROM ir_attachment WHERE id > %s AND res_model ="
                " 'helpdesk.ticket'",
                before[0],
            )
            good = name == "good.png"
            if bool(stored) != good:
                self.violations.append(f"upload {name}: {stored} {answer.status_code}")
            self.counts[f"upload {answer.status_code}"] += 1
        many = [("photos", (f"{k}.png", FILES["good.png"])) for k in range(30)]
        answer = self.ask(
            "as_portal_b",
            "POST",
            path,
            data={"text": "many", "csrf_token": token},
            files=many,
        )
        if answer.status_code < 400:
            self.violations.append("30 photos were taken at once")
        self._look_at_reports()

    def _look_at_reports(self):
        """Read back what was stored with HTML in it."""
        for (ticket,) in databases.rows(
            self.database,
            "SELECT id FROM helpdesk_ticket WHERE description LIKE '%%alert(7%%'",
        ):
            self.counts["texts with HTML read back"] += 1
            self.ask("as_portal_b", "GET", f"/my/ticket/{ticket}")
        self.ask("as_portal_b", "GET", "/my/service")


def forgotten(database):
    """Return the routes of our addons that no list above names."""
    known = {re.sub(r"{\w+}", "<>", path) for path in (*PAGES, *ACTS, *SIGNED)}
    with databases.environment(database) as env:
        names = sorted(env.registry._init_modules)
        rules = list(env["ir.http"]._generate_routing_rules(names, None))
    return sorted(
        f"the route {url} is not swept"
        for url, endpoint in rules
        if endpoint.func.__module__.startswith("odoo.addons.aftersales_service")
        and re.sub(r"<[^>]+>", "<>", url) not in known
    )


def run(size):
    database = databases.fresh("b05_portal")
    facts = prepare(database)
    with OdooServer(database) as server:
        sweep = Sweep(database, server.url, facts)
        sweep.violations += forgotten(database)
        sweep.pages(size["junk"])
        sweep.tokens()
        sweep.acts()
        sweep.sign()
        sweep.own_acts_without_csrf()
        sweep.uploads()
        untyped = server.count_in_log("Traceback (most recent call last)")
        # The leak detector itself: the victim's own page must hold the canary.
        if not sweep.counts["victim sees his own"]:
            sweep.violations.append("control: the victim does not see his own page")
    databases.discard(database)
    return {
        "requests": dict(sweep.counts),
        "tracebacks in the log": untyped,
        "violations": sweep.violations,
        "ok": not sweep.violations and not untyped,
    }
