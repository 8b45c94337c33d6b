"""B8: HTML and formulas in all texts: web client, conversations, mails, papers."""

import io
import json
import re
import subprocess
import zipfile
from collections import Counter

from b04_assignment import give_all_rights
from b07_input import Fuzz
from kit import databases
from kit.payloads import TEXTS
from kit.poison import POISON, is_raw, poison_record
from kit.server import OdooServer
from kit.specimens import Specimens
from kit.world import make_claim_world
from odoodb import ROOT

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tools import mute_logger

from odoo.addons.aftersales_service.tests import introspection

TITLE = "HTML and formulas in all texts: web client, chatter, mails, papers, workbooks"
GOAL = "0 scripts run, 0 unescaped, 0 formulas; text put in as HTML is found"
SEEN = (
    *("aftersales.order", "aftersales.claim", "aftersales.equipment"),
    *("aftersales.site", "aftersales.callback", "aftersales.adjustment"),
)
TAKES = 98
GATE = {"models": SEEN, "kinds": ("list", "form"), "presses": 1}
LONG = {"models": (), "kinds": ("list", "kanban", "form"), "presses": 4}
# Columns that are shown as HTML.
MARKUP = {
    "mail_message": "body",
    "mail_mail": "body_html",
    "mail_activity": "note",
    "helpdesk_ticket": "description",
}
BASES = ("res.partner", "product.template", "hr.employee", "helpdesk.ticket.team")


class Markup:
    """A database full of poison, and what is looked at there."""

    def __init__(self, env):
        self.env, self.counts, self.violations = env, Counter(), []
        self.world = make_claim_world(env)
        self.specimens = Specimens(self.world)
        self.records = {}
        for model in introspection.our_models(env):
            if model._auto and not model._abstract:
                record = self.specimens.make(model._name, "own")
                if record:
                    self.records[model._name] = record
        for name in ("helpdesk.ticket", *BASES):
            self.records[name] = self.specimens.make(name, "own")
        env.flush_all()
        for record in self.records.values():
            self.counts["texts"] += poison_record(record)
        give_all_rights(env, self.world.head_user)

    def look(self, what, text):
        self.counts[what.partition(" ")[0]] += 1
        if is_raw(text):
            self.violations.append(f"unescaped in {what}")

    # -- papers, mails, workbooks

    def papers(self):
        """Draw every report of ours as a page."""
        engine = self.env["ir.actions.report"]
        for report in engine.search([("report_type", "=", "qweb-pdf")]):
            record = self.records.get(report.model)
            if not record or "aftersales" not in report.report_name:
                continue
            self._render(f"report {report.report_name}", self._draw, report, record)

    def _draw(self, report, record):
        page = self.env["ir.actions.report"]._render_qweb_html(
            report.report_name, record.ids
        )[0]
        return page.decode() if isinstance(page, bytes) else page

    def mails(self):
        """Fill every template of ours."""
        templates = self.env["mail.template"].search([])
        for template in templates:
            record = self.records.get(template.model)
            if record:
                self._render(f"mail {template.name}", self._fill, template, record)

    def _fill(self, template, record):
        values = template._generate_template(record.ids, ["body_html"])[record.id]
        return str(values.get("body_html"))

    def _render(self, label, draw, *arguments):
        with self.env.cr.savepoint() as savepoint:
            try:
                self.look(label, draw(*arguments))
            except Exception as error:
                # A record made past all logic lacks what some papers need.
                self.counts["not drawn"] += 1
                self.counts[f"not drawn: {type(error).__name__}"] += 1
            finally:
                savepoint.rollback()

    def workbooks(self):
        """Write every workbook; a cell must not be a formula."""
        for report in self.env["ir.actions.report"].search(
            [("report_type", "=", "xlsx")]
        ):
            record = self.records.get(report.model)
            if record and "aftersales" in report.report_name:
                content = report._render_xlsx(report.report_name, record.ids, {})[0]
                self._look_at_cells(report.report_name, content)

    def _look_at_cells(self, name, content):
        self.counts["workbook"] += 1
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = {part: book.read(part).decode() for part in book.namelist()
                     if part.endswith(".xml")}  # fmt: skip
        if any(re.search(r"<f[ >]", text) for text in parts.values()):
            self.violations.append(f"formula in the workbook {name}")
        self.counts["poisoned cells"] += sum(
            text.count("=HYPERLINK") for text in parts.values()
        )

    # -- what methods write into conversations

    def presses(self, count):
        """Press every method that takes a text; look at what it wrote as HTML."""
        fuzz = Fuzz.__new__(Fuzz)
        fuzz.env = self.env
        user = self.world.head_user
        for model, name, parameters in fuzz.targets():
            record = self.records.get(model._name)
            words = [key for key in parameters if key in TEXTS]
            if not record or not words or not model._auto:
                continue
            for state in self._states(model, count):
                self._press(record.with_user(user), name, words, parameters, state)

    def _states(self, model, count):
        field = model._fields.get("state")
        states = field.get_values(self.env) if field and field.store else [None]
        return states if count > 1 else states[:3]

    def _press(self, record, name, words, parameters, state):
        from kit.payloads import NAMED

        arguments = {
            key: POISON if key in words else NAMED.get(key, value)
            for key, value in parameters.items()
        }
        with self.env.cr.savepoint() as savepoint:
            try:
                if state:
                    self._put_state(record, state)
                newest = self._newest()
                call_kw(record.browse(), name, [record.ids], arguments)
                self.env.flush_all()
                self.counts["texts taken by methods"] += 1
                self._look_at_rows(f"{record._name}.{name}", newest)
            except UserError:
                self.counts["texts refused"] += 1
            except Exception as error:
                self.counts[f"not pressed: {type(error).__name__}"] += 1
            finally:
                savepoint.rollback()

    def _put_state(self, record, state):
        with self.env.cr.savepoint(flush=False):
            self.env.cr.execute(
                f'UPDATE "{record._table}" SET state = %s WHERE id = %s',
                [state, record.id],
            )
        record.invalidate_model()

    def _newest(self):
        return {table: self._one(f'SELECT MAX(id) FROM "{table}"') for table in MARKUP}

    def _one(self, query):
        self.env.cr.execute(query)
        return self.env.cr.fetchone()[0] or 0

    def _look_at_rows(self, label, newest):
        for table, column in MARKUP.items():
            self.env.cr.execute(
                f'SELECT "{column}" FROM "{table}" WHERE id > %s', [newest[table]]
            )
            for (text,) in self.env.cr.fetchall():
                self.look(f"conversation {table} by {label}", str(text))

    # -- the web client

    def windows(self, names, kinds):
        """Return the addresses of windows on poisoned records."""
        actions = self.env["ir.actions.act_window"].search([], order="id")
        found = {}
        for action in actions:
            record = self.records.get(action.res_model)
            if not record or (names and action.res_model not in names):
                continue
            if record._transient or action.target == "new":
                continue
            found.setdefault(action.res_model, (action, record))
        for action, record in found.values():
            for kind in kinds:
                if kind == "form":
                    yield f"/odoo/action-{action.id}/{record.id}"
                elif kind in action.view_mode:
                    yield f"/odoo/action-{action.id}?view_type={kind}"


