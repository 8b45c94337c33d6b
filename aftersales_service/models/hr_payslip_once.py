from collections import defaultdict

from odoo import api, fields, models

from .. import guard
from ..exceptions import GuardedFieldError, TransitionError


class HrPayslip(models.Model):
    """One computed payslip per person, period and structure (law L4).

    The payroll makes as many as it is asked for: a batch generated again after a
    lost answer pays everybody twice.  A slip takes its period's key when it is
    computed and gives it back when it stops counting, so the database sees to it.
    Payslips from before this addon, and structures that pay nothing of ours, are
    left alone.
    """

    _inherit = "hr.payslip"

    aftersales_period_key = fields.Char(readonly=True, copy=False)

    _aftersales_period_unique = models.UniqueIndex(
        "(aftersales_period_key)",
        "This person has a computed payslip for this period and structure already.",
    )

    def _aftersales_take_period(self):
        """Give slips about to be computed the key of their period.

        :raise TransitionError: when another slip counts for the same period
        """
        keys = self._aftersales_get_period_keys()
        self._aftersales_check_period(keys)
        for slip in self._aftersales_unguarded():
            if slip.aftersales_period_key != keys[slip.id]:
                slip.aftersales_period_key = keys[slip.id]

    def _aftersales_get_period_keys(self):
        """Return what only one computed slip may stand for.

        A structure without our rules keeps the payroll's own ways.

        :return: ``{slip id: key or False}``
        """
        keys, ours = {}, {}
        for slip in self:
            structures = slip.struct_id or slip._aftersales_get_contracts().struct_id
            if structures not in ours:
                ours[structures] = bool(structures._get_aftersales_codes())
            parts = (slip.company_id.id, slip.employee_id.id, *structures.ids)
            period = (slip.date_from, slip.date_to)
            counts = ours[structures] and not slip.credit_note
            keys[slip.id] = counts and ":".join(map(str, (*parts, *period)))
        return keys

    def _aftersales_check_period(self, keys_by_slip):
        """Refuse slips whose period another slip stands for, by name.

        :param keys_by_slip: ``{slip id: key or False}``
        """
        keys = defaultdict(self.browse)
        for slip in self:
            if keys_by_slip[slip.id]:
                keys[keys_by_slip[slip.id]] |= slip
        others = self.search([("aftersales_period_key", "in", list(keys))]) - self
        for other in others:
            keys[other.aftersales_period_key] |= other
        for slips in keys.values():
            if len(slips) > 1:
                raise TransitionError(
                    self.env._(
                        "%(employee)s has more than one payslip from %(start)s to "
                        "%(end)s: %(slips)s. Cancel or refund the one that is wrong.",
                        employee=slips[0].employee_id.name,
                        start=slips[0].date_from,
                        end=slips[0].date_to,
                        slips=", ".join(
                            slip.number or slip.display_name for slip in slips
                        ),
                    )
                )

    def _aftersales_leave_period(self):
        """Let another slip stand for the period of these."""
        taken = self.filtered("aftersales_period_key")._aftersales_unguarded()
        taken.aftersales_period_key = False

    @api.model_create_multi
    def create(self, vals_list):
        self._aftersales_refuse_key(*vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._aftersales_refuse_key(vals)
        return super().write(vals)

    @api.model
    def _aftersales_refuse_key(self, *vals_list):
        """Raise when the key of a period is written by another door."""
        if guard.is_open(self.env):
            return
        if any("aftersales_period_key" in vals for vals in vals_list):
            raise GuardedFieldError(
                self.env._(
                    "What period a payslip stands for is set when it is computed. "
                    "Compute, cancel or refund the payslip instead."
                )
            )
