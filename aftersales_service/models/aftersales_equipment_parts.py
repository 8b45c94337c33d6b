from odoo import fields, models


class AftersalesEquipment(models.Model):
    """Parts claimed for a unit, and which of them were built in (SITE-02)."""

    _inherit = "aftersales.equipment"

    claim_count = fields.Integer(compute="_compute_claim_count")
    part_ids = fields.One2many(
        "aftersales.claim.line",
        "equipment_id",
        string="Parts Replaced",
        domain=[("consumed_qty", ">", 0)],
        readonly=True,
    )

    def _compute_claim_count(self):
        counts = {}
        if self.env["aftersales.claim"].has_access("read"):
            counts = dict(
                self.env["aftersales.claim"]._read_group(
                    [("equipment_id", "in", self.ids)], ["equipment_id"], ["__count"]
                )
            )
        for unit in self:
            unit.claim_count = counts.get(unit._origin, 0)

    def action_open_claims(self):
        """Open the parts claims of these units.

        :return: a window action
        """
        return self._open_linked(
            "aftersales.claim",
            self.env._("Parts Claims"),
            [("equipment_id", "in", self.ids)],
        )


class AftersalesSite(models.Model):
    """Parts claimed for the units of a site."""

    _inherit = "aftersales.site"

    claim_count = fields.Integer(compute="_compute_claim_count")

    def _compute_claim_count(self):
        counts = {}
        if self.env["aftersales.claim"].has_access("read"):
            counts = dict(
                self.env["aftersales.claim"]._read_group(
                    [("site_id", "in", self.ids)], ["site_id"], ["__count"]
                )
            )
        for site in self:
            site.claim_count = counts.get(site._origin, 0)

    def action_open_claims(self):
        """Open the parts claims of these sites.

        :return: a window action
        """
        self.check_access("read")
        self.env["aftersales.claim"].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Parts Claims"),
            "res_model": "aftersales.claim",
            "view_mode": "list,form",
            "domain": [("site_id", "in", self.ids)],
        }
