"""Databases of the proof: fresh copies of the product, read past the ORM."""

from contextlib import closing, contextmanager

import db
from odoodb import connect, drop

import odoo
from odoo.modules.registry import Registry

PREFIX = "aftersales_proof_"
LINE = "line"  # the line that runs in this process
MADE = {}


def fresh(name):
    """Make an empty product database for one line and return its name."""
    database = PREFIX + name
    db.fresh(database, False)
    return database


def shared():
    """Return a product database that a line rolls back to empty, made once."""
    if "shared" not in MADE:
        MADE["shared"] = fresh(f"{LINE}_shared")
    return MADE["shared"]


def discard_shared():
    """Drop the database that was rolled back to empty, if the line wanted one."""
    if "shared" in MADE:
        discard(MADE.pop("shared"))


def discard(database):
    """Drop a database of the proof and forget its registry."""
    if not database.startswith(PREFIX):
        raise ValueError(f"{database} is not ours to drop")
    forget(database)
    drop(database)


def forget(database):
    """Close the connections to a database and forget its registry."""
    Registry.registries.pop(database, None)
    odoo.sql_db.close_db(database)


@contextmanager
def environment(database, commit=False):
    """Yield an environment of the superuser; kept only with ``commit``."""
    with Registry(database).cursor() as cursor:
        yield odoo.api.Environment(cursor, odoo.SUPERUSER_ID, {"lang": "en_US"})
        if commit:
            cursor.commit()
        else:
            cursor.rollback()


def rows(database, query, params=()):
    """Return the rows of one statement, outside of Odoo."""
    with connect(database) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()


def broken_laws(database, laws=None):
    """Return the conservation laws that do not hold, with a sample each."""
    with environment(database) as env:
        company = env["res.company"].search([("name", "=", "Huadong Test Service")])
        integrity = env["aftersales.integrity"]
        if company:
            integrity = integrity.with_context(allowed_company_ids=company.ids)
        return [
            f"{result['law']}: {result['count']} {result['sample'][:2]}"
            for result in integrity.run(laws)
            if not result["ok"]
        ]