def browse(url, login, targets):
    """Open pages in a browser; return what each of them did."""
    done = subprocess.run(
        ["node", ROOT / "proof" / "kit" / "browse.cjs", url, login,
         login.ljust(8, "x"), *targets],
        capture_output=True, text=True, check=False, timeout=3600,
    )  # fmt: skip
    pages = [json.loads(line) for line in done.stdout.splitlines()]
    if len(pages) != len(targets):
        raise RuntimeError(f"the browser broke off: {done.stderr[-300:]}")
    return pages


def control(database):
    """Put the poison where HTML is expected, without sanitizing it."""
    with databases.environment(database, commit=True) as env:
        ticket = env["helpdesk.ticket"].search([], order="id", limit=1)
        env.cr.execute(
            "UPDATE helpdesk_ticket SET description = %s WHERE id = %s",
            [POISON, ticket.id],
        )
        action = env["ir.actions.act_window"].search(
            [("res_model", "=", "helpdesk.ticket")], order="id", limit=1
        )
        return f"/odoo/action-{action.id}/{ticket.id}"


def look_in_process(database, size):
    with databases.environment(database, commit=True) as env:
        markup = Markup(env)
        windows = list(markup.windows(size["models"], size["kinds"]))
    with databases.environment(database) as env:
        markup.env = env
        markup.records = {n: r.with_env(env) for n, r in markup.records.items()}
        markup.world.head_user = markup.world.head_user.with_env(env)
        markup.papers()
        markup.mails()
        markup.workbooks()
        with mute_logger("odoo.sql_db"):
            markup.presses(size["presses"])
    return markup, windows


def run(size):
    database = databases.fresh("b08_markup")
    markup, windows = look_in_process(database, size)
    if not is_raw(POISON):
        markup.violations.append("control: the detector does not know the poison")
    with OdooServer(database) as server:
        pages = browse(server.url, "as_head", windows)
        bad = control(database)
        [known] = browse(server.url, "as_head", [bad])
    fired = [page["path"] for page in pages if page["fired"]]
    markup.violations += [f"a script ran at {path}" for path in fired]
    if not any(page["shown"] for page in pages):
        markup.violations.append("no window was shown")
    if not known["fired"]:
        markup.violations.append("control not found: raw HTML that runs in a window")
    databases.discard(database)
    return {
        "counts": dict(markup.counts),
        "windows": len(pages),
        "shown": sum(page["shown"] for page in pages),
        "raw HTML past the sanitizer runs in the client": known["fired"],
        "violations": markup.violations,
        "ok": not markup.violations,
    }
