"""A real Odoo server with worker processes, of our own and on loopback only."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from contextlib import suppress
from pathlib import Path

import psutil
import requests
from odoodb import LOGS, ROOT, ToolError
from run_tests import free_port

from .client import Client

START_SECONDS = 120
# Who lost a race does not sleep for seconds before he starts again: a core does nothing
# meanwhile, and the order of the acts stays as open as it was.
EAGER = {
    "model": "retry",
    "method": "sleep",
    "when": "instead",
    "do": "sleep",
    "arg": 0.1,
}


def addons_path():
    """Return the addons path with the faults of the proof besides."""
    config = Path(os.environ["ODOO_RC"]).read_text()
    path = re.search(r"^addons_path = (.*)$", config, re.MULTILINE).group(1)
    return f"{path},{ROOT / 'proof' / 'addons'}"


class OdooServer:
    """Starts Odoo on one database; only its own children are ever signalled."""

    def __init__(self, database, workers=2, faults=None, cron=0):
        """Prepare a server.

        :param faults: list of faults, or the same as JSON, see ``aftersales_faults``
        """
        self.database, self.workers = database, workers
        self.port, websocket = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = LOGS / f"{database}.log"
        if self.log.exists():  # of the server before, which may have to be read
            self.log.replace(self.log.with_suffix(".before.log"))
        self.command = [
            sys.executable,
            str(ROOT / "tools" / "odoo_main.py"),
            *("-d", database, f"--db-filter=^{database}$", f"--workers={workers}"),
            *(f"--max-cron-threads={cron}", "--http-interface=127.0.0.1"),
            *(f"--http-port={self.port}", f"--gevent-port={websocket}"),
            *("--limit-time-cpu=600", "--limit-time-real=1200", "--log-level=info"),
        ]
        self.environment = {**os.environ}
        if faults is not None:
            self.command.append("--load=base,rpc,web,aftersales_faults")
            text = faults if isinstance(faults, str) else json.dumps(faults)
            self.environment["AFTERSALES_FAULTS"] = text
            self.command.append(f"--addons-path={addons_path()}")
        self.process = None
        self.clients = defaultdict(list)

    def get_clients(self, logins):
        """Return a client for each login, several for one that stands there twice.

        A login has one session and as many windows; both are used again.
        """
        asked, clients = Counter(), []
        for login in logins:
            asked[login] += 1
            if len(self.clients[login]) < asked[login]:
                # To log in takes longer than most of what is measured here.
                known = next((one.session for one in self.clients[login]), None)
                client = Client(self.url, self.database, login, session=known)
                self.clients[login].append(client)
            clients.append(self.clients[login][asked[login] - 1])
        return clients

    def __enter__(self):
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                self.command,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=self.environment,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise ToolError(f"The server ended, see {self.log.relative_to(ROOT)}")
            try:
                if requests.get(f"{self.url}/web/health", timeout=5).ok:
                    for _each in range(self.workers * 3):  # every worker loads
                        requests.get(f"{self.url}/web/login", timeout=60)
                    return self
            except requests.RequestException:
                time.sleep(0.3)
        raise ToolError(f"The server did not start, see {self.log.relative_to(ROOT)}")

    def __exit__(self, *failure):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill_all()

    def children(self):
        alive = psutil.Process(self.process.pid).children()
        return {child.pid for child in alive if child.status() != "zombie"}

    def http_workers(self):
        """Return the process ids of the workers that answer requests."""
        text = self.log.read_text(errors="replace")
        seen = {int(pid) for pid in re.findall(r"Worker WorkerHTTP \((\d+)\)", text)}
        return sorted(self.children() & seen)

    def kill(self, pid):
        """Kill one of our own workers, without a chance to finish."""
        if pid in self.children():
            os.kill(pid, signal.SIGKILL)

    def kill_all(self):
        """Kill the server and its workers at once, like a power cut."""
        master = psutil.Process(self.process.pid)
        for process in [*master.children(recursive=True), master]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait()

    def wait_for_workers(self):
        """Wait until the master has started killed workers again."""
        for _each in range(200):
            if len(self.http_workers()) >= self.workers:
                return
            time.sleep(0.1)

    def count_in_log(self, text):
        return self.log.read_text(errors="replace").count(text)
