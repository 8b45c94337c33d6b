"""What a piece of work costs: CPU of Python and of PostgreSQL, queries, memory."""

import gc
import os
import time
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
STATUS = Path("/proc/self/status")


@dataclass
class Cost:
    """CPU seconds of both processes, queries, and peak memory above the start (MB)."""

    python: float
    postgres: float
    queries: int
    memory: float

    @property
    def cpu(self):
        return self.python + self.postgres


def backend_cpu(pid):
    """Return the CPU seconds of a PostgreSQL backend of this machine.

    Counted in nanoseconds where the kernel keeps such a count, else in hundredths.
    """
    exact = Path(f"/proc/{pid}/schedstat")
    if exact.exists():
        return int(exact.read_text().split()[0]) / 1e9
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory(what):
    """Return a figure of this process's memory, in MB: VmRSS now, VmHWM at most."""
    for line in STATUS.read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1024
    raise KeyError(what)


class Meter:
    """Measures what happens in its block; ``cost`` holds the result after it."""

    def __init__(self, cursor):
        self.cursor = cursor
        self.pid = cursor._cnx.info.backend_pid
        self.cost = None

    def __enter__(self):
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
        self.held = memory("VmRSS")
        self.queries = self.cursor.sql_log_count
        self.postgres = backend_cpu(self.pid)
        self.python = time.process_time()
        return self

    def __exit__(self, *failure):
        python = time.process_time() - self.python
        self.cost = Cost(
            python=python,
            postgres=backend_cpu(self.pid) - self.postgres,
            queries=self.cursor.sql_log_count - self.queries,
            memory=max(memory("VmHWM") - self.held, 0.0),
        )
