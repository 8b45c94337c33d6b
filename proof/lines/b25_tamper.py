"""B25: what is on record is neither changed nor deleted, and who does it is found."""

import io
import random
import string
from contextlib import closing

import psycopg2
from kit import databases
from kit.world import make_history
from odoodb import connect

from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, mute_logger

TITLE = "trail and ledgers changed through every door, and byte by byte behind it"
GOAL = "all refused; every changed byte found, and where; the controls are seen"
GATE = {"bytes": 200, "cents": 20}
LONG = {"bytes": 1000, "cents": 100}
NAME = "tamper"
# Written by hand: what must never change, with a column that somebody would change.
LEDGERS = {
    "aftersales.audit": "reason",
    "aftersales.audit.seal": "hash",
    "aftersales.audit.head": "hash",
    "aftersales.approval": "reason",
    "aftersales.settlement": "key",
    "aftersales.equipment.event": "reason",
    "aftersales.fund.line": "note",
}
CHAINED = ("aftersales_audit", "aftersales_audit_seal", "aftersales_audit_head")
# The control of the doors: a list that an administrator may change.
OPEN = ("res.country.state", "name")
PRINTABLE = (string.ascii_letters + string.digits + string.punctuation).encode()


def orm_doors(record, column):
    """Return the doors of the ORM to one record: {door: a call that changes it}."""
    imported = [[str(record.id), "tampered"]]
    return {
        "write": lambda: record.write({column: "tampered"}),
        "unlink": record.unlink,
        "copy": lambda: record.copy(),
        "create": lambda: record.create({column: "tampered"}),
        "load": lambda: raise_messages(record.load([".id", column], imported)),
        "web_save": lambda: record.web_save({column: "tampered"}, {}),
    }


def raise_messages(result):
    """An import that refused a row answers with messages instead of raising."""
    if not result["ids"]:
        raise UserError(str(result["messages"]))


def sql_doors(table, column):
    """Return statements that change, delete or empty a table."""
    text = f"UPDATE {table} SET {column} = COALESCE({column}::text, '') || 'x'"
    doors = {"UPDATE": text, "DELETE": f"DELETE FROM {table}"}
    doors["TRUNCATE"] = f"TRUNCATE {table} CASCADE"
    replica = "SET LOCAL session_replication_role = replica; "
    return doors | {f"{name} as replica": replica + s for name, s in doors.items()}


def passes(env, act):
    """Tell whether an act gets through; what it did is taken back."""
    try:
        with env.cr.savepoint():
            act()
            env.flush_all()
            raise GotThrough
    except GotThrough:
        return True
    except (AccessError, UserError, psycopg2.IntegrityError):
        return False
    finally:
        env.invalidate_all(flush=False)


class GotThrough(Exception):
    """Rolls back an act that nobody refused."""


def doors_that_pass(env, name, column):
    """Return which doors change the table, and how many there are."""
    through, count = [], 0
    admin = env(user=env.ref("base.user_admin"))
    for who, asking in (("admin", admin), ("superuser", env)):
        record = asking[name].browse(env[name].search([], limit=1).ids)
        for door, act in orm_doors(record, column).items():
            count += 1
            if passes(env, act):
                through.append(f"{who} {door}")
    for door, statement in sql_doors(env[name]._table, column).items():
        count += 1
        if passes(env, lambda text=statement: env.cr.execute(text)):
            through.append(f"SQL {door}")
    return through, count


@mute_logger("odoo.sql_db")
def check_doors(env):
    """Press every door of every ledger; return how many, and what went through."""
    pressed, violations = 0, []
    for name, column in LEDGERS.items():
        if not env[name].search([], limit=1):
            violations.append(f"{name} is empty: nothing was tried")
            continue
        through, count = doors_that_pass(env, name, column)
        pressed += count
        violations += [f"{name}: {door} got through" for door in through]
    growing = {
        model._name
        for model in env.values()
        if "aftersales.append.mixin" in model._inherit and not model._abstract
    }
    violations += [f"{name} is not tried" for name in sorted(growing - set(LEDGERS))]
    return pressed, violations


