from odoo import fields, models

from ..arguments import as_record, as_text, check_single
from ..exceptions import ArgumentError, TransitionError
from .aftersales_fact_mixin import fact_action


class AftersalesEquipment(models.Model):
    """A unit given in exchange takes the place and the term of the old one."""

    _name = "aftersales.equipment"
    _inherit = ["aftersales.equipment", "aftersales.fact.mixin"]

    @fact_action
    def action_replace(self, new_id, reason, at=None, request_key=None):
        """Put another unit in the place of this one.

        The new unit stands at the same customer and keeps the rest of the term of
        the old one, whatever its own dates say; the old one is out of warranty.

        :param new_id: the unit given in exchange, an id or a record
        :param str reason: why, for both files
        :param datetime at: when, UTC
        :param str request_key: see ``fact_action``
        :return: the new unit
        :raise NotEntitledError: for others than dispatchers and heads
        :raise ArgumentError: when the new unit is the old one, or in use
        """
        check_single(self)
        self._check_may_manage()
        new = as_record(self.env, self._name, new_id)
        reason = as_text(self.env, reason, self.env._("Reason"))
        if self.replaced_by_id and self.replaced_by_id == new:
            return new
        new._lock()
        self._check_can_replace(new)
        zone = self.site_id.tz or self.company_id._get_aftersales_tz()
        day = fields.Datetime.context_timestamp(self.with_context(tz=zone), at).date()
        self._tell(day, reason)._replace_by(new, day)
        self._message_log(body=reason)
        return new

    def _check_can_replace(self, new):
        """Refuse an exchange that would take a unit from somebody."""
        if not new or new == self:
            raise ArgumentError(
                self.env._("Choose the unit that takes the place of this one.")
            )
        if new.company_id != self.company_id:
            raise ArgumentError(self.env._("Both units belong to one company."))
        if self.state in ("replaced", "retired"):
            self._raise_stuck("replaced")
        at_another = new.partner_id.commercial_partner_id - (
            self.partner_id.commercial_partner_id
        )
        if new.state in ("replaced", "retired") or (
            at_another and new.state == "in_service"
        ):
            raise TransitionError(
                self.env._(
                    "%(unit)s is %(state)s and cannot be given in exchange.",
                    unit=new.display_name,
                    state=dict(self._fields["state"]._description_selection(self.env))[
                        new.state
                    ].lower(),
                )
            )

    def _get_card_exclusions(self):
        """Return what the warranty card says is not covered (WARR-14)."""
        self.ensure_one()
        model = self.sudo().product_id.product_tmpl_id  # sudo: printed by technicians
        codes = self.env["aftersales.code"].search(
            [("kind", "=", "cause"), ("voids_warranty", "=", True)]
        )
        lines = [
            self.env._("The part “%s”", part.name)
            for part in model.aftersales_excluded_ids
        ]
        lines += [
            self.env._("Damage from “%s”", code.name)
            for code in codes | model.aftersales_void_cause_ids
        ]
        return lines or [self.env._("Wear and consumables")]
