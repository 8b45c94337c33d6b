"""What the tools need to handle Odoo databases: create, clone, drop, run Odoo.

Run inside ``tools/env.sh``: the PG variables, ODOO_RC, ROOT and STATE are set.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg2
from psycopg2 import sql

ROOT = Path(os.environ["ROOT"])
STATE = Path(os.environ["STATE"])
FILESTORE = STATE / "data" / "filestore"
LOGS = STATE / "log"
ERROR_LINE = re.compile(r"^\S+ \S+ \d+ (ERROR|CRITICAL) ")
LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\d \S+ \d+ [A-Z]+ ")
RESERVED = {"postgres", "template0", "template1"}
MARK = "made by aftersales_service, safe to replace"


class ToolError(Exception):
    """A failure with a sentence for the user."""


def connect(name="postgres"):
    connection = psycopg2.connect(dbname=name)
    connection.autocommit = True
    return closing(connection)


def execute(query, params=(), name="postgres"):
    """Run one statement in autocommit mode and return its rows, if any."""
    with connect(name) as connection, connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall() if cursor.description else []


def databases():
    """Return the names of all databases, the oldest first."""
    query = "SELECT datname FROM pg_database ORDER BY oid"
    return [row[0] for row in execute(query)]


def check_name(name):
    """Refuse names that would not work as a database of the user."""
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,50}", name or ""):
        raise ToolError("Give a database name of letters, digits, - and _: DB=name")
    if name in RESERVED or name.startswith("tpl_"):
        raise ToolError(f"The database name {name} is reserved, choose another.")


def drop(name):
    """Drop a database and its filestore; nothing happens when there is none."""
    if name in databases():
        query = "UPDATE pg_database SET datistemplate = false WHERE datname = %s"
        execute(query, [name])
        execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                sql.Identifier(name)
            )
        )
    shutil.rmtree(FILESTORE / name, ignore_errors=True)


def drop_own(name):
    """Drop a database of an outside server only when these tools made it."""
    if name in databases() and os.environ.get("EXTERNAL_PG"):
        rows = execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = %s",
            [name],
        )
        if rows[0][0] != MARK:
            raise ToolError(
                f"The database {name} exists on your server and was not made by"
                " these tools; drop it yourself or choose another name."
            )
    drop(name)


def clone(template, name):
    """Copy a database and link its filestore, under a new identity."""
    execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )
    comment = sql.SQL("COMMENT ON DATABASE {} IS %s").format(sql.Identifier(name))
    execute(comment, [MARK])
    source, target = FILESTORE / template, FILESTORE / name
    shutil.rmtree(target, ignore_errors=True)
    if source.is_dir():
        # Odoo never rewrites a file of the filestore, so links are safe.
        shutil.copytree(source, target, copy_function=os.link)
    execute(
        "UPDATE ir_config_parameter SET value = gen_random_uuid()"
        " WHERE key IN ('database.uuid', 'database.secret')",
        name=name,
    )


def rename(old, new):
    execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(old), sql.Identifier(new)
        )
    )
    shutil.rmtree(FILESTORE / new, ignore_errors=True)
    if (FILESTORE / old).is_dir():
        (FILESTORE / old).rename(FILESTORE / new)


def odoo_command(*args):
    return [sys.executable, str(ROOT / "tools" / "odoo_main.py"), *args]


def run_odoo(log_name, *args):
    """Run Odoo to its end with the log in a file; ToolError on any logged error."""
    log = LOGS / f"{log_name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        code = subprocess.run(
            odoo_command(*args, "--stop-after-init", "--max-cron-threads=0"),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
        ).returncode
    reason = first_error(log)
    if code or reason:
        tail = reason or "\n".join(log.read_text().splitlines()[-15:])
        where = log.relative_to(ROOT)
        raise ToolError(f"{tail}\nOdoo failed (exit {code}), see {where}")
    return log


def first_error(log):
    """Return the first ERROR or CRITICAL entry of a log with its traceback."""
    entry = []
    with log.open(errors="replace") as lines:
        for line in lines:
            if entry and LOG_LINE.match(line):
                break
            if entry or ERROR_LINE.match(line):
                entry.append(line.rstrip())
    if len(entry) > 40:
        entry = entry[:5] + ["..."] + entry[-30:]
    return "\n".join(entry)


class Timer:
    """Prints what is done and how long it took."""

    def __init__(self, what):
        self.what = what

    def __enter__(self):
        print(f"{self.what} ...", flush=True)
        self.start = time.monotonic()

    def __exit__(self, kind, error, trace):
        if kind is None:
            seconds = time.monotonic() - self.start
            print(f"{self.what}: {seconds:.0f} s", flush=True)
