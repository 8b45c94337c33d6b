"""How often the database is asked: for a few records and for many."""

import re
from collections import Counter
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tools import SQL

# What differs between two runs of one statement: values, lists of values, names.
VARIABLE = re.compile(r"'[^']*'|\b\d+\b|(?<=SAVEPOINT )\S+")
REPEATED = re.compile(r"%s(?:\s*,\s*%s)+")


class BatchMixin:
    """Work on many records at once, as the people do it: their changes are logged."""

    def _as(self, user, records):
        """Return records as a user sees them, with his changes logged."""
        return records.with_user(user).with_context(tracking_disable=False)

    def _settle(self):
        """Write all that waits, the log of changes too, and forget what was read."""
        self.env.cr.flush()
        self.env.invalidate_all()

    def _count(self, work):
        """Return the statements that some work sends, by their text.

        :param work: a function of no argument
        """
        self._settle()
        sent = Counter()
        execute = Cursor.execute

        def listen(cursor, query, *args, **kwargs):
            code = query.code if isinstance(query, SQL) else query
            text = REPEATED.sub("%s", VARIABLE.sub("?", " ".join(code.split())))
            sent[text] += 1
            return execute(cursor, query, *args, **kwargs)

        with patch.object(Cursor, "execute", listen):
            work()
            self.env.cr.flush()
        return sent

    def assertNoGrowth(self, few, many, allowed=0):
        """Assert that many records took no more statements than a few.

        :param Counter few: statements for a few records
        :param Counter many: statements for many
        :param int allowed: statements more, for the pages of the records' own rows
        """
        grown = many.total() - few.total()
        lines = [
            f"{few[text]} -> {count}: {text[:400]}"
            for text, count in (many - few).most_common(25)
        ]
        self.assertLessEqual(
            grown, allowed, f"{few.total()} -> {many.total()}:\n" + "\n".join(lines)
        )
