from odoo import api, models

from ..exceptions import FrozenFactError


class AftersalesFrozenMixin(models.AbstractModel):
    """Facts that cannot change once they are booked (rule D6).

    A model says which records are frozen in ``_get_frozen`` and which fields
    stay open in ``_frozen_exempt``; everything else is refused, by every door.
    """

    _name = "aftersales.frozen.mixin"
    _description = "After-Sales Frozen Fact"

    # Fields that may still change on a frozen record.
    _frozen_exempt = frozenset()

    def _get_frozen(self):
        """Return the records of self that are frozen; all of them by default."""
        return self

    def write(self, vals):
        if vals.keys() - self._frozen_exempt:
            self._get_frozen()._raise_frozen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._get_frozen()._raise_frozen()

    def _raise_frozen(self):
        """Raise when self holds a record."""
        if self:
            raise FrozenFactError(
                self.env._(
                    "%(documents)s is on record and cannot be changed or deleted. "
                    "Record a correction instead.",
                    documents=", ".join(
                        record.display_name or self._description for record in self[:5]
                    ),
                )
            )
