"""A database server of the proof's own, safe on disk, that may be killed."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg2

SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{home}'
port = 5470
max_connections = 60
fsync = on
synchronous_commit = on
full_page_writes = on
"""
RECOVERY_SECONDS = 180


class Cluster:
    """One PostgreSQL cluster; ``environment`` holds its variables for programs."""

    def __init__(self):
        self.home = Path(tempfile.mkdtemp(prefix="aftersales-proof-", dir="/var/tmp"))
        self.data = self.home / "data"
        self.environment = {
            **os.environ,
            "PGHOST": str(self.home),
            "PGPORT": "5470",
            "PGUSER": "odoo",
        }

    def _as_owner(self, *command):
        """Run a program of the server as a user that it accepts."""
        if os.getuid() == 0:
            import pwd

            user = "postgres"
            try:
                pwd.getpwnam(user)
            except KeyError:
                user = "nobody"
            shutil.chown(self.home, user)
            command = ("runuser", "-u", user, "--", *command)
        subprocess.run(
            command,
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @staticmethod
    def _program(name):
        return shutil.which(name) or name

    def create(self):
        self._as_owner(
            self._program("initdb"),
            *("-D", str(self.data), "-U", "odoo", "-A", "trust"),
            *("-E", "UTF8", "--locale=C.UTF-8"),
        )
        with (self.data / "postgresql.conf").open("a") as config:
            config.write(SETTINGS.format(home=self.home))
        self.start()

    def start(self):
        self._as_owner(
            self._program("pg_ctl"),
            *("-D", str(self.data), "-l", str(self.home / "log"), "-w", "start"),
        )

    def connect(self, database):
        return psycopg2.connect(
            dbname=database, host=str(self.home), port=5470, user="odoo"
        )

    def rows(self, database, query, params=()):
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, params)
                return cursor.fetchall()
        finally:
            connection.close()

    def backends(self, database):
        """Return the process ids of the backends that work on a database."""
        return [
            pid
            for (pid,) in self.rows(
                database,
                "SELECT pid FROM pg_stat_activity WHERE datname = %s"
                " AND pid <> pg_backend_pid()"
                " ORDER BY (state = 'active') DESC, state_change DESC",
                [database],
            )
        ]

    def postmaster(self):
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    def kill(self, pid):
        """Kill one process of this very cluster."""
        master = self.postmaster()
        with suppress(OSError):
            parent = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1]
            if pid == master or int(parent) == master:
                os.kill(pid, signal.SIGKILL)

    def recover(self):
        """Start again after a kill of the postmaster, or wait for its own recovery."""
        deadline = time.monotonic() + RECOVERY_SECONDS
        while time.monotonic() < deadline:
            with suppress(psycopg2.Error):
                self.rows("postgres", "SELECT 1")
                return
            if not self._runs():
                # Its orphans hold the shared memory for a moment: try again.
                with suppress(subprocess.CalledProcessError):
                    self.start()
            time.sleep(0.2)
        log = (self.home / "log").read_text(errors="replace")[-400:]
        raise RuntimeError(f"the database server did not come back: {log}")

    def _runs(self):
        """Tell whether the postmaster lives; nobody may have buried a dead one yet."""
        try:
            process = psutil.Process(self.postmaster())
            return process.status() != psutil.STATUS_ZOMBIE
        except (FileNotFoundError, psutil.NoSuchProcess):
            return False

    def remove(self):
        with suppress(subprocess.CalledProcessError, FileNotFoundError):
            self._as_owner(
                self._program("pg_ctl"),
                *("-D", str(self.data), "-m", "immediate", "stop"),
            )
        shutil.rmtree(self.home, ignore_errors=True)


@contextmanager
def own_cluster():
    """Yield a fresh cluster and remove it afterwards."""
    cluster = Cluster()
    try:
        cluster.create()
        yield cluster
    finally:
        cluster.remove()