@mute_logger("odoo.sql_db")
def check_open_doors(env):
    """The control: on a list that is no record, the same doors do open."""
    through, count = doors_that_pass(env, *OPEN)
    wanted = {"admin write", "superuser write", "superuser load", "SQL UPDATE"}
    found = [f"control: {door} does not open" for door in wanted - set(through)]
    return f"{len(through)} of {count} doors open on {OPEN[0]}", found


def one_byte(line, draw):
    """Return a line of a dump with one byte of it changed."""
    place = draw.randrange(len(line))
    other = draw.choice([byte for byte in PRINTABLE if byte != line[place]])
    return line[:place] + bytes([other]) + line[place + 1 :]


class Dump:
    """A table as its dump holds it: a line of text for each row."""

    def __init__(self, cursor, table):
        self.cursor, self.table = cursor, table
        names = (SQL.identifier(f"byte_{table}"), SQL.identifier(table))
        cursor.execute(SQL("CREATE TEMP TABLE %s (LIKE %s)", *names))
        cursor.execute(SQL("SELECT id FROM %s ORDER BY id", names[1]))
        self.ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY"
            " ordinal_position) FROM information_schema.columns"
            " WHERE table_name = %s AND table_schema = 'public'",
            [table],
        )
        [(self.columns,)] = cursor.fetchall()

    def line(self, row_id):
        """Return the line of a row, without its end."""
        buffer = io.BytesIO()
        query = f"SELECT {self.columns} FROM {self.table} WHERE id = {row_id}"
        self.cursor.copy_expert(f"COPY ({query}) TO STDOUT", buffer)
        return buffer.getvalue().rstrip(b"\n")

    def restore(self, row_id, line):
        """Put a line in the place of a row; return whether the row is another now."""
        copy = f"byte_{self.table}"
        self.cursor.execute(f"DELETE FROM {copy}")
        self.cursor.copy_expert(
            f"COPY {copy} ({self.columns}) FROM STDIN", io.BytesIO(line + b"\n")
        )
        self.cursor.execute(
            f"UPDATE {self.table} t SET ({self.columns}) ="
            f" (SELECT {self.columns} FROM {copy}) WHERE id = %s"
            f" AND t::text <> (SELECT c::text FROM {copy} c)",
            [row_id],
        )
        return bool(self.cursor.rowcount)


def documents(cursor, table, line_id):
    """Return the documents whose chain a row of the trail or a seal is part of."""
    if table == "aftersales_audit_seal":
        cursor.execute(
            "SELECT 'aftersales.audit.seal', COALESCE(company_id, 0)"
            " FROM aftersales_audit_seal WHERE id = %s",
            [line_id],
        )
    elif table == "aftersales_audit_head":
        cursor.execute(
            "SELECT 'aftersales.audit.seal', COALESCE(s.company_id, 0)"
            " FROM aftersales_audit_head h, aftersales_audit_seal s"
            " WHERE h.id = %s AND s.id = h.seal_id",
            [line_id],
        )
    else:
        cursor.execute(
            "SELECT model, res_id FROM aftersales_audit WHERE id = %s", [line_id]
        )
    return set(cursor.fetchall())


def tamper(env, dump, row_id, draw):
    """Change one byte of one row: same, refused, found, missed or elsewhere."""
    cursor = env.cr
    own = documents(cursor, dump.table, row_id)
    line = one_byte(dump.line(row_id), draw)
    try:
        with cursor.savepoint():
            if not dump.restore(row_id, line):
                return "same", line
            own |= documents(cursor, dump.table, row_id)
            result = env["aftersales.audit"].verify()
            raise GotThrough
    except GotThrough:
        broken = result["broken"]
    except psycopg2.Error:
        return "refused", line
    if not broken:
        return "missed", line
    return (
        "found" if (broken["model"], broken["res_id"]) in own else "elsewhere",
        line,
    )


