from odoo import api, fields, models


class AftersalesOrder(models.Model):
    """The departure kit of an order."""

    _inherit = "aftersales.order"

    kit_total = fields.Integer(string="Kit Items", compute="_compute_kit")
    kit_ready = fields.Integer(string="Kit Items Ticked", compute="_compute_kit")

    @api.depends("check_ids.state", "check_ids.purpose")
    def _compute_kit(self):
        for order in self:
            kit = order.check_ids.filtered(
                lambda check: check.purpose == "departure_kit"
            )
            order.kit_total = len(kit)
            order.kit_ready = len(kit.filtered(lambda check: check.state == "passed"))

    def _make_kit(self):
        """Make the kit list anew from the policy's checklist as it is now (DISP-17).

        An order that comes back from a vain journey is checked again; the answers
        of the first journey stay in the audit trail.
        """
        checks_sudo = self.env["aftersales.check"].sudo()._unguarded()
        # sudo: kit lists are made by rule, nobody adds or deletes items
        checks_sudo.search(
            [("order_id", "in", self.ids), ("purpose", "=", "departure_kit")]
        ).unlink()
        vals_list = []
        for checklist, orders in self.grouped(
            lambda order: order.sudo().policy_id.kit_checklist_id  # sudo: as above
        ).items():
            vals_list += [
                {
                    "order_id": order.id,
                    "item_id": item.id,
                    "checklist_version": checklist.version,
                    "sequence": item.sequence,
                }
                for order in orders
                for item in checklist.item_ids
            ]
        checks_sudo.create(vals_list)
