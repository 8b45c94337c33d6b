"""Crashes: the busy worker is killed in the middle, then the user presses again."""

import json
import random
import threading
import time
from collections import Counter
from pathlib import Path

import psutil

from .client import Client
from .server import OdooServer

TRIES = 6


class CrashTest:
    """Kills at random moments and at named points of one long call.

    :param points: list of dicts ``model, method, when``; model ``cursor`` with method
        ``commit`` stands for the real COMMIT
    """

    def __init__(self, database, login, points, folder, seed=1):
        self.database, self.login = database, login
        self.random = random.Random(seed)
        self.points = [
            {
                **point,
                "do": "kill",
                "once_file": str(Path(folder) / f"{database}-crash-{index}"),
            }
            for index, point in enumerate(points)
        ]
        for point in self.points:
            Path(point["once_file"]).unlink(missing_ok=True)

    def run(self, targets, call, check_atomic, check_final):
        """Crash once on every target, then press again until it is answered.

        :param targets: the first one calibrates and is not crashed
        :param call: function of (client, target) that returns a ``Reply``
        :param check_atomic: function of (target) after the crash: violations
        :param check_final: function of (target) after pressing again: violations
        :return: dict of figures; ``violations`` is a list of texts
        """
        counts, violations = Counter(), []
        faults = json.dumps(self.points)
        with OdooServer(self.database, faults=faults) as server:
            client = Client(server.url, self.database, self.login)
            first = call(client, targets[0])
            if first.kind != "ok" or check_final(targets[0]):
                return {"violations": [f"uncrashed: {first.message}"], "kills": 0}
            for index, target in enumerate(targets[1:]):
                label, reply = self._crash(server, client, call, target, index, first)
                counts[f"{label}: {reply.kind}"] += 1
                found = list(check_atomic(target))
                server.wait_for_workers()
                found += self._press_again(client, call, target, reply)
                found += check_final(target)
                violations += [f"{label} {index}: {text}" for text in found]
        return {
            "kills": len(targets) - 1,
            "answers": dict(counts),
            "violations": violations,
        }

    def _crash(self, server, client, call, target, index, first):
        """Do the call and kill its worker, by turns at random and at a point."""
        if index % 2 and self.points:
            point = self.points[(index // 2) % len(self.points)]
            Path(point["once_file"]).touch()
            reply = call(client, target)
            Path(point["once_file"]).unlink(missing_ok=True)
            return f"{point['method']} {point['when']}", reply
        busy = {pid: self._cpu(pid) for pid in server.http_workers()}
        answer = []
        thread = threading.Thread(target=lambda: answer.append(call(client, target)))
        thread.start()
        time.sleep(self.random.uniform(0, 1.1 * first.seconds))
        if thread.is_alive():
            server.kill(max(busy, key=lambda pid: self._cpu(pid) - busy[pid]))
        thread.join()
        return "random", answer[0]

    @staticmethod
    def _cpu(pid):
        try:
            return sum(psutil.Process(pid).cpu_times()[:2])
        except psutil.NoSuchProcess:
            return -1.0

    @staticmethod
    def _press_again(client, call, target, reply):
        """Press the button again as long as nobody answered."""
        for _try in range(TRIES):
            if reply.kind == "ok":
                return []
            reply = call(client, target)
            if reply.kind == "transport":
                time.sleep(0.3)
        return [] if reply.kind == "ok" else [f"not answered: {reply.message}"]
