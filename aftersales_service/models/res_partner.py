from odoo import fields, models


class ResPartner(models.Model):
    """Tier and sites of a customer."""

    _inherit = "res.partner"

    aftersales_tier = fields.Selection(
        [("general", "General Customer"), ("key", "Key Customer")],
        string="Service Tier",
        default="general",
        tracking=True,
        help="Drives service policy, visits and call-backs (SITE-06).",
    )
    is_aftersales_priority = fields.Boolean(
        string="Priority Call-Backs",
        tracking=True,
        help="Set when a fault was handled without sending anybody (SITE-06).",
    )
    aftersales_site_ids = fields.One2many(
        "aftersales.site", "partner_id", string="Service Sites"
    )
    aftersales_site_count = fields.Integer(
        compute="_compute_aftersales_counts",
        groups="aftersales_service.group_technician,"
        "aftersales_service.group_dispatcher",
    )
    aftersales_equipment_count = fields.Integer(
        compute="_compute_aftersales_counts",
        groups="aftersales_service.group_technician,"
        "aftersales_service.group_dispatcher",
    )

    # Callers are found by the last digits of their number.
    _aftersales_phone_index = models.Index(
        r"(reverse(regexp_replace(phone, '\D', '', 'g')) text_pattern_ops) "
        "WHERE phone IS NOT NULL"
    )

    def _compute_aftersales_counts(self):
        for model, name in {
            "aftersales.site": "aftersales_site_count",
            "aftersales.equipment": "aftersales_equipment_count",
        }.items():
            counts = dict(
                self.env[model]._read_group(
                    [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
                )
            )
            for partner in self:
                partner[name] = counts.get(partner._origin, 0)

    def action_open_aftersales_sites(self):
        """Open the service sites of these customers.

        :return: a window action
        """
        return self._open_aftersales(
            "aftersales.site", self.env._("Service Sites"), "list,kanban,form"
        )

    def action_open_aftersales_equipment(self):
        """Open the equipment of these customers.

        :return: a window action
        """
        return self._open_aftersales(
            "aftersales.equipment", self.env._("Equipment"), "list,kanban,form"
        )

    def _open_aftersales(self, model, name, view_mode):
        """Return the window on the records of ``model`` of these customers."""
        self.check_access("read")
        self.env[model].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": view_mode,
            "domain": [("partner_id", "in", self.ids)],
            "context": {"default_partner_id": self.id if len(self) == 1 else False},
        }
