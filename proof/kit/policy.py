"""The written policies of the proof: small CSV files that people read and edit."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "policy"
STAFF = {"salesman", "accountant", "system"}  # seats of guests.csv: employees first
LETTERS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


def read_rows(name):
    """Yield the rows of a policy as dicts; comments and empty lines are skipped."""
    heads = None
    for line in (FOLDER / name).read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split(";")]
        if heads is None:
            heads = cells
            continue
        if len(cells) != len(heads):
            raise ValueError(f"{name}: {len(cells)} cells, not {len(heads)}: {line}")
        yield dict(zip(heads, cells, strict=True))


class AccessPolicy:
    """What ``policy/access.csv`` grants: model, seat and class of record."""

    def __init__(self):
        self.grants = {}
        for row in read_rows("access.csv"):
            models = row.pop("models").split()
            for model in models:
                if model in self.grants:
                    raise ValueError(f"{model} has two lines in access.csv")
                self.grants[model] = row
        # Seats of other applications' groups: what they see of ours.
        self.guests = {}
        for row in read_rows("guests.csv"):
            for model in row["models"].split():
                self.guests[model, row["seat"]] = row["cell"]

    def is_open(self, model, role):
        """Tell whether the policy leaves a cell to the addon that owns the model."""
        row = self.grants[model]
        if (model, role) in self.guests:
            return self.guests[model, role] == "?"
        return row.get(role, row["employee"]) == "?"

    def allowed(self, model, role, kind):
        """Return the operations that a role has on a class of records.

        :param role: a column of the file; others (portal, public) get nothing
        :param kind: ``own`` or ``mate``; other companies are judged by the caller
        """
        row = self.grants[model]
        usual = row["employee"] if role in STAFF else "-"
        cell = self.guests.get((model, role)) or row.get(role, usual)
        if cell in ("-", "?"):
            return set()
        if cell == "x":
            return set(LETTERS.values()) if kind == "own" else {"create"}
        own_only, _colon, letters = cell.rpartition(":")
        if own_only and kind != "own":
            return set()
        return {LETTERS[letter] for letter in letters}
