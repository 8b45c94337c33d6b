"""Plans of a proof: made, run by many processes, counted in the database.

The scripts run in the project's environment (``PG*`` and ``ODOO_RC`` set, as
``bin/odoo`` does) on a database with the product installed, named by ``DB``.  They
add sites and plans of their own and never touch others.
"""

import os
import sys
import traceback
from contextlib import closing, contextmanager
from datetime import date

import psycopg2

import odoo
from odoo.modules.registry import Registry
from odoo.tools import config

DB = os.environ.get("DB") or "aftersales_proof"
CHUNK = 2000
TABLES = {
    "occurrences": "SELECT COUNT(*) FROM aftersales_plan_occurrence o {join}",
    "orders": "SELECT COUNT(*) FROM aftersales_order d"
    " WHERE d.site_id IN (SELECT site_id FROM aftersales_plan WHERE id = ANY(%(ids)s))",
    "promises": "SELECT COUNT(*) FROM aftersales_commitment c"
    " JOIN aftersales_order d ON d.id = c.order_id"
    " WHERE d.site_id IN (SELECT site_id FROM aftersales_plan WHERE id = ANY(%(ids)s))",
    "leads": "SELECT COUNT(*) FROM aftersales_order_worker w"
    " JOIN aftersales_order d ON d.id = w.order_id"
    " WHERE d.site_id IN (SELECT site_id FROM aftersales_plan WHERE id = ANY(%(ids)s))",
    "notes": "SELECT COUNT(*) FROM mail_message m"
    " JOIN aftersales_order d ON d.id = m.res_id AND m.model = 'aftersales.order'"
    " WHERE d.site_id IN (SELECT site_id FROM aftersales_plan WHERE id = ANY(%(ids)s))",
    "doubles": "SELECT COUNT(*) FROM (SELECT plan_id FROM aftersales_plan_occurrence o"
    " {join} GROUP BY plan_id, period_start HAVING COUNT(*) > 1) x",
    "halves": "SELECT COUNT(*) FROM aftersales_plan_occurrence o {join}"
    " AND (o.state <> 'generated' OR o.order_id IS NULL)",
    "shared": "SELECT COUNT(*) FROM (SELECT order_id FROM aftersales_plan_occurrence o"
    " {join} GROUP BY order_id HAVING COUNT(*) > 1) x",
    "still due": "SELECT COUNT(*) FROM aftersales_plan"
    " WHERE id = ANY(%(ids)s) AND next_date <= %(until)s",
}
JOIN = "WHERE o.plan_id = ANY(%(ids)s)"


@contextmanager
def environment(commit=False):
    """Yield an environment of the superuser on the database of the proof."""
    config.parse_config(["-c", os.environ["ODOO_RC"], "--log-level=error"])
    with Registry(DB).cursor() as cursor:
        yield odoo.api.Environment(cursor, odoo.SUPERUSER_ID, {})
        if commit:
            cursor.commit()


def make_plans(count):
    """Make sites in service with one plan each, due today; return the plans' ids."""
    with environment(commit=True) as env:
        env = env(context={"tracking_disable": True})
        customer = env["res.partner"].create({"name": "Customer of the proof"})
        technician = env["hr.employee"].create({"name": "Technician of the proof"})
        ids = []
        for start in range(0, count, CHUNK):
            sites = env["aftersales.site"].create(
                [
                    {
                        "name": f"Proof {number}",
                        "partner_id": customer.id,
                        "technician_id": technician.id,
                    }
                    for number in range(start, min(start + CHUNK, count))
                ]
            )
            sites.action_activate()
            today = date.today()
            plans = env["aftersales.plan"].create(
                [
                    {
                        "site_id": site.id,
                        "date_start": today.replace(day=1),
                        "next_date": today,
                    }
                    for site in sites
                ]
            )
            ids += plans.ids
            env.flush_all()
            env.invalidate_all()
    return ids


def reset(ids):
    """Take back what a round made, so that the next one starts from the same."""
    with closing(psycopg2.connect(dbname=DB)) as connection, connection:
        cursor = connection.cursor()
        values = {"ids": ids, "today": date.today()}
        sites = "(SELECT site_id FROM aftersales_plan WHERE id = ANY(%(ids)s))"
        for statement in (
            "DELETE FROM aftersales_plan_occurrence WHERE plan_id = ANY(%(ids)s)",
            "DELETE FROM mail_message WHERE model = 'aftersales.order' AND res_id IN"
            f" (SELECT id FROM aftersales_order WHERE site_id IN {sites})",
            f"DELETE FROM aftersales_order WHERE site_id IN {sites}",
            "UPDATE aftersales_plan SET next_date = %(today)s, generate_on = %(today)s"
            " WHERE id = ANY(%(ids)s)",
        ):
            cursor.execute(statement, values)


def count(ids):
    """Return the numbers of rows that the plans have in the database."""
    with closing(psycopg2.connect(dbname=DB)) as connection, connection:
        cursor = connection.cursor()
        found = {}
        for name, query in TABLES.items():
            cursor.execute(query.format(join=JOIN), {"ids": ids, "until": date.today()})
            found[name] = cursor.fetchone()[0]
    return found


def verdict(ids):
    """Return what is wrong with the rows, empty when each plan made its work once."""
    found = count(ids)
    wanted = dict.fromkeys(
        ("occurrences", "orders", "promises", "leads", "notes"), len(ids)
    )
    wanted |= dict.fromkeys(("doubles", "halves", "shared", "still due"), 0)
    return {
        name: (found[name], number)
        for name, number in wanted.items()
        if found[name] != number
    }


def start_nightly():
    """Fork a process that runs the nightly generation; return its id.

    The registry is loaded before, so that the processes start at the same moment.
    """
    with environment():
        pass
    odoo.sql_db.close_all()  # a child must not use its parent's connections
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    try:
        with environment() as env:
            env["aftersales.plan"]._cron_generate()
            env.cr.commit()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def wait(pid):
    """Wait for a process; return its exit code, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
