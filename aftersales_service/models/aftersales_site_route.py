from odoo import api, fields, models

from ..calc import geo


class ResCompany(models.Model):
    """Whether visits are made from the sales office outwards (VIS-09)."""

    _inherit = "res.company"

    aftersales_visit_route = fields.Boolean(
        string="Visits from the Office Outwards",
        help="Regional staff live at the sales office: sites that wait for a visit are "
        "listed by their distance from it, with a map.",
    )


class ResConfigSettings(models.TransientModel):
    """The same, on the settings page."""

    _inherit = "res.config.settings"

    aftersales_visit_route = fields.Boolean(
        related="company_id.aftersales_visit_route", readonly=False
    )


class AftersalesSite(models.Model):
    """How far a site lies from the office, and which sites wait for a visit."""

    _inherit = "aftersales.site"

    office_distance = fields.Float(
        string="From the Office (km)",
        digits=(16, 1),
        compute="_compute_office_distance",
        store=True,
        help="As the crow flies; 0 where a place is not known.",
    )
    map_url = fields.Char(string="Map", compute="_compute_map_url")
    waits_for_visit = fields.Boolean(
        compute="_compute_waits_for_visit", search="_search_waits_for_visit"
    )

    @api.depends(
        "company_id.aftersales_visit_route",
        "company_id.partner_id.partner_latitude",
        "company_id.partner_id.partner_longitude",
        "address_id.partner_latitude",
        "address_id.partner_longitude",
    )
    def _compute_office_distance(self):
        for site in self:
            office = site.company_id.partner_id
            distance = site.company_id.aftersales_visit_route and geo.distance_km(
                geo.as_place(office.partner_latitude, office.partner_longitude),
                site._get_place(),
            )
            site.office_distance = distance or 0.0

    def _get_place(self):
        """Return latitude and longitude of the site, or None."""
        self.ensure_one()
        address = self.address_id
        return geo.as_place(address.partner_latitude, address.partner_longitude)

    @api.depends("address_id.partner_latitude", "address_id.partner_longitude")
    def _compute_map_url(self):
        for site in self:
            site.map_url = self.env["aftersales.order"]._get_navigate_url(
                site.address_id
            )

    def _compute_waits_for_visit(self):
        waiting = self.search([("id", "in", self.ids), ("waits_for_visit", "=", True)])
        for site in self:
            site.waits_for_visit = site in waiting

    def _search_waits_for_visit(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        # sudo: that a visit is planned, not the plan
        rows = (
            self.env["aftersales.plan.occurrence"]
            .sudo()
            ._read_group(
                [("kind", "=", "visit"), ("state", "in", ("planned", "generated"))],
                ["site_id"],
            )
        )
        return [("id", "in", [site.id for (site,) in rows])]
