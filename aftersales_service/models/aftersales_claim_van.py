from odoo import models

from ..exceptions import MissingError, NotEntitledError
from .aftersales_claim import MOVING_STATES
from .aftersales_fact_mixin import fact_action


class AftersalesClaim(models.Model):
    """Approved parts that the technician carries in his van already."""

    _inherit = "aftersales.claim"

    def _get_van_location(self, location):
        """Return the van of the technician who holds ``location``; superuser mode."""
        holder = self._get_holder(location)
        van = self.env["aftersales.van"].search(
            [("employee_id", "=", holder.id), ("company_id", "=", self.company_id.id)]
        )
        return van.location_id

    @fact_action
    def action_take_from_van(self, at=None, request_key=None):
        """Hand out approved parts from the technician's own van, as far as they go.

        The approval is the same as for parts from the shelf; the parts then count as
        handed out on this claim.

        :param datetime at: when, UTC
        :param str request_key: see ``fact_action``
        :return: self
        :raise MissingError: not approved, or the customer has not agreed to pay
        :raise NotEntitledError: when the van holds none of what is approved
        """
        self._check_worker_or_desk()
        for claim in self:
            if claim.state not in MOVING_STATES:
                claim._check_missing("issue")
            claim._check_after(at, "approved_on")
            claim._take_from_van(at)
        return self

    def _take_from_van(self, at):
        """Move what is approved, not on its way and in the van."""
        claim_sudo = self.sudo()  # sudo: technicians have no stock rights
        location = claim_sudo._get_technician_location()
        van = claim_sudo._get_van_location(location)
        if not van:
            raise MissingError(
                self.env._("There is no van stock for the technician of %s.", self.name)
            )
        self.env["aftersales.alloc"]._pass(
            (line.product_id.id, van.id) for line in self.line_ids
        )
        quantities = claim_sudo._get_quantities_in_van(van)
        if not quantities:
            if not all(line._is_payable() for line in self.line_ids):
                self._check_missing("issue")
            raise NotEntitledError(
                self.env._(
                    "The van holds nothing that is still to be handed out on %s. A "
                    "transfer that is already prepared has to be cancelled first.",
                    self.name,
                )
            )
        claim_sudo._unguarded().write({"location_id": location.id})
        picking = claim_sudo._create_transfer(
            "van", location.warehouse_id, quantities, location
        )
        picking._aftersales_open().write({"aftersales_handed_on": at})
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids._aftersales_open().write({"picked": True})
        picking._action_done()

    def _get_quantities_in_van(self, van):
        """Return what the van can give to each line: ``{line: quantity}``."""
        quants = self.env["stock.quant"]
        free, found = {}, {}
        for line in self.line_ids.filtered(lambda line: line._is_payable()):
            part = line.product_id
            if part not in free:
                free[part] = quants._get_available_quantity(part, van)
            quantity = min(line._get_quantity_to_issue(), free[part])
            if part.uom_id.compare(quantity, 0) > 0:
                found[line] = quantity
                free[part] -= quantity
        return found
