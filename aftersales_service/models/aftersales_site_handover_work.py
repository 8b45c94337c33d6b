from odoo import fields, models


class AftersalesOrder(models.Model):
    """A finished installation asks for its site file."""

    _inherit = "aftersales.order"

    def _conclude(self):
        result = super()._conclude()
        installed = self.filtered(
            lambda order: (
                order.service_type == "installation" and not order.site_id.handover_date
            )
        )
        if installed:
            # sudo: technicians finish installations, the desk hands over
            installed.sudo()._open_handovers()
        return result

    def _open_handovers(self):
        """List these installations as completed and not handed over; self is sudo."""
        handovers = self.env["aftersales.site.handover"]
        known = handovers.search(
            [("order_id", "in", self.ids), ("state", "!=", "cancel")]
        ).order_id
        new = self - known
        made = handovers._unguarded().create(
            [
                {
                    "name": order.site_id.name or order.display_name,
                    "company_id": order.company_id.id,
                    "partner_id": order.partner_id.id,
                    "order_id": order.id,
                    "site_id": order.site_id.id,
                    "technician_id": order.site_id.technician_id.id,
                    "state": "accepted",
                    "accepted_on": order._get_pay_date(order.done_on),
                }
                for order in new
            ]
        )
        self.env["aftersales.audit"]._log(made, "accepted")


class AftersalesSite(models.Model):
    """What a site's file holds of the project, and who looked into it."""

    _inherit = "aftersales.site"

    material_ids = fields.One2many("aftersales.site.material", "site_id")
    review_ids = fields.One2many("aftersales.site.review", "site_id")
    handover_ids = fields.One2many("aftersales.site.handover", "site_id")
    material_missing_count = fields.Integer(
        string="Material Missing", compute="_compute_material_missing_count"
    )

    def _compute_material_missing_count(self):
        counts = dict(
            self.env["aftersales.site.material"]._read_group(
                [("site_id", "in", self.ids), ("status", "=", "missing")],
                ["site_id"],
                ["__count"],
            )
        )
        for site in self:
            site.material_missing_count = counts.get(site._origin, 0)

    def action_list_material(self):
        """Put every kind of project material on the lists of these sites.

        :return: the ``aftersales.site.material`` lines made
        """
        self._check_may_manage()
        self._lock()
        return self.env["aftersales.site.material"]._list_for("site_id", self)
