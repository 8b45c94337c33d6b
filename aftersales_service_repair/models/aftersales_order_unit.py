from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesOrderUnit(models.Model):
    """A served unit and its depot repair."""

    _inherit = "aftersales.order.unit"

    repair_ids = fields.One2many("repair.order", "aftersales_unit_id")

    def _take_in(self):
        """Make the missing repair orders and put the units in the depot.

        :return: the live repair orders of these units
        """
        # sudo: technicians and dispatchers have no stock rights
        repairs_sudo = self.sudo().repair_ids.filtered(
            lambda repair: repair.state != "cancel"
        )
        missing = self - repairs_sudo.aftersales_unit_id.sudo(False)
        values = [unit._prepare_repair_vals() for unit in missing]
        repairs_sudo |= repairs_sudo.create(values)
        # sudo: the state follows from the repair made here
        missing.equipment_id.sudo()._set_state("in_depot")
        return repairs_sudo.sudo(self.env.su)

    def _can_take_in(self):
        """Tell whether this unit needs the depot, and the depot can take it in."""
        self.ensure_one()
        equipment_sudo = self.sudo().equipment_id  # sudo: only its state and product
        return (
            self.result == "needs_depot"
            and bool(equipment_sudo.product_id)
            and equipment_sudo.state in ("in_service", "in_depot")
        )

    def _prepare_repair_vals(self):
        """Return the values of the repair order of one unit."""
        self.ensure_one()
        equipment = self.equipment_id
        if not equipment.product_id:
            raise UserError(
                self.env._(
                    "%s has no product, so the depot cannot take it in. Choose the "
                    "product on the equipment first.",
                    equipment.display_name,
                )
            )
        return {
            "product_id": equipment.product_id.id,
            "lot_id": equipment.lot_id.id,
            "partner_id": self.order_id.partner_id.id,
            "company_id": self.order_id.company_id.id,
            "aftersales_unit_id": self.id,
            "under_warranty": self.coverage == "covered",
            "repair_request": self.symptom_id.name,
        }
