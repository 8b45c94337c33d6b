from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesOrderUnit(models.Model):
    """A served unit and its depot case."""

    _inherit = "aftersales.order.unit"

    repair_ids = fields.One2many("repair.order", "aftersales_unit_id")
    rma_ids = fields.One2many("aftersales.rma", "unit_id")

    def _take_in(self):
        """Make the missing depot cases with their work orders.

        :return: the live repair orders of these units
        """
        # sudo: technicians and dispatchers have no stock rights
        units_sudo = self.sudo()
        cases_sudo = units_sudo.rma_ids.filtered(lambda rma: rma.state != "cancel")
        missing = units_sudo - cases_sudo.unit_id
        values = [unit._prepare_rma_vals() for unit in missing]
        cases_sudo |= cases_sudo._unguarded().create(values)._guarded_again()
        # sudo: the state follows from the case made here
        missing.equipment_id._set_state("in_depot")
        return cases_sudo.repair_id.sudo(self.env.su)

    def _can_take_in(self):
        """Tell whether this unit needs the depot, and the depot can take it in."""
        self.ensure_one()
        equipment_sudo = self.sudo().equipment_id  # sudo: only its state and product
        return (
            self.result == "needs_depot"
            and bool(equipment_sudo.product_id)
            and equipment_sudo.state in ("in_service", "in_depot")
        )

    def _prepare_rma_vals(self):
        """Return the values of the depot case of one unit."""
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
        order = self.order_id
        return {
            "kind": "repair",
            "equipment_id": equipment.id,
            "partner_id": order.partner_id.id,
            "company_id": order.company_id.id,
            "unit_id": self.id,
            "ticket_id": order.ticket_id.id,
            "user_id": order.ticket_id.user_id.id or self.env.uid,
            "cause_id": self.cause_id.id,
            "fault_note": self.symptom_id.name,
            "reason": self.env._("The fault could not be removed on site."),
        }