@mute_logger("odoo.sql_db")
def check_bytes(env, wanted):
    """Change bytes behind the triggers; return the figures and what was missed."""
    draw, figures, violations = random.Random(25), {}, []
    for table in CHAINED:
        name = SQL.identifier(table)
        env.cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER ALL", name))
    dumps = [Dump(env.cr, table) for table in CHAINED]
    places = [(dump, row_id) for dump in dumps for row_id in dump.ids]
    if not env["aftersales.audit"].verify()["ok"]:
        violations.append("the untouched trail is called broken")
    while sum(figures.values()) - figures.get("same", 0) < wanted:
        dump, row_id = draw.choice(places)
        verdict, line = tamper(env, dump, row_id, draw)
        figures[verdict] = figures.get(verdict, 0) + 1
        if verdict in ("missed", "elsewhere"):
            violations.append(f"{dump.table} {row_id} {verdict}: {line[:160]}")
    return {"rows of the trail": len(places), **figures}, violations


def check_cents(env, wanted):
    """Change amounts of the ledger by a cent; the laws must say so."""
    env.cr.execute("ALTER TABLE aftersales_settlement DISABLE TRIGGER ALL")
    env.cr.execute("SELECT id FROM aftersales_settlement WHERE kind = 'post'")
    ids = [row[0] for row in env.cr.fetchall()]
    companies = env["res.company"].search([]).ids
    integrity = env["aftersales.integrity"].with_context(allowed_company_ids=companies)
    draw, missed = random.Random(25), []
    for _each in range(wanted):
        row_id = draw.choice(ids)
        cent = draw.choice(("0.01", "-0.01"))
        try:
            with env.cr.savepoint():
                env.cr.execute(
                    "UPDATE aftersales_settlement SET amount = amount + %s,"
                    " signed_amount = signed_amount + sign(signed_amount) * %s"
                    " WHERE id = %s",
                    [cent, cent, row_id],
                )
                results = integrity.run(["L1", "L2", "L3"])
                raise GotThrough
        except GotThrough:
            if all(result["ok"] for result in results):
                missed.append(f"settlement {row_id} {cent}: no law says so")
    return len(ids), missed


def check_without_triggers(database):
    """The control of the triggers: without them the same statement gets through."""
    with connect(database) as connection, closing(connection.cursor()) as cursor:
        connection.autocommit = False
        cursor.execute("ALTER TABLE aftersales_audit DISABLE TRIGGER ALL")
        cursor.execute(sql_doors("aftersales_audit", "reason")["UPDATE"])
        changed = cursor.rowcount
        connection.rollback()
    return [] if changed else ["control: nothing is changed without the triggers"]


def write_something(env, world):
    """Let the ledgers that the main job does not touch have a row too."""
    env["aftersales.equipment.event"]._write_down(
        [
            {
                "equipment_id": world.equipment.id,
                "company_id": world.company.id,
                "kind": "software",
                "happened_on": "2026-03-02",
                "new_value": "2.1",
                "reason": "Bulletin 7",
            }
        ]
    )
    fund, today = env["aftersales.fund"]._get_current(world.company)
    entry = {"kind": "income", "amount": 10.0, "note": "Given", "date": today}
    env["aftersales.fund.line"]._enter([{"fund_id": fund.id, **entry}])


def run(size):
    database = databases.fresh(NAME)
    with databases.environment(database, commit=True) as env:
        world = make_history(env, claims=3, slips=3)
        write_something(env, world)
        env["aftersales.audit.seal"]._seal_next(5000)
    with databases.environment(database) as env:
        pressed, violations = check_doors(env)
        control, more = check_open_doors(env)
    violations += more
    with databases.environment(database) as env:
        figures, missed = check_bytes(env, size["bytes"])
    with databases.environment(database) as env:
        rows, unseen = check_cents(env, size["cents"])
    violations += missed + unseen + check_without_triggers(database)
    violations += databases.broken_laws(database)
    databases.discard(database)
    return {
        "doors of ledgers": f"{pressed} pressed",
        "control of the doors": control,
        "bytes": figures,
        "cents": f"{size['cents'] - len(unseen)} of {size['cents']} found, {rows} rows",
        "violations": violations,
        "ok": not violations,
    }
