from odoo import fields, models


class ResPartner(models.Model):
    """Tier of a customer."""

    _inherit = "res.partner"

    aftersales_tier = fields.Selection(
        [("general", "General Customer"), ("key", "Key Customer")],
        string="Service Tier",
        default="general",
    )
    aftersales_site_ids = fields.One2many(
        "aftersales.site", "partner_id", string="Service Sites"
    )
