"""Malformed arguments, the same ones for the same seed."""

import random

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9aw"
    "AAAABJRU5ErkJggg=="
)
SCALARS = [
    *(None, True, False, 0, 1, -1, 2**31, 2**63, -(2**63), 10**30, 1e308, -0.1, 0.1),
    *(float("nan"), float("inf"), "", " ", "NaN", "\x00", "a\x00b", "a" * 70000),
    *("\U0001f98a\u202e\ud7ff", "'; DROP TABLE x;--", "<script>alert(1)</script>"),
    *("../../etc/passwd", "{{7*7}}", "%s%s%n", "%(x)s", "2026-13-45", "0000-00-00"),
    *("9999-12-31 25:61:61", "2026-02-30", "not a date", "1,5", "１２", "-0", b"\xff"),
]
NAMED = {
    "amount": 10.0,
    "answer": "Yes",
    "date": "2026-03-02",
    "date_from": "2026-03-02",
    "date_to": "2026-03-05",
    "decision": "approved",
    "expected": "2030-03-02 08:00:00",
    "grade": "good",
    "granted": True,
    "image": PIXEL,
    "latitude": 25.0,
    "longitude": 102.0,
    "new_deadline": "2030-03-02 08:00:00",
    "outcome": "refused",
    "photo": PIXEL,
    "photos": [{"name": "a.png", "data": PIXEL}],
    "planned_end": "2030-03-02 10:00:00",
    "planned_start": "2030-03-02 08:00:00",
    "price": 10.0,
    "qty": 1.0,
    "result": "satisfied",
    "send": True,
    "until": "2030-03-02 08:00:00",
    "verdict": "valid",
}
TEXTS = {
    *("reason", "note", "text", "name", "remark", "question", "serial", "plan"),
    *("recipient", "consent_by", "confirmed_with", "solution", "report", "work"),
}
OPTIONAL = {"at", "request_key"}


class Payloads:
    """Draws arguments: plausible ones, and among them some that are not."""

    def __init__(self, seed, ids):
        self.random, self.ids = random.Random(seed), ids

    def junk(self, depth=0):
        """Return any value that JSON can carry, and a few that it cannot."""
        draw = self.random.random()
        if draw < 0.6 or depth > 2:
            return self.random.choice(SCALARS)
        if draw < 0.7:
            return [self.junk(depth + 1) for _each in range(self.random.randint(0, 3))]
        if draw < 0.8:
            return {
                str(self.random.choice(SCALARS))[:20]: self.junk(depth + 1)
                for _each in range(self.random.randint(0, 3))
            }
        if draw < 0.9:
            return [[self.random.choice([0, 1, 2, 3, 4, 5, 6, 9]), 0, self.junk(2)]]
        return self.random.choice([*self.ids, 10**9, [self.random.choice(self.ids)]])

    def plausible(self, name, default):
        """Return a value that the parameter's name lets one expect."""
        if name in NAMED:
            return NAMED[name]
        if name in TEXTS:
            return "Because"
        if name in OPTIONAL:
            return default if self.random.random() < 0.7 else self.junk()
        if name.endswith("_id"):
            return self.random.choice(self.ids)
        return default

    def arguments(self, parameters):
        """Return keyword arguments: one or two of them junk, the rest plausible."""
        values = {
            name: self.plausible(name, default) for name, default in parameters.items()
        }
        spoilt = min(len(values), self.random.choice([0, 1, 1, 2]))
        for name in self.random.sample(sorted(values), spoilt):
            values[name] = self.junk()
        return values
