"""B16: the database and the server are killed under load, on a disk that syncs."""

import os
import random
import subprocess
import threading
import time
from collections import Counter

from kit import databases
from kit.client import Client
from kit.cluster import own_cluster
from kit.payloads import PIXEL
from kit.server import OdooServer
from kit.world import make_claim_world
from odoodb import FILESTORE, execute, sql

TITLE = "power cut: backends, database server and all workers killed under load"
GOAL = "everything acknowledged is there, every attachment has its file, L1-L10 hold"
TAKES = 144
NIGHTLY = True
GATE = {"cuts": 3, "clients": 4, "seconds": 3.0}
LONG = {"cuts": 20, "clients": 8, "seconds": 6.0}


class Load:
    """Clients that open tickets with a picture until they are stopped."""

    def __init__(self, url, database, count, facts):
        self.clients = []
        for _each in range(count):
            self.clients.append(Client(url, database, "as_dispatcher"))
        self.facts, self.acknowledged, self.kinds = facts, [], Counter()
        self.stopped = threading.Event()
        self.threads = [
            threading.Thread(target=self._work, args=(client,), daemon=True)
            for client in self.clients
        ]

    def _work(self, client):
        while not self.stopped.is_set():
            ticket = client.call(
                "helpdesk.ticket", "create", [{**self.facts, "name": "Load"}]
            )
            self.kinds[ticket.kind] += 1
            if ticket.kind != "ok":
                time.sleep(0.1)
                continue
            number = ticket.value[0]
            self.acknowledged.append(("helpdesk_ticket", number))
            picture = client.call(
                "ir.attachment",
                "create",
                [
                    {
                        "name": f"{number}.png",
                        "datas": PIXEL,
                        "res_model": "helpdesk.ticket",
                        "res_id": number,
                    }
                ],
            )
            if picture.kind == "ok":
                self.acknowledged.append(("ir_attachment", picture.value[0]))

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()


def copy(database, source, target):
    """Copy a database from one server to another, each named by its variables."""
    subprocess.run(["createdb", database], check=True, env=target, cwd="/")
    dump = subprocess.Popen(
        ["pg_dump", "-Fc", database], stdout=subprocess.PIPE, env=source
    )
    subprocess.run(
        ["pg_restore", "-O", "-x", "-d", database],
        stdin=dump.stdout,
        check=True,
        capture_output=True,
        env=target,
    )
    dump.wait()


def lost(cluster, database, acknowledged):
    """Return what was acknowledged and is not there."""
    found = []
    for table in ("helpdesk_ticket", "ir_attachment"):
        ids = {number for name, number in acknowledged if name == table}
        query = f"SELECT id FROM {table} WHERE id = ANY(%s)"
        there = {row[0] for row in cluster.rows(database, query, [sorted(ids)])}
        found += [f"lost: {table} {number}" for number in sorted(ids - there)]
    for (name,) in cluster.rows(
        database, "SELECT store_fname FROM ir_attachment WHERE store_fname <> ''"
    ):
        if not (FILESTORE / database / name).exists():
            found.append(f"lost: file {name}")
    return found


def cut(cluster, server, how, draw):
    """Kill what a power cut or a crash would take."""
    if how == "backend":
        backends = cluster.backends(server.database)
        if backends:
            cluster.kill(draw.choice(backends[:2]))
    else:
        cluster.kill(cluster.postmaster())
        server.kill_all()


def run_cut(cluster, database, size, how, draw, facts):
    """Load, cut, recover; return (acknowledged, violations)."""
    server = OdooServer(database)
    server.environment = {**cluster.environment}
    with server:
        load = Load(server.url, database, size["clients"], facts)
        load.start()
        went_on = True
        try:
            time.sleep(draw.uniform(0.3, 1.0) * size["seconds"])
            cut(cluster, server, how, draw)
            cluster.recover()
            if how == "backend":  # the same server goes on working
                before, until = len(load.acknowledged), time.monotonic() + 30
                while len(load.acknowledged) == before and time.monotonic() < until:
                    time.sleep(0.5)
                went_on = len(load.acknowledged) > before
        finally:
            load.stop()
    found = lost(cluster, database, load.acknowledged)
    if not went_on:
        found.append("nothing was answered after the backend was killed")
    return load.acknowledged, found, load.kinds


def prepare(database):
    """Make the people and what a ticket needs."""
    with databases.environment(database, commit=True) as env:
        world = make_claim_world(env)
        facts = {
            "description": "Load",
            "company_id": world.company.id,
            "team_id": world.team.id,
            "partner_id": world.customer.id,
        }
    databases.forget(database)
    return facts


def run(size):
    database = databases.fresh("b16_powercut")
    facts, ours = prepare(database), {**os.environ}
    draw, violations, kinds = random.Random(16), [], Counter()
    acknowledged = []
    with own_cluster() as cluster:
        copy(database, ours, cluster.environment)
        for number in range(size["cuts"]):
            how = ("backend", "everything")[number % 2]
            done, found, answers = run_cut(cluster, database, size, how, draw, facts)
            acknowledged += done
            kinds += answers
            violations += [f"cut {number} ({how}): {text}" for text in found]
        violations += lost(cluster, database, acknowledged)
        # The laws are read from the copy that survived.
        name = sql.Identifier(database)
        execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        copy(database, cluster.environment, ours)
    violations += databases.broken_laws(database)
    databases.discard(database)
    return {
        "cuts": size["cuts"],
        "acknowledged": len(acknowledged),
        "answers": dict(kinds),
        "violations": violations,
        "ok": not violations and bool(acknowledged),
    }
