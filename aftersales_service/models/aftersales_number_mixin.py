from odoo import api, models
from odoo.exceptions import UserError

from .. import guard


class AftersalesNumberMixin(models.AbstractModel):
    """A sequence number as name, taken for a whole batch in one query.

    The number belongs to the document for good: nobody chooses or changes it,
    unless the model says so with ``_number_is_free`` (a site code, for example).
    """

    _name = "aftersales.number.mixin"
    _inherit = ["aftersales.guard.mixin"]
    _description = "After-Sales Numbered Document"

    _number_field = "name"
    _number_is_free = False
    _sequence_code = None

    @api.model_create_multi
    def create(self, vals_list):
        field = self._number_field
        if any(vals.get(field) for vals in vals_list):
            self._check_number_is_free()
        numbers = self._next_numbers_for(
            [vals for vals in vals_list if not vals.get(field)]
        )
        return super().create(
            [
                vals if vals.get(field) else {**vals, field: next(numbers)}
                for vals in vals_list
            ]
        )

    def write(self, vals):
        if self._number_field in vals:
            self._check_number_is_free()
        return super().write(vals)

    def copy_data(self, default=None):
        """Let the copy draw its own number."""
        given = (default or {}).get(self._number_field)
        return [
            {**vals, self._number_field: given or False}
            for vals in super().copy_data(default)
        ]

    @api.model
    def _check_number_is_free(self):
        """Refuse a number that a person chose; data files may bring theirs."""
        if not (self._number_is_free or self.env.su or guard.is_open(self.env)):
            self._refuse_guarded({self._number_field})

    @api.model
    def _next_numbers_for(self, vals_list):
        """Return an iterator over numbers for new records, of their companies.

        :param vals_list: the values of the records that need a number
        """
        own = self.env.company.id
        given = [vals.get("company_id") for vals in vals_list]
        companies = [
            company if isinstance(company, int) and company else own
            for company in given
        ]
        numbers = {
            company: iter(
                self.with_company(company)._next_numbers(companies.count(company))
            )
            for company in set(companies)
        }
        return (next(numbers[company]) for company in companies)

    @api.model
    def _next_numbers(self, count):
        """Take ``count`` numbers of the model's sequence.

        :param int count: how many numbers
        :return: list of ``count`` strings, in order
        :raise UserError: when the sequence was deleted
        """
        if not count:
            return []
        # sudo: numbers are drawn by people who may not read sequences
        sequences = self.env["ir.sequence"].sudo()
        sequence = sequences._find_for_company(self._sequence_code)
        if not sequence:
            raise UserError(
                self.env._(
                    "The numbering of “%(document)s” is missing. Ask the administrator "
                    "to create a sequence with the code %(code)s.",
                    document=self._description,
                    code=self._sequence_code,
                )
            )
        # The year in a number turns with the company's day, whoever asks from where.
        zone = self.env.company._get_aftersales_tz()
        return sequence.with_context(tz=zone)._next_many(count)
