from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.aftersales_service.arguments import check_single


class AftersalesOrder(models.Model):
    """Units that cannot be repaired on site are taken in."""

    _inherit = "aftersales.order"

    repair_ids = fields.One2many(
        "repair.order", "aftersales_order_id", string="Depot Repairs"
    )
    repair_count = fields.Integer(compute="_compute_repair_count")
    rma_ids = fields.One2many("aftersales.rma", "order_id", string="Depot Cases")
    loan_ids = fields.One2many("aftersales.loan", "order_id", string="Loaners")

    def _compute_repair_count(self):
        counts = dict(
            self.env["aftersales.rma"]
            .sudo()  # sudo: a count only
            ._read_group([("order_id", "in", self.ids)], ["order_id"], ["__count"])
        )
        for order in self:
            order.repair_count = counts.get(order._origin, 0)

    def action_take_in(self):
        """Open a repair order for each unit that needs the depot, once a unit.

        :return: the repair orders of these units (DEPOT-05, DISP-20)
        :raise UserError: when no unit needs the depot, or one has no product
        """
        if not self.env.user.has_groups(
            "aftersales_service.group_dispatcher,aftersales_service.group_technician"
        ):
            raise AccessError(
                self.env._("Only technicians and dispatchers take units in.")
            )
        self.check_access("write")
        self._lock()
        units = self.unit_ids.filtered(lambda unit: unit.result == "needs_depot")
        if not units:
            raise UserError(
                self.env._(
                    "No unit is marked “Needs the Depot”. Set the result of the unit "
                    "first."
                )
            )
        return units._take_in()

    def _after_needs_depot(self):
        """Take in what the depot can repair; the head is told of the rest."""
        units = self.unit_ids.filtered(lambda unit: unit._can_take_in())
        units._take_in()
        rest = (self.unit_ids - units).filtered(
            lambda unit: unit.result == "needs_depot"
        )
        return super(
            AftersalesOrder, rest.order_id | self.filtered("needs_loaner")
        )._after_needs_depot()

    def action_open_repairs(self):
        """Open the depot cases of this order.

        :return: a window action
        """
        check_single(self)
        self.check_access("read")
        return self.rma_ids._get_records_action(name=self.env._("Depot Cases"))
