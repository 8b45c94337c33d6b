from odoo import models
from odoo.tools import SQL


class IrSequence(models.Model):
    """Numbers for a whole batch in one query."""

    _inherit = "ir.sequence"

    def _next_many(self, count):
        """Take ``count`` numbers of this sequence.

        :param int count: how many numbers
        :return: list of ``count`` strings, in order
        """
        self.ensure_one()
        if self.implementation != "standard" or self.use_date_range:
            return [self.next_by_id() for _index in range(count)]
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{self.id:03d}",
                count,
            )
        )
        # One look at the prefix serves the batch; get_next_char looks for each.
        prefix, suffix = self._get_prefix_suffix()
        return [f"{prefix}{number:0{self.padding}d}{suffix}" for (number,) in rows]

    def _find_for_company(self, code):
        """Return the sequence of a code that the current company uses, or none.

        :param str code: code of the sequence
        """
        return self.search(
            [
                ("code", "=", code),
                ("company_id", "in", [self.env.company.id, False]),
            ],
            order="company_id",
            limit=1,
        )
