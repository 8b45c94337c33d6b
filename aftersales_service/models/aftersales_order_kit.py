from odoo import api, fields, models

VISIT_PURPOSES = ("departure_kit", "readiness", "conduct", "closing")


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
        """Make the lists of a visit anew from the policy as it is now (DISP-17).

        An order that comes back from a vain journey is checked again; the answers
        of the first journey stay in the audit trail, those on conduct count.
        """
        checks_sudo = self.env["aftersales.check"].sudo()._unguarded()
        # sudo: lists are made by rule, nobody adds or deletes items
        checks_sudo.search(
            [
                ("order_id", "in", self.ids),
                ("purpose", "in", VISIT_PURPOSES),
                "|",
                ("purpose", "!=", "conduct"),
                ("state", "=", "open"),
            ]
        ).unlink()
        self._make_checks()

    def _make_checks(self):
        """Make the checks that the policies ask for and that are not there yet."""
        checks_sudo = self.env["aftersales.check"].sudo()._unguarded()  # sudo: as above
        known = set(
            checks_sudo._read_group(
                [("order_id", "in", self.ids)], ["order_id", "item_id"]
            )
        )
        checks_sudo.create(
            [
                {
                    "order_id": order.id,
                    "item_id": item.id,
                    "checklist_version": checklist.version,
                    "sequence": item.sequence,
                }
                for order in self.sudo()  # sudo: rules of the house
                for checklist in order._get_checklists()
                for item in checklist.item_ids
                if (order, item) not in known
            ]
        )

    def _get_checklists(self):
        """Return the lists this order's policy asks for on site."""
        self.ensure_one()
        policy = self.policy_id
        lists = (
            policy.kit_checklist_id
            | policy.safety_checklist_id
            | policy.conduct_checklist_id
            | policy.closing_checklist_id
        )
        return lists | policy.height_checklist_id if self.is_height else lists
