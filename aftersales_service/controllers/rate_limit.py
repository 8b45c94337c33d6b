"""How often somebody may knock at a door without a login.

Counted in the memory of each server process: it slows down guessing, it does not
count calls exactly.
"""

import threading
import time
from collections import OrderedDict

KEPT = 10000  # callers remembered; the oldest are forgotten first


class RateLimit:
    """At most ``calls`` in any ``seconds``, for each caller."""

    def __init__(self, calls, seconds):
        self.calls = calls
        self.seconds = seconds
        self._seen = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, caller):
        """Count a call, and tell whether it may pass.

        :param str caller: whose calls are counted together
        """
        now = time.monotonic()
        with self._lock:
            recent = [
                moment
                for moment in self._seen.pop(caller, [])
                if moment > now - self.seconds
            ]
            is_allowed = len(recent) < self.calls
            if is_allowed:
                recent.append(now)
            self._seen[caller] = recent
            while len(self._seen) > KEPT:
                self._seen.popitem(last=False)
        return is_allowed
