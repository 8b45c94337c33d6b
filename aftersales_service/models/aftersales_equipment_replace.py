from datetime import timedelta

from odoo import api, fields, models

from ..exceptions import TransitionError


class AftersalesEquipment(models.Model):
    """Units that gave their place to another one (DEPOT-04, DEPOT-10)."""

    _inherit = "aftersales.equipment"

    replaced_by_id = fields.Many2one(
        "aftersales.equipment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    replaces_ids = fields.One2many(
        "aftersales.equipment", "replaced_by_id", string="Took the Place Of"
    )
    replaced_on = fields.Date(readonly=True, copy=False)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"replaced_by_id", "replaced_on"}

    def _replace_by(self, new, on_date, keep_term=True):
        """Let another unit take the place of this one; its history stays.

        The new unit stands where the old one stood and, where the house keeps the
        term, is covered up to the old one's last day (platform rule of issue 5).

        :param new: ``aftersales.equipment``, the unit that takes its place
        :param date on_date: the day of the exchange
        :param bool keep_term: the new unit keeps the remaining term of the old one
        """
        self.ensure_one()
        if new == self or new.replaced_by_id:
            raise TransitionError(
                self.env._(
                    "%s cannot take the place of this unit. Choose another one.",
                    new.display_name,
                )
            )
        vals = {"site_id": self.site_id.id, "partner_id": self.partner_id.id}
        if keep_term:
            vals.update(self._prepare_kept_term(on_date))
        new._unguarded().write(vals)
        new._set_state("in_service")
        if not new.install_date:
            new.install_date = on_date
        self._set_state("replaced", {"replaced_by_id": new.id, "replaced_on": on_date})
        self._message_log(body=self.env._("Exchanged for %s.", new.display_name))
        new._message_log(body=self.env._("Took the place of %s.", self.display_name))

    def _prepare_kept_term(self, on_date):
        """Return the values that give a new unit what is left of this one's term.

        Parts and labour keep their own last days where they had them.  No term left
        is a term that ended the day before.
        """
        over = on_date - timedelta(days=1)
        vals = {
            "warranty_override_end": self.warranty_end or over,
            "warranty_override_reason": self.env._(
                "Keeps the remaining term of %s, which it replaced.",
                self.display_name,
            ),
            "warranty_override_by_id": self.env.uid,
        }
        if self.warranty_labour_apart:
            vals["warranty_labour_apart"] = True
            vals["warranty_labour_months"] = self.warranty_labour_months
            vals["warranty_override_labour_end"] = self.warranty_labour_end or over
        return vals
