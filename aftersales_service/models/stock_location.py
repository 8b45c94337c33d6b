from odoo import fields, models

from .. import guard
from ..exceptions import GuardedFieldError

# What a claim's part does on its way from one kind of place to another.
DIRECTIONS = {
    ("shelf", "technician"): ("issued", 1),
    ("technician", "shelf"): ("returned", 1),
    ("technician", "customer"): ("consumed", 1),
    ("customer", "technician"): ("consumed", -1),
    ("technician", "scrap"): ("scrapped", 1),
    ("scrap", "technician"): ("scrapped", -1),
    ("van", "technician"): ("issued", 1),
    ("technician", "van"): ("returned", 1),
    ("technician", "lost"): ("lost", 1),
    ("lost", "technician"): ("lost", -1),
    ("customer", "defective"): ("old", 1),
    ("defective", "customer"): ("old", -1),
}


class StockLocation(models.Model):
    """Which locations hold parts handed to technicians, and defective ones."""

    _inherit = "stock.location"

    aftersales_use = fields.Selection(
        [
            ("technician", "Technician's Stock"),
            ("van", "Van Stock"),
            ("defective", "Defective Parts"),
            ("lost", "Lost Parts"),
        ],
        string="After-Sales Use",
        readonly=True,
        copy=False,
    )

    def write(self, vals):
        if "aftersales_use" in vals and not guard.is_open(self.env):
            raise GuardedFieldError(
                self.env._("The after-sales use of a location is set by the system.")
            )
        return super().write(vals)

    def _aftersales_end(self):
        """Name this end of a claim's move, or return None."""
        if self.aftersales_use:
            return self.aftersales_use
        return {
            "internal": "shelf",
            "customer": "customer",
            "inventory": "scrap",
        }.get(self.usage)

    def _aftersales_direction(self, destination):
        """Tell what a move from self to ``destination`` means for a claim line.

        :param destination: the location it goes to
        :return: (kind, sign), kind one of ``issued, consumed, returned, scrapped,
            lost, old``, or (None, 0) where a claim's part has no business
        """
        ends = self._aftersales_end(), destination._aftersales_end()
        return DIRECTIONS.get(ends, (None, 0))
