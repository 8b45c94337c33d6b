"""What acts leave behind, told without ids, and the ends that some order of them has.

An end is what a database says more and less than before: for each table, how many rows
of each content. Rows are told by their states, switches, amounts and people, and by
which of their other fields are filled in, so that the ends of twins are equal.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from kit import databases

# Other applications' tables that our acts reach.
REACHED = (
    "helpdesk.ticket",
    "mail.activity",
    "repair.order",
    "sale.order",
    "sale.order.line",
    "stock.move",
    "stock.move.line",
    "stock.picking",
)
# Kept for repetitions, for turns, or by what happens meanwhile: no effect of an act.
QUIET = (
    "aftersales.alloc",
    "aftersales.pay.turn",
    "aftersales.request",
    "aftersales.throttle",
)
# Links that mean the same for twins, because they point to what both share.
SHARED = (
    "helpdesk.ticket.stage",
    "hr.employee",
    "mail.activity.type",
    "res.users",
    "stock.location",
)
OWN_FIELDS = ("id", "create_uid", "create_date", "write_uid", "write_date")
# Made when somebody looks, or what the server was doing meanwhile.
BY_THE_WAY = ("access_token", "message_main_attachment_id")
AMOUNTS = ("amount", "percent", "qty", "quantity")
TRAIL = ("model", "event", "state_from", "res_model")
STOCK = """
    SELECT 'stock', CONCAT_WS(' ', l.usage, l.aftersales_use, p.name),
           SUM(q.quantity)::float, SUM(q.reserved_quantity)::float
      FROM stock_quant q JOIN stock_location l ON l.id = q.location_id
      JOIN product_product v ON v.id = q.product_id
      JOIN product_template t ON t.id = v.product_tmpl_id
      CROSS JOIN LATERAL (SELECT t.name->>'en_US' AS name) p
     GROUP BY 2
"""
NO_ORDER = "no order of the two acts ends so"
# Refusals that the database says in its own words: somebody forgot the race.
RAW = ("duplicate key value",)


@dataclass(frozen=True)
class Act:
    """What one person does: ``args`` is a function of the target, a dict of ids.

    ``keyed``: to press again on purpose is a fact of its own, so that a client
    names its press by ``request_key``.
    """

    login: str
    model: str
    method: str
    args: Callable
    keyed: bool = False

    def press(self, client, target):
        """Do it as the web client does; return the ``Reply``."""
        name = f"{self.method}-{next(iter(target.values()))}"
        key = {"request_key": name} if self.keyed else {}
        return client.call(self.model, self.method, *self.args(target), **key)


@dataclass(frozen=True)
class Form:
    """What a customer sends from his page: the path and fields of a form."""

    login: str
    method: str
    args: Callable

    def press(self, client, target):
        """Send it; return the ``Reply``."""
        return client.submit(self.method.format(**target), self.args(target))


class Picture:
    """Reads what the rows of a database say, as a ``Counter``."""

    def __init__(self, database):
        self.database = database
        with databases.environment(database) as env:
            texts = [self._tell(model) for model in env.values() if self._counts(model)]
        self.query = " UNION ALL ".join(texts)

    @staticmethod
    def _counts(model):
        ours = model._name.startswith("aftersales.") or model._name in REACHED
        stored = model._auto and not model._abstract and not model._transient
        return ours and stored and model._name not in QUIET

    def _tell(self, model):
        """Return the statement that counts the rows of a model by their content."""
        texts = []
        for name, field in sorted(model._fields.items()):
            own = name in OWN_FIELDS or name in BY_THE_WAY
            if field.store and field.column_type and not own:
                texts.append(self._tell_field(name, field))
        groups = [texts[at : at + 50] for at in range(0, len(texts), 50)]
        rows = ", ".join(f"CONCAT_WS(' ', {', '.join(group)})" for group in groups)
        return (
            f"SELECT '{model._table}', CONCAT_WS(' ', {rows}), COUNT(*)"
            f" FROM {model._table} GROUP BY 2"
        )

    @staticmethod
    def _tell_field(name, field):
        """Return what a row says by one field; NULL is left out of the text."""
        if field.type == "boolean":
            return f"CASE WHEN \"{name}\" THEN '{name}' END"
        is_amount = any(word in name for word in AMOUNTS)
        if field.type == "monetary" or (field.type == "float" and is_amount):
            return f"'{name}=' || NULLIF(ROUND(\"{name}\"::numeric, 2), 0)"
        is_shared = field.type == "many2one" and field.comodel_name in SHARED
        if field.type == "selection" or is_shared or name in TRAIL:
            return f"'{name}=' || \"{name}\""
        if field.type in ("float", "integer"):
            return "NULL"
        return f"CASE WHEN \"{name}\" IS NOT NULL THEN '{name}' END"

    def take(self):
        """Return how many rows of each content there are, and what is in stock."""
        found = Counter()
        for table, text, number in databases.rows(self.database, self.query):
            found[table, text] += number
        for _stock, place, on_hand, reserved in databases.rows(self.database, STOCK):
            found["on hand", place] = on_hand
            found["reserved", place] = reserved
        return found


def difference(before, after):
    """Return what became more and less, as a set."""
    return frozenset(
        (table, text, after[table, text] - before[table, text])
        for table, text in before.keys() | after.keys()
        if after[table, text] != before[table, text]
    )


class Ends:
    """The ends that two acts have, one after the other, in either order."""

    def __init__(self, server, picture, name, acts):
        self.server, self.picture = server, picture
        self.name, self.acts = name, acts
        self.known, self.violations = {}, []
        self.before = picture.take()

    def _read(self):
        """Return the end since the last time."""
        after = self.picture.take()
        end, self.before = difference(self.before, after), after
        return end

    def play(self, twins):
        """Let the acts happen in order, on a twin each way, and then once more."""
        for twin, acts in zip(twins, (self.acts, self.acts[::-1]), strict=True):
            way = " then ".join(act.method for act in acts)
            start = self.before
            replies = [self._press(act, twin) for act in acts]
            if replies[0].kind != "ok":
                self.violations.append(f"{way}: not let through: {replies[0].message}")
            self.known[self._read()] = way
            again = [self._press(act, twin) for act in acts]
            self.known[difference(start, self.picture.take())] = f"{way}, twice"
            self._read()
            self._note_raw(replies + again)

    def _press(self, act, target):
        [client] = self.server.get_clients([act.login])
        return act.press(client, target)

    def _note_raw(self, replies):
        found = [r.message for r in replies if any(text in r.message for text in RAW)]
        self.violations += found[:1]

    def check(self, target, replies):
        """Return how the end of a race differs from all that are known."""
        end, found = self._read(), []
        raw = [r.message for r in replies if any(text in r.message for text in RAW)]
        found += raw[:1]
        if end not in self.known:
            near = min(self.known, key=lambda known: len(known ^ end))
            found.append(
                f"{target}: {NO_ORDER}. Beside"
                f" “{self.known[near]}”: only now {_show(end - near)};"
                f" missing {_show(near - end)}"
            )
        return found


def _show(lines, most=4):
    """Return some of the differences as text."""
    texts = [f"{number:+g} {table} [{text}]" for table, text, number in sorted(lines)]
    return "; ".join(texts[:most]) or "nothing"
