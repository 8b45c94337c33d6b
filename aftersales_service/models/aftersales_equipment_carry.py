from odoo import fields, models

from .aftersales_equipment_warranty import OUT_OF_USE


class AftersalesChecklistItem(models.Model):
    """A question whose answer is the unit's software version."""

    _inherit = "aftersales.checklist.item"

    is_software = fields.Boolean(
        string="Software Question",
        help="The answer becomes the software version of the unit, with its date.",
    )


class AftersalesOrder(models.Model):
    """Finished work writes the software versions found into the units' files."""

    _inherit = "aftersales.order"

    def _conclude(self):
        result = super()._conclude()
        # sudo: technicians read out versions, the desk keeps the register
        self.sudo()._note_software()
        return result

    def _note_software(self):
        """Put the versions that were read out on the units; self is sudo."""
        checks = self.check_ids.filtered(
            lambda check: check.item_id.is_software and check.value
        )
        versions = {}
        for check in checks.sorted("id"):
            order = check.order_id
            unit = check.equipment_id or order.equipment_id
            if unit:
                key = (check.value.strip(), order._get_pay_date(order.done_on), order)
                versions[unit] = key
        for unit, (version, day, order) in versions.items():
            if version and unit.software_version != version:
                unit._tell(day, order.display_name).software_version = version


class AftersalesClaimLine(models.Model):
    """A part that is a unit of its own takes the old one's place (SITE-02)."""

    _inherit = "aftersales.claim.line"

    def _note_moved(self, use, lot, at):
        result = super()._note_moved(use, lot, at)
        if use in ("use", "defective"):
            for line in self.filtered(
                lambda line: line.equipment_id and line.lot_id and line.old_serial
            ):
                line._swap_component()
        return result

    def _swap_component(self):
        """Put the new part on file as a unit, and the old one as replaced by it.

        Where the old part is on file as part of the unit, or the product is one whose
        pieces are units of their own; self is sudo.
        """
        whole = self.equipment_id
        pieces = whole.with_context(active_test=False).child_ids
        old = pieces.filtered(
            lambda unit: (
                (unit.serial or "").lower() == self.old_serial.strip().lower()
                and unit.product_id.id in (False, self.product_id.id)
            )
        )[:1]
        if old.state in OUT_OF_USE or not (
            old or self.product_id.is_aftersales_equipment
        ):
            return
        old = old or pieces.create(self._prepare_component(self.old_serial.strip()))
        new = pieces.search(
            [("lot_id", "=", self.lot_id.id), ("company_id", "=", self.company_id.id)]
        ) or pieces.create(
            {
                **self._prepare_component(self.lot_id.name),
                "lot_id": self.lot_id.id,
                "install_date": self.used_on,
                "warranty_basis": "install",
            }
        )
        told = old._tell(self.used_on, self.claim_id.name)
        told._replace_by(new, self.used_on, keep_term=False)

    def _prepare_component(self, serial):
        """Return the values of a part of this line's unit.

        :param str serial: its serial number
        """
        whole = self.equipment_id
        return {
            "company_id": self.company_id.id,
            "product_id": self.product_id.id,
            "serial": serial,
            "parent_id": whole.id,
            "site_id": whole.site_id.id,
            "partner_id": whole.partner_id.id,
        }
