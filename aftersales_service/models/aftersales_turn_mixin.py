from odoo import api, fields, models
from odoo.tools import SQL


class AftersalesTurnMixin(models.AbstractModel):
    """A turnstile in front of something that several people count at once (D3).

    Two who count at the same time would both see the same.  Each passes the row of
    the pair first; the second one then starts again, and sees what the first did.
    """

    _name = "aftersales.turn.mixin"
    _description = "After-Sales Turnstile"

    # The two fields that name what is counted.
    _pair_fields = ()

    # only written, never compared: it starts again before it is full
    turn = fields.Integer(required=True, default=0, readonly=True)

    @api.model
    def _pass(self, pairs):
        """Take the turn of each pair, always in one order, in two statements.

        :param pairs: iterable of (first id, second id)
        """
        pairs = sorted(set(pairs))
        if not pairs:
            return
        firsts, seconds = (list(column) for column in zip(*pairs, strict=True))
        names = {
            "table": SQL.identifier(self._table),
            "first": SQL.identifier(self._pair_fields[0]),
            "second": SQL.identifier(self._pair_fields[1]),
        }
        wanted = SQL(
            "SELECT unnest(%(firsts)s::int[]) AS %(first)s,"
            " unnest(%(seconds)s::int[]) AS %(second)s",
            firsts=firsts,
            seconds=seconds,
            **names,
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO %(table)s (%(first)s, %(second)s, turn) "
                "SELECT %(first)s, %(second)s, 0 FROM (%(wanted)s) AS wanted "
                "ORDER BY 1, 2 ON CONFLICT (%(first)s, %(second)s) DO NOTHING",
                wanted=wanted,
                **names,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET turn = (turn::bigint + 1) %% 2147483647 WHERE id"
                " IN (SELECT gate.id FROM %(table)s gate JOIN (%(wanted)s) AS wanted "
                "USING (%(first)s, %(second)s) "
                "ORDER BY gate.%(first)s, gate.%(second)s FOR UPDATE OF gate)",
                wanted=wanted,
                **names,
            )
        )
