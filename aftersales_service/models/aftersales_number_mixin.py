from odoo import api, models
from odoo.tools import SQL


class AftersalesNumberMixin(models.AbstractModel):
    """A sequence number as name, taken for a whole batch in one query."""

    _name = "aftersales.number.mixin"
    _description = "After-Sales Numbered Document"

    _number_field = "name"
    _sequence_code = None

    @api.model_create_multi
    def create(self, vals_list):
        field = self._number_field
        unnamed = [vals for vals in vals_list if not vals.get(field)]
        numbers = iter(self._next_numbers(len(unnamed)))
        return super().create(
            [
                vals if vals.get(field) else {**vals, field: next(numbers)}
                for vals in vals_list
            ]
        )

    @api.model
    def _next_numbers(self, count):
        """Take ``count`` numbers of the model's sequence.

        :param int count: how many numbers
        :return: list of ``count`` strings, in order
        """
        if not count:
            return []
        sequence = (
            self.env["ir.sequence"]
            .sudo()  # numbers are drawn by people who may not read sequences
            .search(
                [
                    ("code", "=", self._sequence_code),
                    ("company_id", "in", [self.env.company.id, False]),
                ],
                order="company_id",
                limit=1,
            )
        )
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [
                self.env["ir.sequence"].next_by_code(self._sequence_code)
                for _index in range(count)
            ]
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        return [sequence.get_next_char(number) for (number,) in rows]
