from odoo import fields, models


class RepairOrder(models.Model):
    """The depot's side of a service order."""

    _inherit = "repair.order"

    aftersales_unit_id = fields.Many2one(
        "aftersales.order.unit",
        string="Served Unit",
        copy=False,
        readonly=True,
        index="btree_not_null",
    )
    aftersales_order_id = fields.Many2one(
        related="aftersales_unit_id.order_id",
        string="Service Order",
        store=True,
        index="btree_not_null",
    )

    aftersales_needs_loaner = fields.Boolean(
        related="aftersales_unit_id.order_id.needs_loaner", string="Loaner Needed"
    )

    _aftersales_unit_unique = models.UniqueIndex(
        "(aftersales_unit_id) "
        "WHERE aftersales_unit_id IS NOT NULL AND state <> 'cancel'",
        "This unit already has a depot repair.",
    )

    def action_repair_done(self):
        result = super().action_repair_done()
        # sudo: the depot has no right on the installed base; the state follows
        equipment = self.aftersales_unit_id.sudo().equipment_id
        equipment.filtered(lambda unit: unit.state == "in_depot")._set_state(
            "in_service"
        )
        return result
